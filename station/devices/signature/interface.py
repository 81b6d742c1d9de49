"""A signature pad as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from station.devices.identity import DeviceIdentity, Readiness
from station.domain.sample import PenSample


@dataclass(frozen=True, slots=True)
class PadArea:
    """Coordinate range and rate of the pad; `unit_per_mm` scales to millimetres."""

    width: int
    height: int
    max_pressure: int
    rate_hz: int
    unit_per_mm: float


@dataclass(frozen=True, slots=True)
class SignatureRequest:
    """What to show on the pad, and when a signature counts as finished (pen away for that long)."""

    lines: tuple[str, ...]
    timeout_s: float = 60.0
    finished_after_s: float = 1.5


@dataclass(frozen=True, slots=True)
class SignatureCapture:
    """Pen samples at the device's rate, first sample at time 0."""

    samples: tuple[PenSample, ...]
    area: PadArea
    device: DeviceIdentity
    captured_at: datetime


class SignaturePad(Protocol):
    """Takes signatures. Cancelling the awaiting task clears the pad."""

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""

    async def readiness(self) -> Readiness:
        """Return every reason why the pad cannot take a signature now."""

    async def area(self) -> PadArea:
        """Return coordinate range and rate."""

    async def show(self, lines: tuple[str, ...]) -> None:
        """Show text on the pad, where it has a display; otherwise do nothing."""

    async def capture(
        self, request: SignatureRequest, on_sample: Callable[[PenSample], None] | None = None
    ) -> SignatureCapture:
        """Collect samples until the pen stays away; raises NoReply at the deadline without ink."""

    async def clear(self) -> None:
        """Wipe the pad."""

    async def close(self) -> None:
        """Give the device back; may be called twice."""
