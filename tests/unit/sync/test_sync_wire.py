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
from station.ledger.batch import encode_batch as encode_entries
from station.ledger.entry import Entry, Movement, genesis
from station.sync import wire
from station.sync.wire import Batch, BatchReply, Event, FeedItem, FeedPage, LedgerHead, Receipt, SessionClaim

KIT, OFFICE = SoftwareSigner.generate(), SoftwareSigner.generate()
NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SMALL_DATA_BYTES = 6_000  # of which 2,900 are the random identifiers and serials themselves


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
    ledger, statuses = day_of_ledger(), day_of_statuses()
    assert len(ledger) + len(statuses) <= SMALL_DATA_BYTES, (len(ledger), len(statuses))


def day_of_ledger() -> bytes:
    """Return the batch of a print day: 60 cards, each with a chip serial and an intent."""
    rnd = random.Random(1)
    first = Entry(
        1, "", "KIT-1", NOW, NOW.date(), Movement.PRINTED, "printed:baru", "room:R-CETAK", 1, "e" * 32, reason="baru"
    )
    entries = [
        replace(
            first, seq=number, entry_id=rnd.randbytes(16).hex(), at=NOW + timedelta(seconds=90 * number),
            serial=f"04{rnd.randbytes(6).hex().upper()}", intent_id=rnd.randbytes(16).hex(),
        )
        for number in range(1, 61)
    ]  # fmt: skip
    ledger = encode_entries("KIT-1", genesis("KIT-1"), entries)
    return wire.encode_batch(KIT, Batch("KIT-1", rnd.randbytes(16).hex(), ledger, LedgerHead(60, b"h" * 32), ()))


def day_of_statuses() -> bytes:
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
    return wire.encode_page(OFFICE, FeedPage("KIT-1", 0, 60, tuple(items), NOW))
