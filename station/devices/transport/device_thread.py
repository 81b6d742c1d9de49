"""One thread per device for libraries that block.

Jobs run one after another on a thread that starts with the first job and ends on
close. A job that outlives its deadline is given up by the caller; until it really
ends, further jobs fail at once, so that a hung library costs one thread and never
the screen. The thread is a daemon: a hung device does not keep the program alive.
"""

from __future__ import annotations

import asyncio
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
        waiter = asyncio.wrap_future(future)
        try:
            return await asyncio.wait_for(asyncio.shield(waiter), deadline_s)
        except asyncio.CancelledError:
            future.cancel()
            waiter.cancel()
            raise
        except TimeoutError as error:
            if future.done() and not future.cancelled():
                raise
            waiter.cancel()
            if not future.cancel():
                self._overdue = future
            raise DeviceStuck(self._name) from error

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


def _work(jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]) -> None:
    while (entry := jobs.get()) is not None:
        future, job = entry
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(job())
        except BaseException as error:  # noqa: BLE001 - handed over whole to the task that waits
            future.set_exception(error)
