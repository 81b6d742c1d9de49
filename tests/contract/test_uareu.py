"""The U.are.U driver against the simulated sensor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from simulators.usb.uareu_sensor import UareuModel
from station.devices.errors import BadReply, DeviceRefused, DeviceUnavailable
from station.devices.fingerprint import uareu_image as image
from station.devices.fingerprint.interface import FingerRequest
from station.devices.fingerprint.uareu import open_scanner
from station.devices.fingerprint.uareu_cipher import key_stream
from station.domain.sample import Finger, GreyImage, Slap
from tests.contract.fingerprint_contract import FingerprintContract
from tests.contract.usb_bench import PaperPerson, UsbBench, UsbRig, once_there, until

BUS_ID = "1-6"
REQUEST = FingerRequest.of_single(Finger.RIGHT_INDEX, timeout_s=5)


class StripedPerson(PaperPerson):
    """Somebody with fingers of slanting stripes, so that a turned or inverted picture is noticed."""

    def finger_impression(self, finger: Finger, attempt: int, defect: str | None = None) -> GreyImage:
        ramp = bytes((column // 3 + finger * 5 + attempt) % 120 + 60 for column in range(500 + 600))
        rows = b"".join(ramp[row // 2 : row // 2 + 500] for row in range(600))
        return GreyImage(500, 600, rows, 500)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UsbBench]:
    bench = UsbBench(tmp_path_factory.mktemp("uareu"))
    yield bench
    bench.close()


class UareuRig(UsbRig):
    """The driver under test and its model."""

    def __init__(self, bench: UsbBench) -> None:
        super().__init__(bench, BUS_ID, "fingerprint-desk")
        self.room.person = StripedPerson()
        self.model = UareuModel(bench.room, still_s=0.02)
        self.driver = self.scanner = open_scanner(bench.plug(BUS_ID, self.model), "desk", {})

    async def idle(self) -> bool:
        return await until(lambda: not self.model.is_waiting(), 1.0)


@pytest.fixture
async def rig(bench: UsbBench) -> AsyncIterator[UareuRig]:
    rig = UareuRig(bench)
    await once_there(rig.scanner.identity)
    yield rig
    await rig.end()


class TestUareu(FingerprintContract):
    """The common contract."""

    @pytest.fixture
    def rig(self, rig: UareuRig) -> UareuRig:
        return rig


async def test_the_picture_is_unscrambled_upright_and_dark_on_light(rig: UareuRig) -> None:
    picture = (await rig.scanner.capture(REQUEST)).images[0].image
    assert rig.room.person is not None
    original = rig.room.person.finger_impression(Finger.RIGHT_INDEX, 0)
    top, left = (600 - 289) // 2, (500 - image.WIDTH) // 2
    wrong = 0
    for row in range(289):
        start = (top + row) * 500 + left
        shown = picture.pixels[(row + 1) * image.WIDTH : (row + 2) * image.WIDTH]
        wrong += sum(a != b for a, b in zip(shown, original.pixels[start : start + image.WIDTH], strict=True))
    assert wrong <= 2  # the cipher loses the last pixel of each of the two blocks
    assert (picture.width, picture.height, picture.resolution_ppi) == (384, 290, 500)


async def test_a_slap_is_refused(rig: UareuRig) -> None:
    with pytest.raises(DeviceRefused):
        await rig.scanner.capture(FingerRequest.of_slap(Slap.THUMBS))


@pytest.mark.parametrize("action", ["garbage", "truncated"])
async def test_a_spoiled_picture_is_a_bad_reply(rig: UareuRig, action: str) -> None:
    rig.fault(action)
    with pytest.raises(BadReply):
        await rig.scanner.capture(REQUEST)
    assert len((await rig.scanner.capture(REQUEST)).images) == 1


async def test_a_picture_that_comes_in_pieces_is_put_together(rig: UareuRig) -> None:
    rig.fault("slow seconds=0.1")
    in_pieces = (await rig.scanner.capture(REQUEST)).images[0].image
    assert rig.room.person is not None
    middle = rig.room.person.finger_impression(Finger.RIGHT_INDEX, 0).pixels[299 * 500 + 58 : 299 * 500 + 442]
    assert in_pieces.pixels[145 * 384 : 146 * 384] == middle


async def test_a_cancel_in_mid_picture_is_prompt_and_the_next_picture_is_right(rig: UareuRig) -> None:
    rig.fault("slow seconds=0.25")
    task = asyncio.ensure_future(rig.scanner.capture(REQUEST))
    await asyncio.sleep(0.3)
    started_s = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started_s < 0.6
    picture = (await rig.scanner.capture(REQUEST)).images[0].image
    assert len(set(picture.pixels)) > 10


async def test_unplugged_while_scanning_and_back(rig: UareuRig) -> None:
    rig.fault("unplug seconds=0.2")
    with pytest.raises(DeviceUnavailable):
        await rig.scanner.capture(REQUEST)
    assert len((await once_there(lambda: rig.scanner.capture(REQUEST))).images) == 1


@pytest.mark.parametrize(("first", "length"), [(0x80000001, 4), (0, 40), (0xFFFFFFFF, 1), (0x1234ABCD, 700)])
def test_the_key_stream_is_that_of_the_published_register(first: int, length: int) -> None:
    stream, key = key_stream(first, length)
    slow = []
    register = first
    for _number in range(length):
        slow.append(sum((register >> source & 1) << bit for bit, source in enumerate((4, 8, 11, 14, 18, 21, 24, 29))))
        parity = 0
        for tap in (0, 2, 3, 6, 10, 12, 19, 22, 25, 28, 31):
            parity ^= register >> tap & 1
        register = parity << 31 | register >> 1
    assert stream.tolist() == slow
    assert key == register
