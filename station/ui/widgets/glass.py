"""A finger on the scanner, as a dialog shows it: what to do, the live picture, the newest words, one scan at a time.

What is scanned for, and which keys there are, is left to the dialog around it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from station.devices.errors import DeviceError
from station.domain.errors import StationError
from station.ui.access import station_app
from station.ui.widgets.picture import Picture

if TYPE_CHECKING:
    from station.devices.fingerprint.interface import FingerPreview

_DRAW_EVERY_S = 0.125
_SCAN = "finger"


class Glass(Vertical):
    """Runs the scans that `ask` is given; errors with words are shown under the picture."""

    def __init__(self, title: str, keys: str) -> None:
        super().__init__(classes="dialog")
        self._title = title
        self._keys = keys
        self._frame: FingerPreview | None = None
        self._drawn: FingerPreview | None = None

    def compose(self) -> ComposeResult:
        """Lay out the dialog."""
        yield Static(self._title, classes="dialog-title", markup=False)
        yield Static("", id="finger-do", markup=False)
        yield Picture("", "finger-picture")
        yield Static("", id="finger-words", markup=False)
        yield Static(self._keys, classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        """Draw the newest live picture from now on."""
        self.set_interval(_DRAW_EVERY_S, self._draw)

    @property
    def scanning(self) -> bool:
        """Tell whether the scanner waits for a finger."""
        return any(worker.group == _SCAN and not worker.is_finished for worker in self.workers)

    def ask(self, instruction: str, scan: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Ask for the finger, unless the scanner waits already."""
        if self.scanning:
            return
        self._frame = self._drawn = None
        self.query_one(Picture).show_nothing("")
        self.query_one("#finger-do", Static).update(instruction)
        self.say("")
        self.run_worker(self.guarded(scan()), group=_SCAN, exclusive=True)

    def let_go(self) -> None:
        """Let the scanner go."""
        self.workers.cancel_group(self, _SCAN)

    def take_frame(self, frame: FingerPreview) -> None:
        """Keep the newest live picture; may be called from a driver's thread."""
        self._frame = frame

    def say(self, words: str) -> None:
        """Show a line under the picture."""
        self.query_one("#finger-words", Static).update(words)

    async def guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Do work whose errors have words, and show them."""
        app = station_app(self)
        try:
            await work
        except StationError as error:
            app.bell()
            hint = f"\n{app.words('ui-finger-device-hint')}" if isinstance(error, DeviceError) else ""
            self.say(f"! {app.catalogue.error(error)}{hint}")

    def _draw(self) -> None:
        frame = self._frame
        if frame is None or frame is self._drawn:
            return
        self._drawn = frame
        self.query_one(Picture).show(frame.image)
        if frame.hint and self.scanning:
            self.say(station_app(self).words(frame.hint))
