"""BER-TLV as chips use it (ISO/IEC 7816-4, 5.2.2): tags of up to three bytes, definite lengths."""

from __future__ import annotations

from collections.abc import Iterator

from station.domain.errors import Tampered

_MORE_TAG_BYTES = 0x1F


def encode(tag: int, value: bytes) -> bytes:
    """Return one data object."""
    name = tag.to_bytes((tag.bit_length() + 7) // 8, "big")
    size = len(value)
    if size < 0x80:
        return name + bytes([size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return name + bytes([0x80 | len(length)]) + length + value


def decode(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and value of each data object; raises Tampered when one is cut short."""
    position = 0
    while position < len(data):
        tag, position = _tag(data, position)
        size, position = _length(data, position)
        if position + size > len(data):
            raise Tampered("chip-object-malformed")
        yield tag, data[position : position + size]
        position += size


def find(data: bytes, tag: int) -> bytes:
    """Return the value of the first data object with `tag`; raises Tampered when there is none."""
    for found, value in decode(data):
        if found == tag:
            return value
    raise Tampered("chip-object-malformed")


def _byte(data: bytes, position: int) -> int:
    if position >= len(data):
        raise Tampered("chip-object-malformed")
    return data[position]


def _tag(data: bytes, position: int) -> tuple[int, int]:
    first = _byte(data, position)
    tag, position = first, position + 1
    if first & _MORE_TAG_BYTES == _MORE_TAG_BYTES:
        while True:
            following = _byte(data, position)
            tag, position = (tag << 8) | following, position + 1
            if not following & 0x80 or tag > 0xFFFFFF:
                break
    return tag, position


def _length(data: bytes, position: int) -> tuple[int, int]:
    first = _byte(data, position)
    position += 1
    if first < 0x80:
        return first, position
    count = first & 0x7F
    if not 1 <= count <= 3 or position + count > len(data):
        raise Tampered("chip-object-malformed")
    return int.from_bytes(data[position : position + count], "big"), position + count
