"""Runs sync again and again in the background: at once when a link comes up, with growing pauses when it fails.

No screen waits for it. It never spins: every turn waits for its pause, a link event or a request.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress

from station.domain.errors import StationError
from station.sync.engine import LAN, SyncEngine
from station.sync.report import SyncProblem, SyncReport
from station.sync.session import BackOff

CALM_PAUSE_S = 300.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 900.0


class SyncLoop:
    """The background exchange of one kit; `on_report` hears the result of each run."""

    def __init__(
        self,
        engine: SyncEngine,
        choose_link: Callable[[], str] = lambda: LAN,
        on_report: Callable[[SyncReport], None] | None = None,
        randomness: random.Random | None = None,
    ) -> None:
        self._engine, self._choose_link, self._on_report = engine, choose_link, on_report
        self._pauses = BackOff(randomness or random.SystemRandom(), first_s=FIRST_PAUSE_S, longest_s=LONGEST_PAUSE_S)
        self._wake = asyncio.Event()
        self._stopping = False

    def link_is_up(self) -> None:
        """Hear that a link came up: try now, and forget how often it failed."""
        self._pauses.reset()
        self._wake.set()

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
        """Go on until `stop`."""
        while not self._stopping:
            self._wake.clear()
            report = await self._once()
            if self._on_report is not None:
                self._on_report(report)
            await self._rest(report)

    async def _once(self) -> SyncReport:
        try:
            return await self._engine.run_once(self._choose_link())
        except StationError as error:
            problems = (SyncProblem.of(error),)
            return SyncReport(0, 0, 0, {}, 0, 0.0, problems)

    async def _rest(self, report: SyncReport) -> None:
        if report.problems:
            pause_s = self._pauses.next_s()
        else:
            self._pauses.reset()
            pause_s = CALM_PAUSE_S
        if not self._stopping:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause_s)
