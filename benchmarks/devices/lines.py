"""Devices on lines and sockets.

Each driver against the barest possible client of the same far end, in the same run.
The far ends run in a process of their own, so that their work is not counted.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import serial

from benchmarks.figures import Figure
from simulators.far_end import TcpFarEnd
from simulators.faults import FaultScript
from simulators.gnss import GnssModel
from simulators.modem import ModemLine, ModemModel
from simulators.people import make_person
from simulators.sbi import SbiService, TestAuthority
from simulators.world import World
from station.devices.camera.mjpeg import open_camera
from station.devices.fingerprint.interface import FingerRequest
from station.devices.fingerprint.sbi import open_scanner
from station.devices.gnss.nmea import open_receiver
from station.devices.modem.at import open_modem
from station.devices.transport.sbi_messages import BioType
from station.domain.clock import SystemClock
from station.domain.sample import ColourImage, Slap

_STAMP_BITS = 52
_BLOCK = 16
_SIZE = (1280, 960)
_STILL_S = 0.05


def figures() -> list[Figure]:
    """Measure devices on lines and sockets."""
    here, there = multiprocessing.Pipe()
    with tempfile.TemporaryDirectory() as folder:
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there, folder), daemon=True)
        process.start()
        addresses: dict[str, str] = here.recv()
        measured = asyncio.run(_measure(addresses))
        here.send("stop")
        process.join(5)
    return measured


async def _measure(addresses: dict[str, str]) -> list[Figure]:
    return [
        await _camera(addresses["camera"]),
        await _modem(addresses["modem"]),
        await _sbi(addresses["sbi"], addresses["trust"]),
        await _idle(addresses),
    ]


async def _camera(address: str) -> Figure:
    camera = open_camera(address, "camera", {})
    await camera.preview()
    ours = [_age_ms(await camera.preview()) for _ in range(60)]
    await camera.close()
    bare = cv2.VideoCapture(address, cv2.CAP_FFMPEG)
    theirs = []
    for _ in range(60):
        good, frame = bare.read()
        if good:
            theirs.append(_age_ms(ColourImage(frame.shape[1], frame.shape[0], frame[:, :, ::-1].tobytes())))
    bare.release()
    goal = "within 1.3 times the bare reader"
    return Figure("preview frame, made to shown", _median(ours), _median(theirs), "ms", "OpenCV with FFmpeg", goal)


async def _modem(address: str) -> Figure:
    modem = open_modem(address, "modem", {})
    await modem.identity()
    ours = await _times(modem.sim_state, 300)
    await modem.close()
    port = serial.serial_for_url(address, timeout=2)

    async def bare() -> None:
        port.write(b"AT+CPIN?\r")
        port.read_until(b"OK\r\n")

    theirs = await _times(bare, 300)
    port.close()
    return Figure("AT command, asked to answered", _median(ours), _median(theirs), "ms", "bare pyserial", "below 2 ms")


async def _sbi(address: str, trust: str) -> Figure:
    scanner = open_scanner(address, "sbi", {"trust_file": trust})
    request = FingerRequest.of_slap(Slap.RIGHT_FOUR, timeout_s=10)
    await scanner.capture(request)
    times = await _times(lambda: scanner.capture(request), 10)
    return Figure("SBI slap, asked to four believed pictures", _median(times), None, "ms", "", "below 4,000 ms")


async def _idle(addresses: dict[str, str]) -> Figure:
    modem = open_modem(addresses["modem"], "modem", {})
    receiver = open_receiver(addresses["gnss"], "gnss", {})
    camera = open_camera(addresses["camera"], "camera", {"idle_s": "0.5"})
    for device in (modem, receiver, camera):
        await device.readiness()
    await asyncio.sleep(1.0)
    cpu_s, begin_s = time.process_time(), time.monotonic()
    await asyncio.sleep(5.0)
    percent = 100 * (time.process_time() - cpu_s) / (time.monotonic() - begin_s)
    for device in (modem, receiver, camera):
        await device.close()
    return Figure("modem, GNSS and camera open, nobody asking", percent, None, "% of a core", "", "below 1 %")


async def _times(work: Callable[[], Awaitable[Any]], count: int) -> list[float]:
    times = []
    for _ in range(count):
        begin_s = time.perf_counter()
        await work()
        times.append((time.perf_counter() - begin_s) * 1000)
    return times


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _stamped(moment_us: int) -> bytes:
    picture = np.full((_SIZE[1], _SIZE[0], 3), 200, np.uint8)
    cv2.circle(picture, (_SIZE[0] // 2, _SIZE[1] // 2), 300, (120, 140, 220), -1)
    for bit in range(_STAMP_BITS):
        picture[-_BLOCK:, bit * _BLOCK : (bit + 1) * _BLOCK] = 255 * (moment_us >> bit & 1)
    return cv2.imencode(".jpg", picture)[1].tobytes()


def _age_ms(picture: ColourImage) -> float:
    now_us = time.time_ns() // 1000
    row = (picture.height - _BLOCK // 2) * picture.width
    bits = (picture.pixels[(row + bit * _BLOCK + _BLOCK // 2) * 3] > 127 for bit in range(_STAMP_BITS))
    return (now_us - sum(1 << place for place, bit in enumerate(bits) if bit)) / 1000


async def _stamped_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=f\r\n\r\n")
    while not writer.is_closing():
        jpeg = _stamped(time.time_ns() // 1000)
        writer.write(b"--f\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(jpeg), jpeg))
        await writer.drain()
        await asyncio.sleep(1 / 30)


def _serve(pipe: Connection, folder: str) -> None:
    asyncio.run(_serve_until_told(pipe, Path(folder)))


async def _serve_until_told(pipe: Connection, folder: Path) -> None:
    clock = SystemClock()
    person = make_person(1, 0, date(2026, 7, 23))
    world = World([person], FaultScript())
    world.call(1, person.biodata.name)
    camera = TcpFarEnd(_stamped_stream)
    sbi = SbiService(world, BioType.FINGER, clock, TestAuthority(clock.now()), _STILL_S)
    pipe.send(
        {
            "camera": f"http://127.0.0.1:{await camera.start()}/",
            "modem": await ModemLine(ModemModel(world, clock)).start(),
            "gnss": await GnssModel(world, clock).start(),
            "sbi": await sbi.start(),
            "trust": str(sbi.write_trust_file(folder / "trust.pem")),
        }
    )
    await asyncio.to_thread(pipe.recv)
