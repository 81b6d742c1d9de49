"""Rows as columns, so that deflate finds what rows hide: identifiers as bytes, moments and numbers as differences.

Every value comes back exactly as it was, or its column is kept as it is. Written down in docs/formats/columns.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

PLAIN, SAME, HEXADECIMAL, NUMBERS, MOMENTS, DIGITS, MAPS, UPPER_HEXADECIMAL = range(8)
MOST_ROWS = 100_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HEX = re.compile(r"(?:[0-9a-f]{2}){4,64}")
_UPPER_HEX = re.compile(r"(?:[0-9A-F]{2}){4,64}")
_DIGITS = re.compile(r"[0-9]{4,18}")
_WIDEST_BYTES = 9
_SCALARS = (str, int, bytes, bool, type(None))  # inside others, 1 and True would pass for the same


def pack(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Return rows of equal length as a list of columns; no row gives no column."""
    return [_column(list(values)) for values in zip(*rows, strict=True)]


def unpack(columns: Any, count: int) -> list[list[Any]]:
    """Return `count` rows from their columns; raises ValueError when they are not what `pack` makes."""
    if not isinstance(columns, list) or not 0 <= count <= MOST_ROWS:
        raise ValueError("columns")
    return [list(row) for row in zip(*(_values(column, count) for column in columns), strict=True)]


def _column(values: list[Any]) -> list[Any]:
    first = values[0]
    if type(first) in _SCALARS and all(type(value) is type(first) and value == first for value in values):
        return [SAME, first]
    if all(type(value) is int and abs(value) < 2**62 for value in values):
        return [NUMBERS, *_differences(values)]
    if all(type(value) is str for value in values):
        return _texts(values)
    if all(type(value) is dict and list(value) == list(first) for value in values) and first:
        return [MAPS, list(first), pack([list(value.values()) for value in values])]
    return [PLAIN, values]


def _texts(values: list[str]) -> list[Any]:
    width = len(values[0])
    same_width = all(len(value) == width for value in values)
    if same_width and all(_DIGITS.fullmatch(value) for value in values):
        return [DIGITS, width, *_differences([int(value) for value in values])]
    if same_width and all(_HEX.fullmatch(value) for value in values):
        return [HEXADECIMAL, width // 2, _planes([bytes.fromhex(value) for value in values], width // 2)]
    if same_width and all(_UPPER_HEX.fullmatch(value) for value in values):
        return [UPPER_HEXADECIMAL, width // 2, _planes([bytes.fromhex(value) for value in values], width // 2)]
    moments = [_microseconds(value) for value in values]
    if None not in moments:
        return [MOMENTS, *_differences([moment for moment in moments if moment is not None])]
    return [PLAIN, values]


def _values(column: Any, count: int) -> list[Any]:
    kind, *rest = column
    if kind == SAME and len(rest) == 1:
        return [rest[0]] * count
    found: list[Any]
    if kind == PLAIN and len(rest) == 1 and isinstance(rest[0], list):
        found = rest[0]
    elif kind == NUMBERS:
        found = _summed(rest, count)
    elif kind == DIGITS:
        found = [f"{number:0{rest[0]}d}" for number in _summed(rest[1:], count)]
    elif kind == HEXADECIMAL and len(rest) == 2:
        found = [value.hex() for value in _rows(rest[1], rest[0], count)]
    elif kind == UPPER_HEXADECIMAL and len(rest) == 2:
        found = [value.hex().upper() for value in _rows(rest[1], rest[0], count)]
    elif kind == MOMENTS:
        found = [_moment(number) for number in _summed(rest, count)]
    elif kind == MAPS and len(rest) == 2:
        found = [dict(zip(rest[0], row, strict=True)) for row in unpack(rest[1], count)]
    else:
        raise ValueError("column")
    if len(found) != count:
        raise ValueError("column length")
    return found


def _differences(values: list[int]) -> list[Any]:
    """Return the first number, and the steps between the rest as planes of bytes; a step keeps its sign in bit 0."""
    steps = [after - before for before, after in pairwise(values)]
    folded = [2 * step if step >= 0 else -2 * step - 1 for step in steps]
    width = max(((step.bit_length() + 7) // 8 for step in folded), default=0)
    return [values[0], width, b"".join(_plane(folded, byte) for byte in range(width))]


def _plane(numbers: list[int], byte: int) -> bytes:
    return bytes((number >> (8 * byte)) & 0xFF for number in numbers)


def _summed(rest: list[Any], count: int) -> list[int]:
    first, width, planes = rest
    if type(first) is not int or not 0 <= width <= _WIDEST_BYTES or len(planes) != width * (count - 1):
        raise ValueError("numbers")
    found = [first]
    for index in range(count - 1):
        folded = sum(planes[byte * (count - 1) + index] << (8 * byte) for byte in range(width))
        found.append(found[-1] + (folded // 2 if folded % 2 == 0 else -(folded + 1) // 2))
    return found


def _planes(values: list[bytes], width: int) -> bytes:
    """Return the first bytes of all values, then the second ones and so on, each less the one before."""
    before = [bytes(width), *values[:-1]]
    return bytes(
        (value[byte] - earlier[byte]) & 0xFF
        for byte in range(width)
        for earlier, value in zip(before, values, strict=True)
    )


def _rows(planes: bytes, width: int, count: int) -> list[bytes]:
    if not 0 < width <= 64 or len(planes) != width * count:
        raise ValueError("planes")
    found, before = [], bytes(width)
    for index in range(count):
        before = bytes((before[byte] + planes[byte * count + index]) & 0xFF for byte in range(width))
        found.append(before)
    return found


def _microseconds(text: str) -> int | None:
    """Return a moment in UTC as microseconds since 1970, or None when it would not be written the same again."""
    if not 20 <= len(text) <= 32:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not UTC and moment.utcoffset() != timedelta(0):
        return None
    number = (moment - _EPOCH) // _MICROSECOND
    return number if _moment(number) == text else None


def _moment(number: int) -> str:
    try:
        return (_EPOCH + number * _MICROSECOND).isoformat()
    except OverflowError as error:
        raise ValueError("moment") from error
