"""USB devices beside their images: live picture, APDU round trip against bare pyscard, cost of idling.

The simulators run in a process of their own, so that their work is not counted.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import statistics
import struct
import tempfile
import time
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import usb.util

from benchmarks.devices.usb_images import bare_device
from benchmarks.devices.usb_models import Room
from benchmarks.figures import Figure
from simulators.cards.slot import CardSlot
from simulators.usb.ccid import sam_reader
from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.livescan import Picture
from simulators.usb.pcsc import PcscStack, pcsc_is_possible
from simulators.usb.usbip_server import UsbipServer
from station.devices.fingerprint.interface import FingerPreview, FingerRequest
from station.devices.fingerprint.livescan import open_scanner as open_fingerprint
from station.devices.smartcard.pcsc import open_reader
from station.devices.transport import livescan_wire as wire
from station.domain.sample import GreyImage, Slap

_REQUEST = FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=5)
_APDU = bytes.fromhex("00A4040002A0B1")
_APDUS, _APDU_ROUNDS = 50, 16
_IDLE_S = 4.0
_LIVE_HZ = 10
_STAMP = struct.Struct("<d")
_IDLE_POLL_S = 2.0


class _Card:
    def power_on(self) -> bytes:
        return bytes.fromhex("3B951381018073FF01000B")

    def power_off(self) -> None:
        """Nothing is kept."""

    def process(self, _apdu: bytes) -> bytes:
        return b"\x90\x00"


def figures() -> list[Figure]:
    """Measure USB devices."""
    here, there = multiprocessing.Pipe()
    with tempfile.TemporaryDirectory() as folder:
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there, folder), daemon=True)
        process.start()
        addresses: dict[str, str] = here.recv()
        measured = asyncio.run(_live(addresses["live"]))
        if addresses["socket"]:
            measured.append(_apdu(addresses["socket"]))
        measured.append(asyncio.run(_idle(addresses)))
        here.send("stop")
        process.join(5)
    return measured


async def _live(address: str) -> list[Figure]:
    """Age of live pictures when they are handed to the screen, beside their age after a bare read; and their beat."""
    scanner = open_fingerprint(address, "fp", {"preview_rate_hz": str(_LIVE_HZ)})
    moments, ages_s = [], []

    def seen(preview: FingerPreview) -> None:
        now_s = time.monotonic()
        moments.append(now_s)
        ages_s.append(now_s - _STAMP.unpack_from(preview.image.pixels)[0])

    await scanner.capture(_REQUEST, seen)
    await scanner.close()
    bare_s = await asyncio.to_thread(_bare_live, address)
    jitter_ms = max(abs(later - earlier - 1 / _LIVE_HZ) for earlier, later in pairwise(moments)) * 1000
    medians = statistics.median(ages_s) * 1000, statistics.median(bare_s) * 1000
    return [
        Figure("USB live picture, made to shown", *medians, "ms", "bare pyusb", "below 50 ms"),
        Figure("USB live picture: worst deviation from its beat", jitter_ms, None, "ms", "", "below 50 ms"),
    ]


def _bare_live(address: str) -> list[float]:
    device = bare_device(address)
    mask = sum(1 << (finger - 1) for finger in Slap.LEFT_FOUR.fingers)
    request = wire.StartRequest(1, Slap.LEFT_FOUR.value, mask, 500, _LIVE_HZ, 5000)
    device.ctrl_transfer(0x41, wire.START, 0, 0, request.pack())
    ages_s = []
    while (frame := device.read(0x81, 1 << 20, 5000))[4] == wire.FrameType.PREVIEW:
        ages_s.append(time.monotonic() - _STAMP.unpack_from(frame, wire.HEADER_SIZE)[0])
    usb.util.dispose_resources(device)
    return ages_s


class _StampedScanner(FingerprintScannerModel):
    """Writes the moment into the first pixels of every live picture."""

    def _show(self, operation: Any, picture: Picture, count: int, hint: wire.Hint) -> None:
        image = picture.image
        pixels = _STAMP.pack(time.monotonic()) + image.pixels[_STAMP.size :]
        stamped = GreyImage(image.width, image.height, pixels, image.resolution_ppi)
        super()._show(operation, Picture(stamped, picture.part, picture.mask), count, hint)


def _apdu(socket: str) -> Figure:
    reader = open_reader("pcsc:SAM", "sam", {"socket": socket})
    ours_s: list[float] = []
    bare_s: list[float] = []
    with asyncio.Runner() as runner:
        runner.run(reader.wait_for_card(True, 5.0))
        for _round in range(_APDU_ROUNDS):
            ours_s += runner.run(_our_apdus(reader))
            bare_s += _bare_apdus()
        runner.run(reader.close())
    medians = statistics.median(ours_s) * 1000, statistics.median(bare_s) * 1000
    return Figure("APDU round trip", *medians, "ms", "bare pyscard", "within 1.1x")


async def _our_apdus(reader: Any) -> list[float]:
    channel = await reader.connect()
    taken = []
    for _number in range(_APDUS):
        started_s = time.perf_counter()
        await channel.transmit(_APDU)
        taken.append(time.perf_counter() - started_s)
    await channel.close()
    return taken


def _bare_apdus() -> list[float]:
    from smartcard import scard

    _code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    _code, names = scard.SCardListReaders(context, [])
    _code, card, _protocol = scard.SCardConnect(context, names[0], scard.SCARD_SHARE_EXCLUSIVE, 3)
    taken = []
    for _number in range(_APDUS):
        started_s = time.perf_counter()
        scard.SCardTransmit(card, scard.SCARD_PCI_T1, list(_APDU))
        taken.append(time.perf_counter() - started_s)
    scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)
    scard.SCardReleaseContext(context)
    return taken


async def _idle(addresses: dict[str, str]) -> Figure:
    devices: list[Any] = [open_fingerprint(addresses["still"], "fp", {})]
    if addresses["socket"]:
        devices.append(open_reader("pcsc:SAM", "sam", {"socket": addresses["socket"]}))
    for device in devices:
        await device.readiness()
    began_s, used_s = time.perf_counter(), _cpu_s()
    while time.perf_counter() - began_s < _IDLE_S:
        for device in devices:
            await device.readiness()
        await asyncio.sleep(_IDLE_POLL_S)
    percent = (_cpu_s() - used_s) / (time.perf_counter() - began_s) * 100
    for device in devices:
        await device.close()
    return Figure("scanner and reader idle, asked every 2 s", percent, None, "% CPU", "", "below 1 %")


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _serve(pipe: Connection, folder: str) -> None:
    os.environ.pop("PCSCLITE_CSOCK_NAME", None)
    server, room, slot = UsbipServer(), Room(), CardSlot()
    server.plug("1-1", FingerprintScannerModel(room, still_s=0.0))
    server.plug("1-2", _StampedScanner(room, "fingerprint-live", "FP-0002", still_s=2.0))
    server.plug("1-3", sam_reader(slot, room.faults))
    slot.insert(_Card())
    stack = None if pcsc_is_possible() else PcscStack(Path(folder), server.host, server.port, only=["1-3"])
    socket = str(stack.socket) if stack else ""
    addresses = {"still": server.address("1-1"), "live": server.address("1-2")}
    pipe.send({**addresses, "socket": socket})
    pipe.recv()
    if stack is not None:
        stack.close()
    server.close()
