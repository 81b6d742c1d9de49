"""One student from the list to the supervisor's approval, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from simulators.people.person import make_person
from station.bootstrap import StationServices
from station.domain.status import RecordStatus
from station.store import records
from station.ui.app import StationApp
from station.ui.dialogs.notice import Notice
from station.ui.screens.closing import ClosingScreen
from station.ui.screens.review import ReviewScreen
from station.ui.screens.session import SessionScreen
from station.ui.screens.sitting import SittingScreen
from station.ui.widgets.rows import Rows
from tests.ui.sitting_bench import services_before
from tests.ui.ui_bench import MORNING, settle, sign_in

# textual-image reads pictures by a Pillow call that is going away in 2027.
pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")


@pytest.fixture
def services(tmp_path: Path) -> StationServices:
    return services_before(make_person(1, 1, MORNING.date(), age=17), tmp_path)


async def record(pilot: Pilot[None]) -> None:
    """Record the student under the cursor of the session screen."""
    await pilot.press("2", "r", "b", *["enter"] * 13)
    await settle(pilot)
    await pilot.press("k", "a", *"AKTA-1", "enter", "r")
    await settle(pilot)
    assert on_top(pilot) is SittingScreen
    for _ in range(12):
        if on_top(pilot) is not SittingScreen:
            return
        await pilot.press("enter")
        await settle(pilot)


def on_top(pilot: Pilot[None]) -> type[object]:
    """Return the kind of screen on top."""
    return type(pilot.app.screen)


def shown(pilot: Pilot[None], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).content)


async def test_a_student_is_recorded_reviewed_and_seen_among_the_statuses(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await record(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert on_top(pilot) is SessionScreen
        session = services.sessions.list()[0]
        assert services.sessions.progress(session.session_id).recorded == 1

        await pilot.press("escape", "3", "p", "enter", "s", "y")
        await settle(pilot)
        assert on_top(pilot) is Notice, "nobody reviews what they recorded themselves"
        assert len(services.recording.review.pending(session.session_id)) == 1
        await pilot.press("enter")

        await sign_in(pilot, "budi")
        await pilot.press("3", "p")
        await settle(pilot)
        assert on_top(pilot) is ReviewScreen
        assert "1 rekaman" in shown(pilot, "#review-lead")
        await pilot.press("enter", "s", "y")
        await settle(pilot)
        assert services.recording.review.pending(session.session_id) == []
        await pilot.press("escape")
        await settle(pilot)
        assert on_top(pilot) is ClosingScreen

        await pilot.press("escape", "4", "s")
        await settle(pilot)
        assert app.screen.query_one(Rows).row_count == 1
        assert "Kirim ke kantor" in shown(pilot, "#finding")


async def test_a_status_nobody_knows_is_shown_as_it_came(services: StationServices) -> None:
    now = services.clock.now()
    with services.database.write() as connection:
        records.set_status(connection, "6311010101090001", "p", "NEW_CODE", now, "", now)
        records.set_status(connection, "6311010101090002", "p", RecordStatus.DUPLICATE_RECORD.value, now, "", now)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("4", "s")
        await settle(pilot)
        table = app.screen.query_one(Rows)
        lines = [" ".join(str(cell) for cell in table.get_row_at(row)) for row in range(table.row_count)]
        assert "data ganda" in lines[0]
        assert "NEW_CODE" in lines[1]
        assert "6311010101090001" not in lines[1]
        assert "Jangan cetak" in shown(pilot, "#finding")
