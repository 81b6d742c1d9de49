"""The commands and their arguments, in the user's language."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from station.cli import commands
from station.cli.adder import Adder
from station.messages.catalogue import LANGUAGES, Catalogue


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
        add(Adder(child, catalogue))
    return parser
