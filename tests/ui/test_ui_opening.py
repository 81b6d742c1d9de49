"""The app paints before the kit is open, goes on to the sign-in, and says in words when it cannot open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from station.bootstrap import StationServices, open_station
from station.domain.clock import ManualClock
from station.domain.errors import NotAllowed, StorageFailure
from station.ui.app import StationApp
from station.ui.screens.opening import OpeningScreen
from station.ui.screens.sign_in import FirstStartScreen, SignInScreen
from tests.ui.ui_bench import MORNING, add_staff, kit_config, make_services, settle

PASSPHRASE = "kata sandi kit"


def opener(folder: Path, passphrase: str = PASSPHRASE) -> Callable[[], StationServices]:
    return lambda: open_station(kit_config(folder), passphrase, clock=ManualClock(MORNING))


def shown(app: StationApp) -> str:
    return str(app.screen.query_one("#opening-words", Static).content)


async def until_decided(pilot: Pilot[None], app: StationApp) -> None:
    """Wait until the kit is open or has refused to."""
    ends_at = time.monotonic() + 20.0
    while not app.is_open and app.opening_error is None:
        assert time.monotonic() < ends_at
        await pilot.pause(0.02)
    await settle(pilot)


async def test_a_frame_is_there_while_the_kit_is_still_locked_and_keys_do_no_harm(tmp_path: Path) -> None:
    services, may_open = make_services(tmp_path), threading.Event()

    def slow() -> StationServices:
        assert may_open.wait(20)
        return services

    app = StationApp(language="id", open_services=slow)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        try:
            assert isinstance(app.screen, OpeningScreen)
            assert "Membuka kunci" in shown(app)
            await pilot.press("f1", "f2", "f3", "ctrl+p", "enter", "escape")
            assert isinstance(app.screen, OpeningScreen)
            assert not app.is_open
        finally:
            may_open.set()
        await until_decided(pilot, app)
        assert isinstance(app.screen, FirstStartScreen)
        assert app.services is services
    services.close()


async def test_a_kit_with_staff_goes_on_to_the_sign_in(tmp_path: Path) -> None:
    before = make_services(tmp_path)
    add_staff(before)
    before.close()
    app = StationApp(language="id", open_services=opener(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_decided(pilot, app)
        assert isinstance(app.screen, SignInScreen)
        assert app.opening_error is None
    app.services.audit.verify()


@pytest.mark.parametrize(("language", "words"), [("id", "Frasa sandi kit salah"), ("en", "passphrase")])
async def test_a_wrong_passphrase_is_said_in_words_and_the_app_can_be_left(
    tmp_path: Path, language: str, words: str
) -> None:
    make_services(tmp_path).close()
    app = StationApp(language=language, open_services=opener(tmp_path, "keliru"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_decided(pilot, app)
        assert isinstance(app.screen, OpeningScreen)
        assert words in shown(app)
        assert isinstance(app.opening_error, NotAllowed)
        await pilot.press("enter")
    assert app.return_code == 1


async def test_a_damaged_database_is_said_in_words(tmp_path: Path) -> None:
    make_services(tmp_path).close()
    (tmp_path / "station.db").write_bytes(b"not a database at all" * 500)
    app = StationApp(language="id", open_services=opener(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_decided(pilot, app)
        assert "tidak dapat dibuka" in shown(app)
        assert isinstance(app.opening_error, StorageFailure)
