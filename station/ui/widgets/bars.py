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
        line = Text(no_wrap=True)
        width = max(20, self.size.width) - cell_len(app.words("ui-keybar-rest")) - 1
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.show or not active.enabled or binding.action in seen:
                continue
            seen.add(binding.action)
            key = f" {app.get_key_display(binding).capitalize()} "
            label = f" {app.words(binding.description)}  "
            if cell_len(line.plain + key + label) > width:
                break
            line.append(key, style="reverse bold")
            line.append(label)
        line.append(app.words("ui-keybar-rest"), style="dim")
        self.update(line)
