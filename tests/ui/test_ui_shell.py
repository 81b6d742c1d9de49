"""The shell of the app by keyboard: first start, sign-in, home, help, looks, languages, palette."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input, Static

from station.bootstrap import StationServices
from station.ui.app import StationApp
from station.ui.dialogs.form import Form
from station.ui.screens.help import HelpScreen
from station.ui.screens.home import HomeScreen
from station.ui.screens.sign_in import FirstStartScreen, SignInScreen
from station.ui.screens.staff import StaffScreen
from tests.ui.ui_bench import PASSWORD, add_staff, make_services, settle, sign_in, type_password


@pytest.fixture
def services(tmp_path: Path) -> StationServices:
    return make_services(tmp_path)


async def test_the_first_start_makes_an_administrator_and_goes_home(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, FirstStartScreen)
        await pilot.press(*"Sari", "enter", *"sari", "enter", *PASSWORD, "enter", *PASSWORD, "enter")
        await settle(pilot)

        assert isinstance(app.screen, HomeScreen)
        assert app.actor is not None
        assert not services.staff.is_empty()


async def test_a_fast_typist_loses_no_key_between_home_and_a_room(services: StationServices) -> None:
    add_staff(services)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        for key in ("p", "t"):
            app.post_message(Key(key, key))  # both are in the queue before the first is looked at
        await settle(pilot)
        assert isinstance(app.screen, Form), "T went to the staff screen that P opened"


async def test_two_different_passwords_are_said_to_differ(services: StationServices) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*"Sari", "enter", *"sari", "enter", *PASSWORD, "enter", *"lain", "enter")
        await pilot.pause()

        assert "tidak sama" in str(app.screen.query_one("#form-problem", Static).content)
        assert services.staff.is_empty()


async def test_a_wrong_password_is_refused_beneath_the_fields(services: StationServices) -> None:
    add_staff(services)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, SignInScreen)
        await pilot.press(*"sari", "enter", *"keliru-sekali", "enter")
        await settle(pilot)

        assert "!" in str(app.screen.query_one("#form-problem", Static).content)
        assert app.screen.query_one("#password", Input).value == ""
        assert app.actor is None


async def test_keys_open_rooms_help_looks_and_languages(services: StationServices) -> None:
    add_staff(services)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_password(pilot, "sari")
        assert isinstance(app.screen, HomeScreen)
        await pilot.press("p")
        await pilot.pause()
        assert isinstance(app.screen, StaffScreen)
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
        await pilot.press("f2", "f2")
        assert app.theme == "matahari"
        await pilot.press("f3")
        await pilot.pause()
        assert app.catalogue.language == "en"
        assert isinstance(app.screen, HomeScreen)


async def test_the_palette_finds_a_room_by_typing(services: StationServices) -> None:
    add_staff(services)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"Petugas")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert isinstance(app.screen, StaffScreen)
