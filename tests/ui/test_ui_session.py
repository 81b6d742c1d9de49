"""A session by keyboard: open it, find a student, see why a gate is shut, refuse, read biodata aloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from station.bootstrap import StationServices
from station.ui.app import StationApp
from station.ui.screens.read_aloud import ReadAloudScreen
from station.ui.screens.session import SessionScreen
from tests.ui.ui_bench import add_school, add_staff, make_services, settle, sign_in


@pytest.fixture
def services(tmp_path: Path) -> StationServices:
    return make_services(tmp_path)


async def test_a_session_is_opened_and_students_are_noted_present(services: StationServices) -> None:
    add_school(services, add_staff(services))
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("2", "b", "enter")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, SessionScreen)
        assert screen.session is not None
        await pilot.press("down", "h")
        await settle(pilot)
        assert services.sessions.progress(screen.session.session_id).attended == 1
        assert "hadir 1" in str(screen.query_one("#session-lead", Static).content)


async def test_a_walk_in_is_added_from_a_form(services: StationServices) -> None:
    add_school(services, add_staff(services))
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("2", "b", "enter", "w")
        await settle(pilot)
        for text in ("6311011501090099", "BARU CONTOH", "PARINGIN", "15-01-2009"):
            await pilot.press(*text, "tab")
        await pilot.press("ctrl+s")
        await settle(pilot)
        session = services.sessions.list()[0]
        assert [row.student.name for row in services.sessions.attendance(session.session_id)] == ["BARU CONTOH"]


async def test_biodata_are_read_aloud_field_by_field_and_a_wrong_one_is_named(services: StationServices) -> None:
    people = add_school(services, add_staff(services))
    wrong: list[tuple[str, ...] | None] = []
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await app.push_screen(ReadAloudScreen(people[0]), wrong.append)
        await pilot.press("enter", "s", *["enter"] * 11)
        await settle(pilot)
    assert wrong == [("nik",)]
