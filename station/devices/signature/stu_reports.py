"""HID reports of Wacom STU signature pads (430, 530, 540 and relatives).

Pure packing and unpacking, for both ends. The first byte of every report is its
number. Capabilities and pen data are big-endian, lengths of image blocks little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag

WACOM = 0x056A
IMAGE_BLOCK_MAX = 253


class WireError(ValueError):
    """The bytes are no report of a pad."""


class Report(IntEnum):
    """Report numbers."""

    PEN = 0x01
    STATUS = 0x03
    INFORMATION = 0x08
    CAPABILITY = 0x09
    UID_2 = 0x0B
    CLEAR_SCREEN = 0x20
    INKING_MODE = 0x21
    START_IMAGE = 0x25
    IMAGE_BLOCK = 0x26
    END_IMAGE = 0x27
    PEN_OPTION_MODE = 0x32
    PEN_TIMED = 0x34


SIZES = {
    Report.PEN: 7,
    Report.STATUS: 5,
    Report.INFORMATION: 17,
    Report.CAPABILITY: 17,
    Report.UID_2: 11,
    Report.CLEAR_SCREEN: 2,
    Report.INKING_MODE: 2,
    Report.START_IMAGE: 2,
    Report.IMAGE_BLOCK: 3 + IMAGE_BLOCK_MAX,
    Report.END_IMAGE: 2,
    Report.PEN_OPTION_MODE: 2,
    Report.PEN_TIMED: 11,
}
INPUT_REPORTS = frozenset((Report.PEN, Report.PEN_TIMED))


class State(IntEnum):
    """What the pad is doing."""

    READY = 0x00
    IMAGE = 0x01
    CAPTURE = 0x02
    CALCULATION = 0x03
    IMAGE_BOOT = 0x04
    ROM_BUSY = 0x05
    SYSTEM_RESET = 0xFF


class Encoding(IntFlag):
    """Picture encodings a pad offers."""

    ZLIB = 0x01
    ONE_BIT = 0x02
    SIXTEEN_BIT = 0x04
    TWENTY_FOUR_BIT = 0x08


PEN_OPTION_TIME_AND_SEQUENCE = 3
ENCODING_ONE_BIT = 0

_INFORMATION = struct.Struct(">B9sBBBBBBB")
_CAPABILITY = struct.Struct(">BHHHHHBHBBB")
_PEN = struct.Struct(">BHHH")
_PEN_TIMED = struct.Struct(">BHHHHH")


@dataclass(frozen=True, slots=True)
class Information:
    """Model name (at most nine letters) and firmware."""

    model: str
    firmware: str

    def pack(self) -> bytes:
        """Return the report."""
        major, _dot, minor = self.firmware.partition(".")
        numbers = (int(major), int(minor, 16), 0, 0, 0, 0, 0)
        return _INFORMATION.pack(Report.INFORMATION, self.model.encode("ascii"), *numbers)

    @classmethod
    def unpack(cls, raw: bytes) -> Information:
        """Read the report; raises WireError."""
        _number, _model, major, minor, *_rest = _unpacked(_INFORMATION, raw, Report.INFORMATION)
        return cls(_ascii(raw[1:10]), f"{major}.{minor:x}")


@dataclass(frozen=True, slots=True)
class Capability:
    """Ranges of the pen, size of the screen in pixels, reports a second, lines an inch, encodings."""

    max_x: int
    max_y: int
    max_pressure: int
    screen_width: int
    screen_height: int
    rate_hz: int
    resolution_ppi: int
    encodings: Encoding

    def pack(self) -> bytes:
        """Return the report."""
        screen = (self.screen_width, self.screen_height)
        rest = (self.rate_hz, self.resolution_ppi, self.encodings, 0, 0)
        return _CAPABILITY.pack(Report.CAPABILITY, self.max_x, self.max_y, self.max_pressure, *screen, *rest)

    @classmethod
    def unpack(cls, raw: bytes) -> Capability:
        """Read the report; raises WireError, also for a pad without any range."""
        values = _unpacked(_CAPABILITY, raw, Report.CAPABILITY)
        max_x, max_y, max_pressure, width, height, rate_hz, resolution_ppi, encodings = values[1:9]
        offered = Encoding(encodings)
        capability = cls(max_x, max_y, max_pressure, width, height, rate_hz, resolution_ppi, offered)
        if not (capability.max_x and capability.max_y and capability.max_pressure and capability.rate_hz):
            raise WireError("a pad without a range")
        return capability


@dataclass(frozen=True, slots=True)
class PenReport:
    """One report of the pen: near the pad or not, tip down or not, pressure, place, time in ms, running number."""

    near: bool
    touching: bool
    pressure: int
    x: int
    y: int
    time_ms: int
    sequence: int

    def pack(self) -> bytes:
        """Return the timed report."""
        first = self.near << 15 | self.touching << 12 | self.pressure
        rest = (self.x, self.y, self.time_ms & 0xFFFF, self.sequence & 0xFFFF)
        return _PEN_TIMED.pack(Report.PEN_TIMED, first, *rest)

    @classmethod
    def unpack(cls, raw: bytes) -> PenReport:
        """Read a timed report; raises WireError."""
        _number, first, x, y, time_ms, sequence = _unpacked(_PEN_TIMED, raw, Report.PEN_TIMED)
        return cls(bool(first & 0x8000), bool(first & 0x1000), first & 0x0FFF, x, y, time_ms, sequence)


def pack_status(state: State, last_result: int = 0) -> bytes:
    """Return the status report."""
    return bytes((Report.STATUS, state, last_result, 0, 0))


def unpack_status(raw: bytes) -> State:
    """Read the status report; raises WireError."""
    if len(raw) < 3 or raw[0] != Report.STATUS:
        raise WireError("no status report")
    try:
        return State(raw[1])
    except ValueError as error:
        raise WireError(str(error)) from error


def pack_uid(serial: str) -> bytes:
    """Return the report of the serial number, at most ten letters."""
    return bytes((Report.UID_2,)) + serial.encode("ascii")[:10].ljust(10, b"\0")


def unpack_uid(raw: bytes) -> str:
    """Read the serial number; raises WireError."""
    if len(raw) < 2 or raw[0] != Report.UID_2:
        raise WireError("no serial number report")
    return _ascii(raw[1:])


def image_blocks(picture: bytes) -> list[bytes]:
    """Return the reports that carry a picture, each as long as the pad wants it."""
    blocks = []
    for start in range(0, len(picture), IMAGE_BLOCK_MAX):
        part = picture[start : start + IMAGE_BLOCK_MAX]
        head = struct.pack("<BH", Report.IMAGE_BLOCK, len(part))
        blocks.append(head + part.ljust(IMAGE_BLOCK_MAX, b"\0"))
    return blocks


def image_part(raw: bytes) -> bytes:
    """Return the part of a picture that a block carries; raises WireError."""
    if len(raw) < 3 or raw[0] != Report.IMAGE_BLOCK:
        raise WireError("no image block")
    (length,) = struct.unpack_from("<H", raw, 1)
    if length > len(raw) - 3:
        raise WireError("image block too short")
    return raw[3 : 3 + length]


def _unpacked(layout: struct.Struct, raw: bytes, report: Report) -> tuple[int, ...]:
    if len(raw) < layout.size or raw[0] != report:
        raise WireError(f"no report {report.name}")
    return layout.unpack_from(raw)


def _ascii(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("ascii", "replace").strip()
