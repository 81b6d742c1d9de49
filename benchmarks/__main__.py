"""Runs the rooms named (or all) and prints a table; `--json FILE` keeps the figures."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from dataclasses import asdict
from pathlib import Path

import benchmarks
from benchmarks.figures import Figure

_NOT_ROOMS = {"figures", "__main__"}


def main() -> int:
    """Measure and print."""
    known = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in _NOT_ROOMS)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rooms", nargs="*", choices=[*known, []], default=[], help=f"of: {', '.join(known)}")
    parser.add_argument("--json", type=Path, default=None)
    arguments = parser.parse_args()
    measured: dict[str, list[Figure]] = {}
    for room in arguments.rooms or known:
        print(f"== {room}", flush=True)
        module = importlib.import_module(f"benchmarks.{room}")
        if not hasattr(module, "figures"):
            programs = (part.name for part in pkgutil.iter_modules(module.__path__))
            print("measured by: " + ", ".join(f"python -m benchmarks.{room}.{name}" for name in programs))
            continue
        measured[room] = module.figures()
        for figure in measured[room]:
            print(_line(figure), flush=True)
    if arguments.json:
        data = {room: [asdict(figure) for figure in figures] for room, figures in measured.items()}
        arguments.json.write_text(json.dumps(data, indent=1))
    return 0


def _line(figure: Figure) -> str:
    against = ""
    if figure.peer is not None:
        against = f"  {figure.peer_name}: {figure.peer:.4g} {figure.unit}  ratio {figure.ratio:.2f}"
    return f"{figure.name:<58} {figure.ours:.4g} {figure.unit}{against}  (goal: {figure.goal})"


if __name__ == "__main__":
    sys.exit(main())
