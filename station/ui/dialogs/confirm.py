"""A question answered with yes or no."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from station.ui.access import station_app


class Confirm(ModalScreen[bool]):
    """`y` (ya) answers yes, `t` (tidak) or Esc no; Enter alone answers nothing, so that no habit confirms."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "ui-key-yes"),
        Binding("t,n,escape", "answer(False)", "ui-key-no"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out question and keys."""
        with Vertical(classes="dialog"):
            yield Static(f"? {self._title}", classes="dialog-title", markup=False)
            with VerticalScroll(classes="dialog-text"):
                yield Static(self._text, markup=False)
            yield Static(station_app(self).words("ui-confirm-keys"), classes="dialog-keys", markup=False)

    def action_answer(self, answer: bool) -> None:
        """Give the answer back."""
        self.dismiss(answer)
