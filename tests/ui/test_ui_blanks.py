"""The blank book by keyboard: receive, issue with the receiver's password, count, verify."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from station.bootstrap import StationServices
from station.ui.app import StationApp
from station.ui.dialogs.notice import Notice
from tests.ui.ui_bench import PASSWORD, add_staff, make_services, settle, sign_in


@pytest.fixture
def services(tmp_path: Path) -> StationServices:
    found = make_services(tmp_path)
    add_staff(found)
    return found


async def type_fields(pilot: Pilot[None], *texts: str) -> None:
    for text in texts:
        await pilot.press(*text, "tab")
        await pilot.pause()


async def test_a_day_begins_with_receipt_issue_and_count(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "wati")
        await pilot.press("9", "t")
        await settle(pilot)
        await pilot.press("tab")
        await type_fields(pilot, "PROVINSI", "BAST-7", "", "", "100", "99")
        await pilot.press("ctrl+s")
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        assert services.blanks.balance("store") == 99
        assert services.blanks.shortage_cases()[0].paper_quantity == 100

        await pilot.press("k", "1")
        await settle(pilot)
        await pilot.press(*"40", "enter")
        await settle(pilot)
        await pilot.press(*"joko", "enter", *PASSWORD, "enter")
        await settle(pilot)
        assert services.blanks.balances()["division"] == 40

        await pilot.press("h", "1")
        await settle(pilot)
        await pilot.press(*"59", "enter")
        await settle(pilot)
        assert services.blanks.differences() == []

        await pilot.press("v")
        await settle(pilot)
        assert isinstance(app.screen, Notice)


async def test_the_giver_cannot_confirm_as_the_receiver(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "wati")
        await pilot.press("9", "k", "1")
        await settle(pilot)
        await pilot.press(*"40", "enter")
        await settle(pilot)
        await pilot.press(*"wati", "enter", *PASSWORD, "enter")
        await settle(pilot)
        assert "orang lain" in str(app.screen.query_one("#form-problem").render())


async def test_an_error_of_the_book_is_shown_in_words(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "budi")
        await pilot.press("9", "g")
        await settle(pilot)
        assert isinstance(app.screen, Notice)


async def test_who_may_not_book_is_told_at_the_door_and_who_may(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "joko")
        await pilot.press("9", "t")
        await settle(pilot)
        assert isinstance(app.screen, Notice)
        words = "".join(str(part.render()) for part in app.screen.query(Static))
        assert "Pengelola barang" in words
        assert "Kabid dafduk" in words


async def test_an_empty_day_says_what_comes_next_and_for_whom(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "joko")
        await pilot.press("9")
        await settle(pilot)
        assert "Menunggu Pengelola barang: gudang kosong; T terima" in str(
            app.screen.query_one("#blanks-next", Static).render()
        )
        await sign_in(pilot, "wati")
        await pilot.press("9")
        await settle(pilot)
        assert "Langkah berikut: gudang kosong" in str(app.screen.query_one("#blanks-next", Static).render())


async def confirm(pilot: Pilot[None], login: str) -> None:
    await settle(pilot)
    await pilot.press(*login, "enter", *PASSWORD, "enter")
    await settle(pilot)


async def test_a_repayment_is_booked_on_the_partner_that_owes(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "wati")
        await pilot.press("9", "t")
        await settle(pilot)
        # Enter goes on from the list of givers like from any other field
        await pilot.press("enter", *"PROVINSI", "enter", *"BAST-7", "enter", "enter", "enter", *"90", "enter")
        await pilot.press(*"90", "enter")
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        assert services.blanks.balance("store") == 90

        await pilot.press("l", "2")
        await settle(pilot)
        await pilot.press(*"KOTA MISAL", "enter", *"30", "enter", *"BA-1", "enter", "enter")
        await settle(pilot)
        await pilot.press("l", "2")
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        await pilot.press(*"10", "enter", *"BA-2", "enter", "enter")
        await settle(pilot)
        assert [(loan.partner, loan.they_owe) for loan in services.blanks.loans()] == [("KOTA MISAL", 20)]


async def test_defective_pieces_are_put_aside_before_a_second_person(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "wati")
        await pilot.press("9", "l", "1")
        await settle(pilot)
        await pilot.press(*"50", "enter", *"BA-0", "enter", "enter")
        await confirm(pilot, "joko")
        await pilot.press("l", "4")
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        await pilot.press("2", "enter")
        await confirm(pilot, "joko")
        assert services.blanks.balances()["spoiled_store"] == 2
