"""A form in a dialog: labelled fields checked before they are given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Select, Static

from station.ui.access import station_app


class FieldKind(Enum):
    """What a field takes."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - the name of a kind of field
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `label` in the user's language, `choices` as (value, words)."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    default: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()


def date_from_words(text: str) -> date | None:
    """Return the date written as day-month-year or ISO, or None when it is none."""
    parts = text.replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.strip().isdigit() for part in parts):
        return None
    first, second, third = (int(part) for part in parts)
    year, month, day = (first, second, third) if first > 31 else (third, second, first)
    try:
        return date(year, month, day)
    except ValueError:
        return None


class Choice(Select[str]):
    """A list that opens with the arrow keys or space; Enter goes on like in every other field."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "go_on", show=False)]

    class GoneOn(Message):
        """Enter was pressed while the list was closed."""

    def action_go_on(self) -> None:
        """Tell the form to go to its next field."""
        self.post_message(self.GoneOn())


class Form(ModalScreen[dict[str, str] | None]):
    """Enter goes to the next field and from the last one saves; Esc gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "ui-key-cancel"),
        Binding("ctrl+s", "save", "ui-key-save", priority=True),
    ]

    def __init__(self, title: str, fields: Sequence[Field], text: str = "") -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._fields = tuple(fields)

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        with Vertical(classes="dialog form"):
            yield Static(self._title, classes="dialog-title", markup=False)
            if self._text:
                yield Static(self._text, classes="dialog-lead", markup=False)
            with VerticalScroll(classes="form-fields", can_focus=False):
                for entry in self._fields:
                    with Horizontal(classes="form-row"):
                        yield Static(entry.label, classes="form-label", markup=False)
                        yield self._widget(entry)
            yield Static("", id="form-problem", markup=False)
            choosing = any(entry.kind is FieldKind.CHOICE for entry in self._fields)
            keys = "ui-form-choice-keys" if choosing else "ui-form-keys"
            yield Static(station_app(self).words(keys), classes="dialog-keys", markup=False)

    def _widget(self, entry: Field) -> Input | Select[str]:
        if entry.kind is FieldKind.CHOICE:
            options = [(words, value) for value, words in entry.choices]
            default = entry.default or entry.choices[0][0]
            return Choice(options, value=default, allow_blank=False, id=f"field-{entry.name}", compact=True)
        return Input(
            value=entry.default,
            password=entry.kind is FieldKind.SECRET,
            id=f"field-{entry.name}",
            compact=True,
            select_on_focus=True,
        )

    def on_mount(self) -> None:
        """Start in the first field."""
        self.query_one(f"#field-{self._fields[0].name}").focus()

    @on(Input.Submitted)
    @on(Choice.GoneOn)
    def _next_field(self, event: Input.Submitted | Choice.GoneOn) -> None:
        event.stop()
        if self.focused is not None and self.focused.id == f"field-{self._fields[-1].name}":
            self.action_save()
        else:
            self.focus_next()

    def action_give_up(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)

    def action_save(self) -> None:
        """Check the fields and give them back; the first wrong one is named and focused."""
        answers: dict[str, str] = {}
        for entry in self._fields:
            widget = self.query_one(f"#field-{entry.name}")
            value = str(widget.value) if isinstance(widget, Input | Select) else ""
            value = value if entry.kind is FieldKind.SECRET else value.strip()
            problem = _problem(entry, value)
            if problem:
                self.query_one("#form-problem", Static).update(
                    f"! {station_app(self).words(problem, field=entry.label)}"
                )
                widget.focus()
                return
            answers[entry.name] = value
        self.dismiss(answers)


def _problem(entry: Field, value: str) -> str:
    if not value:
        return "ui-form-missing" if entry.required else ""
    if entry.kind is FieldKind.NUMBER and not value.isdigit():
        return "ui-form-no-number"
    if entry.kind is FieldKind.DATE and date_from_words(value) is None:
        return "ui-form-no-date"
    return ""
