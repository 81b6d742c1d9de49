"""A camera as the rest of the program sees it."""

from __future__ import annotations

from typing import Protocol

from station.devices.identity import DeviceIdentity, Readiness
from station.domain.sample import ColourImage


class Camera(Protocol):
    """Gives preview frames and stills."""

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""

    async def readiness(self) -> Readiness:
        """Return every reason why no picture can be taken now."""

    async def preview(self) -> ColourImage:
        """Return the newest frame, never one already queued when asked; raises NoReply when frames stop."""

    async def still(self) -> ColourImage:
        """Return a picture at full resolution."""

    async def close(self) -> None:
        """Give the device back; may be called twice."""
