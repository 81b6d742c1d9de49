"""Builds USB descriptors (USB 2.0 chapter 9.6)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

HIGH_SPEED = 3
FULL_SPEED = 2


class TransferKind(IntEnum):
    """Kinds of endpoints as bmAttributes names them."""

    BULK = 2
    INTERRUPT = 3


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint: address with bit 7 set for IN, kind, largest packet, polling interval."""

    address: int
    kind: TransferKind
    packet_size: int = 512
    interval: int = 0


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface with its endpoints and class-specific descriptors, which come before the endpoints."""

    device_class: int
    subclass: int
    protocol: int
    endpoints: tuple[Endpoint, ...]
    class_descriptors: bytes = b""


def device_descriptor(vendor_id: int, product_id: int, release: int = 0x0100) -> bytes:
    """Return a device descriptor whose class is told by its interfaces; strings 1 to 3 name it."""
    return struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x0200, 0, 0, 0, 64, vendor_id, product_id, release, 1, 2, 3, 1)


def configuration_descriptor(*interfaces: Interface) -> bytes:
    """Return configuration 1 with all its interfaces."""
    body = b"".join(_interface(number, interface) for number, interface in enumerate(interfaces))
    return struct.pack("<BBHBBBBB", 9, 2, 9 + len(body), len(interfaces), 1, 0, 0x80, 50) + body


def string_descriptor(text: str) -> bytes:
    """Return a string descriptor; USB allows 126 UTF-16 units."""
    raw = text.encode("utf-16-le")[:252]
    return bytes((len(raw) + 2, 3)) + raw


def interface_kinds(configuration: bytes) -> list[tuple[int, int, int, int]]:
    """Return number, class, subclass and protocol of every interface."""
    kinds = []
    offset = 0
    while offset + 2 <= len(configuration):
        length, kind = configuration[offset], configuration[offset + 1]
        if kind == 4 and configuration[offset + 3] == 0:
            number = configuration[offset + 2]
            kinds.append((number, *configuration[offset + 5 : offset + 8]))
        offset += max(length, 2)
    return kinds


def _interface(number: int, interface: Interface) -> bytes:
    kind = (interface.device_class, interface.subclass, interface.protocol)
    head = struct.pack("<9B", 9, 4, number, 0, len(interface.endpoints), *kind, 0)
    ends = b"".join(
        struct.pack("<BBBBHB", 7, 5, end.address, end.kind, end.packet_size, end.interval)
        for end in interface.endpoints
    )
    return head + interface.class_descriptors + ends
