"""The rooms of the app: key, title, who works there, and where its screen is defined.

Screens are imported when first opened, so that the app starts fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from textual.screen import Screen

from station.domain.staff import Role


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the home menu; `name` also forms the message identifiers `ui-place-<name>` and `...-hint`."""

    name: str
    key: str
    module: str
    screen: str
    roles: frozenset[Role]
    group: str

    def open(self) -> Screen[None]:
        """Import the screen's module and build the screen."""
        module = import_module(f"station.ui.screens.{self.module}")
        return cast("Screen[None]", getattr(module, self.screen)())


_FIELD = frozenset({Role.FIELD_OPERATOR, Role.VERIFIER, Role.SUPERVISOR, Role.ADMINISTRATOR})
_PRINT = frozenset({Role.PRINT_OPERATOR, Role.SUPERVISOR, Role.ADMINISTRATOR})
_BLANKS = frozenset({Role.CUSTODIAN, Role.DIVISION_HEAD, Role.PRINT_OPERATOR, Role.ADMINISTRATOR})
_ALL = frozenset(Role)

PLACES = (
    Place("roster", "1", "roster", "RosterScreen", _FIELD, "school"),
    Place("session", "2", "session", "SessionScreen", _FIELD, "school"),
    Place("closing", "3", "closing", "ClosingScreen", _FIELD, "school"),
    Place("sync", "4", "sync", "SyncScreen", _ALL, "office"),
    Place("registers", "5", "registers", "RegistersScreen", _ALL, "office"),
    Place("queue", "6", "print_queue", "PrintQueueScreen", _PRINT, "print"),
    Place("recovery", "7", "recovery", "RecoveryScreen", _PRINT, "print"),
    Place("handover", "8", "handover", "HandOverScreen", _PRINT | _FIELD, "print"),
    Place("blanks", "9", "blanks", "BlanksScreen", _BLANKS, "print"),
    Place("devices", "d", "devices", "DevicesScreen", _ALL, "station"),
    Place("check", "k", "kit_check", "KitCheckScreen", _ALL, "station"),
    Place("staff", "p", "staff", "StaffScreen", frozenset({Role.ADMINISTRATOR}), "station"),
    Place("help", "b", "help", "HelpScreen", _ALL, "station"),
)
GROUPS = ("school", "office", "print", "station")


def place(name: str) -> Place:
    """Return the place of that name."""
    return next(entry for entry in PLACES if entry.name == name)
