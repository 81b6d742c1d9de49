"""Finds the command, runs it, turns errors into words and exit codes."""

from __future__ import annotations

import argparse
import json
import os
import sys

from station.cli.parser import build_parser
from station.devices.errors import DeviceError
from station.domain.errors import BadInput, NotAllowed, NotFound, Refused, StationError, StorageFailure, Tampered
from station.messages.catalogue import LANGUAGES, Catalogue

_EXIT_CODES: tuple[tuple[type[StationError], int], ...] = (
    (DeviceError, 4),
    (BadInput, 2),
    (NotFound, 2),
    (Refused, 3),
    (NotAllowed, 3),
    (StorageFailure, 5),
    (Tampered, 5),
)
_BROKEN_OFF = 130


def run(argv: list[str]) -> int:
    """Run one command and return its exit code; a user's mistake never shows a stack trace."""
    catalogue = Catalogue(_language(argv))
    arguments = build_parser(catalogue).parse_args(argv)
    try:
        return int(arguments.run(arguments, catalogue))
    except StationError as error:
        _show(error, catalogue, arguments)
        return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), 1)
    except KeyboardInterrupt:
        print(catalogue.text("cli-broken-off"), file=sys.stderr)
        return _BROKEN_OFF
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _language(argv: list[str]) -> str:
    """Read --lang before the parser exists, since the parser itself speaks the language."""
    for position, word in enumerate(argv):
        if word.startswith("--lang="):
            return word.partition("=")[2]
        if word == "--lang" and position + 1 < len(argv):
            return argv[position + 1]
    chosen = os.environ.get("STATION_LANG", "id")
    return chosen if chosen in LANGUAGES else "id"


def _show(error: StationError, catalogue: Catalogue, arguments: argparse.Namespace) -> None:
    words = catalogue.error(error)
    if getattr(arguments, "json", False):
        print(json.dumps({"error": error.message_id, "text": words, "params": error.params}, default=str))
    else:
        print(words, file=sys.stderr)
