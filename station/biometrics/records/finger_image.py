"""Finger image records, ISO/IEC 19794-4:2011 ("FIR", version 020)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from station.biometrics.records.binary import (
    UNKNOWN_DEVICE,
    CaptureDevice,
    QualityRecord,
    Reader,
    device_and_quality,
    moment,
    number,
    read_device_and_quality,
)

_KIND = "ISO/IEC 19794-4"
_CERTIFICATION_BYTES = 3


class FingerCompression(IntEnum):
    """Image coding, table 10 of the standard."""

    RAW = 0
    RAW_PACKED = 1
    WSQ = 2
    JPEG = 3
    JPEG2000_LOSSY = 4
    JPEG2000_LOSSLESS = 5
    PNG = 6


class Impression(IntEnum):
    """How the finger lay, table 9 of the standard (those used here)."""

    LIVE_PLAIN = 0
    LIVE_ROLLED = 1
    OTHER = 28
    UNKNOWN = 29


@dataclass(frozen=True, slots=True)
class FingerRepresentation:
    """One image: `position` 1-10 or a slap code 13-15, size in pixels, coded data."""

    position: int
    width: int
    height: int
    data: bytes
    compression: FingerCompression
    captured_at: datetime | None = None
    device: CaptureDevice = UNKNOWN_DEVICE
    qualities: tuple[QualityRecord, ...] = ()
    number: int = 0
    resolution_ppi: int = 500
    impression: Impression = Impression.LIVE_PLAIN
    bit_depth: int = 8


def encode_fingers(representations: tuple[FingerRepresentation, ...]) -> bytes:
    """Return one record with all representations, no certification blocks."""
    body = b"".join(_encode_one(item) for item in representations)
    positions = len({item.position for item in representations})
    header = number(16 + len(body), 4) + number(len(representations), 2) + b"\0" + number(positions, 1)
    return b"FIR\x00020\x00" + header + body


def decode_fingers(data: bytes) -> tuple[FingerRepresentation, ...]:
    """Return the representations of a record, with or without certification blocks; raises BadInput."""
    reader = Reader(data, _KIND)
    reader.expect(b"FIR\x00020\x00", "header")
    length, count, certified, _positions = reader.number(4), reader.number(2), reader.number(1), reader.number(1)
    if length > len(data):
        raise reader.wrong("length")
    return tuple(_decode_one(reader, certified=bool(certified)) for _ in range(count))


def _encode_one(item: FingerRepresentation) -> bytes:
    body = moment(item.captured_at) + device_and_quality(item.device, item.qualities)
    body += number(item.position, 1) + number(item.number, 1) + b"\x01"
    body += number(item.resolution_ppi, 2) * 4
    body += number(item.bit_depth, 1) + number(item.compression, 1) + number(item.impression, 1)
    body += number(item.width, 2) + number(item.height, 2) + number(len(item.data), 4) + item.data
    return number(4 + len(body), 4) + body


def _decode_one(outer: Reader, *, certified: bool) -> FingerRepresentation:
    length = outer.number(4)
    reader = Reader(outer.take(length - 4), _KIND)
    captured_at = reader.moment()
    device, qualities = read_device_and_quality(reader)
    if certified:
        reader.take(reader.number(1) * _CERTIFICATION_BYTES)
    position, view, units = reader.number(1), reader.number(1), reader.number(1)
    reader.take(4)
    horizontal = reader.number(2)
    reader.take(2)
    bit_depth, compression, impression = reader.number(1), reader.number(1), reader.number(1)
    width, height = reader.number(2), reader.number(2)
    image = reader.take(reader.number(4))
    try:
        coding, laid = FingerCompression(compression), _impression(impression)
    except ValueError as error:
        raise reader.wrong("compression") from error
    resolution = horizontal if units == 1 else round(horizontal * 2.54)
    return FingerRepresentation(
        position, width, height, image, coding, captured_at, device, qualities, view, resolution, laid, bit_depth
    )


def _impression(code: int) -> Impression:
    return Impression(code) if code in set(Impression) else Impression.OTHER
