"""Help: the keys of the screen beneath, the way through a day, the signs."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from station.ui.screens.base import StationScreen


class HelpScreen(StationScreen):
    """One page, scrolled with the arrow keys."""

    title_id = "ui-help-title"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "ui-key-back")]

    def body(self) -> ComposeResult:
        """Lay out the page."""
        with VerticalScroll(id="help-page"):
            yield Static(self._keys_of_screen_beneath(), markup=False)
            yield Static(self.words("ui-help-text"), markup=False)

    def load(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one("#help-page").focus()

    def _keys_of_screen_beneath(self) -> str:
        beneath = self.station.screen_stack[-2] if len(self.station.screen_stack) > 2 else None
        if beneath is None or isinstance(beneath, HelpScreen):
            return ""
        lines = [self.words("ui-help-keys")]
        seen: set[str] = set()
        for active in beneath.active_bindings.values():
            binding = active.binding
            if binding.description.startswith("ui-key-") and binding.action not in seen:
                seen.add(binding.action)
                lines.append(
                    f"  {self.station.get_key_display(binding).capitalize():<10} {self.words(binding.description)}"
                )
        return "\n".join([*lines, ""])
