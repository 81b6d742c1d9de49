"""Importing a messy workbook by keyboard: preview, rejects, import, search."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from station.bootstrap import StationServices
from station.ui.app import StationApp
from station.ui.widgets.rows import Rows
from tests.ui.ui_bench import add_staff, make_services, settle, sign_in

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def services(tmp_path: Path) -> StationServices:
    return make_services(tmp_path)


async def test_a_messy_roster_is_previewed_imported_and_searched(services: StationServices) -> None:
    add_staff(services)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("1", "i")
        await settle(pilot)
        assert type(app.screen).__name__ == "PickFile"
        await pilot.press("shift+tab", "end", *"/roster-messy.xlsx", "enter")
        await settle(pilot)
        await pilot.press(*"SMAN 1 CONTOH", "ctrl+s")
        await settle(pilot)
        assert type(app.screen).__name__ == "RosterPreviewScreen"
        assert app.screen.query_one("#problems", Rows).row_count > 0
        await pilot.press("i", "y")
        await settle(pilot)
        assert type(app.screen).__name__ == "RosterScreen"
        table = app.screen.query_one("#rows", Rows)
        everyone = table.row_count
        assert everyone > 5

        school = services.rosters.schools()[0]
        name = services.rosters.students(school.school_id)[3].name
        await pilot.press("slash", *name[:6], "enter")
        await settle(pilot)
        assert 0 < table.row_count < everyone
        assert school.name in str(app.screen.query_one("#roster-lead", Static).content)
