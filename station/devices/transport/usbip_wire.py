"""The bytes of USB/IP, protocol version 1.1.1, as the Linux kernel documents it.

Pure packing and unpacking, for both ends. Numbers are big-endian; the setup packet
inside is little-endian as on the bus.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

VERSION = 0x0111
REQUEST_DEVICE_LIST, REPLY_DEVICE_LIST = 0x8005, 0x0005
REQUEST_IMPORT, REPLY_IMPORT = 0x8003, 0x0003
SUBMIT, UNLINK, SUBMITTED, UNLINKED = 1, 2, 3, 4
DIRECTION_OUT, DIRECTION_IN = 0, 1
NO_ISOCHRONOUS_PACKETS = 0xFFFFFFFF
TRANSFER_LIMIT = 16 * 1024 * 1024

OPERATION = struct.Struct(">HHI")
COUNT = struct.Struct(">I")
BUS_ID_SIZE = 32
URB_HEADER_SIZE = 48
DEVICE_SIZE = 312
INTERFACE_SIZE = 4

_DEVICE = struct.Struct(">256s32sIIIHHHBBBBBB")
_SUBMIT = struct.Struct(">IIIIIIiIII8s")
_SUBMITTED = struct.Struct(">IIIIIiIIII8x")
_UNLINK = struct.Struct(">IIIIII24x")
_UNLINKED = struct.Struct(">IIIIIi24x")
_COMMON = struct.Struct(">IIIII")


class WireError(ValueError):
    """The bytes are no USB/IP."""


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """What a server says about one device it offers."""

    bus_id: str
    bus: int
    address: int
    speed: int
    vendor_id: int
    product_id: int
    release: int
    device_class: int
    device_subclass: int
    device_protocol: int
    configuration: int
    configuration_count: int
    interface_count: int

    @property
    def device_id(self) -> int:
        """Return the number that names the device in every request."""
        return self.bus << 16 | self.address

    def pack(self) -> bytes:
        """Return the 312 bytes of the record."""
        path = f"/sys/devices/station/{self.bus_id}".encode()
        numbers = (self.bus, self.address, self.speed, self.vendor_id, self.product_id, self.release)
        kind = (self.device_class, self.device_subclass, self.device_protocol)
        counts = (self.configuration, self.configuration_count, self.interface_count)
        return _DEVICE.pack(path, self.bus_id.encode(), *numbers, *kind, *counts)

    @classmethod
    def unpack(cls, raw: bytes) -> DeviceRecord:
        """Read a record; raises WireError when it is too short or its name is no text."""
        if len(raw) < DEVICE_SIZE:
            raise WireError("device record too short")
        _path, bus_id, *numbers = _DEVICE.unpack_from(raw)
        try:
            return cls(bus_id.rstrip(b"\0").decode("ascii"), *numbers)
        except UnicodeDecodeError as error:
            raise WireError("bus identifier is no text") from error


@dataclass(frozen=True, slots=True)
class SubmitRequest:
    """A transfer asked for; `data` of an OUT transfer follows the header."""

    sequence: int
    device_id: int
    inward: bool
    endpoint: int
    length: int
    setup: bytes = b"\0" * 8

    def pack(self) -> bytes:
        """Return the 48 bytes of the header."""
        direction = DIRECTION_IN if self.inward else DIRECTION_OUT
        head = (SUBMIT, self.sequence, self.device_id, direction, self.endpoint)
        return _SUBMIT.pack(*head, 0, self.length, 0, NO_ISOCHRONOUS_PACKETS, 0, self.setup)


@dataclass(frozen=True, slots=True)
class UnlinkRequest:
    """A transfer to be given up."""

    sequence: int
    device_id: int
    endpoint: int
    target: int

    def pack(self) -> bytes:
        """Return the 48 bytes of the header."""
        return _UNLINK.pack(UNLINK, self.sequence, self.device_id, DIRECTION_OUT, self.endpoint, self.target)


@dataclass(frozen=True, slots=True)
class SubmitReply:
    """How a transfer ended: status 0 or a negative errno; data of an IN transfer follows."""

    sequence: int
    status: int
    length: int

    def pack(self) -> bytes:
        """Return the 48 bytes of the header."""
        return _SUBMITTED.pack(
            SUBMITTED, self.sequence, 0, 0, 0, self.status, self.length, 0, NO_ISOCHRONOUS_PACKETS, 0
        )


@dataclass(frozen=True, slots=True)
class UnlinkReply:
    """How giving up went: -ECONNRESET when it was given up, 0 when it had ended before."""

    sequence: int
    status: int

    def pack(self) -> bytes:
        """Return the 48 bytes of the header."""
        return _UNLINKED.pack(UNLINKED, self.sequence, 0, 0, 0, self.status)


def unpack_request(raw: bytes) -> SubmitRequest | UnlinkRequest:
    """Read a 48-byte header sent to a server; raises WireError."""
    if len(raw) != URB_HEADER_SIZE:
        raise WireError("request header is not 48 bytes")
    command, sequence, device_id, direction, endpoint = _COMMON.unpack_from(raw)
    if endpoint > 15:
        raise WireError("endpoint beyond 15")
    if command == UNLINK:
        return UnlinkRequest(sequence, device_id, endpoint, COUNT.unpack_from(raw, 20)[0])
    if command != SUBMIT or direction not in (DIRECTION_OUT, DIRECTION_IN):
        raise WireError("unknown request")
    length = struct.unpack_from(">i", raw, 24)[0]
    if not 0 <= length <= TRANSFER_LIMIT:
        raise WireError("transfer length out of bounds")
    return SubmitRequest(sequence, device_id, direction == DIRECTION_IN, endpoint, length, raw[40:48])


def unpack_reply(raw: bytes) -> SubmitReply | UnlinkReply:
    """Read a 48-byte header sent by a server; raises WireError."""
    if len(raw) != URB_HEADER_SIZE:
        raise WireError("reply header is not 48 bytes")
    command, sequence = struct.unpack_from(">II", raw)
    status, length = struct.unpack_from(">iI", raw, 20)
    if command == UNLINKED:
        return UnlinkReply(sequence, status)
    if command != SUBMITTED or status > 0 or length > TRANSFER_LIMIT:
        raise WireError("unknown reply")
    return SubmitReply(sequence, status, length)
