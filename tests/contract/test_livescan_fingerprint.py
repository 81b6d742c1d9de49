"""The livescan fingerprint driver against the simulated scanner."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.iris_scanner import IrisScannerModel
from station.devices.errors import BadReply, DeviceRefused, DeviceUnavailable, NoReply
from station.devices.fingerprint.interface import FingerRequest
from station.devices.fingerprint.livescan import LivescanFingerprintScanner, open_scanner
from station.domain.sample import Finger, Slap
from tests.contract.fingerprint_contract import FingerprintContract
from tests.contract.usb_bench import UsbBench, UsbRig, is_idle, once_there, open_descriptors, until

BUS_ID = "1-1"
OPTIONS = {"preview_rate_hz": "20", "silence_limit_s": "0.8"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UsbBench]:
    bench = UsbBench(tmp_path_factory.mktemp("usb"))
    yield bench
    bench.close()


class LivescanRig(UsbRig):
    """The driver under test and its model."""

    def __init__(self, bench: UsbBench) -> None:
        super().__init__(bench, BUS_ID, "fingerprint")
        self.model = FingerprintScannerModel(bench.room, still_s=0.05)
        self.address = bench.plug(BUS_ID, self.model)
        self.driver = self.scanner = open_scanner(self.address, "fp", OPTIONS)

    async def idle(self) -> bool:
        return await until(lambda: is_idle(self.model), 1.0)


@pytest.fixture
async def rig(bench: UsbBench) -> AsyncIterator[LivescanRig]:
    rig = LivescanRig(bench)
    await once_there(rig.scanner.identity)
    yield rig
    await rig.end()


class TestLivescanFingerprint(FingerprintContract):
    """The common contract."""

    @pytest.fixture
    def rig(self, rig: LivescanRig) -> LivescanRig:
        return rig


async def goes_away(scanner: LivescanFingerprintScanner) -> bool:
    for _number in range(1000):
        try:
            await scanner.identity()
        except DeviceUnavailable:
            return True
    return False


async def test_the_pixels_are_those_of_the_sensor(rig: LivescanRig) -> None:
    capture = await rig.scanner.capture(FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=10))
    assert rig.room.person is not None
    assert capture.images[0].image == rig.room.person.slap_image(Slap.LEFT_FOUR, 0)


async def test_each_try_is_a_new_picture(rig: LivescanRig) -> None:
    first = await rig.scanner.capture(FingerRequest.of_single(Finger.LEFT_THUMB, timeout_s=10))
    second = await rig.scanner.capture(FingerRequest.of_single(Finger.LEFT_THUMB, timeout_s=10))
    assert first.images[0].image != second.images[0].image


@pytest.mark.parametrize("action", ["garbage", "checksum", "duplicated", "reordered", "stall"])
async def test_a_spoiled_answer_is_a_bad_reply_and_the_next_capture_is_right(rig: LivescanRig, action: str) -> None:
    rig.fault(action)
    with pytest.raises(BadReply):
        await rig.scanner.capture(FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=5))
    capture = await rig.scanner.capture(FingerRequest.of_slap(Slap.RIGHT_FOUR, timeout_s=5))
    assert rig.room.person is not None
    assert capture.images[0].image == rig.room.person.slap_image(Slap.RIGHT_FOUR, 0)


@pytest.mark.parametrize("action", ["truncated", "late"])
async def test_an_answer_that_never_becomes_whole_is_no_reply_and_no_leftover_is_used(
    rig: LivescanRig, action: str
) -> None:
    rig.fault(action)
    with pytest.raises(NoReply):
        await rig.scanner.capture(FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=5))
    capture = await rig.scanner.capture(FingerRequest.of_slap(Slap.RIGHT_FOUR, timeout_s=5))
    assert rig.room.person is not None
    assert capture.images[0].image == rig.room.person.slap_image(Slap.RIGHT_FOUR, 0)


@pytest.mark.parametrize(("action", "code"), [("busy", "BUSY"), ("hardware", "HARDWARE"), ("dirty", "NOT_READY")])
async def test_a_refusal_names_its_code(rig: LivescanRig, action: str, code: str) -> None:
    rig.fault(action)
    with pytest.raises(DeviceRefused) as refused:
        await rig.scanner.capture(FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=5))
    assert refused.value.code == code


async def test_a_dirty_glass_is_a_reason_not_to_be_ready(rig: LivescanRig) -> None:
    rig.fault("dirty seconds=5")
    with pytest.raises(DeviceRefused):
        await rig.scanner.capture(FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=5))
    assert (await rig.scanner.readiness()).problems == ("usb-sensor-dirty",)


async def test_unplugged_in_mid_capture_and_back_after_half_a_second(rig: LivescanRig) -> None:
    rig.fault("unplug seconds=0.3")
    with pytest.raises(DeviceUnavailable):
        await rig.scanner.capture(FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=5))
    capture = await once_there(lambda: rig.scanner.capture(FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=5)))
    assert len(capture.images) == 1


async def test_readiness_can_be_asked_while_a_capture_runs(rig: LivescanRig) -> None:
    rig.leave()
    task = asyncio.ensure_future(rig.scanner.capture(FingerRequest.of_slap(Slap.THUMBS, timeout_s=10)))
    await asyncio.sleep(0.2)
    assert (await rig.scanner.readiness()).ready
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_lifted_fingers_are_reported(rig: LivescanRig) -> None:
    await rig.scanner.capture(FingerRequest.of_slap(Slap.THUMBS, timeout_s=5))
    assert await rig.scanner.wait_until_clear(2.0)
    assert not await rig.scanner.wait_until_clear(0.2)


async def test_an_iris_scanner_at_the_address_is_not_taken_for_a_fingerprint_scanner(bench: UsbBench) -> None:
    address = bench.plug("1-2", IrisScannerModel(bench.room))
    scanner = open_scanner(address, "fp", OPTIONS)
    with pytest.raises(BadReply) as wrong:
        await once_there(scanner.identity)
    assert wrong.value.message_id == "usb-wrong-device"
    await scanner.close()
    bench.unplug("1-2")


async def test_sixty_plug_cycles_leave_no_thread_and_no_descriptor_behind(rig: LivescanRig) -> None:
    async def cycle() -> None:
        rig.unplug()
        assert await goes_away(rig.scanner)
        await rig.plug()

    await cycle()
    threads, descriptors = threading.active_count(), open_descriptors()
    for _number in range(60):
        await cycle()
    await until(lambda: threading.active_count() <= threads + 2, 2.0)
    assert threading.active_count() <= threads + 2
    assert open_descriptors() <= descriptors + 3
