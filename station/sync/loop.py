"""Runs sync again and again in the background: at once when a link comes up, with growing pauses when it fails.

No screen waits for it. It never spins: every turn waits for its pause, a link event or a request.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from station.domain.errors import StationError
from station.sync.engine import LAN, SyncEngine
from station.sync.report import SyncProblem, SyncReport
from station.sync.session import BackOff

_log = logging.getLogger("station.sync.loop")
CALM_PAUSE_S = 300.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 900.0


class LinkSource(Protocol):
    """Knows which link leads to the office, and hears when links change (`links.py`)."""

    async def choose(self) -> str:
        """Return the link to use now."""

    async def follow(self, up: Callable[[], None], down: Callable[[frozenset[str], str], None]) -> None:
        """Tell of every change until cancelled."""


class OfficeNetwork:
    """The office network alone, of which nothing is heard."""

    async def choose(self) -> str:
        """Return the office network."""
        return LAN

    async def follow(self, up: Callable[[], None], down: Callable[[frozenset[str], str], None]) -> None:
        """Hear of nothing until cancelled."""
        del up, down
        await asyncio.Event().wait()


async def wait_or_wake(wake: asyncio.Event, pause_s: float) -> None:
    """Wait for the pause to pass or for the event, whichever comes first."""
    with suppress(TimeoutError):
        await asyncio.wait_for(wake.wait(), pause_s)


class SyncLoop:
    """The background exchange of one kit; `on_report` hears the result of each run, `wait` is how a pause passes."""

    def __init__(
        self,
        engine: SyncEngine,
        links: LinkSource | None = None,
        on_report: Callable[[SyncReport], None] | None = None,
        randomness: random.Random | None = None,
        wait: Callable[[asyncio.Event, float], Awaitable[None]] = wait_or_wake,
    ) -> None:
        self._engine, self._links = engine, links or OfficeNetwork()
        self.on_report = on_report
        self._pauses = BackOff(randomness or random.SystemRandom(), first_s=FIRST_PAUSE_S, longest_s=LONGEST_PAUSE_S)
        self._wait = wait
        self._wake = asyncio.Event()
        self._stopping = False

    def link_is_up(self) -> None:
        """Hear that a link came up: try now, and forget how often it failed."""
        self._pauses.reset()
        self._wake.set()

    def link_is_down(self, gone: frozenset[str], link: str) -> None:
        """Hear that addresses are gone or a link is lost: a visit that goes over them ends at once."""
        self._engine.link_lost(gone, link)

    def send_now(self) -> None:
        """Try now, because a person asked."""
        self._engine.resume()
        self.link_is_up()

    def stop(self) -> None:
        """End after the present piece; nothing acknowledged is lost."""
        self._stopping = True
        self._engine.halt()
        self._wake.set()

    async def run(self) -> None:
        """Go on until `stop` or until cancelled."""
        following = asyncio.ensure_future(self._links.follow(self.link_is_up, self.link_is_down))
        try:
            while not self._stopping:
                self._wake.clear()
                report = await self._once()
                if self.on_report is not None:
                    self.on_report(report)
                await self._rest(report)
        finally:
            self._engine.halt()  # a run that is cancelled goes on in its thread, and need not
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _once(self) -> SyncReport:
        try:
            return await self._engine.run_once(await self._links.choose())
        except StationError as error:
            problem = SyncProblem.of(error)
        except Exception as error:  # noqa: BLE001 - one run's fault must not end a day's exchange in silence
            _log.exception("a run of the exchange broke off")
            problem = SyncProblem("sync-unexpected", {"reason": f"{type(error).__name__}: {error}"})
        return SyncReport(0, 0, 0, {}, 0, 0.0, (problem,))

    async def _rest(self, report: SyncReport) -> None:
        if report.problems:
            pause_s = self._pauses.next_s()
        else:
            self._pauses.reset()
            pause_s = CALM_PAUSE_S
        if not self._stopping:
            await self._wait(self._wake, pause_s)
