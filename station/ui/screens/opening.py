"""What is painted first: the station opens behind it, and what went wrong is said in words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Static

from station.domain.errors import StationError
from station.ui.access import station_app
from station.ui.messages import KitOpened
from station.ui.services import Services


class OpeningScreen(Screen[None]):
    """Paints, then unlocks the kit on a thread; goes on to the sign-in, or stays with the reason why not."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape", "leave", show=False)]

    def __init__(self, open_services: Callable[[], Services]) -> None:
        super().__init__()
        self._open_services = open_services
        self._failed = False

    def compose(self) -> ComposeResult:
        """Lay out the title line and one card."""
        app = station_app(self)
        yield Static(f" STATION · {app.words('ui-opening-title')}", id="opening-title", markup=False)
        with Vertical(id="opening-body"), Vertical(classes="card"):
            yield Static(app.words("ui-opening-lead"), id="opening-words", markup=False)
            yield Static(app.words("ui-opening-keys"), classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        """Begin only after the first frame is on the terminal: unlocking would hold it up."""
        self.call_after_refresh(self.run_worker, self._open, group="start", exit_on_error=True)

    async def _open(self) -> None:
        app = station_app(self)
        try:
            services = await asyncio.to_thread(self._open_services)
        except StationError as error:
            app.opening_error = error
            self._failed = True
            words = self.query_one("#opening-words", Static)
            words.update(f"✗ {app.words('ui-opening-failed')}\n\n{app.catalogue.error(error)}")
            words.add_class("failed")
        else:
            self.post_message(KitOpened(services))

    def action_leave(self) -> None:
        """End the app once it is known that the kit does not open."""
        if self._failed:
            self.app.exit(return_code=1)
