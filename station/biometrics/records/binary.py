"""Reads and writes big-endian fields with bounds: a short or odd record is `BadInput`, never a surprise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from station.domain.errors import BadInput

NO_TIME = b"\xff" * 9

_UNKNOWN_MILLISECOND = 0xFFFF


class Reader:
    """Takes fields from the front of a record; every shortage raises BadInput naming the record kind."""

    def __init__(self, data: bytes, kind: str) -> None:
        self._data, self._kind, self._at = data, kind, 0

    @property
    def left(self) -> int:
        """Return how many bytes are left."""
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes."""
        if count < 0 or count > self.left:
            raise self.wrong("short", at=self._at)
        part = self._data[self._at : self._at + count]
        self._at += count
        return part

    def number(self, size: int) -> int:
        """Return the next unsigned number of `size` bytes."""
        return int.from_bytes(self.take(size), "big")

    def expect(self, value: bytes, what: str) -> None:
        """Require the next bytes to be `value`."""
        if self.take(len(value)) != value:
            raise self.wrong(what, at=self._at - len(value))

    def moment(self) -> datetime | None:
        """Return the next nine bytes as a UTC time, None where the record says it is unknown."""
        raw = self.take(9)
        if raw == NO_TIME:
            return None
        year, millisecond = int.from_bytes(raw[:2], "big"), int.from_bytes(raw[7:], "big")
        try:
            month, day, hour, minute, second = raw[2:7]
            known = 0 if millisecond == _UNKNOWN_MILLISECOND else millisecond
            return datetime(year, month, day, hour, minute, second, known * 1000, tzinfo=UTC)
        except ValueError as error:
            raise self.wrong("time", at=self._at) from error

    def wrong(self, what: str, at: int | None = None) -> BadInput:
        """Return the error for this record."""
        return BadInput("record-damaged", kind=self._kind, what=what, at=self._at if at is None else at)


def number(value: int, size: int) -> bytes:
    """Return an unsigned big-endian number; raises BadInput when it does not fit."""
    try:
        return value.to_bytes(size, "big")
    except OverflowError as error:
        raise BadInput("record-field-too-large", value=value, size=size) from error


def moment(value: datetime | None) -> bytes:
    """Return nine bytes: year, month, day, hour, minute, second, millisecond, in UTC; all ones when unknown."""
    if value is None:
        return NO_TIME
    at = value.astimezone(UTC)
    fields = bytes((at.month, at.day, at.hour, at.minute, at.second))
    return number(at.year, 2) + fields + number(at.microsecond // 1000, 2)


@dataclass(frozen=True, slots=True)
class QualityRecord:
    """A score 0 to 100 (254 failed, 255 not tried) and who computed it (numbers of the biometric registry)."""

    score: int
    vendor: int = 0
    algorithm: int = 0


@dataclass(frozen=True, slots=True)
class CaptureDevice:
    """Technology code of the record kind, vendor and type numbers; 0 is unknown."""

    technology: int = 0
    vendor: int = 0
    type_number: int = 0


UNKNOWN_DEVICE = CaptureDevice()


def device_and_quality(device: CaptureDevice, qualities: tuple[QualityRecord, ...]) -> bytes:
    """Return the fields all parts of ISO/IEC 19794:2011 share after the time."""
    out = number(device.technology, 1) + number(device.vendor, 2) + number(device.type_number, 2)
    out += number(len(qualities), 1)
    return out + b"".join(number(q.score, 1) + number(q.vendor, 2) + number(q.algorithm, 2) for q in qualities)


def read_device_and_quality(reader: Reader) -> tuple[CaptureDevice, tuple[QualityRecord, ...]]:
    """Read what `device_and_quality` wrote."""
    device = CaptureDevice(reader.number(1), reader.number(2), reader.number(2))
    count = reader.number(1)
    return device, tuple(QualityRecord(reader.number(1), reader.number(2), reader.number(2)) for _ in range(count))
