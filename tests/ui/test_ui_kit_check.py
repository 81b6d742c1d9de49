"""The kit check by keyboard: the pen is tried by hand, or passed over with L, and the checklist says which."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from textual.pilot import Pilot
from textual.widgets import Static

from simulators.people import make_person
from simulators.serial_pad import SerialPadModel
from station.bootstrap import StationServices
from station.config import DeviceConfig
from station.devices.kit import Kit
from station.ui.app import StationApp
from station.ui.screens.kit_check import KitCheckScreen
from tests.ui.ui_bench import MORNING, add_staff, make_services, settle, sign_in
from tests.unit.devices.far_ends import SmallWorld


@dataclass
class _Desk:
    services: StationServices
    world: SmallWorld
    pad: SerialPadModel


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[_Desk]:
    world = SmallWorld()
    pad = SerialPadModel(world, speed=10.0)
    services = make_services(tmp_path / "kit")
    add_staff(services)
    device = DeviceConfig("signature", "serial", await pad.start(), "Papan")
    services.__dict__["kit"] = Kit(replace(services.config, devices=(device,)))
    yield _Desk(services, world, pad)
    await services.aclose()
    services.close()
    await pad.stop()


async def _until_said(pilot: Pilot[None], words: str) -> None:
    for _number in range(400):
        if words in " ".join(str(line.content) for line in pilot.app.screen.query(Static)):
            return
        await pilot.pause(0.02)
    raise AssertionError(f"never said: {words}")


async def _checklist(pilot: Pilot[None], services: StationServices) -> str:
    await pilot.press("t")
    await settle(pilot)
    (path,) = (services.config.data_dir / "laporan").glob("cek-kit-*.pdf")
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_l_passes_the_pen_over_and_the_checklist_says_so(desk: _Desk, size: tuple[int, int]) -> None:
    async with StationApp(desk.services).run_test(size=size) as pilot:
        await sign_in(pilot)
        await pilot.app.push_screen(KitCheckScreen())
        screen = pilot.app.screen
        await pilot.press("l")
        assert screen.check_action("skip_pen", ()) is False  # nothing to pass over yet
        await pilot.press("enter")
        await _until_said(pilot, "Goreskan pena pada Papan")
        assert screen.check_action("skip_pen", ()) is True
        await pilot.press("l")
        await settle(pilot)
        assert screen.check_action("skip_pen", ()) is False
        assert "uji pena dilewati petugas" in await _checklist(pilot, desk.services)


async def test_a_stroke_is_a_pass_on_screen_and_on_paper(desk: _Desk) -> None:
    desk.world.person = make_person(5, 0, MORNING.date())
    async with StationApp(desk.services).run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.app.push_screen(KitCheckScreen())
        await pilot.press("enter")
        await settle(pilot)
        printed = await _checklist(pilot, desk.services)
        assert "Goresan (titik, ukuran, tekanan)" in printed
        assert "TIDAK DIUJI" not in printed
