"""Iris image records, ISO/IEC 19794-6:2011 ("IIR", version 020)."""

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
from station.domain.sample import Eye

_KIND = "ISO/IEC 19794-6"
_UNKNOWN_ANGLE = 0xFFFF


class IrisFormat(IntEnum):
    """Image coding, table 4 of the standard."""

    RAW = 0x02
    JPEG2000 = 0x0A
    PNG = 0x0E


class IrisImageType(IntEnum):
    """What part of the eye is shown."""

    UNCROPPED = 1
    VGA = 2
    CROPPED = 3
    CROPPED_AND_MASKED = 7


@dataclass(frozen=True, slots=True)
class IrisCircleRange:
    """Where the iris centre lies and how large it is, in pixels; 0 is unknown."""

    least_x: int = 0
    greatest_x: int = 0
    least_y: int = 0
    greatest_y: int = 0
    least_diameter: int = 0
    greatest_diameter: int = 0


_UNKNOWN_CIRCLE = IrisCircleRange()


@dataclass(frozen=True, slots=True)
class IrisRepresentation:
    """One eye image, coded."""

    eye: Eye | None
    width: int
    height: int
    data: bytes
    image_format: IrisFormat
    captured_at: datetime | None = None
    device: CaptureDevice = UNKNOWN_DEVICE
    qualities: tuple[QualityRecord, ...] = ()
    number: int = 1
    image_type: IrisImageType = IrisImageType.VGA
    properties: int = 0
    bit_depth: int = 8
    range_mm: int = 0
    circle: IrisCircleRange = _UNKNOWN_CIRCLE


def encode_irises(representations: tuple[IrisRepresentation, ...]) -> bytes:
    """Return one record with all representations."""
    body = b"".join(_encode_one(item) for item in representations)
    eyes = len({item.eye for item in representations if item.eye is not None})
    header = number(16 + len(body), 4) + number(len(representations), 2) + b"\0" + number(eyes, 1)
    return b"IIR\x00020\x00" + header + body


def decode_irises(data: bytes) -> tuple[IrisRepresentation, ...]:
    """Return the representations of a record; raises BadInput."""
    reader = Reader(data, _KIND)
    reader.expect(b"IIR\x00020\x00", "header")
    length, count, _certified, _eyes = reader.number(4), reader.number(2), reader.number(1), reader.number(1)
    if length > len(data):
        raise reader.wrong("length")
    return tuple(_decode_one(reader) for _ in range(count))


def _encode_one(item: IrisRepresentation) -> bytes:
    body = moment(item.captured_at) + device_and_quality(item.device, item.qualities)
    body += number(item.number, 2) + number(item.eye or 0, 1)
    body += number(item.image_type, 1) + number(item.image_format, 1) + number(item.properties, 1)
    body += number(item.width, 2) + number(item.height, 2) + number(item.bit_depth, 1)
    body += number(item.range_mm, 2) + number(_UNKNOWN_ANGLE, 2) * 2
    circle = item.circle
    for value in (circle.least_x, circle.greatest_x, circle.least_y, circle.greatest_y):
        body += number(value, 2)
    body += number(circle.least_diameter, 2) + number(circle.greatest_diameter, 2)
    body += number(len(item.data), 4) + item.data
    return number(4 + len(body), 4) + body


def _decode_one(outer: Reader) -> IrisRepresentation:
    length = outer.number(4)
    reader = Reader(outer.take(length - 4), _KIND)
    captured_at = reader.moment()
    device, qualities = read_device_and_quality(reader)
    view, eye = reader.number(2), reader.number(1)
    image_type, image_format, properties = reader.number(1), reader.number(1), reader.number(1)
    width, height, bit_depth = reader.number(2), reader.number(2), reader.number(1)
    range_mm = reader.number(2)
    reader.take(4)
    circle = IrisCircleRange(*(reader.number(2) for _ in range(6)))
    image = reader.take(reader.number(4))
    try:
        side = Eye(eye) if eye else None
        coding, kind = IrisFormat(image_format), IrisImageType(image_type)
    except ValueError as error:
        raise reader.wrong("eye or format") from error
    return IrisRepresentation(
        side, width, height, image, coding, captured_at, device, qualities, view, kind, properties, bit_depth,
        range_mm, circle,
    )  # fmt: skip
