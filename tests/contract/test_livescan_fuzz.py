"""A scanner gone mad: whatever it sends, the driver ends in time and never with a capture."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.livescan import BULK_IN
from simulators.usb.model import Setup, Transfer
from simulators.usb.usbip_server import UsbipServer
from station.devices.errors import DeviceError, NoReply
from station.devices.fingerprint.interface import FingerRequest
from station.devices.fingerprint.livescan import open_scanner
from station.devices.transport import livescan_wire as wire
from station.domain.sample import Slap
from tests.contract.usb_bench import Room

SILENCE_S = 0.2


class MadScanner(FingerprintScannerModel):
    """Answers START with whatever it was given."""

    pieces: tuple[bytes, ...] = ()

    def request(self, setup: Setup, data: bytes) -> bytes:
        if setup.request != wire.START:
            return super().request(setup, data) if setup.request != wire.CANCEL else b""
        self.pipes[BULK_IN].clear()
        for piece in self.pieces:
            self.pipes[BULK_IN].push(piece)
        return b""


class HungScanner(FingerprintScannerModel):
    """Answers nothing at all once it is hung."""

    hung = False

    def submit(self, transfer: Transfer) -> None:
        if not self.hung:
            super().submit(transfer)


async def test_a_device_that_hangs_is_reported_within_two_seconds() -> None:
    server, model = UsbipServer(), HungScanner(Room())
    server.plug("1-1", model)
    scanner = open_scanner(server.address("1-1"), "fp", {})
    assert (await scanner.readiness()).ready
    model.hung = True
    started_s = time.monotonic()
    with pytest.raises(NoReply):
        await scanner.readiness()
    assert time.monotonic() - started_s < 2.0
    model.hung = False
    assert (await scanner.readiness()).ready
    await scanner.close()
    server.close()


def frames() -> st.SearchStrategy[bytes]:
    """Frames that are right in themselves, of this or another operation, of any part and order."""

    def frame(kind: wire.FrameType, sequence: int, operation: int, part: int, mask: int, side: int) -> bytes:
        payload = {
            wire.FrameType.END: wire.end_payload(side % 3, {}),
            wire.FrameType.FAILURE: wire.failure_payload(wire.Failure.HARDWARE),
        }.get(kind, bytes(side * side))
        size = (side, side) if kind in (wire.FrameType.PREVIEW, wire.FrameType.RESULT) else (0, 0)
        return wire.Frame(kind, sequence, operation, payload, *size, 500, part, 4, mask).pack()

    masks = st.sampled_from([0, 0b1111000000, 0b1110000000, 0b11110, 0xFFFF])
    parts = st.sampled_from([0, 13, 15, 2])
    return st.builds(
        frame, st.sampled_from(wire.FrameType), st.integers(0, 3), st.integers(0, 4), parts, masks, st.integers(1, 9)
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=80), frames()), max_size=5))
def test_nothing_a_mad_scanner_sends_is_a_capture(pieces: list[bytes]) -> None:
    asyncio.run(run(pieces))


async def run(pieces: list[bytes]) -> None:
    server = UsbipServer()
    model = MadScanner(Room())
    model.pieces = tuple(pieces)
    server.plug("1-1", model)
    scanner = open_scanner(server.address("1-1"), "fp", {"silence_limit_s": str(SILENCE_S)})
    started_s = time.monotonic()
    try:
        with pytest.raises(DeviceError):
            await scanner.capture(FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=2))
        assert time.monotonic() - started_s < 3.0
    finally:
        await scanner.close()
        server.close()
