"""What a USB device said is kept in a file and served again."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.replayed import ReplayedModel
from simulators.usb.stu_pad import StuPadModel
from simulators.usb.usbip_server import UsbipServer
from station.devices.errors import BadReply, DeviceError
from station.devices.fingerprint.interface import FingerCapture, FingerRequest
from station.devices.fingerprint.livescan import open_scanner
from station.devices.signature.interface import SignatureCapture, SignatureRequest
from station.devices.signature.stu import open_pad
from station.devices.transport.usb_recording import OpenedDevice, PipeData, read_usb_recording
from station.domain.errors import BadInput
from station.domain.sample import Finger
from tests.contract.usb_bench import Room

FINGER = FingerRequest.of_single(Finger.LEFT_INDEX, timeout_s=3)
SIGNATURE = SignatureRequest((), timeout_s=3, finished_after_s=0.1)


async def scan(address: str, record: str = "", request: FingerRequest = FINGER) -> FingerCapture:
    scanner = open_scanner(address, "fp", {"record": record, "preview_rate_hz": "20"})
    try:
        return await scanner.capture(request)
    finally:
        await scanner.close()


async def sign(address: str, record: str = "") -> SignatureCapture:
    pad = open_pad(address, "pad", {"record": record})
    try:
        return await pad.capture(SIGNATURE)
    finally:
        await pad.close()


async def test_a_recorded_scan_is_the_same_scan_again(tmp_path: Path) -> None:
    server, file = UsbipServer(), tmp_path / "scan.jsonl"
    server.plug("1-1", FingerprintScannerModel(Room(), still_s=0.05))
    recorded = await scan(server.address("1-1"), str(file))
    steps = read_usb_recording(file.read_text().splitlines())
    assert any(isinstance(step, OpenedDevice) for step in steps)
    assert any(isinstance(step, PipeData) for step in steps)

    replayed = ReplayedModel(steps)
    server.plug("1-2", replayed)
    again = await scan(server.address("1-2"))
    assert (again.images, again.device) == (recorded.images, recorded.device)
    assert replayed.finished
    assert replayed.differences == []
    server.close()


async def test_a_recorded_failure_fails_again(tmp_path: Path) -> None:
    server, room, file = UsbipServer(), Room(), tmp_path / "scan.jsonl"
    room.fault("fingerprint capture 1 checksum")
    server.plug("1-1", FingerprintScannerModel(room, still_s=0.05))
    with pytest.raises(BadReply):
        await scan(server.address("1-1"), str(file))
    server.plug("1-2", ReplayedModel(read_usb_recording(file.read_text().splitlines())))
    with pytest.raises(BadReply):
        await scan(server.address("1-2"))
    server.close()


async def test_a_recorded_signature_is_the_same_signature_again(tmp_path: Path) -> None:
    server, file = UsbipServer(), tmp_path / "sign.jsonl"
    server.plug("1-1", StuPadModel(Room(), pace=4.0))
    recorded = await sign(server.address("1-1"), str(file))
    server.plug("1-2", ReplayedModel(read_usb_recording(file.read_text().splitlines())))
    assert (await sign(server.address("1-2"))).samples == recorded.samples
    server.close()


async def test_a_driver_that_asks_differently_is_noticed(tmp_path: Path) -> None:
    server, file = UsbipServer(), tmp_path / "scan.jsonl"
    server.plug("1-1", FingerprintScannerModel(Room(), still_s=0.05))
    await scan(server.address("1-1"), str(file))
    replayed = ReplayedModel(read_usb_recording(file.read_text().splitlines()))
    server.plug("1-2", replayed)
    with pytest.raises(DeviceError):
        await scan(server.address("1-2"), request=FingerRequest.of_single(Finger.RIGHT_INDEX, timeout_s=3))
    assert replayed.differences
    server.close()


def test_a_damaged_recording_names_its_line() -> None:
    with pytest.raises(BadInput) as damaged:
        read_usb_recording(['{"endpoint": 129, "data": "00"}', '{"endpoint": 129}'])
    assert damaged.value.params["line"] == 2
