"""Images over USB: each driver against the barest pyusb client that reads the same bytes, capture by capture in turn.

Both sides have a device of their own of the same model, asked for the same picture. The simulators run in a
process of their own. Two transports: USB/IP in this process, and the real libusb in a child process under the
umockdev preload (`python -m benchmarks.devices.usb_images`). A bare client asks, reads what comes in pieces of
1 MiB (faster for it than one large read) and looks at none of it; ours checks magic, order, length and both
checksums, or unscrambles, and hands out an image. At loopback speed a byte costs less to carry than to check; on a
bus of 480 or 12 Mbit/s it costs far more, so those figures, with the time of the bus added to both, are the ones of a
real kit. What is left over once the work on the bytes is counted on both sides shows beside a second peer: the bare
client that also checks the sums, or unscrambles with our own functions, and nothing more.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import usb.core
import usb.util

from benchmarks.devices.usb_models import IRIS_SIZE, SLAP_SIZE, Room
from benchmarks.figures import Figure
from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.iris_scanner import IrisScannerModel
from simulators.usb.model import UsbModel
from simulators.usb.stack import UsbBridge, bridge_is_possible
from simulators.usb.uareu_sensor import UareuModel
from simulators.usb.usbip_server import UsbipServer
from station.devices.fingerprint import uareu_image as image
from station.devices.fingerprint.interface import FingerRequest
from station.devices.fingerprint.livescan import open_scanner as open_fingerprint
from station.devices.fingerprint.uareu import open_scanner as open_uareu
from station.devices.iris.interface import IrisRequest
from station.devices.iris.livescan import open_scanner as open_iris
from station.devices.transport import livescan_wire as wire
from station.devices.transport.usb_address import LocalUsbAddress, RemoteUsbAddress, parse_usb_address
from station.devices.transport.usbip_backend import UsbipBackend
from station.devices.transport.usbip_link import UsbipLink
from station.domain.sample import Eye, Finger, Slap

_WARM_UP, _ROUNDS, _SLOW_ROUNDS = 5, 60, 12
_SLAP_BUS_S = 0.06
_EYES_BUS_S = 0.015
_FINGER_BUS_S = 0.1
_PIECE = 1 << 20
_OPTIONS = {"preview_rate_hz": "0"}
_SLAP = FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=5)
_SINGLE = FingerRequest.of_single(Finger.RIGHT_INDEX, timeout_s=5)
_EYES = IrisRequest((Eye.RIGHT, Eye.LEFT), timeout_s=5)
_FINGERS = sum(1 << (finger - 1) for finger in Slap.LEFT_FOUR.fingers)


def figures() -> list[Figure]:
    """Measure both transports."""
    with tempfile.TemporaryDirectory(prefix="usb") as folder:
        lane = _Lane()
        try:
            measured = measure(lane.addresses, "USB/IP")
            if not bridge_is_possible():
                measured += _under_preload(lane, Path(folder))
        finally:
            lane.close()
    return measured


def measure(addresses: dict[str, list[str]], transport: str) -> list[Figure]:
    """Race all drivers on the addresses of two devices of each kind."""
    return asyncio.run(_races(addresses, transport))


async def _races(addresses: dict[str, list[str]], transport: str) -> list[Figure]:
    measured = []
    for race in _RACES:
        ours, bare = addresses[race.devices]
        driver = race.open(ours, race.devices, _OPTIONS)
        device = bare_device(bare)
        ours_ms, bare_ms, same_work_ms = await _in_turn(
            lambda: driver.capture(race.request),  # noqa: B023 - called within this turn of the loop
            lambda: race.bare(device),  # noqa: B023
            lambda: race.same_work(device),  # noqa: B023
            race.rounds,
        )
        await driver.close()
        usb.util.dispose_resources(device)
        name = f"{transport}: {race.name}"
        measured.append(Figure(name, ours_ms, bare_ms, "ms", "bare pyusb", race.goal))
        if race.rounds == _ROUNDS:
            measured.append(Figure(f"{name}, work equal", ours_ms, same_work_ms, "ms", f"bare and {race.words}", ""))
    return measured


async def _in_turn(
    ours: Callable[[], Awaitable[object]], bare: Callable[[], object], same_work: Callable[[], object], rounds: int
) -> list[float]:
    taken_s: tuple[list[float], ...] = ([], [], [])
    for number in range(_WARM_UP + rounds):
        moments_s = [time.perf_counter()]
        await ours()
        moments_s.append(time.perf_counter())
        for work in (bare, same_work):
            work()
            moments_s.append(time.perf_counter())
        if number >= _WARM_UP:
            for one, (begin_s, end_s) in zip(taken_s, pairwise(moments_s), strict=True):
                one.append(end_s - begin_s)
    return [statistics.median(one) * 1000 for one in taken_s]


def bare_device(address: str) -> Any:
    """Open a device as simply as pyusb can."""
    match parse_usb_address(address):
        case RemoteUsbAddress(host, port, bus_id):
            device = usb.core.find(backend=UsbipBackend(UsbipLink.open(host, port, bus_id)))
        case LocalUsbAddress(vendor_id, product_id, serial):
            device = usb.core.find(
                idVendor=vendor_id, idProduct=product_id, custom_match=lambda one: one.serial_number == serial
            )
    device.set_configuration()
    return device


Look = Callable[[Any], object]


def _bare_slap(device: Any, look: Look | None = None) -> None:
    request = wire.StartRequest(1, Slap.LEFT_FOUR.value, _FINGERS, 500, 0, 5000)
    bare_frames(device, request, [SLAP_SIZE], look)


def _bare_eyes(device: Any, look: Look | None = None) -> None:
    bare_frames(device, wire.StartRequest(1, 0, 0b11, 0, 0, 5000), [IRIS_SIZE, IRIS_SIZE], look)


def bare_frames(
    device: Any, request: wire.StartRequest, sizes: list[tuple[int, int]], look: Look | None = None
) -> None:
    """Start and read results of these sizes and the end; each piece is given up before the next is asked for."""
    device.ctrl_transfer(0x41, wire.START, 0, 0, request.pack())
    left = sum(wire.HEADER_SIZE + width * height for width, height in sizes) + wire.HEADER_SIZE + 1
    while left > 0:
        piece = device.read(0x81, _PIECE, 5000)
        left -= len(piece)
        if look is not None:
            look(piece)


def _summed(bare: Callable[[Any, Look | None], None], device: Any) -> None:
    """Sum every byte once and copy it once, which nobody who checks and hands out a picture can do without."""
    bare(device, lambda piece: (zlib.crc32(piece), bytes(piece)))


def _unscrambled(device: Any) -> bytes:
    raw, keys = _bare_finger(device)
    descrambler = image.Descrambler(image.RawPicture.unpack(bytes(raw)))
    for key in keys:
        descrambler.run(key)
    return image.upright(descrambler.picture())


def _bare_finger(device: Any) -> tuple[Any, list[int]]:
    """Wake the sensor, wait for the finger, read the picture and the two keys it is scrambled with."""

    def tell(register: int, *values: int) -> None:
        device.ctrl_transfer(0x40, 0x04, register, 0, bytes(values))

    def ask(register: int, count: int) -> Any:
        return device.ctrl_transfer(0xC0, 0x04, register, 0, count)

    (status,) = ask(0x07, 1)
    tell(0x07, status | 0x80)
    tell(0x07, status & 0x0F)
    while bytes(device.read(0x81, 64, 1000))[:2] != b"\x56\xaa":
        pass
    tell(0x4E, 0x10)
    while bytes(device.read(0x81, 64, 5000))[:2] != b"\x01\x01":
        pass
    tell(0x4E, 0x20)
    raw = device.read(0x82, image.TRANSFER_SIZE, 5000) or device.read(0x82, image.TRANSFER_SIZE, 5000)
    number, keys = raw[6], []
    for place in (0, 1):
        tell(0x33, number + place, 0, 0, 0, 0)
        keys.append(int.from_bytes(ask(0x34, 4), "little"))
    tell(0x4E, 0x70)
    return raw, keys


@dataclass(frozen=True)
class _Race:
    name: str
    devices: str
    open: Callable[..., Any]
    request: object
    bare: Callable[[Any], Any]
    same_work: Callable[[Any], object]
    words: str
    rounds: int
    goal: str


_SLAP_BARE = (_bare_slap, partial(_summed, _bare_slap), "sums")
_EYES_BARE = (_bare_eyes, partial(_summed, _bare_eyes), "sums")
_FINGER_BARE = (_bare_finger, _unscrambled, "cipher")
_RACES = (
    _Race("slap of 2.4 MB at loopback speed", "slap", open_fingerprint, _SLAP, *_SLAP_BARE, _ROUNDS, "1.1x"),
    _Race("slap after its 60 ms on USB 2.0", "slap-bus", open_fingerprint, _SLAP, *_SLAP_BARE, _SLOW_ROUNDS, "1.1x"),
    _Race("two eyes, 0.6 MB, at loopback speed", "eyes", open_iris, _EYES, *_EYES_BARE, _ROUNDS, "1.1x"),
    _Race("eyes after their 15 ms on USB 2.0", "eyes-bus", open_iris, _EYES, *_EYES_BARE, _SLOW_ROUNDS, "1.1x"),
    _Race("U.are.U finger, 0.11 MB, at loopback speed", "finger", open_uareu, _SINGLE, *_FINGER_BARE, _ROUNDS, "1.1x"),
    _Race("U.are.U finger after its 100 ms", "finger-bus", open_uareu, _SINGLE, *_FINGER_BARE, _SLOW_ROUNDS, "1.1x"),
)  # fmt: skip


class _Lane:
    """The simulators' process and the addresses of its devices, by transport."""

    def __init__(self) -> None:
        self._pipe, there = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve, args=(there,), daemon=True)
        self._process.start()
        self.host, self.port, self.addresses, self.local_addresses = self._pipe.recv()

    def close(self) -> None:
        """End it."""
        self._pipe.send("stop")
        self._process.join(5)


def _serve(pipe: Connection) -> None:
    server, room = UsbipServer(), Room()
    remote: dict[str, list[str]] = {}
    local: dict[str, list[str]] = {}
    for number, (name, make) in enumerate(_MODELS.items(), 1):
        for twin in (1, 2):
            bus_id, serial = f"{number}-{twin}", f"{name}-{twin}"
            model = make(room, serial)
            server.plug(bus_id, model)
            remote.setdefault(name, []).append(server.address(bus_id))
            local.setdefault(name, []).append(f"usb:{model.vendor_id:04x}:{model.product_id:04x}:{serial}")
    pipe.send((server.host, server.port, remote, local))
    pipe.recv()
    server.close()


_MODELS: dict[str, Callable[[Room, str], UsbModel]] = {
    "slap": lambda room, serial: FingerprintScannerModel(room, serial, serial, still_s=0.0),
    "slap-bus": lambda room, serial: FingerprintScannerModel(room, serial, serial, still_s=_SLAP_BUS_S),
    "eyes": lambda room, serial: IrisScannerModel(room, serial, serial, still_s=0.0),
    "eyes-bus": lambda room, serial: IrisScannerModel(room, serial, serial, still_s=_EYES_BUS_S),
    "finger": lambda room, serial: UareuModel(room, serial, serial, still_s=0.0),
    "finger-bus": lambda room, serial: UareuModel(room, serial, serial, still_s=_FINGER_BUS_S),
}


def _under_preload(lane: _Lane, folder: Path) -> list[Figure]:
    bridge = UsbBridge(folder, lane.host, lane.port)
    command = [sys.executable, "-m", "benchmarks.devices.usb_images", json.dumps(lane.local_addresses)]
    environment = {**os.environ, **bridge.environment()}
    try:
        run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    finally:
        bridge.close()
    return [Figure(**fields) for fields in json.loads(run.stdout)]


if __name__ == "__main__":
    sys.stdout.write(json.dumps([asdict(figure) for figure in measure(json.loads(sys.argv[1]), "libusb")]))
