"""The guide for driver writers, taken at its word: its example is run as it stands."""

from __future__ import annotations

import asyncio
import re
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulators.far_end import TcpFarEnd
from station.devices.errors import DeviceError, DeviceUnavailable, NoReply
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport.line_splitter import LineSplitter
from station.devices.transport.serial_port import SerialPort

_GUIDE = Path(__file__).parents[3] / "docs" / "writing-a-driver.md"


@dataclass(frozen=True)
class Weight:
    """What the guide's codec makes of a line."""

    grams: float
    steady: bool


def _example() -> dict[str, Any]:
    blocks = re.findall(r"```python\n(.*?)```", _GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {
        "asyncio": asyncio,
        "re": re,
        "threading": threading,
        "Future": Future,
        "Weight": Weight,
        "DeviceError": DeviceError,
        "DeviceUnavailable": DeviceUnavailable,
        "NoReply": NoReply,
        "DeviceIdentity": DeviceIdentity,
        "Readiness": Readiness,
        "LineSplitter": LineSplitter,
        "SerialPort": SerialPort,
    }
    for block in blocks[1:]:  # the first block is the interface
        exec(compile("from __future__ import annotations\n" + block, str(_GUIDE), "exec"), names)  # noqa: S102 - our own guide
    return names


async def _scale(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not reader.at_eof():
        writer.write(b"US,+00011.0 g\r\nrubbish\r\nST,+00012.5 g\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


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
    await scale.close()
    await far_end.stop()
