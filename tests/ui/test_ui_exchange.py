"""The app keeps in touch with the office by itself: nobody presses a key, nobody need be signed in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from simulators.modem import ModemLine, ModemModel
from station.bootstrap import StationServices, open_station
from station.config import DeviceConfig
from station.domain.clock import SystemClock
from station.office.kits import new_code
from station.office.serve import RunningOffice, ServeOptions
from station.store import outbox
from station.sync.report import SyncReport
from station.ui.app import StationApp
from station.ui.dialogs.confirm import Confirm
from tests.ui.ui_bench import add_staff, kit_config, settle, sign_in
from tests.unit.devices.far_ends import SmallWorld

SIZE = (80, 24)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[RunningOffice]:
    with RunningOffice(ServeOptions(tmp_path / "office", port=0, intake=False)) as running:
        yield running


def _kit(folder: Path, office: RunningOffice, automatic: bool) -> StationServices:
    config = kit_config(folder)
    return open_station(
        replace(config, office=replace(config.office, lan_url=office.url, automatic=automatic)), "kata sandi kit"
    )


async def _paired_kit(folder: Path, office: RunningOffice, automatic: bool) -> StationServices:
    services = _kit(folder, office, automatic)
    await services.sync.pair(new_code(office.office, "KIT-UJI"))
    return services


def _say_something(services: StationServices) -> None:
    with services.database.write() as connection:
        outbox.enqueue(connection, services.ids.new(), "event", "note", b"\xa0", 1, datetime.now(UTC))


def _waiting(services: StationServices) -> int:
    with services.database.read() as connection:
        return len(outbox.items(connection, outbox.OutboxState.WAITING))


async def _pass(pilot: Pilot[None], services: StationServices, seconds: float) -> None:
    ends_at = time.monotonic() + seconds
    while _waiting(services) and time.monotonic() < ends_at:
        await pilot.pause(0.05)


async def test_what_waits_goes_out_while_the_first_screen_stands(tmp_path: Path, office: RunningOffice) -> None:
    services = await _paired_kit(tmp_path / "kit", office, automatic=True)
    _say_something(services)
    app = StationApp(services, "id")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await _pass(pilot, services, 10)
        assert _waiting(services) == 0
        assert app.actor is None
    services.close()


async def test_a_paused_exchange_begins_at_once_when_it_is_allowed_again(tmp_path: Path, office: RunningOffice) -> None:
    services = await _paired_kit(tmp_path / "kit", office, automatic=True)
    services.sync.pause()
    _say_something(services)
    app = StationApp(services, "id")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await _pass(pilot, services, 0.5)
        assert _waiting(services) == 1
        assert services.sync_loop is not None
        services.sync_loop.send_now()
        await _pass(pilot, services, 5)
        assert _waiting(services) == 0
    services.close()


async def test_by_hand_means_by_hand(tmp_path: Path, office: RunningOffice) -> None:
    services = await _paired_kit(tmp_path / "kit", office, automatic=False)
    _say_something(services)
    app = StationApp(services, "id")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await _pass(pilot, services, 1)
        assert _waiting(services) == 1
    services.close()


async def test_with_the_budget_spent_the_modem_sends_only_after_a_yes(tmp_path: Path, office: RunningOffice) -> None:
    line = ModemLine(ModemModel(SmallWorld(), SystemClock()))
    modem = DeviceConfig("modem", "at", await line.start(), "modem")
    config = replace(kit_config(tmp_path / "kit"), devices=(modem,))
    spent = replace(config.office, m2m_url=office.url, automatic=False, metered_budget_mib_per_day=0)
    services = open_station(replace(config, office=spent), "kata sandi kit")
    await services.sync.pair(new_code(office.office, "KIT-UJI"), office.url)
    add_staff(services)
    (tmp_path / "kit" / "paket").write_bytes(b"no packet the office would take")
    with services.database.write() as connection:
        outbox.enqueue(connection, services.ids.new(), "packet", "packet", b"paket", 31, datetime.now(UTC))
    app = StationApp(services, "id")
    async with app.run_test(size=SIZE) as pilot:
        await sign_in(pilot)
        app.go("sync")
        await settle(pilot)
        await pilot.press("m")
        await settle(pilot)
        assert isinstance(app.screen, Confirm)
        assert services.sync.status().waiting[0].tries == 0
        await pilot.press("y")
        await settle(pilot)
        assert services.sync.status().waiting[0].tries == 1, "it was offered to the office, who refused this one"
        await pilot.press("escape")
        await services.aclose()
    await line.stop()
    services.close()


async def test_what_an_exchange_by_itself_has_brought_is_said(tmp_path: Path, office: RunningOffice) -> None:
    services = _kit(tmp_path / "kit", office, automatic=True)
    add_staff(services)
    app = StationApp(services, "id")
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await sign_in(pilot)
        exchange = services.sync_loop
        assert exchange is not None
        assert exchange.on_report is not None
        exchange.on_report(SyncReport(0, 0, 0, {"siak_extract": 1, "status": 2, "of-tomorrow": 1}, 0, 0.1, ()))
        await settle(pilot)
        ends_at = time.monotonic() + 5
        while not app.screen.query(Toast) and time.monotonic() < ends_at:
            await pilot.pause(0.05)
        (toast,) = app.screen.query(Toast)
        assert str(toast.render()) == "✓ Dari kantor: lain-lain 1, data SIAK 1, status 2"
    services.close()
