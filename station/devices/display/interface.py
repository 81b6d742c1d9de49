"""The call board: the display in the waiting room that says whose turn it is."""

from __future__ import annotations

from typing import Protocol

from station.devices.identity import DeviceIdentity, Readiness


class CallBoard(Protocol):
    """Shows list number and name of the person who is called."""

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""

    async def readiness(self) -> Readiness:
        """Return every reason why nothing can be shown."""

    async def call(self, number: int, name: str) -> None:
        """Show who should come forward; repeating it is harmless."""

    async def clear(self) -> None:
        """Blank the board."""

    async def close(self) -> None:
        """Give the device back; may be called twice."""
