"""One thread per device for libraries that block.

Jobs run one after another on a thread that starts with the first job and ends on
close. A job that outlives its deadline is given up by the caller; until it really
ends, further jobs fail at once, so that a hung library costs one thread and never
the screen. The thread is a daemon: a hung device does not keep the program alive.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")


class DeviceStuck(Exception):
    """A job did not end within its deadline, or an earlier one still has not."""


class DeviceThread:
    """Runs the blocking calls of one device."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] | None = None
        self._overdue: Future[Any] | None = None

    async def run(self, job: Callable[[], Result], deadline_s: float) -> Result:
        """Run a job and return its result; raises DeviceStuck after `deadline_s` seconds.

        When the awaiting task is cancelled, a job not yet begun is dropped and one
        already running ends by its own time limit.
        """
        if self._overdue is not None and not self._overdue.done():
            raise DeviceStuck(self._name)
        self._overdue = None
        future = self._submit(job)
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        future.add_done_callback(lambda _done: _wake_from_elsewhere(loop, waiter))
        timer = loop.call_later(deadline_s, _wake, waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            future.cancel()
            raise
        finally:
            timer.cancel()
        if not future.done() and not future.cancel():
            self._overdue = future
        if not future.done() or future.cancelled():
            raise DeviceStuck(self._name)
        return future.result()

    def close(self, last_job: Callable[[], None] | None = None) -> None:
        """End the thread after the jobs already given and `last_job`; may be called twice."""
        with self._lock:
            jobs, self._jobs = self._jobs, None
        if jobs is not None:
            if last_job is not None:
                jobs.put((Future(), last_job))
            jobs.put(None)

    def _submit(self, job: Callable[[], Result]) -> Future[Result]:
        future: Future[Result] = Future()
        with self._lock:
            if self._jobs is None:
                self._jobs = queue.SimpleQueue()
                threading.Thread(target=_work, args=(self._jobs,), name=self._name, daemon=True).start()
            self._jobs.put((future, job))
        return future


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def _wake_from_elsewhere(loop: asyncio.AbstractEventLoop, waiter: asyncio.Future[None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
        loop.call_soon_threadsafe(_wake, waiter)


def _work(jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]) -> None:
    while (entry := jobs.get()) is not None:
        future, job = entry
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(job())
        except BaseException as error:  # noqa: BLE001 - handed over whole to the task that waits
            future.set_exception(error)
