"""The serial pad protocol as bytes, pure (docs/protocols/serial-pad.md).

A frame is 7E, type, length, payload, CRC-16/CCITT-FALSE over type, length and payload.
What is damaged is counted and passed over; reading goes on at the next 7E.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

_SYNC = 0x7E
_HEAD_BYTES = 3
_CRC_BYTES = 2
_PEN = struct.Struct(">BHHHHB")
_INFO = struct.Struct(">HHHHH")
_TOUCHING, _IN_RANGE = 1, 2


class FrameType(IntEnum):
    """What a frame says; from 0x80 on the pad speaks."""

    GET_INFO = 0x01
    START = 0x02
    STOP = 0x03
    CLEAR = 0x04
    SHOW = 0x05
    INFO = 0x81
    ACKNOWLEDGE = 0x90
    PEN = 0x91


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole frame."""

    type: int
    payload: bytes = b""

    def encoded(self) -> bytes:
        """Return the bytes for the wire."""
        body = bytes((self.type, len(self.payload))) + self.payload
        return bytes((_SYNC,)) + body + crc16(body).to_bytes(_CRC_BYTES, "big")


@dataclass(frozen=True, slots=True)
class PadInfo:
    """What the pad says about itself; `units_per_10_mm` scales coordinates."""

    width: int
    height: int
    max_pressure: int
    rate_hz: int
    units_per_10_mm: int
    make: str
    model: str
    serial: str
    firmware: str

    def encoded(self) -> bytes:
        """Return the payload of an INFO frame."""
        words = f"{self.make}\0{self.model}\0{self.serial}\0{self.firmware}".encode("ascii")
        head = (self.width, self.height, self.max_pressure, self.rate_hz, self.units_per_10_mm)
        return _INFO.pack(*head) + words

    @classmethod
    def decoded(cls, payload: bytes) -> PadInfo:
        """Read the payload of an INFO frame; raises ValueError when it makes no sense."""
        try:
            numbers = _INFO.unpack_from(payload)
        except struct.error as error:
            raise ValueError("info too short") from error
        words = payload[_INFO.size :].decode("ascii").split("\0")
        if len(words) != 4 or not all(numbers):
            raise ValueError("info incomplete")
        return cls(*numbers, *words)


@dataclass(frozen=True, slots=True)
class PenReport:
    """One report of the pen; `sequence` counts modulo 256, `tick_ms` modulo 65536."""

    sequence: int
    tick_ms: int
    x: int
    y: int
    pressure: int
    touching: bool
    in_range: bool

    def encoded(self) -> bytes:
        """Return the payload of a PEN frame."""
        flags = (_TOUCHING if self.touching else 0) | (_IN_RANGE if self.in_range else 0)
        return _PEN.pack(self.sequence, self.tick_ms, self.x, self.y, self.pressure, flags)

    @classmethod
    def decoded(cls, payload: bytes) -> PenReport:
        """Read the payload of a PEN frame; raises ValueError when it has the wrong length."""
        try:
            sequence, tick_ms, x, y, pressure, flags = _PEN.unpack(payload)
        except struct.error as error:
            raise ValueError("pen report has the wrong length") from error
        return cls(sequence, tick_ms, x, y, pressure, bool(flags & _TOUCHING), bool(flags & _IN_RANGE))


class FrameReader:
    """Collects bytes and returns whole frames with a right checksum."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.damaged = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes and return the frames they complete."""
        self._buffer += data
        frames = []
        while True:
            start = self._buffer.find(_SYNC)
            if start < 0:
                self._buffer.clear()
                break
            del self._buffer[:start]
            if len(self._buffer) < _HEAD_BYTES:
                break
            end = _HEAD_BYTES + self._buffer[2] + _CRC_BYTES
            if len(self._buffer) < end:
                break
            body = bytes(self._buffer[1 : end - _CRC_BYTES])
            if crc16(body) == int.from_bytes(self._buffer[end - _CRC_BYTES : end], "big"):
                frames.append(Frame(body[0], body[2:]))
                del self._buffer[:end]
            else:
                # a damaged length must not swallow what follows: look for the next 7E inside
                self.damaged += 1
                del self._buffer[:1]
        return frames


def crc16(data: bytes) -> int:
    """Return CRC-16/CCITT-FALSE (polynomial 1021, start FFFF)."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
            value &= 0xFFFF
    return value
