"""A blank book with its people, for the tests of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from station.domain.card import PrintReason, SpoilCause
from station.domain.clock import WITA, ManualClock
from station.domain.identifiers import CountedIds
from station.domain.staff import Actor, Role
from station.keys.signing import SoftwareSigner
from station.ledger.accounts import Party, PartyKind
from station.ledger.book import BlankBook
from station.ledger.entry import Entry
from station.ledger.posting import Document
from station.ledger.printing import Outcome
from station.store.database import Database, open_database
from station.store.schema import create_schema

CUSTODIAN = Actor("c" * 32, "Pengelola Contoh", frozenset({Role.CUSTODIAN}))
HEAD = Actor("d" * 32, "Kabid Contoh", frozenset({Role.DIVISION_HEAD}))
PRINTER = Actor("e" * 32, "Operator Cetak Contoh", frozenset({Role.PRINT_OPERATOR}))
CENTRE = Party(PartyKind.CENTRE, "Pusat")
ROOM = "R-CETAK"
FIRST_DAY = date(2025, 1, 1)


@dataclass
class Desk:
    """The book, its clock and shortcuts that go through the public methods only."""

    database: Database
    clock: ManualClock
    book: BlankBook
    signer: SoftwareSigner
    intents: int = 0

    def at(self, day: date, hour: int = 8) -> None:
        self.clock.jump_to(datetime(day.year, day.month, day.day, hour, tzinfo=WITA))

    def next_day(self) -> None:
        self.clock.advance(timedelta(days=1))

    def receive(self, quantity: int, paper: int | None = None, number: str = "001/BAST/2025") -> Entry:
        document = Document(number, FIRST_DAY)
        return self.book.receive(
            CUSTODIAN, document, CENTRE, quantity if paper is None else paper, quantity, Document("002/H", FIRST_DAY)
        )

    def issue(self, quantity: int) -> None:
        if quantity:
            self.book.issue_to_division(CUSTODIAN, HEAD, quantity)
            self.book.issue_to_room(HEAD, PRINTER, ROOM, quantity)

    def consume(
        self, outcome: Outcome, why: PrintReason | SpoilCause, serial: str = "", intent: str | None = None
    ) -> Entry:
        self.intents += 1
        with self.database.write() as connection:
            return self.book.consume(
                connection,
                PRINTER.staff_id,
                ROOM,
                outcome,
                why,
                serial,
                intent or f"intent-{self.intents}",
                self.clock.now(),
            )

    def print_cards(self, new: int = 0, lost: int = 0, damaged: int = 0, changed: int = 0, spoiled: int = 0) -> None:
        counts = {
            PrintReason.NEW: new,
            PrintReason.LOST: lost,
            PrintReason.DAMAGED: damaged,
            PrintReason.DATA_CHANGE: changed,
        }
        with self.database.write():
            for reason, count in counts.items():
                for _ in range(count):
                    self.consume(Outcome.PRINTED, reason)
            for _ in range(spoiled):
                self.consume(Outcome.SPOILED, SpoilCause.JAM)

    def bring_back(self) -> None:
        good = self.book.room_balance(ROOM)
        spoiled = self.book.balance(f"spoiled:room:{ROOM}")
        self.book.return_from_room(PRINTER, HEAD, ROOM, good, spoiled)
        self.book.return_to_store(HEAD, CUSTODIAN, self.book.balance("division"), self.book.balance("spoiled:division"))

    def close(self, day: date) -> None:
        self.book.count(CUSTODIAN, self.book.balance("store"))
        self.book.lock_day(CUSTODIAN, day)


def open_desk(folder: Path, station: str = "KIT-1", name: str = "kit.db") -> Desk:
    """Open a fresh book in a folder."""
    database = open_database(folder / name, bytes(32))
    create_schema(database)
    clock = ManualClock(datetime(2025, 1, 1, 0, 0, tzinfo=UTC))
    signer = SoftwareSigner.generate()
    return Desk(database, clock, BlankBook(database, signer, clock, CountedIds(), station, WITA), signer)
