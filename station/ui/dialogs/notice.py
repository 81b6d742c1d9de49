"""A message that must be read: what happened and what to do."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from station.ui.access import station_app


class Notice(ModalScreen[None]):
    """Stays until a key is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,space", "dismiss_notice", "ui-key-ok")]

    def __init__(self, title_id: str, text: str, good: bool = False) -> None:
        super().__init__()
        self._title_id = title_id
        self._text = text
        self._good = good

    def compose(self) -> ComposeResult:
        """Lay out title, text and the way on."""
        app = station_app(self)
        sign = "✓" if self._good else "✗"
        with Vertical(classes="dialog good" if self._good else "dialog bad"):
            yield Static(f"{sign} {app.words(self._title_id)}", classes="dialog-title", markup=False)
            with VerticalScroll(classes="dialog-text"):
                yield Static(self._text, markup=False)
            yield Static(app.words("ui-notice-keys"), classes="dialog-keys", markup=False)

    def action_dismiss_notice(self) -> None:
        """Close."""
        self.dismiss(None)
