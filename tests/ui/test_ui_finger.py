"""Sign-in by password and finger, enrolment and the print room's gate, by keyboard, on real scanner protocols."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from simulators.faults import parse_fault
from simulators.staff import StaffAtDesk
from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.model import UsbModel
from simulators.usb.uareu_sensor import UareuModel
from simulators.usb.usbip_server import UsbipServer
from simulators.world import World
from station.bootstrap import StationServices
from station.capture import finger_sign_in
from station.cli.commands.printing import proven
from station.config import DeviceConfig
from station.devices.kit import Kit
from station.domain.errors import NotAllowed
from station.domain.sample import Finger
from station.domain.staff import Actor, SignInProof
from station.messages.catalogue import Catalogue
from station.ui.app import StationApp
from station.ui.dialogs.finger import EnrolDialog, FingerDialog
from station.ui.screens.home import HomeScreen
from station.ui.screens.sign_in import SignInScreen
from station.ui.screens.staff import StaffScreen
from tests.ui.ui_bench import MORNING, PASSWORD, add_staff, make_services, settle, type_password

# textual-image reads pictures by a Pillow call that is going away in 2027.
pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")
BUSID = "1-1"


class Desk:
    """A kit with one scanner for the staff at the end of a USB/IP line, and the staff before it."""

    def __init__(self, folder: Path, kind: str, driver: str) -> None:
        self.world = World([])
        self.staff = StaffAtDesk(self.world, folder, 5, MORNING.date())
        self.staff.sit("sari")
        self.server = UsbipServer()
        self.scanner = self._scanner(driver)
        self.server.plug(BUSID, self.scanner)
        self.services = make_services(folder / "kit")
        device = DeviceConfig(kind, driver, self.server.address(BUSID), "Pemindai jari")
        self.services.__dict__["kit"] = Kit(replace(self.services.config, devices=(device,)))
        self.boss = add_staff(self.services)

    def _scanner(self, driver: str) -> UsbModel:
        if driver == "uareu":
            return UareuModel(self.staff, still_s=0.02)
        return FingerprintScannerModel(self.staff, "fingerprint-staff", "FP-0003", slaps=False, still_s=0.02)

    async def enrol(self, login: str, finger: Finger = Finger.RIGHT_INDEX) -> Actor:
        """Enrol the finger of a member of staff, who then sits at the desk."""
        (account,) = [entry for entry in self.services.staff.list() if entry.login == login]
        self.staff.sit(login)
        await self.services.finger_sign_in.enrol(self.boss, account.actor.staff_id, finger)
        return account.actor

    async def close(self) -> None:
        """Give everything back."""
        await self.services.aclose()
        self.services.close()
        self.server.close()


@pytest.fixture(params=[("fingerprint-staff", "livescan"), ("fingerprint", "uareu")], ids=["livescan", "uareu"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    made = Desk(tmp_path, *request.param)
    yield made
    await made.close()


@pytest.fixture
async def small_desk(tmp_path: Path) -> Any:
    made = Desk(tmp_path, "fingerprint-staff", "livescan")
    yield made
    await made.close()


def on_top(pilot: Pilot[None]) -> type[object]:
    return type(pilot.app.screen)


def said(pilot: Pilot[None]) -> str:
    return " ".join(str(line.content) for line in pilot.app.screen.query(Static))


async def until_off(pilot: Pilot[None], screen: type[object]) -> None:
    """Wait until a screen is left: the scanner needs its time."""
    for _number in range(400):
        if on_top(pilot) is not screen:
            await settle(pilot)
            return
        await pilot.pause(0.02)
    raise AssertionError(f"still there: {said(pilot)}")


async def until_said(pilot: Pilot[None], words: str) -> None:
    for _number in range(400):
        if words in said(pilot):
            return
        await pilot.pause(0.02)
    raise AssertionError(f"never said {words!r}: {said(pilot)}")


async def test_after_the_password_comes_the_finger(desk: Desk) -> None:
    await desk.enrol("sari")
    app = StationApp(desk.services)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_password(pilot, "sari")
        await until_off(pilot, FingerDialog)
        assert on_top(pilot) is HomeScreen
        assert app.actor is not None
        assert app.actor.proof is SignInProof.FINGER


async def test_somebody_else_with_the_right_password_stays_outside(desk: Desk) -> None:
    await desk.enrol("sari")
    desk.staff.sit("orang lain")
    app = StationApp(desk.services)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_password(pilot, "sari")
        await until_said(pilot, "Sidik jari tidak cocok")
        assert on_top(pilot) is FingerDialog
        await pilot.press("escape")
        await settle(pilot)
        assert on_top(pilot) is SignInScreen
        assert app.actor is None
        assert "Belum masuk" in said(pilot)
        desk.staff.sit("sari")
        await pilot.press(*PASSWORD, "enter")
        await settle(pilot)
        await until_off(pilot, FingerDialog)
        assert on_top(pilot) is HomeScreen


async def test_an_account_without_a_finger_needs_none(desk: Desk) -> None:
    app = StationApp(desk.services)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_password(pilot, "budi")
        assert on_top(pilot) is HomeScreen
        assert app.actor is not None
        assert app.actor.proof is SignInProof.PASSWORD


async def test_an_administrator_enrols_by_keyboard(desk: Desk) -> None:
    app = StationApp(desk.services)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_password(pilot, "sari")
        await pilot.press("p")
        await settle(pilot)
        desk.staff.sit("budi")
        await pilot.press("j", "1")
        await until_off(pilot, EnrolDialog)
        assert on_top(pilot) is StaffScreen
        (budi,) = [entry for entry in desk.services.staff.list() if entry.login == "budi"]
        assert budi.fingers == (Finger.RIGHT_INDEX,)
        shown = await desk.services.finger_sign_in.check(budi.actor)
        assert shown.proof is SignInProof.FINGER


async def test_what_is_wrong_with_the_finger_is_said_live(small_desk: Desk) -> None:
    await small_desk.enrol("sari")
    small_desk.staff.sit("budi")
    small_desk.world.faults.add(parse_fault("fingerprint-staff finger:RIGHT_INDEX 1 dry"))
    app = StationApp(small_desk.services)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_password(pilot, "sari")
        await until_said(pilot, "kering")
        small_desk.staff.sit("sari")
        await pilot.press("r")
        await until_off(pilot, FingerDialog)
        assert on_top(pilot) is HomeScreen


async def test_a_finger_that_never_comes_is_said_at_the_deadline(
    small_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await small_desk.enrol("sari")
    small_desk.staff.sit("")
    monkeypatch.setattr(finger_sign_in, "FINGER_WAIT_S", 0.5)
    async with StationApp(small_desk.services).run_test(size=(80, 24)) as pilot:
        await type_password(pilot, "sari")
        await until_said(pilot, "R bila alat sudah tersambung lagi")
        small_desk.staff.sit("sari")
        await pilot.press("r")
        await until_off(pilot, FingerDialog)
        assert on_top(pilot) is HomeScreen


async def test_a_scanner_that_is_gone_leaves_a_way_on_that_is_written_down(small_desk: Desk) -> None:
    await small_desk.enrol("sari")
    small_desk.scanner.unplug(0)
    app = StationApp(small_desk.services)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_password(pilot, "sari")
        await until_said(pilot, "O untuk masuk tanpa jari")
        await pilot.press("o", *"kabel putus", "enter", "2")
        await until_off(pilot, FingerDialog)
        assert on_top(pilot) is HomeScreen
        assert app.actor is not None
        assert app.actor.proof is SignInProof.REASON
    entry = small_desk.services.audit.entries()[-1]
    assert (entry.action, entry.details["reason"]) == ("staff-finger-passed", "kabel putus")


async def test_while_the_scanner_works_only_a_second_person_helps(small_desk: Desk) -> None:
    await small_desk.enrol("sari")
    small_desk.staff.sit("")
    app = StationApp(small_desk.services)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_password(pilot, "sari")
        await pilot.press("o", *"jari dibalut", "enter", "2")
        await until_said(pilot, "petugas kedua yang menguatkan")
        await pilot.press("o", *"jari dibalut", "enter", "1", *"budi", "enter", *PASSWORD, "enter")
        await until_off(pilot, FingerDialog)
        await settle(pilot)
        assert on_top(pilot) is HomeScreen
        assert app.actor is not None
        assert app.actor.proof is SignInProof.VOUCHED


async def test_the_command_line_asks_for_the_finger_too(
    small_desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sari = await small_desk.enrol("sari")
    words, services = Catalogue("id"), small_desk.services
    alone = Namespace(second=None, reason=None)
    assert (await proven(services, sari, alone, words)).proof is SignInProof.FINGER
    assert "letakkan jari nomor 2" in capsys.readouterr().err
    monkeypatch.setenv("STATION_SECOND_PASSWORD", PASSWORD)
    vouched = await proven(services, sari, Namespace(second="budi", reason="jari dibalut"), words)
    assert vouched.proof is SignInProof.VOUCHED
    small_desk.staff.sit("orang lain")
    with pytest.raises(NotAllowed, match="staff-finger-wrong"):
        await proven(services, sari, alone, words)


def test_the_sign_in_by_finger_looks_as_kept(tmp_path: Path, snap_compare: Any) -> None:
    desk = Desk(tmp_path, "fingerprint-staff", "uareu")  # shows no picture before a finger lies there
    desk.staff.sit("")
    desk.services.staff.set_finger(desk.boss, desk.boss.staff_id, Finger.RIGHT_INDEX, b"", 60)

    async def ask(pilot: Pilot[None]) -> None:
        await settle(pilot)
        pilot.app.push_screen(FingerDialog(desk.boss))
        await pilot.pause(0.3)

    assert snap_compare(StationApp(desk.services), terminal_size=(80, 24), run_before=ask)
    asyncio.run(desk.close())


def test_services_hand_out_one_door(tmp_path: Path) -> None:
    services: StationServices = make_services(tmp_path)
    assert not services.finger_sign_in.has_scanner
    services.close()
