"""What the app says of the office's staff list: on the home screen in its last days, and under Staff always."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from station.bootstrap import StationServices
from station.domain.errors import NotAllowed
from station.store import outbox, staff_roster
from station.store.staff_roster import RosterRow
from station.ui.app import StationApp
from station.ui.dialogs.notice import Notice
from tests.ui.ui_bench import MORNING, add_staff, make_services, settle, sign_in


@pytest.fixture
def services(tmp_path: Path) -> StationServices:
    services = make_services(tmp_path)
    add_staff(services)
    return services


def receive_list(services: StationServices, left: timedelta) -> None:
    """Let a list of the office be in force that ends after `left`."""
    with services.database.write() as connection:
        row = RosterRow(7, MORNING - timedelta(days=5), MORNING + left, 1_000)
        staff_roster.put(connection, row)


def said(pilot: Pilot[None]) -> str:
    return " ".join(" ".join(str(line.content) for line in pilot.app.screen.query(Static)).split())


async def test_the_home_screen_warns_in_the_last_days_and_says_when_it_is_over(services: StationServices) -> None:
    for left, words in (
        (timedelta(days=9), ""),
        (timedelta(days=2, hours=3), "berlaku 3 hari lagi"),
        (-timedelta(minutes=1), "habis masa berlaku"),
    ):
        receive_list(services, left)
        app = StationApp(services)
        async with app.run_test(size=(120, 40)) as pilot:
            await sign_in(pilot)
            facts = {fact.label: fact.value for fact in app.overview.facts(app.catalogue)}
            assert words in facts.get("Daftar petugas", "")
            assert ("Daftar petugas" in facts) == bool(words)


async def test_under_staff_the_office_is_named_and_nobody_is_added_here(services: StationServices) -> None:
    receive_list(services, timedelta(days=9))
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("p")
        await settle(pilot)
        assert "Daftar petugas dari kantor nomor 7, berlaku sampai 29-07-2026." in said(pilot)
        await pilot.press("t", *"Baru Contoh", "enter", *"baru", "enter", *"kata-sandi", "enter", "space", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Notice)
        assert "didaftarkan di kantor" in said(pilot)
        await pilot.press("escape", "m")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Notice), "this kit is not paired: there is nobody to ask"
    with services.database.read() as connection:
        assert outbox.items(connection, outbox.OutboxState.WAITING) == []


def test_an_account_made_here_is_told_why_it_holds_no_more(services: StationServices) -> None:
    receive_list(services, timedelta(days=9))
    with pytest.raises(NotAllowed, match="staff-account-local"):
        services.staff.sign_in("budi", "rahasia-contoh")
