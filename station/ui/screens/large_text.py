"""Texts one at a time in large letters; a person compares each and says whether it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from station.ui.access import station_app
from station.ui.widgets.bars import KeyBar
from station.ui.widgets.big_text import BigText


@dataclass(frozen=True, slots=True)
class LargeText:
    """One text: its key in the answer, its label and the text itself in the user's language."""

    key: str
    label: str
    text: str


class LargeTextScreen(ModalScreen[tuple[str, ...] | None]):
    """Returns the keys of the texts called wrong (none when all are right), or None when it was broken off."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,right", "right", "ui-key-right"),
        Binding("s", "wrong", "ui-key-wrong"),
        Binding("left,backspace", "back", "ui-key-field-back"),
        Binding("escape", "give_up", "ui-key-cancel"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._texts: Sequence[LargeText] = ()
        self._position = 0
        self._wrong: set[str] = set()

    def texts(self) -> Sequence[LargeText]:
        """Return what is to be compared, in order."""
        return ()

    def compose(self) -> ComposeResult:
        """Lay out the label, the text and the keys."""
        with Vertical(id="read-aloud"):
            yield Static("", id="read-label", markup=False)
            yield BigText("read-value")
            yield Static("", id="read-plain", markup=False)
            yield KeyBar(id="key-bar", markup=False)

    def on_mount(self) -> None:
        """Start with the first text."""
        self._texts = self.texts()
        self._show()

    def _show(self) -> None:
        text = self._texts[self._position]
        mark = f"  ✗ {station_app(self).words('ui-field-wrong')}" if text.key in self._wrong else ""
        self.query_one("#read-label", Static).update(f"{self._position + 1}/{len(self._texts)}  {text.label}{mark}")
        self.query_one("#read-value", BigText).show(text.text)
        self.query_one("#read-plain", Static).update(text.text)

    def action_right(self) -> None:
        """Note that the text is right."""
        self._wrong.discard(self._texts[self._position].key)
        self._next()

    def action_wrong(self) -> None:
        """Note that the text is wrong."""
        self._wrong.add(self._texts[self._position].key)
        self._next()

    def _next(self) -> None:
        if self._position + 1 == len(self._texts):
            self.dismiss(tuple(text.key for text in self._texts if text.key in self._wrong))
            return
        self._position += 1
        self._show()

    def action_back(self) -> None:
        """Look at the text before once more."""
        self._position = max(0, self._position - 1)
        self._show()

    def action_give_up(self) -> None:
        """Break off."""
        self.dismiss(None)
