"""Face image records, ISO/IEC 19794-5:2011 ("FAC", version 030), one or more two-dimensional images."""

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
from station.domain.person import Sex

_KIND = "ISO/IEC 19794-5"
_SEX_CODES = {Sex.MALE: 1, Sex.FEMALE: 2}
_LANDMARK_BYTES = 8


class FaceCoding(IntEnum):
    """Image coding of the standard."""

    JPEG = 0
    JPEG2000_LOSSY = 1
    JPEG2000_LOSSLESS = 2
    PNG = 3


class FaceImageType(IntEnum):
    """How strictly the picture keeps the rules of the standard."""

    BASIC = 0
    FULL_FRONTAL = 1
    TOKEN_FRONTAL = 2


@dataclass(frozen=True, slots=True)
class FaceRepresentation:
    """One picture, coded; `eyes` are two (column, row) points, subject's right eye first, or empty."""

    width: int
    height: int
    data: bytes
    coding: FaceCoding
    captured_at: datetime | None = None
    device: CaptureDevice = UNKNOWN_DEVICE
    qualities: tuple[QualityRecord, ...] = ()
    sex: Sex | None = None
    eyes: tuple[tuple[int, int], ...] = ()
    image_type: FaceImageType = FaceImageType.FULL_FRONTAL


def encode_faces(representations: tuple[FaceRepresentation, ...]) -> bytes:
    """Return one record with all representations; colour space is sRGB."""
    body = b"".join(_encode_one(item) for item in representations)
    header = number(17 + len(body), 4) + number(len(representations), 2) + b"\0" + b"\0\0"
    return b"FAC\x00030\x00" + header + body


def decode_faces(data: bytes) -> tuple[FaceRepresentation, ...]:
    """Return the representations of a record; raises BadInput."""
    reader = Reader(data, _KIND)
    reader.expect(b"FAC\x00030\x00", "header")
    length, count, _certified, _semantics = reader.number(4), reader.number(2), reader.number(1), reader.number(2)
    if length > len(data):
        raise reader.wrong("length")
    return tuple(_decode_one(reader) for _ in range(count))


def _encode_one(item: FaceRepresentation) -> bytes:
    body = moment(item.captured_at) + device_and_quality(item.device, item.qualities)
    body += number(len(item.eyes), 2) + number(_SEX_CODES[item.sex] if item.sex else 0, 1)
    body += b"\0\0\0" + b"\0\0\0" + b"\0\0" + b"\0" * 6
    for code, (column, row) in zip((0xC1, 0xC2), item.eyes, strict=False):
        body += b"\x01" + number(code, 1) + number(column, 2) + number(row, 2) + b"\0\0"
    body += number(item.image_type, 1) + number(item.coding, 1) + number(item.width, 2) + number(item.height, 2)
    body += b"\0" + b"\0\0" + b"\0" + b"\x01"
    body += number(len(item.data), 4) + item.data
    return number(4 + len(body), 4) + body


def _decode_one(outer: Reader) -> FaceRepresentation:
    length = outer.number(4)
    reader = Reader(outer.take(length - 4), _KIND)
    captured_at = reader.moment()
    device, qualities = read_device_and_quality(reader)
    landmarks, sex = reader.number(2), reader.number(1)
    reader.take(3 + 3 + 2 + 6)
    points = [reader.take(_LANDMARK_BYTES) for _ in range(landmarks)]
    image_type, coding = reader.number(1), reader.number(1)
    width, height = reader.number(2), reader.number(2)
    reader.take(5)
    image = reader.take(reader.number(4))
    try:
        coded, kind = FaceCoding(coding), FaceImageType(image_type)
    except ValueError as error:
        raise reader.wrong("coding") from error
    eyes = tuple(
        (int.from_bytes(point[2:4], "big"), int.from_bytes(point[4:6], "big"))
        for point in points
        if point[1] in {0xC1, 0xC2}
    )
    known = {code: value for value, code in _SEX_CODES.items()}
    return FaceRepresentation(width, height, image, coded, captured_at, device, qualities, known.get(sex), eyes, kind)
