"""What kit and office say to each other, as values and bytes; no input or output (docs/formats/sync-wire.md).

Every message is canonical CBOR in a COSE_Sign1 whose external data names its purpose,
so that a signature given for one purpose is worth nothing for another.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import cbor2

from station.domain.errors import BadInput, Tampered
from station.keys.signing import Signer, verify
from station.sync.item_columns import pack_items, unpack_items

SESSION, BATCH, BATCH_REPLY, FEED_PAGE, RECEIPT, RENEWAL = (
    b"station-session-1",
    b"station-batch-1",
    b"station-batch-reply-1",
    b"station-feed-page-1",
    b"station-receipt-1",
    b"station-renewal-1",
)
FEED_PAGE_IN_COLUMNS = b"station-feed-page-2"
MAX_PLAIN_BYTES = 64 * 1024 * 1024
PACKET_ID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """The newest entry of a kit's blank book: number and hash; number 0 when the book is empty."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class SessionClaim:
    """What a kit states when it opens a connection: who it is, when, over which certificate, its ledger head."""

    kit_id: str
    at: datetime
    certificate: bytes
    head: LedgerHead


@dataclass(frozen=True, slots=True)
class Event:
    """One outgoing event of a kit; `body` is CBOR."""

    event_id: str
    topic: str
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """New ledger entries (as the ledger encodes them) and events of one kit."""

    kit_id: str
    batch_id: str
    ledger: bytes
    head: LedgerHead
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class BatchReply:
    """The office's signed answer: entries it holds now, and why it refused what it refused."""

    kit_id: str
    batch_id: str
    ledger_seq: int
    problems: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One thing for a kit, numbered without gaps; `body` is CBOR."""

    number: int
    kind: str
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Feed items after a number, signed as a page; `last` is the newest number the office has for the kit.

    `in_columns` tells which of the two ways of writing it is meant, or was read.
    """

    kit_id: str
    after: int
    last: int
    items: tuple[FeedItem, ...]
    at: datetime
    in_columns: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The office's word that a packet is received, verified and stored for good."""

    packet_id: str
    sha256: bytes
    size: int
    at: datetime


def sign_session(signer: Signer, claim: SessionClaim) -> str:
    """Return the value of the Authorization header."""
    fields = [claim.kit_id, _seconds(claim.at), claim.certificate, claim.head.seq, claim.head.hash]
    token = signer.sign(dumps(fields), SESSION)
    return "Kit " + base64.urlsafe_b64encode(token).decode().rstrip("=")


def session_token(header: str) -> bytes:
    """Return the COSE bytes of an Authorization header; raises BadInput when it is none of ours."""
    scheme, _space, text = header.partition(" ")
    if scheme != "Kit" or not text:
        raise BadInput("sync-token-malformed")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadInput("sync-token-malformed") from error


def claimed_kit(token: bytes) -> str:
    """Return whose session a token claims to be, before anything is verified."""
    try:
        return str(cbor2.loads(cbor2.loads(token).value[2])[0])
    except Exception as error:
        raise BadInput("sync-token-malformed") from error


def open_session(token: bytes, public_der: bytes) -> SessionClaim:
    """Verify a session token; raises Tampered or BadInput."""
    kit_id, at, certificate, seq, ledger_hash = fields(verify(token, public_der, SESSION).payload, 5)
    return SessionClaim(text(kit_id), moment(at), octets(certificate), LedgerHead(number(seq), octets(ledger_hash)))


def encode_batch(signer: Signer, batch: Batch) -> bytes:
    """Return a signed, deflated batch."""
    events = [[event.event_id, event.topic, _seconds(event.at), event.body] for event in batch.events]
    plain = dumps([batch.kit_id, batch.batch_id, batch.ledger, batch.head.seq, batch.head.hash, events])
    return signer.sign(zlib.compress(plain, 9), BATCH)


def decode_batch(message: bytes, public_der: bytes) -> Batch:
    """Verify and read a batch; raises Tampered or BadInput."""
    values = fields(inflate(verify(message, public_der, BATCH).payload), 6)
    kit_id, batch_id, ledger, seq, head_hash, raw_events = values
    events = []
    for raw in listed(raw_events):
        event_id, topic, at, body = listed(raw, 4)
        events.append(Event(text(event_id), text(topic), moment(at), octets(body)))
    head = LedgerHead(number(seq), octets(head_hash))
    return Batch(text(kit_id), text(batch_id), octets(ledger), head, tuple(events))


def encode_reply(signer: Signer, reply: BatchReply) -> bytes:
    """Return the office's signed answer to a batch."""
    plain = [reply.kit_id, reply.batch_id, reply.ledger_seq, list(reply.problems), _seconds(reply.at)]
    return signer.sign(dumps(plain), BATCH_REPLY)


def decode_reply(message: bytes, office_der: bytes) -> BatchReply:
    """Verify and read the answer to a batch."""
    kit_id, batch_id, seq, problems, at = fields(verify(message, office_der, BATCH_REPLY).payload, 5)
    words = tuple(text(problem) for problem in listed(problems))
    return BatchReply(text(kit_id), text(batch_id), number(seq), words, moment(at))


def encode_page(signer: Signer, page: FeedPage) -> bytes:
    """Return a signed, deflated feed page."""
    if page.in_columns:
        columns = pack_items([(item.kind, _seconds(item.at), item.body) for item in page.items])
        plain = dumps([page.kit_id, page.after, page.last, columns, _seconds(page.at)])
        return signer.sign(zlib.compress(plain, 9), FEED_PAGE_IN_COLUMNS)
    items = [[item.number, item.kind, _seconds(item.at), item.body] for item in page.items]
    plain = dumps([page.kit_id, page.after, page.last, items, _seconds(page.at)])
    return signer.sign(zlib.compress(plain, 9), FEED_PAGE)


def decode_page(message: bytes, office_der: bytes) -> FeedPage:
    """Verify and read a feed page, written either way; raises BadInput when its numbers have a gap."""
    try:
        payload, in_columns = verify(message, office_der, FEED_PAGE_IN_COLUMNS).payload, True
    except Tampered:
        payload, in_columns = verify(message, office_der, FEED_PAGE).payload, False
    kit_id, after, last, raw_items, at = fields(inflate(payload), 5)
    first = number(after) + 1
    if in_columns:
        raw_items = [[first + place, *item] for place, item in enumerate(unpack_items(raw_items))]
    items = []
    for raw in listed(raw_items):
        item_number, kind, item_at, body = listed(raw, 4)
        items.append(FeedItem(number(item_number), text(kind), moment(item_at), octets(body)))
    page = FeedPage(text(kit_id), number(after), number(last), tuple(items), moment(at), in_columns)
    if [item.number for item in page.items] != list(range(first, first + len(page.items))):
        raise BadInput("sync-feed-gap", after=page.after)
    return page


def encode_receipt(signer: Signer, receipt: Receipt) -> bytes:
    """Return a signed receipt."""
    plain = [bytes.fromhex(receipt.packet_id), receipt.sha256, receipt.size, _seconds(receipt.at)]
    return signer.sign(dumps(plain), RECEIPT)


def decode_receipt(message: bytes, office_der: bytes) -> Receipt:
    """Verify and read a receipt; raises Tampered when the office's key did not sign it."""
    packet_id, sha256, size, at = fields(verify(message, office_der, RECEIPT).payload, 4)
    return Receipt(octets(packet_id).hex(), octets(sha256), number(size), moment(at))


def is_packet_id(value: str) -> bool:
    """Tell whether a text is an identifier as this program makes them: it becomes a file name."""
    return len(value) == PACKET_ID_DIGITS and all(digit in "0123456789abcdef" for digit in value)


def dumps(value: object) -> bytes:
    """Return canonical CBOR."""
    return cbor2.dumps(value, canonical=True)


def loads(data: bytes) -> Any:
    """Read CBOR; raises BadInput on anything malformed."""
    try:
        return cbor2.loads(data)
    except Exception as error:
        raise BadInput("sync-message-malformed") from error


def inflate(data: bytes, limit: int = MAX_PLAIN_BYTES) -> bytes:
    """Undo deflate up to a bound; raises BadInput beyond it or on damage."""
    machine = zlib.decompressobj()
    try:
        plain = machine.decompress(data, limit)
    except zlib.error as error:
        raise BadInput("sync-message-malformed") from error
    if machine.unconsumed_tail or not machine.eof:
        raise BadInput("sync-message-too-large")
    return plain


def fields(data: bytes, count: int) -> list[Any]:
    """Read a CBOR array of exactly `count` values."""
    return listed(loads(data), count)


def listed(value: object, count: int | None = None) -> list[Any]:
    """Return a list, or raise BadInput when it is none or has another length."""
    if not isinstance(value, list) or (count is not None and len(value) != count):
        raise BadInput("sync-message-malformed")
    return value


def text(value: object) -> str:
    """Return a text, or raise BadInput."""
    if not isinstance(value, str):
        raise BadInput("sync-message-malformed")
    return value


def octets(value: object) -> bytes:
    """Return bytes, or raise BadInput."""
    if not isinstance(value, bytes):
        raise BadInput("sync-message-malformed")
    return value


def number(value: object) -> int:
    """Return a number that is not negative, or raise BadInput."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadInput("sync-message-malformed")
    return value


def moment(value: object) -> datetime:
    """Return a moment from whole seconds since 1970, or raise BadInput."""
    try:
        return datetime.fromtimestamp(number(value), UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise BadInput("sync-message-malformed") from error


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
