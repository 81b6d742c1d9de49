"""Puts the pen reports of one signature together: order, bounds, time since the first touch, and the end."""

from __future__ import annotations

from collections.abc import Callable

from station.devices.errors import BadReply, NoReply
from station.devices.signature import stu_reports as stu
from station.domain.sample import PenSample

_CLOCK_RANGE_MS = 1 << 16
_SEQUENCE_RANGE = 1 << 16
_SAMPLES_MAX = 60_000


class StuTrace:
    """One signature in the making."""

    def __init__(
        self,
        device: str,
        capability: stu.Capability,
        finished_after_s: float,
        on_sample: Callable[[PenSample], None] | None,
    ) -> None:
        self._device = device
        self._capability = capability
        self._finished_after_s = finished_after_s
        self._on_sample = on_sample
        self._samples: list[PenSample] = []
        self._next_sequence: int | None = None
        self._last_time_ms = 0
        self._touched_at_s: float | None = None

    def add(self, raw: bytes, now_s: float) -> None:
        """Take one input report; raises WireError, and BadReply when one before it is missing."""
        if raw[0] not in stu.INPUT_REPORTS:
            raise stu.WireError("unknown input report")
        report = stu.PenReport.unpack(raw)
        if self._next_sequence is not None and report.sequence != self._next_sequence:
            raise BadReply(self._device, "capture", "pad-samples-lost")
        self._next_sequence = (report.sequence + 1) % _SEQUENCE_RANGE
        limits = self._capability
        if report.x > limits.max_x or report.y > limits.max_y or report.pressure > limits.max_pressure:
            raise stu.WireError("pen outside the pad")
        if report.touching:
            self._touched_at_s = now_s
        if self._touched_at_s is not None and report.near:
            self._keep(report)

    def finished(self, now_s: float) -> bool:
        """Tell whether the pen has been away long enough after the last touch."""
        if len(self._samples) >= _SAMPLES_MAX:
            return True
        return self._touched_at_s is not None and now_s - self._touched_at_s >= self._finished_after_s

    def samples(self) -> tuple[PenSample, ...]:
        """Return what was collected; raises NoReply when the pen never touched the pad."""
        if self._touched_at_s is None:
            raise NoReply(self._device, "capture", "pad-no-ink")
        return tuple(self._samples)

    def _keep(self, report: stu.PenReport) -> None:
        elapsed_ms = 0
        if self._samples:
            elapsed_ms = self._samples[-1].time_ms + (report.time_ms - self._last_time_ms) % _CLOCK_RANGE_MS
        self._last_time_ms = report.time_ms
        sample = PenSample(report.x, report.y, report.pressure, elapsed_ms, report.touching)
        self._samples.append(sample)
        if self._on_sample is not None:
            self._on_sample(sample)
