"""The lines that frame every screen: title above, state of the station and keys below."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from station.ui.access import station_app
from station.ui.locale import clock_words
from station.ui.overview import Overview

_LINES = 2


class TitleBar(Horizontal):
    """Where the operator is, who is signed in, and the local time."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        """Lay out title and clock."""
        yield Static(self._title, id="title-left", markup=False)
        yield Static("", id="title-right", markup=False)

    def on_mount(self) -> None:
        """Keep the clock going."""
        self._tick()
        self.set_interval(5, self._tick)

    def _tick(self) -> None:
        app = station_app(self)
        now = clock_words(app.services.clock.now(), app.services.config.time_zone)
        who = app.actor.name if app.actor else app.words("ui-nobody")
        self.query_one("#title-right", Static).update(f"{who} · {now}")

    def rename(self, title: str) -> None:
        """Show another title."""
        self.query_one("#title-left", Static).update(title)


class StatusBar(Static):
    """Kit, session, queue, backup and blanks in one line, on every screen."""

    def show(self, overview: Overview) -> None:
        """Show the newest state."""
        app = station_app(self)
        self.update(overview.line(app.catalogue))


class KeyBar(Static):
    """The keys that work now, with their words; what does not fit is in the help page (F1)."""

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._refresh_keys)
        self.call_after_refresh(self._refresh_keys, self.screen)

    def on_resize(self) -> None:
        """Fit the new width."""
        self._refresh_keys(self.screen)

    def _refresh_keys(self, _screen: object) -> None:
        app = station_app(self)
        rest = app.words("ui-keybar-rest")
        room = max(20, self.size.width)
        lines = [Text(no_wrap=True)]
        for key, label in self._entries():
            if cell_len(lines[-1].plain + key + label) > room - (cell_len(rest) if len(lines) == _LINES else 0):
                if len(lines) == _LINES:
                    break
                lines.append(Text(no_wrap=True))
            lines[-1].append(key, style="reverse bold")
            lines[-1].append(label)
        if cell_len(lines[-1].plain + rest) > room:
            lines.append(Text(no_wrap=True))
        lines[-1].append(rest, style="dim")
        self.update(Text("\n").join(lines))

    def _entries(self) -> list[tuple[str, str]]:
        app = station_app(self)
        entries: dict[str, tuple[str, str]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in entries:
                key = app.get_key_display(binding).capitalize()
                entries[binding.action] = (f" {key} ", f" {app.words(binding.description)}  ")
        return list(entries.values())
