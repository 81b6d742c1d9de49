"""One line that says what is being done, for how long, how far, and how to stop it."""

from __future__ import annotations

from textual.timer import Timer
from textual.widgets import Static

from station.ui.access import station_app

_BAR_CELLS = 20


class WorkLine(Static):
    """Hidden while nothing runs."""

    def __init__(self) -> None:
        super().__init__("", id="work-line", markup=False)
        self._words = ""
        self._share: float | None = None
        self._started_s = 0.0
        self._timer: Timer | None = None

    def begin(self, words: str) -> None:
        """Show that something has begun."""
        self._words, self._share = words, None
        self._started_s = station_app(self).services.clock.monotonic_s()
        self.add_class("busy")
        if self._timer is None:
            self._timer = self.set_interval(0.5, self._draw)
        self._draw()

    def progress(self, words: str, share: float | None = None) -> None:
        """Show the step reached; `share` of the whole is 0 to 1 where it is known."""
        self._words, self._share = words, share
        self._draw()

    def end(self) -> None:
        """Hide the line."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.remove_class("busy")
        self.update("")

    def _draw(self) -> None:
        app = station_app(self)
        seconds = int(app.services.clock.monotonic_s() - self._started_s)
        bar = ""
        if self._share is not None:
            full = round(self._share * _BAR_CELLS)
            bar = f" [{'█' * full}{'░' * (_BAR_CELLS - full)}] {round(self._share * 100)} %"
        self.update(f"» {self._words}{bar}  {app.words('ui-work-seconds', seconds=seconds)}")
