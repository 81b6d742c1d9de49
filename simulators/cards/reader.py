"""A reader on a slot without the operating system's card service in between, for tests and small benches.

The real way is the USB reader model behind pcscd; this one speaks the same interface.
Does not simulate: USB, pcscd, protocol T=1 or radio.
"""

from __future__ import annotations

import asyncio

from simulators.cards.slot import CardApplication, CardGone, CardSlot
from station.devices.errors import DeviceUnavailable, OutcomeUnknown
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.smartcard.interface import CardChannel, ResponseApdu

_POLL_S = 0.01


class SlotChannel:
    """A connection to the card in a slot."""

    def __init__(self, name: str, slot: CardSlot, card: CardApplication) -> None:
        self._name = name
        self._slot = slot
        self._card = card
        self._answer_to_reset = card.power_on()
        self._open = True

    @property
    def answer_to_reset(self) -> bytes:
        """Return the ATR."""
        return self._answer_to_reset

    async def transmit(self, apdu: bytes) -> ResponseApdu:
        """Exchange one command with the card."""
        if not self._open or self._slot.card() is not self._card:
            raise OutcomeUnknown(self._name, "transmit")
        try:
            raw = self._card.process(apdu)
        except CardGone as error:
            self._open = False
            raise OutcomeUnknown(self._name, "transmit") from error
        return ResponseApdu(raw[:-2], int.from_bytes(raw[-2:], "big"))

    async def reset(self) -> None:
        """Reset the card."""
        self._card.power_on()

    async def close(self) -> None:
        """Disconnect; a card that is still in loses its power."""
        if self._open:
            self._open = False
            self._card.power_off()


class SlotReader:
    """A SmartCardReader on a slot of this process."""

    def __init__(self, name: str, slot: CardSlot) -> None:
        self._name = name
        self._slot = slot

    async def identity(self) -> DeviceIdentity:
        """Return the slot's name."""
        return DeviceIdentity("station", self._name, "", "1")

    async def readiness(self) -> Readiness:
        """Return that the reader is ready."""
        return Readiness()

    async def card_present(self) -> bool:
        """Tell whether a card is in the slot."""
        return self._slot.present

    async def wait_for_card(self, present: bool, timeout_s: float) -> bool:
        """Wait until a card is there or gone."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while self._slot.present is not present:
            if loop.time() >= deadline:
                return False
            await asyncio.sleep(_POLL_S)
        return True

    async def connect(self) -> CardChannel:
        """Open the card in the slot."""
        card = self._slot.card()
        if card is None:
            raise DeviceUnavailable(self._name, "connect", "card-absent")
        return SlotChannel(self._name, self._slot, card)

    async def close(self) -> None:
        """Nothing to give back."""
