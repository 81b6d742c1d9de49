"""Kit and office write in columns where both can, and in rows where one of them is older; each reads both."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import cbor2
import pytest

from station.domain.clock import SystemClock
from station.domain.identifiers import RandomIds
from station.domain.staff import Actor, Role
from station.ledger.accounts import Party, PartyKind
from station.ledger.batch import decode_batch
from station.ledger.book import BlankBook
from station.ledger.posting import Document
from station.office import feed
from station.office.app import KitDoor
from station.office.kits import new_code
from station.office.serve import RunningOffice
from station.store import records
from station.sync.wire import FeedPage, dumps
from tests.integration.office.conftest import TestKit, make_kit

CUSTODIAN = Actor("c" * 32, "Pengelola Contoh", frozenset({Role.CUSTODIAN}))
CENTRE = Party(PartyKind.CENTRE, "Pusat")


@pytest.fixture
async def kit(office: RunningOffice, tmp_path: Path) -> TestKit:
    made = make_kit(tmp_path / "kit", office.url)
    await made.engine.pair(new_code(office.office, "KIT-1"))
    made.use_book(
        BlankBook(made.database, made.keys.signer, SystemClock(), RandomIds(), "KIT-1", ZoneInfo("Asia/Makassar"))
    )
    return made


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Hear of each ledger batch the office takes whether it is written in columns."""
    heard: list[bool] = []

    def note(content: bytes) -> Any:
        heard.append("columns" in cbor2.loads(zlib.decompress(content)))
        return decode_batch(content)

    monkeypatch.setattr("station.office.ledger_intake.decode_batch", note)
    return heard


async def _day(kit: TestKit, office: RunningOffice, number: int) -> None:
    kit.book.receive(CUSTODIAN, Document(f"B-{number}", date(2026, 1, 5)), CENTRE, 5, 5, None)
    with office.office.database.write() as connection:
        body = {"nik": f"{6311010101080000 + number}", "packet_id": kit.ids.new(), "status": "SFE", "note": ""}
        feed.append(
            connection, "KIT-1", "status", dumps({**body, "at": "2026-01-05T01:00:00+00:00"}), datetime.now(UTC)
        )
    report = await kit.engine.run_once("lan")
    assert (report.problems, report.ledger_entries, report.feed_items) == ((), 1, 1)


async def test_a_kit_writes_in_columns_once_the_office_has_shown_that_it_can(
    kit: TestKit, office: RunningOffice, taken: list[bool]
) -> None:
    for number in range(3):
        await _day(kit, office, number)
    assert taken == [False, True, True]


async def test_an_older_office_is_written_to_in_rows_also_after_it_was_newer(
    kit: TestKit, office: RunningOffice, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        await _day(kit, office, number)
    page = KitDoor._page

    def older(door: KitDoor, kit_id: str, after: int, in_columns: bool) -> FeedPage:
        del in_columns
        return page(door, kit_id, after, False)

    monkeypatch.setattr(KitDoor, "_page", older)
    for number in range(2, 5):
        await _day(kit, office, number)
    assert taken == [False, True, True, False, False]
    with kit.database.read() as connection:
        assert len(records.statuses(connection)) == 5
