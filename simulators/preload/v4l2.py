"""Numbers and structures of Video for Linux 2 that the simulated camera needs (linux/videodev2.h, 64 bit).

Does not simulate: anything by itself.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

VIDEO_CAPTURE = 1
MAP_MEMORY = 1
FIELD_NONE = 1
BUFFER_MAPPED, BUFFER_DONE, BUFFER_MONOTONIC = 0x1, 0x4, 0x2000
CAN_CAPTURE_AND_STREAM = 0x04200001
HAS_DEVICE_CAPS = 0x80000000
CAN_SET_TIME_PER_FRAME = 0x1000


class Request(IntEnum):
    """The number of a request (the lowest byte of the ioctl code) in group 'V'."""

    QUERY_CAPABILITIES = 0
    LIST_FORMATS = 2
    GET_FORMAT = 4
    SET_FORMAT = 5
    REQUEST_BUFFERS = 8
    QUERY_BUFFER = 9
    QUEUE_BUFFER = 15
    TAKE_BUFFER = 17
    STREAM_ON = 18
    STREAM_OFF = 19
    GET_RATE = 21
    SET_RATE = 22
    LIST_INPUTS = 26
    GET_CONTROL = 27
    SET_CONTROL = 28
    QUERY_CONTROL = 36
    GET_INPUT = 38
    SET_INPUT = 39
    TRY_FORMAT = 64
    LIST_SIZES = 74
    LIST_INTERVALS = 75
    QUERY_EXTENDED_CONTROL = 103


class Control(IntEnum):
    """Settings of a camera (V4L2_CID_...)."""

    EXPOSURE_AUTO = 0x009A0901
    EXPOSURE = 0x009A0902
    FOCUS = 0x009A090A
    FOCUS_AUTO = 0x009A090C


_INTEGER, _BOOLEAN, _MENU = 1, 2, 3
CONTROL_KINDS = {
    Control.EXPOSURE_AUTO: _MENU,
    Control.EXPOSURE: _INTEGER,
    Control.FOCUS: _INTEGER,
    Control.FOCUS_AUTO: _BOOLEAN,
}
GROUP = 0x56


def four_letters(code: str) -> int:
    """Return the number of a pixel format."""
    return int(struct.unpack("<I", code.encode("ascii"))[0])


MOTION_JPEG = four_letters("MJPG")


@dataclass(frozen=True, slots=True)
class Code:
    """An ioctl code taken apart."""

    number: int
    group: int
    size: int
    returns: bool

    @classmethod
    def of(cls, request: int) -> Code:
        """Take an ioctl code apart."""
        return cls(request & 0xFF, request >> 8 & 0xFF, request >> 16 & 0x3FFF, bool(request >> 30 & 2))
