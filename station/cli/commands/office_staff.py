"""`station office staff`: who works on the kits; every change goes to them as a signed roster."""

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
_BY = "cli"


def add_staff(command: Adder, place: Place, office_at: OfficeAt) -> None:
    """Say the arguments; `place` adds those that name an office, `office_at` opens it."""
    work = _Staff(office_at)
    changes = {"roles": work.roles, "password": work.password, "close": work.close, "reopen": work.reopen}
    for name, run in ({"list": work.list, "add": work.add} | changes).items():
        child = command.child(name)
        child.runs(run)
        place(child)
        if name != "list":
            child.takes("account")
        if name == "add":
            child.takes("--name", required=True)
        if name in {"add", "roles"}:
            child.takes("--role", action="append", required=True)


class _Staff:
    """The work of the commands on the office they name."""

    def __init__(self, office_at: OfficeAt) -> None:
        self._office_at = office_at

    def list(self, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
        from station.office.field_staff import list_staff, rosters_sent

        with self._office_at(arguments) as office:
            staff, rosters = list_staff(office), rosters_sent(office)
        lines = []
        for one in staff:
            roles = ", ".join(catalogue.text(f"ui-role-{role}") for role in one.roles)
            state = catalogue.text("office-staff-active" if one.active else "office-staff-closed")
            lines.append(
                catalogue.text(
                    "cli-staff-line", login=one.login, name=one.name, roles=roles, fingers=one.fingers, state=state
                )
            )
        lines += [
            catalogue.text("cli-staff-roster", kit=sent.kit_id, serial=str(sent.serial), until=sent.expires_at)
            for sent in rosters
        ]
        put(arguments, {"staff": staff, "rosters": rosters}, "\n".join(lines))
        return 0

    def add(self, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
        from station.office.field_staff import add_staff, roles_named

        with self._office_at(arguments) as office:
            roles = roles_named(arguments.role)
            password = new_password(arguments.account, catalogue)
            member = add_staff(office, _BY, arguments.account, arguments.name, password, roles)
        put(arguments, member, catalogue.text("cli-staff-told", login=member.login))
        return 0

    def roles(self, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
        from station.office.field_staff import roles_named

        return self._change(arguments, catalogue, roles=roles_named(arguments.role))

    def password(self, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
        return self._change(arguments, catalogue, password=new_password(arguments.account, catalogue))

    def close(self, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
        return self._change(arguments, catalogue, active=False)

    def reopen(self, arguments: argparse.Namespace, catalogue: Catalogue) -> int:
        return self._change(arguments, catalogue, active=True)

    def _change(self, arguments: argparse.Namespace, catalogue: Catalogue, **change: object) -> int:
        from station.office.field_staff import change_staff

        with self._office_at(arguments) as office:
            change_staff(office, _BY, arguments.account, **change)  # type: ignore[arg-type]
        put(arguments, {"login": arguments.account}, catalogue.text("cli-staff-told", login=arguments.account))
        return 0
