"""What the device panel shows, with every kind of device: the truth within two seconds, also beside one that hangs."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from simulators.camera import CameraModel
from simulators.display import CallBoardModel
from simulators.far_end import TcpFarEnd
from simulators.faults import FaultScript
from simulators.gnss import GnssModel
from simulators.kit_file import DeviceLine
from simulators.modem import ModemLine, ModemModel
from simulators.people import make_person
from simulators.print_room import PrintRoom
from simulators.printer.ipp_printer import IppCardPrinter
from simulators.serial_pad import SerialPadModel
from simulators.usb.desk import UsbDesk
from simulators.usb.stack import pcsc_is_possible
from simulators.world import World
from station.config import CaptureConfig, DeviceConfig, KitConfig, LetterheadConfig, OfficeConfig, PrintConfig
from station.devices.kit import DeviceReport, Kit
from station.devices.watch import DeviceWatch
from station.domain.clock import SystemClock

_TRUTH_S = 2.0
_reason = pcsc_is_possible()
pytestmark = [pytest.mark.bench, pytest.mark.slow, pytest.mark.skipif(bool(_reason), reason=_reason or "-")]
Hand = Callable[[], Awaitable[object]]


class _Room:
    """Every device of a kit on its wire, with the hands that pull and put plugs, by the device's name."""

    def __init__(self) -> None:
        self.world = World([make_person(5, 0, date(2026, 7, 23))], FaultScript())
        self._room = PrintRoom(self.world, 5, 0.01)
        self._room.deliver(10)
        self._room.load(5)
        room = self._room
        self._usb = UsbDesk(self.world, self.world, self.world, room.sam_slot, room.encoder_slot, room.desk_slot)
        self.lines: list[DeviceLine] = []
        self.hands: dict[str, tuple[Hand, Hand]] = {}

    async def start(self, folder: Path) -> None:
        for line in self._usb.start(folder):
            if not line.spare:
                self._add(line, _blocking(self._usb.unplug, line.kind), _blocking(self._usb.plug, line.kind))
        await self._network("camera", "mjpeg", CameraModel(self.world), "Kamera")
        await self._network("gnss", "nmea", GnssModel(self.world, SystemClock()), "Satelit")
        await self._network("display", "jsonlines", CallBoardModel(self.world), "Papan panggil")
        await self._network("pad2", "serial", SerialPadModel(self.world), "Papan serial", kind="signature")
        await self._network("modem", "at", ModemLine(ModemModel(self.world, SystemClock())), "Modem")
        agent = self._room.agent
        port = await agent.start()
        self._add(
            DeviceLine("printer", "hdp5000", f"tcp://127.0.0.1:{port}", "Pencetak"),
            agent.stop,
            lambda: agent.start(port),
        )
        page = IppCardPrinter(self._room.printer, self.world.faults)
        self._add(DeviceLine("printer", "ipp", await page.start(), "Pencetak IPP"), page.unplug, page.start)
        self._page = page

    async def stop(self) -> None:
        for pull, _put in self.hands.values():
            await pull()
        await self._page.stop()
        await asyncio.to_thread(self._usb.close)

    async def _network(self, _name: str, driver: str, model: object, name: str, kind: str = "") -> None:
        start: Callable[[], Awaitable[str]] = model.start  # type: ignore[attr-defined]
        stop: Hand = model.stop  # type: ignore[attr-defined]
        self._add(DeviceLine(kind or _name, driver, await start(), name), stop, start)

    def _add(self, line: DeviceLine, pull: Hand, put: Hand) -> None:
        self.lines.append(line)
        self.hands[line.name] = (pull, put)


def _blocking(work: Callable[[str], None], kind: str) -> Hand:
    return lambda: asyncio.to_thread(work, kind)


def _kit(lines: list[DeviceLine]) -> Kit:
    # two of a kind must not be spares here: each gets a kind of its own, found by its driver all the same
    devices = tuple(
        DeviceConfig(line.kind, line.driver, line.address, line.name, options=dict(line.options)) for line in lines
    )
    settings = (OfficeConfig(), LetterheadConfig(), CaptureConfig(), PrintConfig())
    return Kit(KitConfig("K-01", Path("/nonexistent"), None, ZoneInfo("Asia/Makassar"), "id", devices, *settings))


@contextlib.asynccontextmanager
async def _watched(lines: list[DeviceLine]) -> AsyncIterator[DeviceWatch]:
    kit = _kit(lines)
    watch = DeviceWatch(kit, lambda: None)
    running = asyncio.ensure_future(watch.run())
    yield watch
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await kit.close()


def _of(watch: DeviceWatch, name: str) -> DeviceReport | None:
    return next((report for report in watch.reports if report.name == name), None)


async def _seconds_until(watch: DeviceWatch, name: str, *, ready: bool, limit_s: float) -> float:
    started_s = time.monotonic()
    while time.monotonic() - started_s < limit_s:
        report = _of(watch, name)
        if report is not None and report.readiness.ready is ready:
            return time.monotonic() - started_s
        await asyncio.sleep(0.02)
    raise AssertionError(f"{name} after {limit_s} s: {_of(watch, name)}")


@pytest.fixture
async def room() -> AsyncIterator[_Room]:
    made = _Room()
    with tempfile.TemporaryDirectory(prefix="panel") as folder:
        await made.start(Path(folder))
        yield made
        await made.stop()


async def test_every_kind_of_device_is_told_within_two_seconds_of_a_pulled_and_a_put_plug(room: _Room) -> None:
    # two of a kind would be each other's spare: they are watched one after the other
    first = [line for line in room.lines if line.name not in ("Papan serial", "Pencetak IPP")]
    second = [line for line in room.lines if line.name in ("Papan serial", "Pencetak IPP")]
    took: dict[str, tuple[float, float]] = {}
    for lines in (first, second):
        async with _watched(lines) as watch:
            for line in lines:
                await _seconds_until(watch, line.name, ready=True, limit_s=10.0)
                report = _of(watch, line.name)
                assert report is not None
                assert report.identity is not None
                assert report.identity.model, line
                pull, put = room.hands[line.name]
                await pull()
                gone_s = await _seconds_until(watch, line.name, ready=False, limit_s=6.0)
                report = _of(watch, line.name)
                assert report is not None
                assert report.readiness.problems, line
                await put()
                took[line.name] = (gone_s, await _seconds_until(watch, line.name, ready=True, limit_s=6.0))
    assert {name: times for name, times in took.items() if max(times) > _TRUTH_S} == {}


async def test_a_device_that_hangs_does_not_hold_up_the_truth_about_the_others(room: _Room) -> None:
    async def never(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()
        await asyncio.sleep(60)

    hanging = TcpFarEnd(never)
    port = await hanging.start()
    silent = DeviceLine("modem", "at", f"socket://127.0.0.1:{port}", "Modem bisu", options={"reply_timeout_s": "30"})
    board = next(line for line in room.lines if line.name == "Papan panggil")
    async with _watched([silent, board]) as watch:
        await _seconds_until(watch, "Papan panggil", ready=True, limit_s=3.0)
        slow_s = await _seconds_until(watch, "Modem bisu", ready=False, limit_s=_TRUTH_S)
        assert slow_s <= _TRUTH_S
        report = _of(watch, "Modem bisu")
        assert report is not None
        assert report.readiness.problems == ("device-slow",)
        await room.hands["Papan panggil"][0]()
        await _seconds_until(watch, "Papan panggil", ready=False, limit_s=_TRUTH_S)
    await hanging.stop()
