"""Searching a long list: the field never keeps the operator, and a list of 2,000 keeps its cursor."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from station.bootstrap import StationServices
from station.ui.app import StationApp
from station.ui.screens.session import SessionScreen
from station.ui.widgets.rows import Rows
from tests.ui.ui_bench import add_long_list, add_staff, make_services, settle, sign_in

LONG = 2_000


@pytest.fixture
def services(tmp_path: Path) -> StationServices:
    services = make_services(tmp_path)
    boss = add_staff(services)
    names = [f"SISWA {'MELATI' if n == 1_234 else 'CONTOH'} {chr(65 + n % 26)}" for n in range(1, LONG + 1)]
    add_long_list(services, boss, names)
    return services


def number_under_cursor(pilot: Pilot[None]) -> str:
    rows = pilot.app.screen.query_one(Rows)
    return str(rows.get_row_at(rows.cursor_row)[1])


async def laid_out(pilot: Pilot[None]) -> Rows:
    """Wait until the whole list is in the table."""
    rows = pilot.app.screen.query_one(Rows)
    for _ in range(400):
        if rows.row_count == LONG:
            return rows
        await pilot.pause(0.05)
    raise AssertionError(f"{rows.row_count} rows of {LONG}")


async def test_a_search_can_be_begun_anew_left_and_followed_by_the_arrows(services: StationServices) -> None:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("2", "slash", *"1234")
        await settle(pilot)
        rows = pilot.app.screen.query_one(Rows)
        assert number_under_cursor(pilot) == "1234"

        await pilot.press("slash", *"melat")
        await settle(pilot)
        assert pilot.app.screen.query_one(Input).value == "melat", "a second / begins anew"
        assert number_under_cursor(pilot) == "1234"
        await pilot.press("down")
        assert pilot.app.focused is rows

        await pilot.press("slash", "x", "escape")
        assert isinstance(pilot.app.screen, SessionScreen), "Esc ends the search, not the room"
        assert pilot.app.screen.query_one(Input).value == ""
        assert pilot.app.focused is rows


async def test_a_search_puts_the_cursor_on_the_best_match_and_not_on_the_student_before(
    services: StationServices,
) -> None:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("2", "slash", *"24", "enter")
        await settle(pilot)
        assert number_under_cursor(pilot) == "24"
        await pilot.press("slash", *"siswa melat")
        await settle(pilot)
        assert number_under_cursor(pilot) == "1234", "the student before is among the found, the best match is first"
        await pilot.press("enter", "down", "h")
        await settle(pilot)
        assert number_under_cursor(pilot) != "1234", "what changes a row leaves the cursor where the operator put it"


async def test_a_long_list_shows_its_first_rows_at_once_and_keeps_the_cursor(services: StationServices) -> None:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("2", "slash", *"1234", "enter")
        await settle(pilot)
        assert number_under_cursor(pilot) == "1234"
        pilot.app.screen.query_one(Input).value = ""
        await pilot.pause()
        assert 0 < pilot.app.screen.query_one(Rows).row_count <= LONG
        await laid_out(pilot)
        assert number_under_cursor(pilot) == "1234", "the cursor is on the student it was on"

        await pilot.press("h")
        await settle(pilot)
        rows = pilot.app.screen.query_one(Rows)
        assert rows.row_count == LONG, "a changed cell lays nothing out anew"
        assert "hadir" in str(rows.get_row_at(rows.cursor_row)[0])
