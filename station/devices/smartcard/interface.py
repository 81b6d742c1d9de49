"""Smart cards through PC/SC as the rest of the program sees them (ISO/IEC 7816-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from station.devices.identity import DeviceIdentity, Readiness


@dataclass(frozen=True, slots=True)
class ResponseApdu:
    """Data and status word of a response."""

    data: bytes
    status_word: int

    @property
    def ok(self) -> bool:
        """Tell whether the card answered 90 00."""
        return self.status_word == 0x9000


class CardChannel(Protocol):
    """An open connection to one card. Blocking calls run on a thread of the driver."""

    @property
    def answer_to_reset(self) -> bytes:
        """Return the ATR."""

    async def transmit(self, apdu: bytes) -> ResponseApdu:
        """Exchange one command; raises OutcomeUnknown when the card left in mid-command."""

    async def reset(self) -> None:
        """Warm-reset the card; secure sessions are gone."""

    async def close(self) -> None:
        """Disconnect; may be called twice."""


class SmartCardReader(Protocol):
    """A reader slot found by a name pattern, never by index."""

    async def identity(self) -> DeviceIdentity:
        """Return the reader's name as model."""

    async def readiness(self) -> Readiness:
        """Return every reason why cards cannot be reached (service down, reader missing)."""

    async def card_present(self) -> bool:
        """Tell whether a card is in the slot or field."""

    async def wait_for_card(self, present: bool, timeout_s: float) -> bool:
        """Wait until a card is there (or gone); return False at the deadline."""

    async def connect(self) -> CardChannel:
        """Open the card in the slot; raises DeviceUnavailable when there is none."""

    async def close(self) -> None:
        """Give the reader back; may be called twice."""
