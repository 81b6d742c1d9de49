"""The commands and their arguments, in the user's language."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from station.cli import commands
from station.messages.catalogue import LANGUAGES, Catalogue

Command = Callable[[argparse.Namespace, Catalogue], int]


class _Parser(argparse.ArgumentParser):
    """A parser whose own words come from the catalogue."""

    def __init__(self, catalogue: Catalogue, **settings: Any) -> None:
        super().__init__(add_help=False, formatter_class=argparse.RawDescriptionHelpFormatter, **settings)
        self._catalogue = catalogue
        self._positionals.title = catalogue.text("cli-positionals")
        self._optionals.title = catalogue.text("cli-options")
        self.add_argument("-h", "--help", action="help", help=catalogue.text("cli-help-help"))

    def format_usage(self) -> str:
        """Return the usage line with its heading in the user's language."""
        return super().format_usage().replace("usage:", self._catalogue.text("cli-usage"), 1)

    def format_help(self) -> str:
        """Return the help page with its headings in the user's language."""
        return super().format_help().replace("usage:", self._catalogue.text("cli-usage"), 1)

    def error(self, message: str) -> Any:
        """Say what is wrong with the call, briefly, and how to get help."""
        self.exit(2, self._catalogue.text("cli-wrong-use", reason=message, program=self.prog) + "\n")


def build_parser(catalogue: Catalogue) -> argparse.ArgumentParser:
    """Return the parser of all commands; without a command the app opens."""
    say = catalogue.text
    parser = _Parser(catalogue, prog="station", description=say("cli-description"), epilog=say("cli-epilog"))
    parser.add_argument("--lang", choices=LANGUAGES, default=catalogue.language, help=say("cli-help-lang"))
    parser.add_argument("--config", type=Path, default=None, metavar="kit.toml", help=say("cli-help-config"))
    parser.set_defaults(run=commands.open_app, json=False)
    groups = parser.add_subparsers(title=say("cli-commands"), metavar=say("cli-command"), prog="station")
    for name, add in commands.COMMANDS.items():
        child = groups.add_parser(name, catalogue=catalogue, help=say(f"cli-{name}"), description=say(f"cli-{name}"))
        add(_Adder(child, catalogue))
    return parser


class _Adder:
    """Adds arguments and sub-commands whose help texts are named after them."""

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

    def child(self, name: str) -> _Adder:
        """Add a sub-command; its help text is `cli-<parent>-<name>`."""
        if self._groups is None:
            title = self._catalogue.text("cli-commands")
            self._groups = self._parser.add_subparsers(title=title, metavar=self._catalogue.text("cli-command"))
            self._groups.required = True
        parent = self._parser.prog.split()[-1]
        text = self._catalogue.text(f"cli-{parent}-{name}")
        child = self._groups.add_parser(name, catalogue=self._catalogue, help=text, description=text)
        return _Adder(child, self._catalogue)
