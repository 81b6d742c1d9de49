"""An iris scanner as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from station.devices.identity import DeviceIdentity, Readiness
from station.domain.sample import Eye, GreyImage


@dataclass(frozen=True, slots=True)
class IrisRequest:
    """Which eyes to capture."""

    eyes: tuple[Eye, ...] = (Eye.RIGHT, Eye.LEFT)
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class IrisPreview:
    """A live frame, and a hint as message identifier or empty; `eye` is None where the device does not say which."""

    eye: Eye | None
    image: GreyImage
    hint: str = ""


@dataclass(frozen=True, slots=True)
class IrisImage:
    """One eye, near-infrared, at least 640 x 480."""

    image: GreyImage
    eye: Eye


@dataclass(frozen=True, slots=True)
class IrisCapture:
    """What a capture returned, an image per eye asked for."""

    images: tuple[IrisImage, ...]
    device: DeviceIdentity
    captured_at: datetime
    device_quality: dict[Eye, int] = field(default_factory=dict)
    evidence: tuple[bytes, ...] = ()


class IrisScanner(Protocol):
    """Captures one or both eyes. Cancelling the awaiting task cancels the device's operation."""

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot capture now."""

    async def capture(
        self, request: IrisRequest, on_preview: Callable[[IrisPreview], None] | None = None
    ) -> IrisCapture:
        """Capture when the eyes are open and sharp; raises NoReply at the deadline."""

    async def close(self) -> None:
        """Give the device back; may be called twice."""
