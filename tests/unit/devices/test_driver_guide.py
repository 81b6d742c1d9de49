"""The guide for driver writers, taken at its word: its example is run as it stands."""

from __future__ import annotations

import asyncio
import re
import threading
import tomllib
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from simulators.far_end import TcpFarEnd
from station.config import DeviceConfig
from station.devices import registry
from station.devices.errors import DeviceUnavailable, NoReply
from station.devices.transport.line_splitter import LineSplitter
from station.domain.errors import BadInput

_GUIDE = Path(__file__).parents[3] / "docs" / "writing-a-driver.md"


@dataclass(frozen=True)
class Weight:
    """What the guide's codec makes of a line."""

    grams: float
    steady: bool


@dataclass(frozen=True)
class PowerState:
    """What the guide's power supply answers."""

    load_percent: int


class PowerCodec:
    """Lines `(034` to loads."""

    def __init__(self) -> None:
        self._lines = LineSplitter(longest=64)

    def feed(self, data: bytes) -> list[PowerState]:
        lines = self._lines.feed(data)
        return [PowerState(int(line[1:])) for line in lines if re.fullmatch(rb"\(\d{3}", line)]


def _example() -> dict[str, Any]:
    blocks = re.findall(r"```python\n(.*?)```", _GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {
        "asyncio": asyncio,
        "re": re,
        "threading": threading,
        "Future": Future,
        "Weight": Weight,
        "MegatecCodec": PowerCodec,
        "PowerState": PowerState,
        "Nameplate": str,
        "cast": cast,
    }
    for block in (one for one in blocks if "(Protocol)" not in one):
        exec(compile("from __future__ import annotations\n" + block, str(_GUIDE), "exec"), names)  # noqa: S102 - our own guide
    return names


async def _scale(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not reader.at_eof():
        writer.write(b"US,+00011.0 g\r\nrubbish\r\nST,+00012.5 g\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _nothing_lies_on_it(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def test_the_guides_scale_weighs_survives_unplugging_and_ends() -> None:
    far_end = TcpFarEnd(_scale)
    port = await far_end.start()
    scale = _example()["open_scale"](f"socket://127.0.0.1:{port}", "timbangan", {})
    assert await scale.weight_g() == 12.5
    assert (await scale.readiness()).ready
    await far_end.stop()
    async with asyncio.timeout(3):
        while (await scale.readiness()).ready:  # noqa: ASYNC110 - the wait is in readiness itself
            await asyncio.sleep(0)
    assert (await scale.readiness()).problems == ("device-unavailable",)
    await far_end.start()
    assert await scale.weight_g() == 12.5
    await scale.close()
    assert await scale.weight_g() == 12.5
    await scale.close()
    await scale.close()
    await far_end.stop()


async def test_closing_the_guides_scale_frees_whoever_waits_at_once() -> None:
    far_end = TcpFarEnd(_nothing_lies_on_it)
    port = await far_end.start()
    scale = _example()["open_scale"](f"socket://127.0.0.1:{port}", "timbangan", {})
    waiting = asyncio.ensure_future(scale.weight_g(30.0))
    with pytest.raises(NoReply):
        await scale.weight_g(0.1)
    await scale.close()
    async with asyncio.timeout(1):
        with pytest.raises(DeviceUnavailable):
            await waiting
    await far_end.stop()


async def _power_supply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.readuntil(b"\r") == b"Q1\r":
        writer.write(b"(034\r")
        await writer.drain()


async def test_the_guides_power_supply_is_asked_and_answers() -> None:
    far_end = TcpFarEnd(_power_supply)
    address = f"socket://127.0.0.1:{await far_end.start()}"
    supply = _example()["MegatecUps"](address, "catu daya", 2400)
    assert (await supply.power()).load_percent == 34
    await supply.close()
    await far_end.stop()


async def test_a_setting_of_the_guides_scale_that_is_no_number_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find_driver", lambda _kind, _driver: _example()["open_scale"])
    with pytest.raises(BadInput) as caught:
        registry.open_device(
            DeviceConfig("scale", "serial", "socket://127.0.0.1:1", "timbangan", options={"baud": "x"})
        )
    assert caught.value.message_id == "driver-settings-wrong"


def test_every_driver_of_the_station_is_in_the_guides_table() -> None:
    _text, table = _GUIDE.read_text(encoding="utf-8").split("## Drivers that are there")
    words = set(re.findall(r"`([a-z0-9-]+)`", table))
    with (_GUIDE.parents[1] / "pyproject.toml").open("rb") as file:
        names = tomllib.load(file)["project"]["entry-points"][registry.ENTRY_POINT_GROUP]
    assert {part for name in names for part in name.split(".")} <= words
