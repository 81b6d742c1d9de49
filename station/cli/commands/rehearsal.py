"""`station rehearse`: a whole day against the bench, with a report and an exit code."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from station.cli.adder import Adder
from station.messages.catalogue import Catalogue


def add_rehearse(command: Adder) -> None:
    """Say the arguments."""
    command.runs(_rehearse, as_json=False)
    command.takes("--students", type=int, default=12)
    command.takes("--seed", type=int, default=7)
    command.takes("--faults", choices=["none", "field"], default="none")
    command.takes("--json", dest="report", type=Path, default=None, metavar="FILE")
    command.takes("--keep", type=Path, default=None, metavar="DIR")


def _rehearse(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.rehearse.day import RehearsalOptions, rehearse
    from station.rehearse.report import summary

    options = RehearsalOptions(arguments.students, arguments.seed, arguments.faults, arguments.keep)
    report = rehearse(options, catalogue, lambda line: print(line, file=sys.stderr, flush=True))
    if arguments.report is not None:
        arguments.report.write_text(json.dumps(report.as_dict(), indent=1, ensure_ascii=False), encoding="utf-8")
    print(summary(report, catalogue))
    return 0 if report.passed else 1
