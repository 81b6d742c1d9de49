"""A book to measure: one that can print, one filled quickly with many prints, and a bare table beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from station.domain.card import PrintReason
from station.domain.clock import WITA, ManualClock
from station.domain.identifiers import CountedIds
from station.domain.staff import Actor, Role
from station.keys.signing import SoftwareSigner
from station.ledger import journal
from station.ledger.accounts import Party, PartyKind
from station.ledger.book import BlankBook
from station.ledger.entry import Movement
from station.ledger.posting import Document
from station.ledger.printing import Outcome
from station.ledger.tables import ENTRY_COLUMNS
from station.store.database import Database, open_database
from station.store.schema import create_schema

CUSTODIAN = Actor("c" * 32, "Pengelola Contoh", frozenset({Role.CUSTODIAN}))
HEAD = Actor("d" * 32, "Kabid Contoh", frozenset({Role.DIVISION_HEAD}))
PRINTER = Actor("e" * 32, "Operator Contoh", frozenset({Role.PRINT_OPERATOR}))
ROOM = "R-CETAK"
PLENTY = 5_000_000
START = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass
class BenchDesk:
    """A book with plenty of blanks in its room."""

    database: Database
    clock: ManualClock
    book: BlankBook
    count: int = 0

    def close(self) -> None:
        """Close the database."""
        self.database.close()


class BareTable:
    """One table in an encrypted database with the same settings and nothing else."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlcipher.connect(str(path), isolation_level=None)
        self._connection.execute(f"PRAGMA key = \"x'{bytes(32).hex()}'\"")
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE bare (seq INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER, d BLOB)")

    def insert_durably(self, count: int) -> None:
        """Insert rows of an entry's size, each in its own transaction."""
        for _ in range(count):
            self._connection.execute("BEGIN IMMEDIATE")
            values = ("x" * 120, "y" * 120, 1, bytes(32))
            self._connection.execute("INSERT INTO bare (a, b, c, d) VALUES (?, ?, ?, ?)", values)
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


class SameRows:
    """The same tables, triggers and rows as a posting, by hand-written SQL: what the database itself needs."""

    def __init__(self, desk: BenchDesk) -> None:
        self._desk = desk
        self._connection = desk.database.engine.raw_connection().driver_connection
        names = ", ".join((*ENTRY_COLUMNS, "hash"))
        marks = ", ".join("?" * (len(ENTRY_COLUMNS) + 1))
        self._insert = f"INSERT INTO ledger_entry ({names}) VALUES ({marks})"  # noqa: S608 - names of columns

    def insert_durably(self, count: int) -> None:
        """Insert entries and serials, each pair in its own transaction; nothing is hashed or checked."""
        cursor = self._connection.cursor()  # type: ignore[union-attr]
        for _ in range(count):
            self._desk.count += 1
            seq = self._desk.count + 3
            serial, intent = f"04A1B2C3{self._desk.count:08X}", f"{self._desk.count:032x}"
            values = (seq, intent, "KIT-1", "2025-01-01T00:00:00+00:00", "2025-01-01", "printed", "printed:baru",
                      f"room:{ROOM}", 1, PRINTER.staff_id, "", "baru", serial, intent, "", "", "", "", "", "",
                      bytes(32))  # fmt: skip
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute(self._insert, values)
            cursor.execute(
                "INSERT INTO ledger_serial (serial, state, place, entry_id) VALUES (?, 'printed', 'printed:baru', ?)",
                (serial, intent),
            )
            cursor.execute("COMMIT")


def open_book(folder: Path) -> BenchDesk:
    """Open a book whose print room holds plenty of blanks."""
    database = open_database(folder / "kit.db", bytes(32))
    create_schema(database)
    clock = ManualClock(START)
    book = BlankBook(database, SoftwareSigner.generate(), clock, CountedIds(), "KIT-1", WITA)
    centre = Party(PartyKind.CENTRE, "Pusat")
    book.receive(CUSTODIAN, Document("1/BAST/2025", date(2025, 1, 1)), centre, PLENTY, PLENTY, None)
    book.issue_to_division(CUSTODIAN, HEAD, PLENTY)
    book.issue_to_room(HEAD, PRINTER, ROOM, PLENTY)
    return BenchDesk(database, clock, book)


def post_prints(desk: BenchDesk, count: int) -> None:
    """Print cards, each in its own durable transaction, as the print room does."""
    for _ in range(count):
        desk.count += 1
        with desk.database.write() as connection:
            desk.book.consume(
                connection,
                PRINTER.staff_id,
                ROOM,
                Outcome.PRINTED,
                PrintReason.NEW,
                f"04A1B2C3{desk.count:08X}",
                f"{desk.count:032x}",
                desk.clock.now(),
            )


def seed_prints(desk: BenchDesk, count: int) -> None:
    """Append prints over January in one transaction, through the journal that all entries go through."""
    with desk.database.write() as connection:
        end = journal.tip(connection, "KIT-1")
        for number in range(count):
            at = START + timedelta(seconds=number * 30 * 86400 // count)
            day = at.astimezone(WITA).date()
            draft = ("KIT-1", at, day, Movement.PRINTED, "printed:baru", f"room:{ROOM}", 1, PRINTER.staff_id, "",
                     PrintReason.NEW.value, f"04A1{number:012X}", f"{number:032x}", "", "", "", "", "", "")  # fmt: skip
            entry = journal.append(connection, f"{number:031x}p", draft, end)
            end = journal.Tip(entry.seq, entry.hash, day, None)
