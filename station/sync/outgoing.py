"""Makes and remembers the batch that is under way: ledger entries and events, the same bytes on every repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from station.domain.clock import Clock
from station.domain.identifiers import IdSource
from station.keys.signing import Signer
from station.ledger.batch import SignedHead, encode_batch
from station.ledger.entry import Entry, genesis
from station.store import outbox, records
from station.store.database import Database
from station.store.outbox import OutboxState
from station.sync import wire
from station.sync.wire import Batch, BatchReply, Event, LedgerHead

EVENTS_PER_BATCH = 200
ENTRIES_PER_BATCH = 500
_UNDER_WAY, _SENT_SEQ, _READS_COLUMNS = "batch_under_way", "ledger_sent", "office_reads_columns"


class LedgerSource(Protocol):
    """The blank book as sync sees it."""

    def head(self) -> LedgerHead:
        """Return number and hash of the newest entry."""

    def batch_after(self, seq: int, limit: int, in_columns: bool) -> tuple[bytes, int]:
        """Return up to `limit` entries after a number, encoded, and how many they are."""


class NoLedger:
    """Stands where a kit keeps no blank book."""

    def head(self) -> LedgerHead:
        """Return the head of an empty book."""
        return LedgerHead(0, b"")

    def batch_after(self, seq: int, limit: int, in_columns: bool) -> tuple[bytes, int]:
        """Return nothing."""
        del seq, limit, in_columns
        return b"", 0


class Book(Protocol):
    """The blank book's own interface (station.ledger)."""

    def head(self) -> SignedHead:
        """Return the signed newest entry."""

    def entries_after(self, seq: int, limit: int = ...) -> list[Entry]:
        """Return entries after a number, oldest first."""


class BookSource:
    """A blank book as a source of batches."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def head(self) -> LedgerHead:
        """Return number and hash of the newest entry; an empty book has number 0 and no hash."""
        head = self._book.head()
        return LedgerHead(head.seq, head.hash if head.seq else b"")

    def batch_after(self, seq: int, limit: int, in_columns: bool) -> tuple[bytes, int]:
        """Return entries with the hash of the one before them."""
        known = self._book.entries_after(max(0, seq - 1), limit + 1)
        entries = known[1 if seq else 0 :][:limit]
        if not entries:
            return b"", 0
        station = entries[0].station
        previous = known[0].hash if seq else genesis(station)
        return encode_batch(station, previous, entries, in_columns), len(entries)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A batch that was made and stored before it was sent."""

    batch_id: str
    message: bytes
    event_ids: tuple[str, ...]
    entries: int


class Outgoing:
    """The sending end for small things."""

    def __init__(
        self, database: Database, ledger: LedgerSource, signer: Signer, kit_id: str, clock: Clock, ids: IdSource
    ) -> None:
        self._database, self._ledger, self._signer = database, ledger, signer
        self._kit_id, self._clock, self._ids = kit_id, clock, ids

    def next(self) -> UnderWay | None:
        """Return the batch under way, or make the next one; None when there is nothing to say."""
        with self._database.write() as connection:
            kept = records.get_state(connection, _UNDER_WAY)
            if kept is not None:
                return _unpack(kept)
            waiting = outbox.items(connection, OutboxState.WAITING, "event")[:EVENTS_PER_BATCH]
            sent = int((records.get_state(connection, _SENT_SEQ) or b"0").decode())
            in_columns = records.get_state(connection, _READS_COLUMNS) is not None
            ledger, count = self._ledger.batch_after(sent, ENTRIES_PER_BATCH, in_columns)
            if not waiting and not count:
                return None
            events = tuple(Event(item.item_id, item.topic, item.created_at, item.body) for item in waiting)
            batch = Batch(self._kit_id, self._ids.new(), ledger if count else b"", self._ledger.head(), events)
            message = wire.encode_batch(self._signer, batch)
            under_way = UnderWay(batch.batch_id, message, tuple(item.item_id for item in waiting), count)
            records.put_state(connection, _UNDER_WAY, _pack(under_way))
            return under_way

    def answered(self, under_way: UnderWay, reply: BatchReply, signed: bytes) -> None:
        """Note what the office has now; its signed answer is the receipt of every event."""
        with self._database.write() as connection:
            for event_id in under_way.event_ids:
                outbox.mark_delivered(connection, event_id, signed)
            records.put_state(connection, _SENT_SEQ, str(reply.ledger_seq).encode())
            records.put_state(connection, _UNDER_WAY, None)

    def learn(self, reads_columns: bool) -> None:
        """Note what the office's last page showed of the formats it knows; the next batch is made accordingly."""
        with self._database.read() as connection:
            known = records.get_state(connection, _READS_COLUMNS) is not None
        if known is not reads_columns:
            with self._database.write() as connection:
                records.put_state(connection, _READS_COLUMNS, b"1" if reads_columns else None)

    def refused(self, under_way: UnderWay, reason: str) -> None:
        """Set the events of a batch aside that the office cannot read; the ledger is offered again in the next."""
        with self._database.write() as connection:
            for event_id in under_way.event_ids:
                outbox.note_failure(connection, event_id, reason, set_aside=True)
            records.put_state(connection, _UNDER_WAY, None)


def _pack(under_way: UnderWay) -> bytes:
    return wire.dumps([under_way.batch_id, under_way.message, list(under_way.event_ids), under_way.entries])


def _unpack(kept: bytes) -> UnderWay:
    batch_id, message, event_ids, entries = wire.fields(kept, 4)
    return UnderWay(batch_id, message, tuple(event_ids), entries)
