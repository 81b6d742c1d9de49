"""Blanks per custody point on the dashboard: what each kit's own book says, whatever the other kits hold."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from station.domain.clock import SystemClock
from station.domain.identifiers import RandomIds
from station.domain.staff import Actor, Role
from station.ledger.accounts import Party, PartyKind
from station.ledger.book import BlankBook
from station.ledger.posting import Document
from station.messages.catalogue import Catalogue
from station.office.kits import new_code
from station.office.overview import read_overview
from station.office.serve import RunningOffice
from station.office.wording import Wording
from tests.integration.office.conftest import TestKit, make_kit

CUSTODIAN = Actor("c" * 32, "Pengelola Contoh", frozenset({Role.CUSTODIAN}))
PRINTER = Actor("e" * 32, "Operator Contoh", frozenset({Role.PRINT_OPERATOR}))
HEAD = Actor("d" * 32, "Kabid Contoh", frozenset({Role.DIVISION_HEAD}))
CENTRE = Party(PartyKind.CENTRE, "Pusat")


def _document(number: int) -> Document:
    return Document(f"BAST-{number}", date(2026, 1, 5))


async def _kit(office: RunningOffice, folder: Path, name: str) -> TestKit:
    kit = make_kit(folder / name, office.url, name)
    await kit.engine.pair(new_code(office.office, name))
    kit.use_book(BlankBook(kit.database, kit.keys.signer, SystemClock(), RandomIds(), name, ZoneInfo("Asia/Makassar")))
    return kit


def _work_of_a_week(store: TestKit, branch: TestKit, small: TestKit) -> None:
    book = store.book
    book.receive(CUSTODIAN, _document(1), CENTRE, 500, 500, None)
    book.issue_to_division(CUSTODIAN, HEAD, 100)
    book.issue_to_room(HEAD, PRINTER, "R-1", 40)
    book.issue_to_room(HEAD, PRINTER, "R-2", 15)
    book.return_from_room(PRINTER, HEAD, "R-1", 30, 0)
    book.issue_to_point(CUSTODIAN, PRINTER, "Kecamatan Contoh", 30)
    book.issue_to_point(CUSTODIAN, PRINTER, "UKL Contoh", 12)
    book.send_to_station(CUSTODIAN, _document(2), "KIT-2", 60)
    branch.book.receive_from_station(CUSTODIAN, _document(2), "KIT-1", 50)
    branch.book.issue_to_division(CUSTODIAN, HEAD, 20)
    branch.book.issue_to_room(HEAD, PRINTER, "R-1", 5)
    small.book.receive(CUSTODIAN, _document(3), CENTRE, 10, 10, None)


async def test_every_custody_point_of_every_kit_is_shown_as_its_own_book_has_it(
    office: RunningOffice, tmp_path: Path
) -> None:
    kits = [await _kit(office, tmp_path, f"KIT-{number}") for number in (1, 2, 3)]
    _work_of_a_week(*kits)
    for kit in kits:
        assert (await kit.engine.run_once("lan")).problems == ()

    shown: dict[str, dict[str, int]] = defaultdict(dict)
    for line in read_overview(office.office).stock:
        shown[line.kit_id][line.account] = line.balance

    assert shown == {
        "KIT-1": {
            "store": 298, "division": 75, "room:R-1": 10, "room:R-2": 15,
            "point:Kecamatan Contoh": 30, "point:UKL Contoh": 12, "transfer:KIT-1>KIT-2": 10,
        },
        "KIT-2": {"store": 30, "division": 15, "room:R-1": 5},
        "KIT-3": {"store": 10},
    }  # fmt: skip
    for kit, name in zip(kits, ("KIT-1", "KIT-2", "KIT-3"), strict=True):
        own = kit.book.balances()
        places = {account: count for account, count in shown[name].items() if not account.startswith("transfer:")}
        assert places == {account: own[account] for account in places}
    assert sum(count for places in shown.values() for count in places.values()) == 510, "no blank is shown twice"


async def test_blanks_that_arrived_are_no_longer_on_the_way(office: RunningOffice, tmp_path: Path) -> None:
    first, second = [await _kit(office, tmp_path, f"KIT-{number}") for number in (1, 2)]
    first.book.receive(CUSTODIAN, _document(1), CENTRE, 100, 100, None)
    first.book.send_to_station(CUSTODIAN, _document(2), "KIT-2", 40)
    await first.engine.run_once("lan")
    assert [(line.account, line.balance) for line in read_overview(office.office).stock] == [
        ("store", 60), ("transfer:KIT-1>KIT-2", 40),
    ]  # fmt: skip
    second.book.receive_from_station(CUSTODIAN, _document(2), "KIT-1", 40)
    await second.engine.run_once("lan")
    assert [(line.kit_id, line.account, line.balance) for line in read_overview(office.office).stock] == [
        ("KIT-1", "store", 60), ("KIT-2", "store", 40),
    ]  # fmt: skip


def test_what_is_on_the_way_is_said_in_words() -> None:
    words = Wording(Catalogue("id"), ZoneInfo("Asia/Makassar"))
    assert words.place("transfer:KIT-1>KIT-2") == "Dalam perjalanan KIT-1 → KIT-2"
    assert words.place("spoiled:division") == "Rusak di Bidang"
    assert words.place("point:Kecamatan Contoh") == "Loket Kecamatan Contoh"
