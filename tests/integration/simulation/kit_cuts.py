"""Power cuts on the kit's real schema: a transaction of outbox, status and ledger, cut at a random operation."""

from __future__ import annotations

import random
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from station.domain.clock import ManualClock
from station.domain.errors import StorageFailure
from station.domain.identifiers import CountedIds
from station.domain.staff import Actor, Role
from station.keys.signing import SoftwareSigner
from station.ledger.accounts import Party, PartyKind
from station.ledger.book import BlankBook
from station.ledger.posting import Document
from station.store import outbox, records
from station.store.database import Database
from station.store.schema import create_schema
from tests.integration.simulation import apsw_dbapi
from tests.integration.simulation.power_cut_disk import Disk, PowerCut

CUSTODIAN = Actor("c" * 32, "Pengelola Contoh", frozenset({Role.CUSTODIAN}))
CENTRE = Party(PartyKind.CENTRE, "Pusat")
SIGNER = SoftwareSigner.generate()


def cut_often(seed: int, cuts: int, synchronous: str = "FULL", journal: str = "wal") -> int:
    """Cut one kit's power many times; returns how many rows were acknowledged. AssertionError when one is lost."""

    def boot() -> Database:
        return apsw_dbapi.open_on_disk("kit.db", disk, synchronous, journal)

    rnd = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder), rnd)
        clock, ids, acknowledged = ManualClock(datetime(2026, 1, 5, tzinfo=UTC)), CountedIds(), 0
        database = boot()
        try:
            create_schema(database)
            for _cut in range(cuts):
                disk.cut_at = disk.operations + rnd.randrange(1, 120)
                book = BlankBook(database, SIGNER, clock, ids, "KIT-1", ZoneInfo("Asia/Makassar"))
                try:
                    while True:
                        _book_one(database, book, ids, clock)
                        acknowledged += 1
                except (PowerCut, StorageFailure, DBAPIError, apsw_dbapi.Error):
                    assert disk.dead
                database.close()
                disk.restart()
                database = boot()
                acknowledged = _count_after(database, clock, acknowledged)
        finally:
            database.close()
    return acknowledged


def _book_one(database: Database, book: BlankBook, ids: CountedIds, clock: ManualClock) -> None:
    now = clock.now()
    with database.write() as connection:
        identifier = ids.new()
        book.receive(CUSTODIAN, Document("B", date(2026, 1, 5)), CENTRE, 1, 1, None)
        outbox.enqueue(connection, identifier, "event", "note", b"x" * 300, 300, now)
        records.set_status(connection, identifier[-16:], identifier, "BIO_CAPTURED", now, "", now)


def _count_after(database: Database, clock: ManualClock, acknowledged: int) -> int:
    book = BlankBook(database, SIGNER, clock, CountedIds(), "KIT-1", ZoneInfo("Asia/Makassar"))
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        items = len(outbox.items(connection, outbox.OutboxState.WAITING))
        known = len(records.statuses(connection))
    entries = len(book.entries_after(0, 1_000_000))
    assert items == known == entries, "half a transaction survived"
    assert entries >= acknowledged, f"{acknowledged - entries} acknowledged rows are lost"
    assert book.balances().get("store", 0) == entries
    assert not book.verify().problems
    return entries
