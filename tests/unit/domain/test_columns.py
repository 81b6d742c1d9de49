"""Rows come back from their columns exactly as they were, whatever is in them."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from station.domain.columns import DIGITS, HEXADECIMAL, MAPS, MOMENTS, NUMBERS, SAME, pack, unpack

_moments = some.datetimes(timezones=some.just(UTC)).map(datetime.isoformat)
_texts = some.one_of(
    some.text(max_size=20),
    some.binary(min_size=4, max_size=16).map(bytes.hex),
    some.from_regex(r"[0-9]{16}", fullmatch=True),
    _moments,
    some.datetimes().map(datetime.isoformat),
)
_values = some.one_of(some.none(), some.booleans(), some.integers(-(2**70), 2**70), _texts, some.binary(max_size=8))
_maps = some.fixed_dictionaries({"nik": some.from_regex(r"[0-9]{16}", fullmatch=True), "at": _moments, "note": _texts})


def _same_kind(kind: Any) -> some.SearchStrategy[list[list[Any]]]:
    return some.lists(some.tuples(kind, kind).map(list), min_size=1, max_size=12)


@given(
    some.one_of(
        some.lists(some.lists(_values, min_size=3, max_size=3), min_size=1, max_size=12),
        _same_kind(some.integers()),
        _same_kind(_moments),
        _same_kind(some.binary(min_size=16, max_size=16).map(bytes.hex)),
        _same_kind(some.binary(min_size=7, max_size=7).map(lambda octets: octets.hex().upper())),
        _same_kind(_maps),
    )
)
@settings(max_examples=300, deadline=None)
def test_rows_come_back_exactly(rows: list[list[Any]]) -> None:
    packed = cbor2.loads(cbor2.dumps(pack(rows)))
    back = unpack(packed, len(rows))
    assert back == rows
    assert [[type(value) for value in row] for row in back] == [[type(value) for value in row] for row in rows]


def test_each_kind_of_column_is_recognised() -> None:
    begun = datetime(2026, 1, 5, 1, 2, 3, 456, UTC)
    rows = [
        [
            number, f"{number:06x}ab", (begun + timedelta(seconds=number)).isoformat(),
            f"{6311010101080000 + number}", {"status": "SFE", "n": number}, "sama",
        ]
        for number in range(5)
    ]  # fmt: skip
    assert [column[0] for column in pack(rows)] == [NUMBERS, HEXADECIMAL, MOMENTS, DIGITS, MAPS, SAME]
    assert pack([["ab" * 16], ["cd" * 16]])[0][0] == HEXADECIMAL


@pytest.mark.parametrize(
    "columns",
    [
        None,
        [[9, 1]],
        [[HEXADECIMAL, 16, b"short"]],
        [[NUMBERS, 1, 2, b""]],
        [[NUMBERS, 1, 99, b"x" * 297]],
        [[MOMENTS, 10**30, 0, b""]],
        [[MAPS, ["a"], []]],
        [[0, [1]], [0, [1, 2, 3, 4]]],
        [[]],
    ],
)
def test_what_pack_never_makes_is_refused(columns: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        unpack(columns, 4)


def test_a_bomb_of_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="columns"):
        unpack([[SAME, "x"]], 10**9)


def test_identifiers_cost_their_randomness_and_little_more() -> None:
    import random

    rnd = random.Random(1)
    rows = [[f"{rnd.getrandbits(96):024x}{number:08x}"] for number in range(60)]
    assert len(zlib.compress(cbor2.dumps(pack(rows)), 9)) < 60 * 12 + 70
    assert len(zlib.compress(cbor2.dumps(rows), 9)) > 60 * 12 + 200
