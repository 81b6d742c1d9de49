"""A third party's package as it lies on disk once installed: driver and words are found, nothing here is changed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from station.config import CaptureConfig, DeviceConfig, KitConfig, LetterheadConfig, OfficeConfig, PrintConfig
from station.devices import registry
from station.devices.errors import DeviceRefused
from station.devices.kit import Kit
from station.messages import foreign
from station.messages.catalogue import Catalogue

_DRIVER = """
from station.devices.errors import DeviceRefused
from station.devices.identity import DeviceIdentity, Readiness

class Scale:
    def __init__(self, problems): self.problems = problems
    async def identity(self): return DeviceIdentity("Contoh", "T-1", "T-0001", "2")
    async def readiness(self): return Readiness(self.problems)
    async def weigh(self): raise DeviceRefused("Timbangan", "weigh", "E7", "scale-overloaded", limit="30")
    async def close(self): return None

def open_scale(address, name, options):
    return Scale(tuple(options.get("problems", "").split()))
"""
_WORDS = {
    "id": "ui-kind-scale = Timbangan badan\nscale-overloaded = Beban { $device } di atas { $limit } kg. Turunkan.\n",
    "en": "ui-kind-scale = Body scale\nscale-overloaded = { $device } carries more than { $limit } kg. Take it off.\n",
}
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Lay out what an installer lays out: the package, and its metadata with entry points."""
    monkeypatch.syspath_prepend(str(tmp_path))
    _forget()

    def lay(words: dict[str, str] | dict[str, bytes], target: str = "my_scale.words") -> None:
        package = tmp_path / "my_scale"
        package.mkdir()
        (package / "__init__.py").write_text('"""A scale."""\n')
        (package / "driver.py").write_text(_DRIVER)
        for language, text in words.items():
            folder = package / "words" / language
            folder.mkdir(parents=True)
            (folder / "scale.ftl").write_bytes(text.encode() if isinstance(text, str) else text)
        metadata = tmp_path / "my_scale-0.1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: my-scale\nVersion: 0.1.0\n")
        points = (
            f"[station.drivers]\nscale.serial = my_scale.driver:open_scale\n[station.messages]\nmy-scale = {target}\n"
        )
        (metadata / "entry_points.txt").write_text(points)

    yield lay
    for name in [name for name in sys.modules if name.split(".")[0] == "my_scale"]:
        del sys.modules[name]
    _forget()


def _forget() -> None:
    registry._drivers.cache_clear()
    foreign.foreign_entries.cache_clear()


def _kit(tmp_path: Path, problems: str = "") -> Kit:
    device = DeviceConfig("scale", "serial", "-", "Timbangan", options={"problems": problems})
    settings = (OfficeConfig(), LetterheadConfig(), CaptureConfig(), PrintConfig())
    return Kit(KitConfig("K-01", tmp_path, None, ZoneInfo("Asia/Makassar"), "id", (device,), *settings))


async def test_driver_and_words_of_a_package_are_found(install: Install, tmp_path: Path) -> None:
    install(_WORDS)
    kit = _kit(tmp_path, "scale-overloaded")
    (report,) = await kit.reports()
    assert report.readiness.problems == ("scale-overloaded",)
    assert Catalogue("id").reason("scale-overloaded", device="Timbangan", limit="30") == (
        "Beban Timbangan di atas 30 kg. Turunkan."
    )
    assert Catalogue("en").text("ui-kind-scale") == "Body scale"
    scale = kit.device("scale")
    with pytest.raises(DeviceRefused) as caught:
        await scale.weigh()  # type: ignore[attr-defined]
    assert Catalogue("en").error(caught.value) == "Timbangan carries more than 30 kg. Take it off."
    await kit.close()


def test_a_package_with_one_language_is_still_understood(install: Install) -> None:
    install({"id": _WORDS["id"]})
    assert Catalogue("en").text("ui-kind-scale") == "Timbangan badan"


def test_a_package_cannot_change_what_the_station_says(install: Install) -> None:
    said = Catalogue("id").text("device-outcome-unknown", device="x")
    install({"id": "device-outcome-unknown = Semua baik.\n"})
    assert Catalogue("id").text("device-outcome-unknown", device="x") == said


def test_a_code_without_words_is_shown_with_a_sentence(install: Install) -> None:
    install(_WORDS)
    for language in ("id", "en"):
        words = Catalogue(language).reason("scale-hinge-bent", device="Timbangan")
        assert "scale-hinge-bent" in words
        assert len(words) > 40


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe not text",
        b"scale-overloaded = { $limit\n",
        b"scale-overloaded = { scale-overloaded }\n",
        b"scale-overloaded = { other }\nother = { scale-overloaded }\n",
        b"scale-overloaded = { NOSUCH($limit) }\n",
        b"= = =\nscale-overloaded\n",
        b"scale-overloaded =\n    .title = only an attribute\n",
    ],
)
def test_damaged_words_of_a_package_never_stop_a_screen(install: Install, text: bytes) -> None:
    install({"id": text})
    words = Catalogue("id").reason("scale-overloaded", device="Timbangan")
    assert words
    assert "tidak tersambung" in Catalogue("id").text("device-unavailable", device="x")


def test_words_that_point_nowhere_are_left_out(install: Install) -> None:
    install(_WORDS, target="my_scale.no_such_place")
    assert Catalogue("id").text("ui-kind-scale") == "ui-kind-scale"
    assert "scale-overloaded" in Catalogue("id").reason("scale-overloaded")
