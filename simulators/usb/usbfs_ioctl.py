"""The ioctl numbers and structures of Linux usbfs that libusb uses, for 64-bit machines.

Pure packing and unpacking. Does not simulate: isochronous transfers, streams.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass


def _number(direction: int, number: int, size: int) -> int:
    return direction << 30 | size << 16 | ord("U") << 8 | number


SUBMIT_URB = _number(2, 10, 56)
REAP_URB = _number(1, 12, 8)
REAP_URB_NO_DELAY = _number(1, 13, 8)
DISCARD_URB = _number(0, 11, 0)
GET_CAPABILITIES = _number(2, 26, 4)
SET_CONFIGURATION = _number(2, 5, 4)
CLAIM_INTERFACE = _number(2, 15, 4)
RELEASE_INTERFACE = _number(2, 16, 4)
SET_INTERFACE = _number(2, 4, 8)
CLEAR_HALT = _number(2, 21, 4)
RESET = _number(0, 20, 0)
DISCONNECT_CLAIM = _number(2, 27, 264)
GET_DRIVER = _number(1, 8, 260)
CONNECT_INFO = _number(1, 17, 8)
GET_SPEED = _number(0, 31, 0)
ACCEPTED = frozenset((CLAIM_INTERFACE, RELEASE_INTERFACE, DISCONNECT_CLAIM, RESET))

CAPABILITIES = 0x01 | 0x04 | 0x10  # zero packet, no packet size limit, reap after disconnect
URB_TYPE_CONTROL = 2

_URB = struct.Struct("<BBxxiIxxxxQi")
URB_SIZE = 56
URB_STATUS_OFFSET = 4
URB_ACTUAL_LENGTH_OFFSET = 28


@dataclass(frozen=True, slots=True)
class Urb:
    """The part of a struct usbdevfs_urb that a submission needs."""

    kind: int
    endpoint: int
    buffer: int
    length: int

    @classmethod
    def unpack(cls, raw: bytes) -> Urb:
        """Read the structure as it lies in the client's memory."""
        kind, endpoint, _status, _flags, buffer, length = _URB.unpack_from(raw)
        return cls(kind, endpoint, buffer, length)
