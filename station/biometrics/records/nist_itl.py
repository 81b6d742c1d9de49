"""Writes a person's samples as one ANSI/NIST-ITL 1-2011 transaction, and checks transactions that come in.

The library that lays out the bytes validates nothing, so mandatory fields, image
sizes and record references are checked here. Type 2 holds what this domain defines:
2.003 the population number, 2.004 the name.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from station.domain.errors import BadInput
from station.domain.sample import Eye, Finger

_KIND = "ANSI/NIST-ITL"
_VERSION = "0500"
_AMPUTATED, _UNABLE = "XX", "UP"
_MANDATORY = {
    1: (1, 2, 3, 4, 5, 7, 8, 9, 11, 12),
    2: (1, 2),
    10: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 999),
    14: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 999),
    17: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 999),
}


class ImageCode(Enum):
    """Compression codes of table 15 of the standard."""

    WSQ = "WSQ20"
    JPEG = "JPEGB"
    JPEG2000 = "JP2"
    JPEG2000_LOSSLESS = "JP2L"
    PNG = "PNG"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class ItlImage:
    """A coded picture: size in pixels, how it is coded, when it was taken; resolution only where it is known."""

    width: int
    height: int
    code: ImageCode
    data: bytes
    taken_on: date
    resolution_ppi: int = 500


@dataclass(frozen=True, slots=True)
class Transaction:
    """Who sends what about whom; `missing` fingers are declared amputated, `unable` ones hurt or bandaged."""

    control_number: str
    agency: str
    receiver: str
    made_on: date
    nik: str
    name: str
    fingers: tuple[tuple[Finger, ItlImage], ...] = ()
    face: ItlImage | None = None
    irises: tuple[tuple[Eye, ItlImage], ...] = ()
    missing: frozenset[Finger] = frozenset()
    unable: frozenset[Finger] = frozenset()


def encode_transaction(transaction: Transaction) -> bytes:
    """Return the transaction: Type 1, Type 2, then Type 14, 10 and 17 records (clauses 8.1, 8.2, 8.14, 8.10, 8.17)."""
    import nistitl

    message = nistitl.Message()
    head = message[0]
    for alias, value in (
        ("VER", _VERSION), ("TOT", "ENROL"), ("DAT", f"{transaction.made_on:%Y%m%d}"),
        ("DAI", transaction.receiver), ("ORI", transaction.agency), ("TCN", transaction.control_number),
        ("NSR", "19.69" if transaction.fingers else "00.00"), ("NTR", "19.69" if transaction.fingers else "00.00"),
    ):  # fmt: skip
        setattr(head, alias, value)
    records = [_person_record(transaction)]
    records += [_finger_record(transaction, finger, image) for finger, image in transaction.fingers]
    records += [_face_record(transaction, transaction.face)] if transaction.face else []
    records += [_iris_record(transaction, eye, image) for eye, image in transaction.irises]
    for reference, record in enumerate(records):
        record.IDC = reference
        message += record
    return bytes(message.NIST)


def check_transaction(data: bytes) -> tuple[int, ...]:
    """Return the record types of a transaction in order; raises BadInput when it is damaged or fields are missing."""
    message = _parsed(data)
    announced = [int(item.values[0]) for item in list(message[0]["CNT"])[1:]]
    types = []
    for index, record_type in enumerate([1, *announced]):
        record = message[index]
        for number in _MANDATORY.get(record_type, ()):
            if not _has(record, number):
                raise BadInput("record-damaged", kind=_KIND, what=f"{record_type}.{number:03d}", at=index)
        types.append(record_type)
    return tuple(types)


def _parsed(data: bytes) -> Any:
    import nistitl

    message = nistitl.Message()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            message.parse(data)
    except Exception as error:
        raise BadInput("record-damaged", kind=_KIND, what=type(error).__name__, at=0) from error
    return message


def _has(record: Any, number: int) -> bool:
    return record[number] is not None


def _record(record_type: int, fields: dict[int, str]) -> Any:
    import nistitl

    record = nistitl.AsciiRecord(record_type)
    for number, value in fields.items():
        record += nistitl.Field(record_type, number, value)
    return record


def _with_data(record: Any, record_type: int, data: bytes) -> Any:
    import nistitl

    record += nistitl.BinaryField(record_type, 999, data)
    return record


def _person_record(transaction: Transaction) -> Any:
    name = transaction.name.encode("ascii", "replace").decode()
    return _record(2, {3: transaction.nik, 4: name})


def _finger_record(transaction: Transaction, finger: Finger, image: ItlImage) -> Any:
    import nistitl

    resolution = str(image.resolution_ppi)
    record = _record(14, {
        3: "0", 4: transaction.agency, 5: f"{image.taken_on:%Y%m%d}", 6: str(image.width), 7: str(image.height),
        8: "1", 9: resolution, 10: resolution, 11: image.code.value, 12: "8", 13: str(int(finger)),
    })  # fmt: skip
    absent = {**dict.fromkeys(transaction.missing, _AMPUTATED), **dict.fromkeys(transaction.unable, _UNABLE)}
    if absent and finger is transaction.fingers[0][0]:
        missing = nistitl.Field(14, 18)
        for position in sorted(absent):
            missing.add_subfields(nistitl.SubField([str(int(position)), absent[position]]))
        record += missing
    return _with_data(record, 14, image.data)


def _face_record(transaction: Transaction, image: ItlImage) -> Any:
    record = _record(10, {
        3: "FACE", 4: transaction.agency, 5: f"{image.taken_on:%Y%m%d}", 6: str(image.width), 7: str(image.height),
        8: "0", 9: "1", 10: "1", 11: image.code.value, 12: "SRGB", 20: "F",
    })  # fmt: skip
    return _with_data(record, 10, image.data)


def _iris_record(transaction: Transaction, eye: Eye, image: ItlImage) -> Any:
    record = _record(17, {
        3: str(int(eye)), 4: transaction.agency, 5: f"{image.taken_on:%Y%m%d}", 6: str(image.width),
        7: str(image.height), 8: "0", 9: "1", 10: "1", 11: image.code.value, 12: "8", 13: "GRAY",
    })  # fmt: skip
    return _with_data(record, 17, image.data)
