"""Adds arguments and sub-commands whose help texts are named after them in the catalogue."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from station.messages.catalogue import Catalogue

Command = Callable[[argparse.Namespace, Catalogue], int]


class Adder:
    """One command of the parser, to be given arguments, children and work."""

    def __init__(self, parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
        self._parser = parser
        self._catalogue = catalogue
        self._groups: Any = None

    def runs(self, command: Command, as_json: bool = True) -> None:
        """Set what the command does, and whether it can answer in JSON."""
        self._parser.set_defaults(run=command)
        if as_json:
            self._parser.add_argument("--json", action="store_true", help=self._catalogue.text("cli-help-json"))

    def takes(self, name: str, **settings: Any) -> None:
        """Add an argument; its help text is `cli-arg-<name>`."""
        key = name.lstrip("-").replace("_", "-")
        self._parser.add_argument(name, help=self._catalogue.text(f"cli-arg-{key}"), **settings)

    def child(self, name: str) -> Adder:
        """Add a sub-command; its help text is `cli-<parent>-<name>`."""
        if self._groups is None:
            title = self._catalogue.text("cli-commands")
            self._groups = self._parser.add_subparsers(title=title, metavar=self._catalogue.text("cli-command"))
            self._groups.required = True
        parent = self._parser.prog.split()[-1]
        text = self._catalogue.text(f"cli-{parent}-{name}")
        child = self._groups.add_parser(name, catalogue=self._catalogue, help=text, description=text)
        return Adder(child, self._catalogue)
