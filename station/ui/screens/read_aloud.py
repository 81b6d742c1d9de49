"""Biodata read aloud: one field at a time in large letters, the student says whether it is right."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from station.domain.person import Biodata
from station.ui.access import station_app
from station.ui.widgets.bars import KeyBar
from station.ui.widgets.big_text import BigText

_FIELDS = (
    "name",
    "nik",
    "birth_place",
    "birth_date",
    "sex",
    "address",
    "village",
    "district",
    "religion",
    "marital_status",
    "occupation",
    "citizenship",
    "blood_type",
)


class ReadAloudScreen(ModalScreen[tuple[str, ...] | None]):
    """Returns the fields the student called wrong (none when all are right), or None when it was broken off."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,right", "right", "ui-key-right"),
        Binding("s", "wrong", "ui-key-wrong"),
        Binding("left,backspace", "back", "ui-key-field-back"),
        Binding("escape", "give_up", "ui-key-cancel"),
    ]

    def __init__(self, biodata: Biodata) -> None:
        super().__init__()
        self._biodata = biodata
        self._position = 0
        self._wrong: set[str] = set()

    def compose(self) -> ComposeResult:
        """Lay out the field's name, its value and the keys."""
        with Vertical(id="read-aloud"):
            yield Static("", id="read-label", markup=False)
            yield BigText("read-value")
            yield Static("", id="read-plain", markup=False)
            yield KeyBar(id="key-bar", markup=False)

    def on_mount(self) -> None:
        """Start with the name."""
        self._show()

    def _show(self) -> None:
        app = station_app(self)
        field = _FIELDS[self._position]
        label = app.words(f"ui-field-{field.replace('_', '-')}")
        value = self._value(field)
        mark = f"  ✗ {app.words('ui-field-wrong')}" if field in self._wrong else ""
        self.query_one("#read-label", Static).update(f"{self._position + 1}/{len(_FIELDS)}  {label}{mark}")
        self.query_one("#read-value", BigText).show(value)
        self.query_one("#read-plain", Static).update(value)

    def _value(self, field: str) -> str:
        if field == "birth_date":
            return station_app(self).catalogue.long_date(self._biodata.birth_date).upper()
        value = self._biodata.as_dict()[field]
        if field == "nik":
            return " ".join(value[start : start + 4] for start in range(0, 16, 4))
        return value

    def action_right(self) -> None:
        """Note that the student calls it right."""
        self._wrong.discard(_FIELDS[self._position])
        self._next()

    def action_wrong(self) -> None:
        """Note that the student calls it wrong."""
        self._wrong.add(_FIELDS[self._position])
        self._next()

    def _next(self) -> None:
        if self._position + 1 == len(_FIELDS):
            self.dismiss(tuple(field for field in _FIELDS if field in self._wrong))
            return
        self._position += 1
        self._show()

    def action_back(self) -> None:
        """Read the field before once more."""
        self._position = max(0, self._position - 1)
        self._show()

    def action_give_up(self) -> None:
        """Break off."""
        self.dismiss(None)
