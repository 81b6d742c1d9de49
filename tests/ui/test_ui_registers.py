"""Registers on screen before they are written: wrapped to the page, the month in sight, each text under its day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from textual.widgets import Static

from station.bootstrap import StationServices
from station.domain.clock import ManualClock
from station.ledger.accounts import Party, PartyKind
from station.ledger.posting import Document
from station.ui.app import StationApp
from station.ui.dialogs.notice import Notice
from tests.ui.ui_bench import PASSWORD, add_staff, make_services, settle, sign_in

TODAY = date(2026, 7, 20)


@pytest.fixture
def services(tmp_path: Path) -> StationServices:
    found = make_services(tmp_path)
    add_staff(found)
    custodian = found.staff.sign_in("wati", PASSWORD)
    province = Party(PartyKind.PROVINCE, "PROVINSI CONTOH")
    found.blanks.receive(custodian, Document("001/BAST/2026", TODAY), province, 102, 100, None)
    return found


def lock_today(services: StationServices) -> None:
    custodian = services.staff.sign_in("wati", PASSWORD)
    services.blanks.count(custodian, 100)
    services.blanks.lock_day(custodian, TODAY)


async def test_running_text_is_wrapped_to_the_page_at_80_columns(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "wati")
        await pilot.press("5", "end", "enter")
        await settle(pilot)
        await pilot.pause()
        page = app.screen.query_one("#register-page")
        shown = str(app.screen.query_one("#register-text", Static).content)
        assert "tertulis 102 (seratus dua)" in " ".join(shown.split())
        assert max(len(line) for line in shown.splitlines()) <= page.scrollable_content_region.width
        assert not app.screen.query_one("#register-list").display
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.query_one("#register-list").has_focus


async def test_the_daily_text_is_written_under_its_own_day(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "wati")
        await pilot.press("5", *["down"] * 6, "enter")
        await settle(pilot)
        await pilot.press(*"19-07-2026", "enter")
        await settle(pilot)
        await pilot.press("t")
        await settle(pilot)
        written = services.config.data_dir / "laporan" / "laporan-harian-2026-07-19.txt"
        assert "19 Juli 2026" in written.read_text(encoding="utf-8")
        assert app.clipboard == written.read_text(encoding="utf-8")
        assert isinstance(app.screen, Notice)


async def test_all_14_columns_are_in_sight_at_80_columns_and_the_texts_beneath(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "wati")
        await pilot.press("9", "b")
        await settle(pilot)
        table = app.screen.query_one("#rows")
        assert table.virtual_size.width <= table.size.width
        assert "14: 001/BAST/2026: surat 102, terhitung 100" in str(app.screen.query_one("#month-day", Static).content)


async def test_what_is_booked_after_the_lock_says_in_which_day_it_landed(services: StationServices) -> None:
    lock_today(services)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "wati")
        await pilot.press("9", "l", "2")
        await settle(pilot)
        await pilot.press(*"KOTA MISAL", "enter", *"30", "enter", *"BA-1", "enter", "enter")
        await settle(pilot)
        assert isinstance(app.screen, Notice)
        assert "21-07-2026" in str(app.screen.query_one(".dialog-text Static", Static).content)


async def test_a_month_that_is_over_is_locked_from_its_14_columns(services: StationServices) -> None:
    lock_today(services)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "wati")
        await pilot.press("9", "b", "g")
        await settle(pilot)
        assert "31-07-2026" in str(app.screen.query_one(".dialog-text Static", Static).content), "the month is not over"
        await pilot.press("enter")
        assert isinstance(services.clock, ManualClock)
        services.clock.advance(timedelta(days=14))
        await pilot.press("g")
        await settle(pilot)
        assert "terkunci sampai 31-07-2026" in str(app.screen.query_one("#month-lead", Static).content)
    assert services.blanks.locked_to() == date(2026, 7, 31)
