from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from simulators.camera import CameraModel
from simulators.display import CallBoardModel
from simulators.gnss import GnssModel
from simulators.modem import ModemLine, ModemModel
from simulators.sbi import SbiService, TestAuthority
from simulators.serial_pad import SerialPadModel
from station.config import CaptureConfig, DeviceConfig, KitConfig, LetterheadConfig, OfficeConfig, PrintConfig
from station.devices.check import CheckItem, CheckReport, KitCheck, Verdict
from station.devices.kit import Kit
from station.devices.transport.sbi_messages import BioType
from station.domain.clock import OffsetClock, SystemClock
from station.messages.catalogue import Catalogue
from tests.unit.devices.far_ends import SmallWorld


@dataclass
class _Bench:
    config: KitConfig
    modem: ModemModel
    board: CallBoardModel
    camera: CameraModel

    async def check(self, clock: SystemClock | OffsetClock | None = None, **changes: object) -> CheckReport:
        kit = Kit(self.config)
        config = replace(self.config, **changes)  # type: ignore[arg-type]
        try:
            return await KitCheck(kit, config, clock or SystemClock(), item_deadline_s=8.0).run()
        finally:
            await kit.close()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[_Bench]:
    world, clock = SmallWorld(), SystemClock()
    board, gnss, camera = CallBoardModel(world), GnssModel(world, clock, interval_s=0.05), CameraModel(world, 0.05)
    modem = ModemModel(world, clock)
    line, pad = ModemLine(modem), SerialPadModel(world)
    (tmp_path / "stick").mkdir()
    devices = (
        DeviceConfig("display", "jsonlines", await board.start(), "papan"),
        DeviceConfig("gnss", "nmea", await gnss.start(), "gnss", options={"fresh_s": "0.3"}),
        DeviceConfig("camera", "mjpeg", await camera.start(), "kamera", options={"frame_timeout_s": "0.5"}),
        DeviceConfig("modem", "at", await line.start(), "modem"),
        DeviceConfig("signature", "serial", await pad.start(), "pad"),
    )
    config = KitConfig(
        "K-01",
        tmp_path / "data",
        None,
        ZoneInfo("Asia/Makassar"),
        "id",
        devices,
        OfficeConfig(),
        LetterheadConfig(),
        CaptureConfig(backup_dirs=(str(tmp_path / "stick"),)),
        PrintConfig(),
    )
    yield _Bench(config, modem, board, camera)
    for far_end in (board, gnss, camera, line, pad):
        await far_end.stop()


def _item(report: CheckReport, title: str) -> CheckItem:
    return next(item for item in report.items if item.title == title)


async def test_a_whole_kit_is_a_go_and_every_item_has_words(bench: _Bench) -> None:
    begin_s = time.monotonic()
    report = await bench.check()
    assert report.go
    assert time.monotonic() - begin_s < 10
    assert _item(report, "check-pen").causes == ("check-pen-by-nobody",)  # nobody is there to hold the pen
    by_itself = [item for item in report.items if item.title not in ("check-disk", "check-pen")]
    assert all(item.verdict is Verdict.GO for item in by_itself)
    for language in ("id", "en"):
        catalogue = Catalogue(language)
        for item in report.items:
            assert catalogue.has(item.title)
            assert all(catalogue.has(fact) for fact in item.facts)


async def test_a_missing_camera_is_a_no_go_with_its_cause(bench: _Bench) -> None:
    await bench.camera.stop()
    report = await bench.check()
    assert not report.go
    item = _item(report, "check-camera")
    assert item.cause == "device-unavailable"
    assert "kamera" in Catalogue("id").text(item.cause, **item.params)


async def test_no_network_is_told_but_does_not_keep_the_kit_at_home(bench: _Bench) -> None:
    bench.modem.lose_signal()
    item = _item(await bench.check(), "check-modem")
    assert item.verdict is Verdict.CARE
    assert item.causes == ("modem-not-registered", "modem-no-signal")


async def test_a_wrong_clock_is_found_against_the_satellites(bench: _Bench) -> None:
    report = await bench.check(OffsetClock(timedelta(days=-400)))
    assert _item(report, "check-clock").cause == "check-clock-wrong"
    assert not report.go


async def test_a_backup_medium_that_is_not_there_is_a_no_go(bench: _Bench, tmp_path: Path) -> None:
    capture = CaptureConfig(backup_dirs=(str(tmp_path / "other"),))
    report = await bench.check(capture=capture)
    assert _item(report, "check-backup").cause == "check-backup-missing"
    assert not report.go


async def test_the_probe_leaves_nothing_on_the_medium(bench: _Bench, tmp_path: Path) -> None:
    await bench.check()
    assert list((tmp_path / "stick").iterdir()) == []


async def test_scanners_have_to_show_a_live_frame_with_nobody_there(bench: _Bench, tmp_path: Path) -> None:
    clock = SystemClock()
    authority = TestAuthority(clock.now())
    services = [
        SbiService(SmallWorld(), bio_type, clock, authority, still_s=0.1) for bio_type in (BioType.FINGER, BioType.IRIS)
    ]
    options = {"trust_file": str(services[0].write_trust_file(tmp_path / "trust.pem"))}
    devices = tuple(
        [
            DeviceConfig(kind, "sbi", await service.start(), kind, options=options)
            for kind, service in zip(("fingerprint", "iris"), services, strict=True)
        ]
    )
    bench.config = replace(bench.config, devices=devices)
    report = await bench.check()
    assert _item(report, "check-fingerprint").verdict is Verdict.GO
    assert _item(report, "check-iris").verdict is Verdict.GO
    await services[1].stop()
    report = await bench.check()
    assert _item(report, "check-iris").cause == "device-unavailable"
    await services[0].stop()


async def test_the_panel_tells_all_devices_at_once_and_the_dead_ones_too(bench: _Bench) -> None:
    await bench.camera.stop()
    kit = Kit(bench.config)
    begin_s = time.monotonic()
    reports = {report.kind: report for report in await kit.reports()}
    assert time.monotonic() - begin_s < 2
    assert reports["camera"].readiness.problems == ("device-unavailable",)
    assert reports["camera"].identity is None
    assert all(report.readiness.ready for kind, report in reports.items() if kind != "camera")
    await kit.close()


async def test_a_wrong_entry_in_the_settings_is_told_and_stops_nothing_else(bench: _Bench) -> None:
    wrong = DeviceConfig("display", "telepathy", "tcp://127.0.0.1:1", "papan")
    others = tuple(device for device in bench.config.devices if device.kind != "display")
    bench.config = replace(bench.config, devices=(*others, wrong))
    report = await bench.check()
    assert _item(report, "check-display").cause == "driver-unknown"
    assert _item(report, "check-camera").ok
    kit = Kit(bench.config)
    panel = {row.kind: row.readiness for row in await kit.reports()}
    assert panel["display"].problems == ("driver-unknown",)
    assert panel["camera"].ready
    await kit.close()
