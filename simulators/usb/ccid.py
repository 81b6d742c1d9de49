"""A smart card reader with one slot: USB class CCID 1.1, driven by the real libccid.

The slot holds any card that answers `power_on`, `power_off` and `process`. A card put
in right after the host was told of an empty slot is seen half a second after the old one
left: the PC/SC service looks every 0.4 s and loses a card that comes back faster. Faults
(`<device> transmit`): `silence`, `slow seconds=N` (with time extensions), `garbage`,
`duplicated` the answer comes twice, `late` the answer to the command before comes first,
`misnumbered` an answer to a command that was never given comes first, `mute` the card does
not answer, `tear` the card is gone in mid-command, `unplug seconds=N`.

Does not simulate: TPDU and character level, PIN pads, several slots, clock and voltage.
"""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Callable
from typing import Protocol

from simulators.faults import Fault
from simulators.usb.descriptors import (
    Endpoint,
    Interface,
    TransferKind,
    configuration_descriptor,
    device_descriptor,
)
from simulators.usb.model import UsbModel
from simulators.usb.surroundings import Faults

INTERRUPT_IN, BULK_IN, BULK_OUT = 0x81, 0x82, 0x02
_POWER_ON, _POWER_OFF, _SLOT_STATUS, _TRANSFER = 0x62, 0x63, 0x65, 0x6F
_SET_PARAMETERS, _GET_PARAMETERS, _RESET_PARAMETERS, _ESCAPE, _ABORT = 0x61, 0x6C, 0x6D, 0x6B, 0x72
_DATA_BLOCK, _STATUS_REPLY, _PARAMETERS, _NOTIFY = 0x80, 0x81, 0x82, 0x50
_ACTIVE, _INACTIVE, _ABSENT = 0, 1, 2
_FAILED, _TIME_EXTENSION = 0x40, 0x80
_ERROR_MUTE, _ERROR_UNSUPPORTED, _ERROR_SLOT = 0xFE, 0x00, 0x05
_T1_PARAMETERS = b"\x11\x10\x00\x4d\x00\x20\x00"
_MESSAGE_MAX = 65544
_EXTENDED_APDU_FEATURES = 0x000404BE
_HEADER = struct.Struct("<BIBBBBB")
_EXTENSION_STEP_S = 1.0
SWAP_S = 0.5


class Card(Protocol):
    """What the reader sees of a card."""

    def power_on(self) -> bytes:
        """Give power and return the answer to reset."""

    def power_off(self) -> None:
        """Take power away."""

    def process(self, apdu: bytes) -> bytes:
        """Answer one command."""


class Slot(Protocol):
    """A place a card can be; `simulators.cards.slot.CardSlot` is one."""

    def card(self) -> Card | None:
        """Return the card that is in."""

    def on_change(self, listener: Callable[[bool], None]) -> None:
        """Call `listener` with True when a card came and False when it went."""


class CcidReaderModel(UsbModel):
    """A reader; libccid names it after vendor, product and serial number."""

    def __init__(
        self,
        slot: Slot,
        faults: Faults,
        device: str = "smartcard-sam",
        serial: str = "SAM-0001",
        product: tuple[int, int, str] = (0x076B, 0x3031, "OMNIKEY 3x21 Smart Card Reader"),
    ) -> None:
        super().__init__((INTERRUPT_IN, BULK_IN))
        self.vendor_id, self.product_id, name = product
        self.strings = ("HID Global", name, serial)
        self.device = device
        self.device_descriptor = device_descriptor(self.vendor_id, self.product_id)
        ends = (
            Endpoint(INTERRUPT_IN, TransferKind.INTERRUPT, 8, 16),
            Endpoint(BULK_IN, TransferKind.BULK, 64),
            Endpoint(BULK_OUT, TransferKind.BULK, 64),
        )
        interface = Interface(0x0B, 0, 0, ends, _class_descriptor())
        self.configuration_descriptor = configuration_descriptor(interface)
        self._slot = slot
        self._faults = faults
        self._powered: Card | None = None
        self._absent_until_s = 0.0
        self._told_absent = False
        self._pieces = b""
        self._last_answer = b""
        slot.on_change(self._card_changed)

    def receive(self, endpoint: int, data: bytes) -> None:  # noqa: ARG002 - there is only one OUT endpoint
        """Take a message, or a piece of one."""
        self._pieces += data
        if len(self._pieces) < _HEADER.size:
            return
        kind, length, slot, sequence, *_rest = _HEADER.unpack_from(self._pieces)
        if len(self._pieces) < _HEADER.size + length:
            return
        message = self._pieces[_HEADER.size : _HEADER.size + length]
        self._pieces = b""
        if slot != 0:
            self._reply(_STATUS_REPLY, sequence, b"", _FAILED | _ABSENT, _ERROR_SLOT)
        else:
            self._answer(kind, sequence, message)

    def detached(self) -> None:
        """Take the card's power when the host is gone."""
        super().detached()
        self._power_off()
        self._pieces = b""

    def _answer(self, kind: int, sequence: int, message: bytes) -> None:
        match kind:
            case _ if kind == _POWER_ON:
                self._power_on(sequence)
            case _ if kind == _POWER_OFF:
                self._power_off()
                self._reply(_STATUS_REPLY, sequence)
            case _ if kind in (_SLOT_STATUS, _ABORT):
                self._reply(_STATUS_REPLY, sequence)
            case _ if kind in (_SET_PARAMETERS, _GET_PARAMETERS, _RESET_PARAMETERS):
                given = message if kind == _SET_PARAMETERS and message else _T1_PARAMETERS
                self._reply(_PARAMETERS, sequence, given, last=1)
            case _ if kind == _TRANSFER:
                self._transfer(sequence, message)
            case _:
                reply = 0x83 if kind == _ESCAPE else _STATUS_REPLY
                self._reply(reply, sequence, b"", _FAILED | self._state(), _ERROR_UNSUPPORTED)

    def _power_on(self, sequence: int) -> None:
        card = self._card()
        if card is None:
            self._reply(_DATA_BLOCK, sequence, b"", _FAILED | self._state(), _ERROR_MUTE)
            return
        if self._powered is not None:
            self._powered.power_off()
        answer = card.power_on()
        self._powered = card
        self._reply(_DATA_BLOCK, sequence, answer)

    def _power_off(self) -> None:
        card, self._powered = self._powered, None
        if card is not None and card is self._card():
            card.power_off()

    def _transfer(self, sequence: int, command: bytes) -> None:
        card = self._card()
        if card is None or card is not self._powered:
            self._reply(_DATA_BLOCK, sequence, b"", _FAILED | self._state(), _ERROR_MUTE)
            return
        fault = self._faults.take(self.device, "transmit")
        if fault is None:
            self._exchange(card, sequence, command)
        else:
            self._exchange_badly(fault, card, sequence, command)

    def _exchange(self, card: Card, sequence: int, command: bytes) -> None:
        try:
            answer = card.process(command)
        except Exception:  # noqa: BLE001 - whatever stops a card, the reader sees silence
            self._reply(_DATA_BLOCK, sequence, b"", _FAILED | self._state(), _ERROR_MUTE)
            return
        if self._card() is not card:
            self._reply(_DATA_BLOCK, sequence, b"", _FAILED | self._state(), _ERROR_MUTE)
            return
        self._reply(_DATA_BLOCK, sequence, answer)

    def _exchange_badly(self, fault: Fault, card: Card, sequence: int, command: bytes) -> None:
        match fault.action:
            case "silence":
                return
            case "unplug":
                self.unplug(fault.number("seconds", 2.0))
            case "garbage":
                self.pipes[BULK_IN].push(b"\xa5" * 16)
            case "mute":
                self._reply(_DATA_BLOCK, sequence, b"", _FAILED | self._state(), _ERROR_MUTE)
            case "tear":
                remove = getattr(self._slot, "remove", None)
                card.process(command)
                if remove is not None:
                    remove()
                self._reply(_DATA_BLOCK, sequence, b"", _FAILED | self._state(), _ERROR_MUTE)
            case "slow":
                self._exchange_slowly(fault.number("seconds", 2.0), card, sequence, command)
            case _:
                self._exchange_astray(fault.action, card, sequence, command)

    def _exchange_astray(self, action: str, card: Card, sequence: int, command: bytes) -> None:
        if action == "late":
            self.pipes[BULK_IN].push(self._last_answer)
        if action == "misnumbered":
            self._reply(_DATA_BLOCK, (sequence + 100) & 0xFF, b"\xa5\xa5\x90\x00")
        self._exchange(card, sequence, command)
        if action == "duplicated":
            self.pipes[BULK_IN].push(self._last_answer)

    def _exchange_slowly(self, left_s: float, card: Card, sequence: int, command: bytes) -> None:
        if left_s <= 0:
            self._exchange(card, sequence, command)
            return
        self._reply(_DATA_BLOCK, sequence, b"", _TIME_EXTENSION | _ACTIVE, 1)
        step_s = min(left_s, _EXTENSION_STEP_S)
        timer = threading.Timer(step_s, self._exchange_slowly, (left_s - step_s, card, sequence, command))
        timer.daemon = True
        timer.start()

    def _card(self) -> Card | None:
        if self._told_absent and time.monotonic() < self._absent_until_s:
            return None
        return self._slot.card()

    def _state(self) -> int:
        card = self._card()
        if card is None:
            self._told_absent = True
            return _ABSENT
        return _ACTIVE if card is self._powered else _INACTIVE

    def _reply(
        self, kind: int, sequence: int, data: bytes = b"", status: int | None = None, error: int = 0, last: int = 0
    ) -> None:
        state = self._state() if status is None else status
        self._last_answer = _HEADER.pack(kind, len(data), 0, sequence, state, error, last) + data
        self.pipes[BULK_IN].push(self._last_answer)

    def _card_changed(self, present: bool) -> None:
        if not present:
            self._powered = None
            self._absent_until_s = time.monotonic() + SWAP_S
            self._told_absent = False
        wait_s = self._absent_until_s - time.monotonic()
        if present and self._told_absent and wait_s > 0:
            timer = threading.Timer(wait_s, self._notify)
            timer.daemon = True
            timer.start()
        else:
            self._notify()

    def _notify(self) -> None:
        self.pipes[INTERRUPT_IN].push(bytes((_NOTIFY, 0b10 if self._card() is None else 0b11)))


def sam_reader(slot: Slot, faults: Faults, serial: str = "SAM-0001") -> CcidReaderModel:
    """Return the contact reader that holds the security module."""
    return CcidReaderModel(slot, faults, "smartcard-sam", serial)


def encoder_reader(slot: Slot, faults: Faults, serial: str = "ENCODER-0001") -> CcidReaderModel:
    """Return the contactless encoder inside the card printer."""
    product = (0x076B, 0x5422, "OMNIKEY 5422 Smartcard Reader")
    return CcidReaderModel(slot, faults, "smartcard-encoder", serial, product)


def desk_reader(slot: Slot, faults: Faults, serial: str = "DESK-0001") -> CcidReaderModel:
    """Return the contactless reader on the desk."""
    return CcidReaderModel(slot, faults, "smartcard-desk", serial, (0x076B, 0x5022, "OMNIKEY 5022 Smart Card Reader"))


def _class_descriptor() -> bytes:
    return struct.pack(
        "<BBHBBIIIBIIBIIIIIBBHBB", 54, 0x21, 0x0110, 0, 7, 3, 4800, 4800, 0, 12903, 825806, 0, 254, 0, 0,
        _EXTENDED_APDU_FEATURES, _MESSAGE_MAX, 0xFF, 0xFF, 0, 0, 1,
    )  # fmt: skip
