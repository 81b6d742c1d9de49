"""The app as its screens see it: services, who works here, words, and the state read last.

Screens and widgets know this much of the app and no more. What comes before and after
a signed-in person is the app's own (`app.py`), asked for by the messages of `messages.py`.
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, cast

from textual.app import App
from textual.dom import DOMNode

from station.devices.watch import DeviceWatch
from station.domain.clock import local_date
from station.domain.errors import NotAllowed, StationError
from station.domain.staff import Actor
from station.messages.catalogue import Catalogue
from station.ui.locale import feed_words
from station.ui.overview import Overview, read_overview
from station.ui.places import place

if TYPE_CHECKING:
    from station.devices.kit import DeviceReport
    from station.sync.report import SyncReport
    from station.ui.services import Services

_DEVICES = "devices"
_OVERVIEW = "overview"
_EXCHANGE = "exchange"
_LOOK_S = 2.0


class Station(App[None]):
    """What every screen may ask for."""

    def __init__(self, services: Services | None, catalogue: Catalogue) -> None:
        super().__init__()
        self._services = services
        self.opening_error: StationError | None = None
        """Why the kit could not be opened."""
        self.catalogue = catalogue
        self.actor: Actor | None = None
        self.device_reports: list[DeviceReport] = []
        """What the devices said last; empty until the first answer."""
        self._devices: DeviceWatch | None = None
        self.overview = Overview()
        """The state of the station as read last."""
        self._overview_wanted = False

    @property
    def services(self) -> Services:
        """Return what may be called; there once the kit is open."""
        if self._services is None:
            raise NotAllowed("ui-opening-lead")
        return self._services

    @property
    def is_open(self) -> bool:
        """Tell whether the kit is open."""
        return self._services is not None

    def today(self) -> date:
        """Return the local date: days, ages and the blank book are local."""
        return local_date(self.services.clock.now(), self.services.config.time_zone)

    def words(self, message_id: str, **params: object) -> str:
        """Return a message of the catalogue in the language chosen."""
        return self.catalogue.text(message_id, **params)

    def go(self, name: str) -> None:
        """Open the room of this name on top of home, whatever was open before; the next key typed is its own."""
        if self.actor is None:
            return
        while len(self.screen_stack) > 2:
            self.pop_screen()
        self.push_screen(place(name).open())

    def watch_devices(self) -> None:
        """Follow the devices while a screen that shows them is on top."""
        if not any(worker.group == _DEVICES and worker.is_running for worker in self.workers):
            self.run_worker(self._watch_devices, group=_DEVICES, exit_on_error=False)  # type: ignore[arg-type]

    async def _watch_devices(self) -> None:
        following = asyncio.ensure_future(self._watch().run())
        try:
            while getattr(self.screen, "shows_devices", False) or self.screen.is_modal:
                await asyncio.sleep(_LOOK_S)
                self.refresh_overview()
                if following.done():
                    following.result()  # a kit without devices is followed at once; anything else is a fault to see
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def ask_devices(self, kind: str) -> None:
        """Ask the devices of a kind now, after another one was put to work."""
        for name in self.services.kit.names(kind):
            await self._watch().ask_now(kind, name)

    def _watch(self) -> DeviceWatch:
        if self._devices is None:
            self._devices = DeviceWatch(self.services.kit, self._devices_changed)
        return self._devices

    def _devices_changed(self) -> None:
        self.device_reports = self._watch().reports
        self.refresh_overview()

    def keep_in_touch(self) -> None:
        """Let the exchange with the office go on by itself while the app is open, whoever is signed in."""
        exchange = self.services.sync_loop
        if exchange is not None:
            exchange.on_report = self._exchanged
            self.run_worker(exchange.run, group=_EXCHANGE, exit_on_error=False)  # type: ignore[arg-type]

    def _exchanged(self, report: SyncReport) -> None:
        """Say what an exchange that went on by itself has brought; what went wrong stands on the screen of sync."""
        if report.feed and self.actor is not None:
            what = feed_words(self.catalogue, report.feed)
            self.notify(f"✓ {self.catalogue.text('ui-exchange-brought', what=what)}", timeout=6)
        self.refresh_overview()

    def refresh_overview(self) -> None:
        """Read the state of the station anew on a thread; screens show it when it is there."""
        self._overview_wanted = True
        if not any(worker.group == _OVERVIEW and not worker.is_finished for worker in self.workers):
            self.run_worker(self._read_overview, group=_OVERVIEW, exit_on_error=False)  # type: ignore[arg-type]

    async def _read_overview(self) -> None:
        while self._overview_wanted and self.actor is not None:
            self._overview_wanted = False
            self.overview = await asyncio.to_thread(read_overview, self.services, tuple(self.device_reports))
            show = getattr(self.screen, "show_overview", None)
            if show is not None:
                show()


def station_app(node: DOMNode) -> Station:
    """Return the running app, typed."""
    return cast("Station", node.app)
