"""Pictures of the main screens, compared with the ones kept: 80 x 24 always, 120 x 40 where more is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from station.bootstrap import StationServices
from station.domain.staff import Actor
from station.ledger.accounts import Party, PartyKind
from station.ledger.posting import Document
from station.ui.app import StationApp
from tests.ui.ui_bench import add_school, add_staff, make_services, settle

SMALL, LARGE = (80, 24), (120, 40)
Before = Callable[[Pilot[None]], Awaitable[None]]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> tuple[StationServices, Actor]:
    services = make_services(tmp_path_factory.mktemp("snapshots"))
    boss = add_staff(services)
    add_school(services, boss)
    custodian = services.staff.sign_in("wati", "rahasia-contoh")
    document = Document("001/BAST/2026", services.clock.now().date())
    services.blanks.receive(custodian, document, Party(PartyKind.PROVINCE, "PROVINSI CONTOH"), 500, 498, None)
    session = services.sessions.open(boss, services.rosters.schools()[0].school_id)
    students = services.rosters.students(session.school_id)
    for student in students[:3]:
        services.sessions.attend(boss, session.session_id, student.student_id)
    return services, boss


def after(boss: Actor, *keys: str) -> Before:
    async def run(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, StationApp)
        await settle(pilot)
        app.enter(boss)
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        for field in app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()

    return run


PLACES = {
    "home": (),
    "help": ("b",),
    "roster": ("1",),
    "session": ("2",),
    "student": ("2", "r"),
    "closing": ("3", "r"),
    "blanks": ("9",),
    "staff": ("p",),
    "queue": ("6",),
}


@pytest.mark.parametrize("name", list(PLACES))
def test_the_screen_looks_as_it_did_at_80_by_24(
    name: str, bench: tuple[StationServices, Actor], snap_compare: Any
) -> None:
    services, boss = bench
    assert snap_compare(StationApp(services), terminal_size=SMALL, run_before=after(boss, *PLACES[name]))


@pytest.mark.parametrize("name", ["home", "student"])
def test_the_screen_looks_as_it_did_at_120_by_40(
    name: str, bench: tuple[StationServices, Actor], snap_compare: Any
) -> None:
    services, boss = bench
    assert snap_compare(StationApp(services), terminal_size=LARGE, run_before=after(boss, *PLACES[name]))


def test_the_sunlight_look_is_black_on_white(bench: tuple[StationServices, Actor], snap_compare: Any) -> None:
    services, boss = bench
    app = StationApp(services, theme_name="matahari")
    assert snap_compare(app, terminal_size=SMALL, run_before=after(boss))


def test_the_sign_in_looks_as_it_did(bench: tuple[StationServices, Actor], snap_compare: Any) -> None:
    services, _boss = bench

    async def still(pilot: Pilot[None]) -> None:
        await settle(pilot)
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()

    assert snap_compare(StationApp(services, language="en"), terminal_size=SMALL, run_before=still)
