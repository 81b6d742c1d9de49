"""The field in which a list is searched: it never keeps the operator, whatever key is pressed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widgets import Input

from station.ui.widgets.rows import Rows


class SearchField(Input):
    """`/` begins anew, arrow down and Enter go to the rows, Esc gives the search up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "to_rows", show=False),
        Binding("escape", "give_up", "ui-key-search-end"),
    ]

    def __init__(self, prompt: str) -> None:
        super().__init__(placeholder=prompt, id="search", compact=True)

    async def _on_key(self, event: Key) -> None:
        """Write every key that writes, but not `/`: no name, number or NIK has one."""
        if event.key == "slash":
            event.stop()
            event.prevent_default()
            self.action_begin_anew()
            return
        await super()._on_key(event)

    async def _on_input_submitted(self) -> None:
        self.action_to_rows()

    def action_begin_anew(self) -> None:
        """Empty the field and type in it."""
        self.value = ""
        self.focus()

    def action_to_rows(self) -> None:
        """Go to what was found."""
        self.screen.query_one(Rows).focus()

    def action_give_up(self) -> None:
        """Show the whole list again, the cursor in it."""
        self.value = ""
        self.action_to_rows()
