"""Signature time series, ISO/IEC 19794-7 ("SDI", version 10): channels X, Y, time, pressure, pen touching."""

from __future__ import annotations

from collections.abc import Sequence

from station.biometrics.records.binary import Reader, number
from station.domain.errors import BadInput
from station.domain.sample import PenSample

_KIND = "ISO/IEC 19794-7"
_CHANNEL_NAMES = ("X", "Y", "Z", "VX", "VY", "AX", "AY", "T", "DT", "F", "S", "TX", "TY", "A", "E", "R")
_WRITTEN = ("X", "Y", "T", "F", "S")
_SIGNED = frozenset({"X", "Y", "VX", "VY", "AX", "AY", "TX", "TY"})
_HAS_SCALING, _CONSTANT = 0x80, 0x08
_EXTRA_FLAGS = (0x40, 0x20, 0x10)
_MOST_POINTS = 200_000
_BYTE_CHANNEL = "S"


def encode_signature(samples: Sequence[PenSample], unit_per_mm: float) -> bytes:
    """Return the full format: position and force as the pad gave them, time in ms, pen tip touching or not."""
    if len(samples) > _MOST_POINTS:
        raise BadInput("record-field-too-large", value=len(samples), size=3)
    inclusion = sum(0x8000 >> _CHANNEL_NAMES.index(name) for name in _WRITTEN)
    scalings = {"X": _scaling(unit_per_mm), "Y": _scaling(unit_per_mm), "T": _scaling(1000.0), "F": None, "S": None}
    descriptions = b"".join(
        b"\0" if value is None else bytes((_HAS_SCALING,)) + number(value, 2) for value in scalings.values()
    )
    header = b"SDI\x00 10\x00" + number(inclusion, 2) + descriptions + b"\0"
    points = b"".join(_encode_sample(sample) for sample in samples)
    return header + b"\0" + number(len(samples), 3) + points


def _encode_sample(sample: PenSample) -> bytes:
    place = number(sample.x + 0x8000, 2) + number(sample.y + 0x8000, 2)
    return place + number(sample.time_ms, 2) + number(sample.pressure, 2) + bytes((sample.touching,))


def decode_signature(data: bytes) -> tuple[PenSample, ...]:
    """Return the samples of a record that has X, Y and T at least; raises BadInput."""
    reader = Reader(data, _KIND)
    reader.expect(b"SDI\x00 10\x00", "header")
    inclusion = reader.number(2)
    names = [name for index, name in enumerate(_CHANNEL_NAMES) if inclusion & 0x8000 >> index]
    varying = [name for name in names if not _describe(reader)]
    if not {"X", "Y", "T"} <= set(varying):
        raise reader.wrong("channels")
    reader.take(1)
    preamble = reader.number(1)
    if preamble & 0x80:
        reader.take(reader.number(2))
    count = reader.number(3)
    return tuple(_sample(reader, varying) for _ in range(count))


def _describe(reader: Reader) -> bool:
    """Skip one channel description; tell whether the channel is constant and so absent from the points."""
    preamble = reader.number(1)
    if preamble & _HAS_SCALING:
        reader.take(2)
    for flag in _EXTRA_FLAGS:
        if preamble & flag:
            reader.take(2)
    return bool(preamble & _CONSTANT)


def _sample(reader: Reader, names: Sequence[str]) -> PenSample:
    values = {}
    for name in names:
        raw = reader.number(1 if name == _BYTE_CHANNEL else 2)
        values[name] = raw - 0x8000 if name in _SIGNED else raw
    force = values.get("F", 0)
    touching = bool(values.get("S", force > 0))
    return PenSample(values["X"], values["Y"], force, values["T"], touching)


def _scaling(factor: float) -> int:
    """Return a scaling value: 5 bits exponent (bias 16) and 11 bits fraction, factor = 2^(e-16) * (1 + f/2048)."""
    exponent = 0
    while factor >= 2 and exponent < 15:
        factor, exponent = factor / 2, exponent + 1
    while factor < 1 and exponent > -16:
        factor, exponent = factor * 2, exponent - 1
    return (exponent + 16) << 11 | min(2047, round((factor - 1) * 2048))
