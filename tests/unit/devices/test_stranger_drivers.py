"""Drivers of third parties: kinds the station does not know are shown and checked, broken ones disturb nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from station.config import CaptureConfig, DeviceConfig, KitConfig, LetterheadConfig, OfficeConfig, PrintConfig
from station.devices import registry
from station.devices.check import CheckItem, KitCheck, Verdict
from station.devices.check_devices import EXERCISES
from station.devices.errors import DeviceUnavailable
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.kit import Kit
from station.domain.clock import SystemClock
from station.domain.errors import BadInput
from station.messages.catalogue import Catalogue


@dataclass
class Scale:
    """A device of a kind that is not in the station."""

    problems: tuple[str, ...] = ()
    has_a_bug: bool = False

    async def identity(self) -> DeviceIdentity:
        return DeviceIdentity("Contoh", "T-1", "T-0001", "2")

    async def readiness(self) -> Readiness:
        if self.has_a_bug:
            raise ZeroDivisionError
        return Readiness(self.problems, may_wait=("scale-calibration-due",))

    async def close(self) -> None:
        return


def open_scale(_address: str, _name: str, options: Mapping[str, str]) -> Scale:
    int(options.get("baud", "9600"))
    return Scale(tuple(options.get("problems", "").split()), "bug" in options)


@pytest.fixture(autouse=True)
def _strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {
        "scale.good": EntryPoint("scale.good", f"{__name__}:open_scale", registry.ENTRY_POINT_GROUP),
        "sorter.good": EntryPoint("sorter.good", f"{__name__}:open_scale", registry.ENTRY_POINT_GROUP),
        "gnss.good": EntryPoint("gnss.good", f"{__name__}:open_scale", registry.ENTRY_POINT_GROUP),
        "scale.lost": EntryPoint("scale.lost", "no_such_package:open_scale", registry.ENTRY_POINT_GROUP),
    }
    monkeypatch.setattr(registry, "_drivers", lambda: here)


def _config(tmp_path: Path, *devices: DeviceConfig) -> KitConfig:
    settings = (OfficeConfig(), LetterheadConfig(), CaptureConfig(), PrintConfig())
    return KitConfig("K-01", tmp_path / "data", None, ZoneInfo("Asia/Makassar"), "id", devices, *settings)


def _scale(driver: str = "good", **options: str) -> DeviceConfig:
    return DeviceConfig("scale", driver, "-", "Timbangan", options=options)


async def _others(config: KitConfig) -> list[CheckItem]:
    kit = Kit(config)
    report = await KitCheck(kit, config, SystemClock(), item_deadline_s=5.0).run()
    await kit.close()
    unknown = {f"check-{device.kind}" for device in config.devices if device.kind not in EXERCISES}
    return [item for item in report.items if item.title in unknown]


async def _problems(config: KitConfig) -> dict[str, tuple[str, ...]]:
    kit = Kit(config)
    problems = {row.kind: row.readiness.problems for row in await kit.reports()}
    await kit.close()
    return problems


async def test_the_kit_hands_out_a_device_of_any_kind(tmp_path: Path) -> None:
    kit = Kit(_config(tmp_path, _scale()))
    assert isinstance(kit.device("scale"), Scale)
    assert kit.device("scale") is kit.device("scale")
    assert kit.kinds() == ("scale",)
    with pytest.raises(DeviceUnavailable) as caught:
        kit.device("sorter")
    assert caught.value.message_id == "device-not-configured"


async def test_a_kind_the_station_does_not_know_is_checked_by_what_it_says(tmp_path: Path) -> None:
    (item,) = await _others(_config(tmp_path, _scale()))
    assert (item.name, item.verdict) == ("Timbangan", Verdict.GO)
    assert item.facts == {"check-identity": "Contoh T-1, T-0001, 2"}
    (item,) = await _others(_config(tmp_path, _scale(problems="device-no-reply")))
    assert (item.verdict, item.cause) == (Verdict.STOP, "device-no-reply")
    assert [Catalogue(language).first(*item.titles) for language in ("id", "en")] == ["Alat lain", "Other device"]


async def test_what_may_wait_leaves_a_device_usable(tmp_path: Path) -> None:
    kit = Kit(_config(tmp_path, _scale(problems="scale-calibration-due")))
    (report,) = await kit.reports()
    await kit.close()
    assert (report.readiness.ready, report.readiness.usable) == (False, True)


async def test_a_condition_that_the_driver_says_may_wait_does_not_keep_the_kit_at_home(tmp_path: Path) -> None:
    (item,) = await _others(_config(tmp_path, _scale(problems="scale-calibration-due")))
    assert (item.verdict, item.causes) == (Verdict.CARE, ("scale-calibration-due",))
    assert item.facts == {"check-identity": "Contoh T-1, T-0001, 2"}
    (item,) = await _others(_config(tmp_path, _scale(problems="scale-calibration-due scale-overloaded")))
    assert (item.verdict, item.causes) == (Verdict.STOP, ("scale-calibration-due", "scale-overloaded"))


async def test_a_kind_that_is_written_wrong_is_no_longer_passed_over(tmp_path: Path) -> None:
    (item,) = await _others(_config(tmp_path, DeviceConfig("fingerprnt", "sbi", "-", "Sidik jari")))
    assert (item.verdict, item.cause) == (Verdict.STOP, "driver-unknown")


@pytest.mark.parametrize(
    ("broken", "cause"),
    [
        (_scale(baud="fast"), "driver-settings-wrong"),
        (_scale("lost"), "driver-broken"),
        (_scale(bug="yes"), "driver-broken"),
    ],
)
async def test_a_broken_driver_is_told_and_stops_no_other(tmp_path: Path, broken: DeviceConfig, cause: str) -> None:
    config = _config(tmp_path, broken, DeviceConfig("sorter", "good", "-", "Pemilah"))
    assert await _problems(config) == {"scale": (cause,), "sorter": ()}
    items = await _others(config)
    assert [(item.name, item.verdict, item.cause) for item in items] == [
        ("Timbangan", Verdict.STOP, cause),
        ("Pemilah", Verdict.GO, ""),
    ]
    for language in ("id", "en"):
        words = Catalogue(language).text(cause, device="Timbangan")
        assert "Timbangan" in words
        assert "$" not in words


async def test_a_receiver_that_keeps_no_promise_leaves_the_clock_unverified(tmp_path: Path) -> None:
    config = _config(tmp_path, DeviceConfig("gnss", "good", "-", "Satelit"))
    kit = Kit(config)
    report = await KitCheck(kit, config, SystemClock(), item_deadline_s=5.0).run()
    await kit.close()
    causes = {item.title: item.cause for item in report.items}
    assert causes["check-gnss"] == "driver-broken"
    assert causes["check-clock"] == "check-clock-unverified"


def test_a_driver_that_cannot_be_loaded_is_bad_input_with_its_reason() -> None:
    with pytest.raises(BadInput) as caught:
        registry.find_driver("scale", "lost")
    assert "no_such_package" in str(caught.value.params["reason"])
