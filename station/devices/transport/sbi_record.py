"""Takes the picture out of ISO/IEC 19794-4:2011 and 19794-6:2011 records, as SBI devices send them.

One representation a record, which is what the interface prescribes. Only what a driver
needs is read: the picture and which part it claims to be.
"""

from __future__ import annotations

import struct

from station.devices.transport.foreign_picture import foreign_picture
from station.domain.sample import GreyImage

_GENERAL_BYTES = 16
_REPRESENTATION_HEAD = 4 + 9 + 1 + 2 + 2  # length, moment, technology, vendor, type
_QUALITY_BLOCK_BYTES = 5
_CERTIFICATION_BLOCK_BYTES = 3
_MOST_PIXELS = 4000 * 4000
_PPI_PER_PPCM = 2.54
_RAW_FINGER, _RAW_IRIS = 0, 2
_UNKNOWN_PPI = 72


class BadRecord(ValueError):
    """A record that is damaged, or of a kind the interface does not allow."""


def read_finger(record: bytes) -> tuple[int, GreyImage]:
    """Return finger position code and picture; raises BadRecord."""
    certified = _general(record, b"FIR\0")
    place = _quality_end(record, certified)
    try:
        position, _number, scale = struct.unpack_from(">BBB", record, place)
        rate, depth, compression, _impression, width, height, size = struct.unpack_from(">HxxBBBHHI", record, place + 7)
    except struct.error as error:
        raise BadRecord("record too short") from error
    resolution_ppi = rate if scale == 1 else round(rate * _PPI_PER_PPCM)
    if depth != 8 or not 1 <= resolution_ppi <= 2000:
        raise BadRecord("depth or resolution")
    data = _data(record, place + 22, size)
    return position, _picture(data, compression == _RAW_FINGER, width, height, resolution_ppi)


def read_iris(record: bytes) -> tuple[int, GreyImage]:
    """Return eye label and picture; raises BadRecord."""
    certified = _general(record, b"IIR\0")
    place = _quality_end(record, certified)
    try:
        _number, eye, _kind, form, _bits, width, height, depth = struct.unpack_from(">HBBBBHHB", record, place)
        (size,) = struct.unpack_from(">I", record, place + 29)
    except struct.error as error:
        raise BadRecord("record too short") from error
    if depth != 8:
        raise BadRecord("depth")
    data = _data(record, place + 33, size)
    return eye, _picture(data, form == _RAW_IRIS, width, height, 500)


def _general(record: bytes, magic: bytes) -> bool:
    if len(record) < _GENERAL_BYTES + _REPRESENTATION_HEAD or record[:4] != magic or record[4:8] != b"020\0":
        raise BadRecord("not a record of this kind")
    length, representations, certified = struct.unpack_from(">IHB", record, 8)
    if length != len(record) or representations != 1:
        raise BadRecord("length or number of representations")
    return bool(certified)


def _quality_end(record: bytes, certified: bool) -> int:
    place = _GENERAL_BYTES + _REPRESENTATION_HEAD
    place += 1 + _QUALITY_BLOCK_BYTES * _byte(record, place)
    if certified:
        place += 1 + _CERTIFICATION_BLOCK_BYTES * _byte(record, place)
    return place


def _byte(record: bytes, place: int) -> int:
    if place >= len(record):
        raise BadRecord("record too short")
    return record[place]


def _data(record: bytes, place: int, size: int) -> bytes:
    if not size or place + size > len(record):
        raise BadRecord("picture too short")
    return record[place : place + size]


def _picture(data: bytes, raw: bool, width: int, height: int, resolution_ppi: int) -> GreyImage:
    if not 1 <= width * height <= _MOST_PIXELS:
        raise BadRecord("size")
    pixels = data if raw else _decompressed(data, width, height)
    if len(pixels) != width * height:
        raise BadRecord("size")
    return GreyImage(width, height, pixels, resolution_ppi)


def _decompressed(data: bytes, width: int, height: int) -> bytes:
    grey = _grey(data)
    if grey is None or (grey.width, grey.height) != (width, height):
        raise BadRecord("picture unreadable")
    return grey.pixels


def grey_of_jpeg(data: bytes) -> GreyImage | None:
    """Return a live frame as a grey picture of unknown resolution, or None when it is damaged."""
    return _grey(data)


def _grey(data: bytes) -> GreyImage | None:
    grey = foreign_picture(data, "L", ("JPEG2000", "JPEG", "PNG"), _MOST_PIXELS)
    if grey is None:
        return None
    return GreyImage(grey.width, grey.height, grey.tobytes(), _UNKNOWN_PPI)
