"""One answer out of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from station.ui.access import station_app


class Choose(ModalScreen[str | None]):
    """Arrow keys and Enter, or the number of the line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "ui-key-cancel"),
        *[Binding(str(number), f"pick({number})", show=False) for number in range(1, 10)],
    ]

    def __init__(self, title: str, options: Sequence[tuple[str, str]], text: str = "") -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._options = tuple(options)

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            if self._text:
                yield Static(self._text, classes="dialog-lead", markup=False)
            yield OptionList(
                *[
                    Option(f"{number}  {words}" if number < 10 else f"   {words}", id=value)
                    for number, (value, words) in enumerate(self._options, 1)
                ],
                markup=False,
                compact=True,
            )
            yield Static(station_app(self).words("ui-choose-keys"), classes="dialog-keys", markup=False)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)

    def action_pick(self, number: int) -> None:
        """Answer with the line of that number."""
        if number <= len(self._options):
            self.dismiss(self._options[number - 1][0])

    def action_give_up(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
