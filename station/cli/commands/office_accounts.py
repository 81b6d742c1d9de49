"""`station office account`: who may sign in to the office's dashboard."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from station.cli.adder import Adder
from station.cli.context import new_password, put
from station.messages.catalogue import Catalogue

if TYPE_CHECKING:
    from station.office.context import Office

Place = Callable[[Adder], None]
OfficeAt = Callable[[argparse.Namespace], "AbstractContextManager[Office]"]


def add_account(command: Adder, place: Place, office_at: OfficeAt) -> None:
    """Say the arguments; `place` adds those that name an office, `office_at` opens it."""
    work = _Accounts(office_at)
    for name, run in (("list", work.list), ("add", work.add), ("password", work.password), ("remove", work.remove)):
        child = command.child(name)
        child.runs(run)
        place(child)
        if name != "list":
            child.takes("account")
        if name == "add":
            child.takes("--name", required=True)
            child.takes("--administrator", action="store_true")


class _Accounts:
    """The work of the four commands on the office they name."""

    def __init__(self, office_at: OfficeAt) -> None:
        self._office_at = office_at

    def list(self, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
        from station.office.accounts import list_accounts

        with self._office_at(arguments) as office:
            found = list_accounts(office)
        lines = []
        for who in found:
            role = catalogue.text(f"cli-account-role-{'administrator' if who.administrator else 'reader'}")
            lines.append(catalogue.text("cli-account-line", login=who.login, name=who.name, role=role))
        put(arguments, found, "\n".join(lines))
        return 0

    def add(self, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
        from station.office.accounts import create_account

        with self._office_at(arguments) as office:
            password = new_password(arguments.account, catalogue)
            who = create_account(office, arguments.account, arguments.name, password, arguments.administrator)
        put(arguments, who, catalogue.text("cli-account-added", login=who.login))
        return 0

    def password(self, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
        from station.office.accounts import change_password

        with self._office_at(arguments) as office:
            change_password(office, arguments.account, new_password(arguments.account, catalogue))
        put(arguments, {"login": arguments.account}, catalogue.text("cli-account-changed", login=arguments.account))
        return 0

    def remove(self, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
        from station.office.accounts import remove_account

        with self._office_at(arguments) as office:
            remove_account(office, arguments.account)
        put(arguments, {"login": arguments.account}, catalogue.text("cli-account-removed", login=arguments.account))
        return 0
