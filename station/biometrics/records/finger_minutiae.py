"""Finger minutiae, ISO/IEC 19794-2: the record format ("FMR", version 20) and the compact card format."""

from __future__ import annotations

from station.biometrics.finger.minutiae import Minutia, MinutiaeTemplate, MinutiaKind
from station.biometrics.records.binary import Reader, number
from station.domain.errors import BadInput
from station.domain.sample import Finger

_KIND = "ISO/IEC 19794-2"
_MM_PER_INCH = 25.4
_CARD_UNIT_MM = 0.1
_CARD_ANGLE_DEG = 360 / 64
_RECORD_ANGLE_DEG = 360 / 256
_MOST_ON_CARD = 60
_CARD_AREA_UNITS = 255
_HEADER_BYTES = 24


def encode_card_minutiae(template: MinutiaeTemplate, most: int = _MOST_ON_CARD) -> bytes:
    """Return 3 bytes per minutia (x, y in 0.1 mm, kind and angle), the best ones, ordered by y then x.

    Coordinates reach 25.5 mm; a larger print is placed so that its middle is kept.
    """
    unit = template.resolution_ppi / _MM_PER_INCH * _CARD_UNIT_MM
    best = sorted(template.minutiae, key=lambda minutia: -minutia.quality)
    spots = [(m, m.x / unit, m.y / unit) for m in best]
    left = _first_unit([x for _, x, _ in spots])
    top = _first_unit([y for _, _, y in spots])
    chosen: dict[tuple[int, int], int] = {}
    for minutia, x, y in spots:
        place = round(y - top), round(x - left)
        if len(chosen) >= most or not all(0 <= value <= _CARD_AREA_UNITS for value in place):
            continue
        angle = round(minutia.angle_deg / _CARD_ANGLE_DEG) % 64
        chosen.setdefault(place, minutia.kind.value << 6 | angle)
    return b"".join(bytes((x, y, code)) for (y, x), code in sorted(chosen.items()))


def _first_unit(values: list[float]) -> float:
    """Return where the 25.5 mm window begins: 0 when all fits, else around the middle."""
    if not values or max(values) <= _CARD_AREA_UNITS:
        return 0.0
    return max(0.0, (min(values) + max(values)) / 2 - _CARD_AREA_UNITS / 2)


def decode_card_minutiae(data: bytes) -> MinutiaeTemplate:
    """Return the minutiae of the compact card format, brought to 500 ppi; raises BadInput."""
    if len(data) % 3:
        raise BadInput("record-damaged", kind=_KIND, what="length", at=len(data))
    unit = 500 / _MM_PER_INCH * _CARD_UNIT_MM
    minutiae = []
    for at in range(0, len(data), 3):
        kind = data[at + 2] >> 6
        if kind > MinutiaKind.FORK.value:
            raise BadInput("record-damaged", kind=_KIND, what="minutia", at=at)
        angle = (data[at + 2] & 63) * _CARD_ANGLE_DEG
        minutiae.append(Minutia(round(data[at] * unit), round(data[at + 1] * unit), angle, MinutiaKind(kind), 0))
    side = round(_CARD_AREA_UNITS * unit)
    return MinutiaeTemplate(side, side, 500, tuple(minutiae))


def encode_minutiae(template: MinutiaeTemplate, finger: Finger, quality: int) -> bytes:
    """Return a record of one view; at most the best 255 minutiae."""
    per_cm = round(template.resolution_ppi / 2.54)
    chosen = sorted(template.minutiae, key=lambda minutia: -minutia.quality)[:255]
    body = number(finger, 1) + b"\0" + number(quality, 1) + number(len(chosen), 1)
    for minutia in chosen:
        body += number(minutia.kind.value << 14 | minutia.x, 2) + number(minutia.y, 2)
        body += number(round(minutia.angle_deg / _RECORD_ANGLE_DEG) % 256, 1) + number(minutia.quality, 1)
    body += b"\0\0"
    sizes = number(template.width, 2) + number(template.height, 2) + number(per_cm, 2) * 2
    return b"FMR\x00 20\x00" + number(_HEADER_BYTES + len(body), 4) + b"\0\0" + sizes + b"\x01\0" + body


def decode_minutiae(data: bytes) -> tuple[tuple[Finger | None, int, MinutiaeTemplate], ...]:
    """Return position, quality and minutiae of every view.

    The declared length, and that of the extended data at the end, may be wrong as in records met; the fields may not.
    """
    reader = Reader(data, _KIND)
    reader.expect(b"FMR\x00 20\x00", "header")
    reader.take(6)
    width, height, per_cm = reader.number(2), reader.number(2), reader.number(2)
    reader.take(2)
    views = reader.number(1)
    reader.take(1)
    if not per_cm:
        raise reader.wrong("resolution")
    return tuple(_decode_view(reader, width, height, round(per_cm * 2.54)) for _ in range(views))


def _decode_view(
    reader: Reader, width: int, height: int, resolution_ppi: int
) -> tuple[Finger | None, int, MinutiaeTemplate]:
    position = reader.number(1)
    reader.take(1)
    quality, count = reader.number(1), reader.number(1)
    minutiae = []
    for _ in range(count):
        first, second = reader.number(2), reader.number(2)
        angle, trust = reader.number(1), reader.number(1)
        if first >> 14 > MinutiaKind.FORK.value:
            raise reader.wrong("minutia")
        kind = MinutiaKind(first >> 14)
        minutiae.append(Minutia(first & 0x3FFF, second & 0x3FFF, angle * _RECORD_ANGLE_DEG, kind, trust))
    extended = reader.number(2)
    reader.take(min(extended, reader.left))
    finger = Finger(position) if position in set(Finger) else None
    return finger, quality, MinutiaeTemplate(width, height, resolution_ppi, tuple(minutiae))
