"""A long day in short: many exchanges, and nothing hangs, leaks or passes for something it is not."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from simulators.far_end import TcpFarEnd
from simulators.modem import ModemLine, ModemModel
from station.devices.camera.mjpeg import open_camera
from station.devices.modem.at import open_modem
from station.devices.modem.interface import SimState
from station.domain.clock import SystemClock
from tests.unit.devices.far_ends import SmallWorld

_PICTURES = 3000
_COMMANDS = 7000


def _numbered(number: int) -> bytes:
    """Return a small picture that shows its number as sixteen black or white blocks."""
    blocks = [255 * (number >> bit & 1) for bit in range(16)]
    picture = np.repeat(np.array([blocks], np.uint8), 16, axis=0).repeat(16, axis=1)
    return cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))[1].tobytes()


async def _stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=f\r\n\r\n")
    for number in range(60_000):
        jpeg = _numbered(number)
        writer.write(b"--f\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(jpeg), jpeg))
        await writer.drain()
        await asyncio.sleep(0.001)


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.slow
async def test_ten_thousand_exchanges_leave_nothing_behind_and_never_repeat_a_picture() -> None:
    far_end, line = TcpFarEnd(_stream), ModemLine(ModemModel(SmallWorld(), SystemClock()))
    camera = open_camera(f"http://127.0.0.1:{await far_end.start()}/", "kamera", {})
    modem = open_modem(await line.start(), "modem", {})
    await asyncio.gather(camera.preview(), modem.sim_state())
    threads, files = threading.active_count(), _open_files()

    async def look() -> list[int]:
        numbers = []
        for _ in range(_PICTURES):
            picture = await camera.preview()
            row = picture.pixels[8 * 256 * 3 : 9 * 256 * 3 : 3]
            numbers.append(sum(1 << bit for bit in range(16) if row[bit * 16 + 8] > 127))
        return numbers

    async def ask() -> int:
        return sum([await modem.sim_state() is SimState.READY for _ in range(_COMMANDS)])

    numbers, ready = await asyncio.gather(look(), ask())
    assert ready == _COMMANDS
    assert numbers == sorted(set(numbers))
    assert threading.active_count() <= threads + 8
    assert _open_files() <= files + 2
    await asyncio.gather(camera.close(), modem.close())
    await asyncio.gather(far_end.stop(), line.stop())
