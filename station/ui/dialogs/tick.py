"""Any number of answers out of a list, ticked with the space bar."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from station.ui.access import station_app


class Tick(ModalScreen[frozenset[str] | None]):
    """Space ticks, Enter gives the answer back, Esc gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "ui-key-cancel"),
        Binding("space", "tick", "ui-key-tick", priority=True),
    ]

    def __init__(self, title: str, options: Sequence[tuple[str, str]], ticked: Collection[str] = ()) -> None:
        super().__init__()
        self._title = title
        self._options = tuple(options)
        self._ticked = frozenset(ticked)

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield OptionList(
                *[Option(self._line(value, words), id=value) for value, words in self._options],
                markup=False,
                compact=True,
            )
            yield Static(station_app(self).words("ui-tick-keys"), classes="dialog-keys", markup=False)

    def _line(self, value: str, words: str) -> str:
        return f"[{'x' if value in self._ticked else ' '}] {words}"

    def action_tick(self) -> None:
        """Tick the line under the cursor, or take the tick back."""
        found = self.query_one(OptionList)
        if found.highlighted is None:
            return
        value, words = self._options[found.highlighted]
        self._ticked = self._ticked ^ {value}
        found.replace_option_prompt(value, self._line(value, words))

    @on(OptionList.OptionSelected)
    def _save(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._ticked)

    def action_give_up(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
