"""A fingerprint scanner as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from station.devices.identity import DeviceIdentity, Readiness
from station.domain.sample import Finger, GreyImage, Slap


@dataclass(frozen=True, slots=True)
class FingerRequest:
    """What to capture: a slap less its missing fingers, or one single finger."""

    fingers: tuple[Finger, ...]
    slap: Slap | None
    timeout_s: float = 30.0

    @classmethod
    def of_slap(cls, slap: Slap, missing: frozenset[Finger] = frozenset(), timeout_s: float = 30.0) -> FingerRequest:
        """Ask for a slap without the fingers that do not exist."""
        return cls(tuple(finger for finger in slap.fingers if finger not in missing), slap, timeout_s)

    @classmethod
    def of_single(cls, finger: Finger, timeout_s: float = 30.0) -> FingerRequest:
        """Ask for one finger."""
        return cls((finger,), None, timeout_s)


@dataclass(frozen=True, slots=True)
class FingerPreview:
    """A live frame: small grey image, fingers the device sees, hint as message identifier or empty."""

    image: GreyImage
    finger_count: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FingerImage:
    """One captured image and the fingers in it: several for a slap, one when the device segments."""

    image: GreyImage
    fingers: tuple[Finger, ...]


@dataclass(frozen=True, slots=True)
class FingerCapture:
    """What a capture returned. `evidence` holds the device's own signed answers, where it signs."""

    images: tuple[FingerImage, ...]
    device: DeviceIdentity
    captured_at: datetime
    device_quality: dict[Finger, int] = field(default_factory=dict)
    evidence: tuple[bytes, ...] = ()


class FingerprintScanner(Protocol):
    """Captures slaps and single fingers. Cancelling the awaiting task cancels the device's operation."""

    @property
    def captures_slaps(self) -> bool:
        """Tell whether the glass takes four fingers."""

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot capture now."""

    async def capture(
        self, request: FingerRequest, on_preview: Callable[[FingerPreview], None] | None = None
    ) -> FingerCapture:
        """Capture when the fingers lie still; raises NoReply at the deadline, DeviceUnavailable when unplugged."""

    async def close(self) -> None:
        """Give the device back; may be called twice."""
