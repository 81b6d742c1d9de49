"""A satellite receiver as the rest of the program sees it (NMEA 0183)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from station.devices.identity import DeviceIdentity, Readiness


@dataclass(frozen=True, slots=True)
class GnssFix:
    """A position in degrees (WGS 84), accuracy in metres, satellite time in UTC."""

    latitude_deg: float
    longitude_deg: float
    accuracy_m: float
    satellites: int
    time: datetime


class GnssReceiver(Protocol):
    """Tells position and time."""

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""

    async def readiness(self) -> Readiness:
        """Return every reason why there is no fix now."""

    async def fix(self, timeout_s: float = 10.0) -> GnssFix | None:
        """Return the newest fix, or None when the sky is not seen within the deadline."""

    async def close(self) -> None:
        """Give the device back; may be called twice."""
