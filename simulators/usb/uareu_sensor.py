"""A U.are.U 4500 single-finger sensor: registers, finger announcements, scrambled pictures.

The person before the kit lays the finger named in `finger` on the glass. Faults
(`<device> capture`): `silence` no picture, `garbage` noise in its place, `truncated`,
`slow seconds=N` in three pieces so far apart, `unplug seconds=N`; (`<device> finger:NAME`):
any finger defect the people know.

Does not simulate: firmware upload, the challenge of newer models, the blue light.
"""

from __future__ import annotations

import random
import threading
import time

import numpy as np

from simulators.people.defects import FingerDefect
from simulators.usb.descriptors import (
    FULL_SPEED,
    Endpoint,
    Interface,
    TransferKind,
    configuration_descriptor,
    device_descriptor,
)
from simulators.usb.model import Setup, Stall, UsbModel
from simulators.usb.surroundings import Surroundings
from station.devices.fingerprint import uareu_image as image
from station.devices.fingerprint.uareu_cipher import key_stream
from station.domain.sample import Finger, GreyImage

INTERRUPT_IN, BULK_IN = 0x81, 0x82
_REGISTER_REQUEST = 0x04
_HARDWARE_STATUS, _KEY_INDEX, _KEY, _MODE, _DEVICE_INFO = 0x07, 0x33, 0x34, 0x4E, 0xF0
_LOW_POWER = 0x80
_WAIT_FOR_PERSON_S = 0.05
_LINES = 289
_WHITE = 255


class UareuModel(UsbModel):
    """The sensor; `still_s` is how long a person takes to lay the finger down."""

    vendor_id = 0x05BA
    product_id = 0x000A
    speed = FULL_SPEED

    def __init__(
        self, world: Surroundings, device: str = "fingerprint-desk", serial: str = "UU-0001", still_s: float = 0.1
    ) -> None:
        super().__init__((INTERRUPT_IN, BULK_IN))
        self.strings = ("DigitalPersona, Inc.", "U.are.U 4500 Fingerprint Reader", serial)
        self.device = device
        self.finger = Finger.RIGHT_INDEX
        self.device_descriptor = device_descriptor(self.vendor_id, self.product_id)
        ends = (Endpoint(INTERRUPT_IN, TransferKind.INTERRUPT, 64, 1), Endpoint(BULK_IN, TransferKind.BULK, 64))
        self.configuration_descriptor = configuration_descriptor(Interface(0xFF, 0xFF, 0xFF, ends))
        self._world = world
        self._still_s = still_s
        self._random = random.Random(serial)
        self._status = 0x81
        self._keys: dict[int, int] = {}
        self._key_answer = b"\0\0\0\0"
        self._ended = threading.Event()

    def request(self, setup: Setup, data: bytes) -> bytes:
        """Read or write registers."""
        if setup.request != _REGISTER_REQUEST:
            raise Stall
        if setup.inward:
            return self._register(setup.value, setup.length)
        self._set_register(setup.value, data)
        return b""

    def detached(self) -> None:
        """Stop when the host is gone."""
        self._ended.set()
        super().detached()

    def is_waiting(self) -> bool:
        """Tell whether the sensor waits for a finger."""
        return not self._ended.is_set()

    def _register(self, register: int, count: int) -> bytes:
        match register:
            case 0x07:
                return bytes((self._status,))
            case 0x34:
                return self._key_answer
            case 0xF0:
                return bytes(range(16))[:count]
        raise Stall

    def _set_register(self, register: int, data: bytes) -> None:
        if register == _HARDWARE_STATUS and data:
            woken = self._status & _LOW_POWER and not data[0] & _LOW_POWER
            self._status = data[0] | 0x01
            if woken:
                self._announce(0x56AA)
        elif register == _KEY_INDEX and len(data) == 5:
            seed = int.from_bytes(data[1:], "little")
            key = self._keys.get(data[0], 0)
            self._key_answer = (key ^ seed).to_bytes(4, "little")
        elif register == _MODE and data:
            self._set_mode(data[0])
        else:
            raise Stall

    def _set_mode(self, mode: int) -> None:
        self._ended.set()
        if mode in (0x10, 0x12):
            ended = self._ended = threading.Event()
            announcement = 0x0101 if mode == 0x10 else 0x0200
            threading.Thread(target=self._await, args=(ended, announcement), name="finger", daemon=True).start()
        elif mode == 0x20:
            self._scan()

    def _await(self, ended: threading.Event, announcement: int) -> None:
        while self._world.subject() is None and announcement == 0x0101:
            if ended.wait(_WAIT_FOR_PERSON_S):
                return
        if not ended.wait(self._still_s):
            self._announce(announcement)

    def _scan(self) -> None:
        person = self._world.subject()
        fault = self._world.faults.take(self.device, "capture")
        action = fault.action if fault else ""
        if fault is not None and action == "unplug":
            threading.Thread(target=self.unplug, args=(fault.number("seconds", 2.0),), daemon=True).start()
            return
        if person is None or action == "silence":
            return
        part = f"finger:{self.finger.name}"
        presented = self._world.faults.take(self.device, part)
        defect = FingerDefect(presented.action) if presented and presented.action in tuple(FingerDefect) else None
        impression: GreyImage = person.finger_impression(
            self.finger, self._world.next_attempt(self.device, part), defect
        )
        transfer = self._scrambled(_sensor_lines(impression)).pack()
        if action == "garbage":
            transfer = self._random.randbytes(len(transfer))
        elif action == "truncated":
            transfer = transfer[: len(transfer) // 2]
        self.pipes[BULK_IN].push(b"")
        if fault is not None and action == "slow":
            pause_s = fault.number("seconds", 0.1)
            threading.Thread(target=self._send_slowly, args=(transfer, pause_s), daemon=True).start()
        else:
            self.pipes[BULK_IN].push(transfer)

    def _send_slowly(self, transfer: bytes, pause_s: float) -> None:
        third = len(transfer) // 3
        for piece in (transfer[:third], transfer[third : 2 * third], transfer[2 * third :]):
            self.pipes[BULK_IN].push(piece)
            time.sleep(pause_s)

    def _scrambled(self, lines: bytes) -> image.RawPicture:
        number = self._random.randrange(200)
        self._keys = {number: self._random.getrandbits(32), number + 1: self._random.getrandbits(32)}
        half = _LINES // 2
        kinds = image.BlockFlag.ENCRYPTED
        blocks = (image.Block(kinds, half), image.Block(kinds | image.BlockFlag.CHANGE_KEY, _LINES - half))
        data = b""
        for place, block in enumerate(blocks):
            plain = lines[len(data) : len(data) + block.lines * image.WIDTH]
            stream, _key = key_stream(self._keys[number + place], len(plain) - 1)
            data += self._random.randbytes(1) + (np.frombuffer(plain[:-1], np.uint8) ^ stream).tobytes()
        return image.RawPicture(_LINES, number, blocks, data)

    def _announce(self, kind: int) -> None:
        self.pipes[INTERRUPT_IN].push(kind.to_bytes(2, "big").ljust(64, b"\0"))


def _sensor_lines(impression: GreyImage) -> bytes:
    """Return the middle of an impression as the sensor sends it: inverted, turned by half."""
    left = max(0, (impression.width - image.WIDTH) // 2)
    top = max(0, (impression.height - _LINES) // 2)
    rows = b""
    for row in range(top, top + _LINES):
        start = row * impression.width + left
        line = impression.pixels[start : start + min(image.WIDTH, impression.width)] if row < impression.height else b""
        rows += line.ljust(image.WIDTH, bytes((_WHITE,)))
    return rows[::-1].translate(bytes(255 - value for value in range(256)))
