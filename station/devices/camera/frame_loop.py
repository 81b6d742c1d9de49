"""Reads frames on a thread of its own and hands out only the newest.

Shared by the camera drivers: a `FrameSource` blocks in a foreign library; the loop
drains it all the time, so that no frame waits in a queue, and decodes a frame only
when somebody waits for one. After some seconds without interest the source is closed,
so an idle kit costs nothing; the next request opens it again, after the camera was
given back whole. That is also how a camera that was unplugged comes back.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from station.devices.errors import DeviceError, DeviceUnavailable, NoReply
from station.domain.sample import ColourImage

_JOIN_DEADLINE_S = 3.0
SEEN_LATELY_S = 1.0


class FrameSource(Protocol):
    """A blocking camera stream; every method raises DeviceError."""

    def next_frame(self) -> Callable[[], ColourImage]:
        """Wait for the next frame and return how to decode it."""

    def interrupt(self) -> None:
        """Let `next_frame` on another thread come back soon, where that can be done; may be called at any time."""

    def close(self) -> None:
        """End the stream."""


class FrameLoop:
    """The newest frame of a source that is opened on demand."""

    def __init__(self, device: str, open_source: Callable[[], FrameSource], idle_s: float = 5.0) -> None:
        self._device = device
        self._open_source = open_source
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._latest: threading.Thread | None = None
        self._stopping = threading.Event()
        self._waiting: list[Future[ColourImage]] = []
        self._wanted_until_s = 0.0
        self._source: FrameSource | None = None
        self._delivered_at_s = -math.inf

    async def newest(self, timeout_s: float, command: str) -> ColourImage:
        """Return the next frame that arrives from now; raises NoReply at the deadline."""
        promise: Future[ColourImage] = Future()
        with self._lock:
            self._waiting.append(promise)
            self._wanted_until_s = time.monotonic() + self._idle_s
            if self._thread is None:
                self._stopping = threading.Event()
                self._thread = self._latest = threading.Thread(
                    target=self._run, args=(self._stopping, self._latest), name=f"{self._device} frames", daemon=True
                )
                self._thread.start()
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.wrap_future(promise)
        except TimeoutError as error:
            raise NoReply(self._device, command) from error
        finally:
            with self._lock:
                if promise in self._waiting:
                    self._waiting.remove(promise)

    def seen_within(self, seconds: float) -> bool:
        """Tell whether a whole frame was handed out so lately."""
        return time.monotonic() - self._delivered_at_s < seconds

    async def close(self) -> None:
        """End the thread and the stream; whoever waits is told at once. May be called twice."""
        with self._lock:
            thread, self._thread = self._thread, None
            source = self._source
            self._stopping.set()
            waiting, self._waiting = self._waiting, []
        for promise in waiting:
            if promise.set_running_or_notify_cancel():
                promise.set_exception(DeviceUnavailable(self._device, "close"))
        if source is not None:
            source.interrupt()
        if thread is not None:
            await asyncio.to_thread(thread.join, _JOIN_DEADLINE_S)

    def _run(self, stopping: threading.Event, before: threading.Thread | None) -> None:
        source: FrameSource | None = None
        failure: DeviceError = DeviceUnavailable(self._device, "preview")
        try:
            if before is not None:  # it may still be giving the camera back, and a camera opens for one only
                before.join(_JOIN_DEADLINE_S)
            source = self._open_source()
            with self._lock:
                self._source = source
            while not stopping.is_set():
                decode = source.next_frame()
                for promise in self._take_waiting():
                    self._deliver(promise, decode)
                if self._nobody_waits():
                    return
        except DeviceError as error:
            failure = error
        finally:
            for promise in self._give_up():
                if promise.set_running_or_notify_cancel():
                    promise.set_exception(failure)
            with self._lock:
                if self._source is source:
                    self._source = None
            if source is not None:
                source.close()

    def _give_up(self) -> list[Future[ColourImage]]:
        # a thread that ended for lack of interest, or was closed, may have a successor: its waiters are not ours
        with self._lock:
            if self._thread is not threading.current_thread():
                return []
            self._thread = None
            waiting, self._waiting = self._waiting, []
        return waiting

    def _take_waiting(self) -> list[Future[ColourImage]]:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        return waiting

    def _nobody_waits(self) -> bool:
        with self._lock:
            if self._waiting or time.monotonic() < self._wanted_until_s:
                return False
            self._thread = None
            return True

    def _deliver(self, promise: Future[ColourImage], decode: Callable[[], ColourImage]) -> None:
        if not promise.set_running_or_notify_cancel():
            return
        try:
            picture = decode()
            self._delivered_at_s = time.monotonic()
            promise.set_result(picture)
        except DeviceError as error:
            promise.set_exception(error)
