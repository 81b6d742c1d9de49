"""Work of a driver that `close` may break off, so that whoever waits is told at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from station.devices.errors import DeviceError

_TIDY_S = 2.0
Result = TypeVar("Result")


class BreakableWork:
    """What one driver has under way."""

    def __init__(self) -> None:
        self._running: set[asyncio.Future[Any]] = set()

    async def run(self, work: Awaitable[Result], broken: Callable[[], DeviceError]) -> Result:
        """Await the work; raises the error of `broken` when it was broken off. Cancelling passes through."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            me = asyncio.current_task()
            if me is not None and me.cancelling():
                raise
            raise broken() from None
        finally:
            self._running.discard(task)

    async def break_off(self) -> None:
        """End everything that is under way, and wait a moment until it has tidied up after itself."""
        running = list(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=_TIDY_S)
