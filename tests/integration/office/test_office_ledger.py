"""The blank ledger at the office: booked once, witnessed at each contact, forks quarantined with evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from station.domain.card import PrintReason
from station.domain.clock import SystemClock
from station.domain.identifiers import RandomIds
from station.domain.staff import Actor, Role
from station.ledger.accounts import Party, PartyKind
from station.ledger.book import BlankBook
from station.ledger.posting import Document
from station.ledger.printing import Outcome
from station.office import tables
from station.office.kits import new_code, release
from station.office.ledger_intake import balances
from station.office.serve import RunningOffice
from tests.integration.office.conftest import TestKit, make_kit

CUSTODIAN = Actor("c" * 32, "Pengelola Contoh", frozenset({Role.CUSTODIAN}))
PRINTER = Actor("e" * 32, "Operator Contoh", frozenset({Role.PRINT_OPERATOR}))
HEAD = Actor("d" * 32, "Kabid Contoh", frozenset({Role.DIVISION_HEAD}))
CENTRE = Party(PartyKind.CENTRE, "Pusat")


@pytest.fixture
async def custodian(office: RunningOffice, tmp_path: Path) -> TestKit:
    kit = make_kit(tmp_path / "kit", office.url)
    kit.use_book(
        BlankBook(kit.database, kit.keys.signer, SystemClock(), RandomIds(), "KIT-1", ZoneInfo("Asia/Makassar"))
    )
    await kit.engine.pair(new_code(office.office, "KIT-1"))
    return kit


def receive(kit: TestKit, quantity: int, number: int = 1) -> None:
    document = Document(f"BAST-{number}", date(2026, 1, 5))
    kit.book.receive(CUSTODIAN, document, CENTRE, quantity, quantity, None)


async def test_entries_arrive_once_and_in_order(custodian: TestKit, office: RunningOffice) -> None:
    receive(custodian, 100)
    custodian.book.issue_to_division(CUSTODIAN, HEAD, 40)

    first = await custodian.engine.run_once("lan")
    second = await custodian.engine.run_once("lan")

    assert first.problems == ()
    assert (first.ledger_entries, second.ledger_entries) == (2, 0)
    with office.office.database.read() as connection:
        rows = connection.execute(select(tables.ledger_entry)).all()
        stock = balances(connection, "KIT-1")
    assert [row.seq for row in rows] == [1, 2]
    assert stock["division"] == 40
    assert stock["store"] == 60


async def test_a_reply_that_is_lost_leads_to_no_second_booking(custodian: TestKit, office: RunningOffice) -> None:
    receive(custodian, 10)
    await custodian.engine.run_once("lan")
    with custodian.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM sync_state WHERE name = 'ledger_sent'")

    report = await custodian.engine.run_once("lan")

    assert report.problems == ()
    with office.office.database.read() as connection:
        assert len(connection.execute(select(tables.ledger_entry)).all()) == 1


async def test_a_restored_older_book_is_quarantined_with_evidence(custodian: TestKit, office: RunningOffice) -> None:
    receive(custodian, 10)
    await custodian.engine.run_once("lan")
    with office.office.database.write() as connection:
        connection.execute(update(tables.kit).values(witness_seq=5, witness_hash=b"x" * 32))

    receive(custodian, 20, number=2)
    report = await custodian.engine.run_once("lan")

    assert [problem.message_id for problem in report.problems] == ["office-kit-quarantined"]
    with office.office.database.read() as connection:
        row = connection.execute(select(tables.kit)).one()
        kinds = {item.kind for item in connection.execute(select(tables.evidence))}
    assert row.state == "quarantined"
    assert "fork" in kinds


async def test_packets_of_a_quarantined_kit_are_still_taken(custodian: TestKit, office: RunningOffice) -> None:
    with office.office.database.write() as connection:
        connection.execute(update(tables.kit).values(state="quarantined"))
    custodian.queue(custodian.seal())
    report = await custodian.engine.run_once("lan")
    assert report.receipts == 1


async def test_a_recount_releases_a_kit(custodian: TestKit, office: RunningOffice) -> None:
    receive(custodian, 10)
    with office.office.database.write() as connection:
        connection.execute(update(tables.kit).values(state="quarantined"))
    await custodian.engine.run_once("lan")
    release(office.office, "KIT-1")

    report = await custodian.engine.run_once("lan")

    assert report.ledger_entries == 1


async def test_a_book_rewritten_with_the_kits_own_key_is_caught_by_the_head_the_office_saw(
    custodian: TestKit, office: RunningOffice, tmp_path: Path
) -> None:
    receive(custodian, 10)
    await custodian.engine.run_once("lan")
    forger = make_kit(tmp_path / "kit", office.url, database_name="rewritten.db", keys=custodian.keys)
    forger.use_book(
        BlankBook(forger.database, forger.keys.signer, SystemClock(), RandomIds(), "KIT-1", ZoneInfo("Asia/Makassar"))
    )
    receive(forger, 9)

    report = await forger.engine.run_once("lan")

    assert [problem.message_id for problem in report.problems] == ["office-kit-quarantined"]
    with office.office.database.read() as connection:
        row = connection.execute(select(tables.kit)).one()
        heads = connection.execute(select(tables.evidence.c.kind)).scalars().all()
        stock = balances(connection, "KIT-1")
    assert (row.state, row.reason) == ("quarantined", "office-ledger-forked")
    assert sorted(heads) == ["fork", "head"], "both signed heads are kept"
    assert stock["store"] == 10, "what was booked first stays"


async def test_a_second_use_of_a_chip_serial_goes_to_people(office: RunningOffice, tmp_path: Path) -> None:
    for name in ("KIT-1", "KIT-2"):
        kit = make_kit(tmp_path / name, office.url, name)
        book = BlankBook(kit.database, kit.keys.signer, SystemClock(), RandomIds(), name, ZoneInfo("Asia/Makassar"))
        kit.use_book(book)
        await kit.engine.pair(new_code(office.office, name))
        receive(kit, 2)
        book.issue_to_division(CUSTODIAN, HEAD, 2)
        book.issue_to_room(HEAD, PRINTER, "R", 2)
        with kit.database.write() as connection:
            now = SystemClock().now()
            book.consume(connection, PRINTER.staff_id, "R", Outcome.PRINTED, PrintReason.NEW, "04AABB", name, now)
        assert (await kit.engine.run_once("lan")).problems == ()
    with office.office.database.read() as connection:
        found = connection.execute(select(tables.conflict)).all()
    assert [(row.kind, row.kit_id) for row in found] == [("serial-twice", "KIT-2")]
    assert "04AABB" in found[0].detail
