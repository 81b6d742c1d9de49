"""Messages between kit and office: what goes in comes out, what is not ours never gets in, and how small they are."""

from __future__ import annotations

import random
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.domain.errors import BadInput, StationError, Tampered
from station.domain.status import RecordStatus
from station.keys.signing import SoftwareSigner
from station.ledger.batch import decode_batch as decode_entries
from station.ledger.batch import encode_batch as encode_entries
from station.ledger.entry import Entry, Movement, genesis
from station.sync import wire
from station.sync.wire import Batch, BatchReply, Event, FeedItem, FeedPage, LedgerHead, Receipt, SessionClaim

KIT, OFFICE = SoftwareSigner.generate(), SoftwareSigner.generate()
NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SMALL_DATA_BYTES = 4_200  # of which 3,400 are the random identifiers and serials themselves

_plain_values = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=12), st.binary(max_size=12))
_bodies = st.one_of(
    st.binary(max_size=40),
    st.dictionaries(st.text(max_size=6), st.one_of(_plain_values, st.lists(_plain_values, max_size=3))).map(wire.dumps),
    st.just(wire.dumps({"nik": "6311010101080001", "at": NOW.isoformat(), "records": [1, True, {"a": 1}]})),
)


def test_every_message_comes_back_as_it_went() -> None:
    claim = SessionClaim("KIT-1", NOW, b"c" * 16, LedgerHead(3, b"h" * 32))
    assert wire.open_session(wire.session_token(wire.sign_session(KIT, claim)), KIT.public_der) == claim
    batch = Batch("KIT-1", "b" * 32, b"ledger", LedgerHead(3, b"h" * 32), (Event("e" * 32, "status", NOW, b"\xa0"),))
    assert wire.decode_batch(wire.encode_batch(KIT, batch), KIT.public_der) == batch
    reply = BatchReply("KIT-1", "b" * 32, 3, ("office-ledger-gap",), NOW)
    assert wire.decode_reply(wire.encode_reply(OFFICE, reply), OFFICE.public_der) == reply
    page = FeedPage("KIT-1", 4, 9, (FeedItem(5, "status", NOW, b"\xa0"), FeedItem(6, "policy", NOW, b"\xa0")), NOW)
    assert wire.decode_page(wire.encode_page(OFFICE, page), OFFICE.public_der) == page
    receipt = Receipt("a" * 32, b"s" * 32, 5, NOW)
    assert wire.decode_receipt(wire.encode_receipt(OFFICE, receipt), OFFICE.public_der) == receipt


def test_a_signature_for_one_purpose_is_worth_nothing_for_another() -> None:
    receipt = wire.encode_receipt(OFFICE, Receipt("a" * 32, b"s" * 32, 5, NOW))
    with pytest.raises(Tampered):
        wire.decode_reply(receipt, OFFICE.public_der)


def test_a_feed_page_with_a_gap_is_refused() -> None:
    page = FeedPage("KIT-1", 4, 9, (FeedItem(6, "status", NOW, b""),), NOW)
    with pytest.raises(BadInput, match="sync-feed-gap"):
        wire.decode_page(wire.encode_page(OFFICE, page), OFFICE.public_der)


def test_a_bomb_of_zeros_is_not_unpacked() -> None:
    bomb = zlib.compress(bytes(wire.MAX_PLAIN_BYTES + 1), 9)
    with pytest.raises(BadInput, match="sync-message-too-large"):
        wire.inflate(bomb)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_a_reader_fail_in_another_way_than_ours(noise: bytes) -> None:
    signed = KIT.sign(noise, wire.BATCH)
    for read in (wire.decode_batch, wire.decode_reply, wire.decode_page, wire.decode_receipt, wire.open_session):
        for message in (noise, signed):
            with pytest.raises(StationError):
                read(message, KIT.public_der)
    with pytest.raises(StationError):
        wire.claimed_kit(noise)


@settings(max_examples=100, deadline=None)
@given(st.recursive(st.integers() | st.text(max_size=5) | st.binary(max_size=5) | st.none(), st.lists, max_leaves=12))
def test_well_signed_nonsense_is_refused_by_shape(value: object) -> None:
    plain = cbor2.dumps(value)
    for message, read in (
        (OFFICE.sign(zlib.compress(plain), wire.FEED_PAGE), wire.decode_page),
        (OFFICE.sign(zlib.compress(plain), wire.BATCH), wire.decode_batch),
        (OFFICE.sign(plain, wire.RECEIPT), wire.decode_receipt),
        (OFFICE.sign(plain, wire.SESSION), wire.open_session),
    ):
        with pytest.raises(StationError):
            read(message, OFFICE.public_der)


def test_a_day_of_small_data_is_small() -> None:
    ledger, statuses = day_of_ledger(True), day_of_statuses(True)
    assert len(ledger) + len(statuses) <= SMALL_DATA_BYTES, (len(ledger), len(statuses))


def test_both_ways_of_writing_say_the_same() -> None:
    batches = [wire.decode_batch(day_of_ledger(way), KIT.public_der) for way in (False, True)]
    assert decode_entries(batches[0].ledger) == decode_entries(batches[1].ledger)
    plain, columns = (wire.decode_page(day_of_statuses(way), OFFICE.public_der) for way in (False, True))
    assert (plain.in_columns, columns.in_columns) == (False, True)
    assert plain == replace(columns, in_columns=False)


@given(st.lists(st.tuples(st.sampled_from(["status", "letter", "policy"]), _bodies), max_size=30))
@settings(max_examples=100, deadline=None)
def test_a_page_of_anything_comes_back_from_its_columns(content: list[tuple[str, bytes]]) -> None:
    items = tuple(FeedItem(7 + place, kind, NOW, body) for place, (kind, body) in enumerate(content))
    page = FeedPage("KIT-1", 6, 6 + len(items), items, NOW, in_columns=True)
    assert wire.decode_page(wire.encode_page(OFFICE, page), OFFICE.public_der) == page


@pytest.mark.parametrize(
    "columns",
    [
        None, [], [["status"], {}], [["status"], {"status": [1, True, [[1, 5]]]}],
        [[], {"status": [1, False, [[1, 5], [1, b""]]]}],
        [["status"] * 200_000, {"status": [200_000, False, [[1, 5], [1, b""]]]}], [5, 6],
    ],
)  # fmt: skip
def test_columns_that_make_no_sense_are_refused(columns: object) -> None:
    plain = wire.dumps(["KIT-1", 0, 1, columns, 1])
    with pytest.raises(BadInput):
        wire.decode_page(OFFICE.sign(zlib.compress(plain), wire.FEED_PAGE_IN_COLUMNS), OFFICE.public_der)


def day_of_ledger(in_columns: bool = False) -> bytes:
    """Return the batch of a print day: 60 cards, each with a chip serial and an intent."""
    rnd = random.Random(1)
    first = Entry(
        1, "", "KIT-1", NOW, NOW.date(), Movement.PRINTED, "printed:baru", "room:R-CETAK", 1, "e" * 32, reason="baru"
    )
    entries = [
        first._replace(
            seq=number, entry_id=rnd.randbytes(16).hex(), at=NOW + timedelta(seconds=90 * number),
            serial=f"04{rnd.randbytes(6).hex().upper()}", intent_id=rnd.randbytes(16).hex(),
        )
        for number in range(1, 61)
    ]  # fmt: skip
    ledger = encode_entries("KIT-1", genesis("KIT-1"), entries, in_columns)
    return wire.encode_batch(KIT, Batch("KIT-1", rnd.randbytes(16).hex(), ledger, LedgerHead(60, b"h" * 32), ()))


def day_of_statuses(in_columns: bool = False) -> bytes:
    """Return the feed page of 60 statuses."""
    rnd = random.Random(2)
    items = []
    for number in range(60):
        body = {
            "nik": f"6311010101{rnd.randrange(10**6):06}",
            "packet_id": rnd.randbytes(16).hex(),
            "status": RecordStatus.PRINT_READY_RECORD.value,
            "at": NOW.isoformat(),
            "note": "",
        }
        items.append(FeedItem(number + 1, "status", NOW, wire.dumps(body)))
    return wire.encode_page(OFFICE, FeedPage("KIT-1", 0, 60, tuple(items), NOW, in_columns))
