"""Collects pen reports of one signature: order, time since the first touch, and when it is finished."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from station.devices.errors import BadReply, DeviceError, NoReply
from station.devices.signature.serial_pad_codec import Frame, PenReport
from station.domain.sample import PenSample

_MOST_SAMPLES = 60_000  # five minutes at 200 reports a second


class PenTrace:
    """One signature in the making; `add` is called on the port's thread, `collect` by the waiting task."""

    def __init__(self, device: str, finished_after_s: float) -> None:
        self._device = device
        self._finished_after_s = finished_after_s
        self._loop = asyncio.get_running_loop()
        self._arrived: asyncio.Queue[PenReport | DeviceError] = asyncio.Queue()
        self._samples: list[PenSample] = []
        self._next_sequence: int | None = None
        self._elapsed_ms = 0
        self._last_tick_ms: int | None = None
        self._inked = False

    def add(self, frame: Frame) -> None:
        """Take one PEN frame."""
        try:
            self._hand_over(PenReport.decoded(frame.payload))
        except ValueError:
            self._hand_over(BadReply(self._device, "capture"))

    def fail(self, error: DeviceError) -> None:
        """End the collection with an error."""
        self._hand_over(error)

    async def collect(self, timeout_s: float, on_sample: Callable[[PenSample], None] | None) -> tuple[PenSample, ...]:
        """Return the samples once the pen stayed away; without any ink raise NoReply at the deadline."""
        deadline_s = self._loop.time() + timeout_s
        finished_s = deadline_s
        while (left_s := min(deadline_s, finished_s) - self._loop.time()) > 0:
            sample = await self._next(left_s)
            if sample is None:
                continue
            if sample.touching:
                finished_s = self._loop.time() + self._finished_after_s
            if on_sample is not None:
                on_sample(sample)
        if not self._inked:
            raise NoReply(self._device, "capture", "pad-no-ink")
        return tuple(self._samples)

    async def _next(self, left_s: float) -> PenSample | None:
        try:
            async with asyncio.timeout(left_s):
                report = await self._arrived.get()
        except TimeoutError:
            return None
        if isinstance(report, DeviceError):
            raise report
        return self._placed(report)

    def _hand_over(self, what: PenReport | DeviceError) -> None:
        # the loop may be gone when the last reports of a cancelled capture come in
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._arrived.put_nowait, what)

    def _placed(self, report: PenReport) -> PenSample | None:
        if self._next_sequence is not None and report.sequence != self._next_sequence:
            raise BadReply(self._device, "capture", "pad-samples-lost")
        self._next_sequence = (report.sequence + 1) % 256
        if not self._inked and not report.touching:
            return None  # the pen hovers before the first touch
        if self._last_tick_ms is not None:
            self._elapsed_ms += (report.tick_ms - self._last_tick_ms) % 65536
        self._last_tick_ms = report.tick_ms
        self._inked = True
        if len(self._samples) >= _MOST_SAMPLES:
            raise BadReply(self._device, "capture")
        sample = PenSample(report.x, report.y, report.pressure, self._elapsed_ms, report.touching)
        self._samples.append(sample)
        return sample
