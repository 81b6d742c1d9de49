"""Follows every device by itself, so that the panel tells the truth within two seconds whatever hangs beside it.

Each device is asked again a moment after it answered. One that takes long is shown as
such while it is still being asked; its answer counts when it comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from station.devices.identity import Readiness
from station.devices.kit import DeviceReport, Kit

_PAUSE_S = 0.5
_SLOW_AFTER_S = 1.4
SLOW = "device-slow"


class DeviceWatch:
    """The newest report of each device, in kit.toml order; `on_change` hears that one is new."""

    def __init__(
        self, kit: Kit, on_change: Callable[[], None], pause_s: float = _PAUSE_S, slow_after_s: float = _SLOW_AFTER_S
    ) -> None:
        self._kit = kit
        self._on_change = on_change
        self._pause_s = pause_s
        self._slow_after_s = slow_after_s
        self._newest: dict[tuple[str, str], DeviceReport] = {}

    @property
    def reports(self) -> list[DeviceReport]:
        """Return what is known now; a device that was not heard yet is not in it."""
        return [self._newest[place] for place in self._kit.places() if place in self._newest]

    async def run(self) -> None:
        """Follow all devices until cancelled."""
        async with asyncio.TaskGroup() as group:
            for kind, name in self._kit.places():
                group.create_task(self._follow(kind, name))

    async def ask_now(self, kind: str, name: str) -> None:
        """Ask one device out of turn, after it was changed."""
        self._take(await self._kit.report(kind, name))

    async def _follow(self, kind: str, name: str) -> None:
        while True:
            asking = asyncio.ensure_future(self._kit.report(kind, name))
            try:
                done, _waiting = await asyncio.wait({asking}, timeout=self._slow_after_s)
                if not done:
                    self._take(self._still_asking(kind, name))
                self._take(await asking)
            finally:
                asking.cancel()
            await asyncio.sleep(self._pause_s)

    def _still_asking(self, kind: str, name: str) -> DeviceReport:
        known = self._newest.get((kind, name))
        if known is None:
            driver, in_use = self._kit.driver(kind, name), self._kit.in_use(kind) == name
            known = DeviceReport(kind, name, driver, in_use, None, Readiness())
        if not known.readiness.ready:
            return known  # what is known to be wrong says more than that it is slow
        return replace(known, readiness=Readiness((SLOW,)))

    def _take(self, report: DeviceReport) -> None:
        place = (report.kind, report.name)
        if self._newest.get(place) != report:
            self._newest[place] = report
            self._on_change()
