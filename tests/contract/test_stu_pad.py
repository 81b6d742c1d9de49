"""The STU signature pad driver against the simulated pad."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from simulators.usb.stu_pad import StuPadModel
from station.devices.errors import BadReply, DeviceUnavailable, NoReply
from station.devices.pen_test import PenTest
from station.devices.signature.interface import SignatureRequest
from station.devices.signature.stu import open_pad
from station.domain.sample import PenSample
from tests.contract.signature_contract import SignatureContract
from tests.contract.usb_bench import PaperPerson, UsbBench, UsbRig, once_there, until

BUS_ID = "1-5"
REQUEST = SignatureRequest(("SPESIMEN", "Tanda tangan"), timeout_s=5, finished_after_s=0.15)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UsbBench]:
    bench = UsbBench(tmp_path_factory.mktemp("stu"))
    yield bench
    bench.close()


class PadRig(UsbRig):
    """The driver under test and its model."""

    def __init__(self, bench: UsbBench) -> None:
        super().__init__(bench, BUS_ID, "signature")
        self.model = StuPadModel(bench.room, pace=4.0)
        self.driver = self.pad = open_pad(bench.plug(BUS_ID, self.model), "pad", {})

    def nobody_signs(self) -> None:
        self.leave()

    def somebody_signs(self) -> None:
        self.room.person = PaperPerson()

    def expected(self, attempt: int = 0) -> tuple[PenSample, ...]:
        assert self.room.person is not None
        return self.room.person.signature_samples(attempt)


@pytest.fixture
async def rig(bench: UsbBench) -> AsyncIterator[PadRig]:
    rig = PadRig(bench)
    await once_there(rig.pad.identity)
    yield rig
    await rig.end()


class TestStuPad(SignatureContract):
    """The common contract."""

    @pytest.fixture
    def rig(self, rig: PadRig) -> PadRig:
        return rig


async def test_it_says_who_it_is_what_it_can_and_that_it_is_ready(rig: PadRig) -> None:
    identity = await rig.pad.identity()
    area = await rig.pad.area()
    assert (identity.model, identity.serial) == ("STU-430", "STU-0001")
    assert (area.width, area.height, area.max_pressure, area.rate_hz) == (9600, 6000, 1023, 200)
    assert area.unit_per_mm == pytest.approx(100)
    assert (await rig.pad.readiness()).ready


async def test_a_signature_comes_whole_with_its_times_and_pen_lifts(rig: PadRig) -> None:
    seen: list[PenSample] = []
    capture = await rig.pad.capture(REQUEST, seen.append)
    assert capture.samples == rig.expected()
    assert list(capture.samples) == seen
    assert any(not sample.touching for sample in capture.samples)


async def test_the_text_is_on_the_screen_while_the_person_signs(rig: PadRig) -> None:
    await rig.pad.show(("Nama: SPESIMEN",))
    assert len(rig.model.shown) == 320 * 200 // 8
    white = bytes([0xFF]) * len(rig.model.shown)
    assert rig.model.shown != white
    await rig.pad.clear()
    assert rig.model.shown == b""


async def test_a_person_tries_the_pen(rig: PadRig) -> None:
    finding = await PenTest(("TES",), lambda *_asked: None, 5.0).run(rig.pad, "pad")
    assert finding.good
    assert finding.facts["check-pen-stroke"].startswith("40, 18 x")  # 40 points that touch, 18 mm wide


async def test_each_try_is_a_new_signature(rig: PadRig) -> None:
    first = await rig.pad.capture(REQUEST)
    second = await rig.pad.capture(REQUEST)
    assert first.samples == rig.expected(0)
    assert second.samples == rig.expected(1)


async def test_without_ink_the_deadline_ends_it_and_the_pad_is_wiped(rig: PadRig) -> None:
    rig.room.fault("signature capture 1 no-ink")
    clears = rig.model.clears
    with pytest.raises(NoReply) as empty:
        await rig.pad.capture(SignatureRequest((), timeout_s=0.4))
    assert empty.value.message_id == "pad-no-ink"
    assert rig.model.clears >= clears + 2


@pytest.mark.parametrize("action", ["lost", "swapped", "duplicated", "garbage", "stall"])
async def test_a_signature_with_a_flaw_in_its_reports_is_not_used(rig: PadRig, action: str) -> None:
    rig.room.fault(f"signature capture 1 {action}")
    with pytest.raises(BadReply):
        await rig.pad.capture(REQUEST)
    capture = await rig.pad.capture(REQUEST)
    assert len(capture.samples) == len(rig.expected())


async def test_unplugged_while_the_person_signs_and_back_again(rig: PadRig) -> None:
    rig.room.fault("signature capture 1 unplug seconds=0.3")
    with pytest.raises(DeviceUnavailable):
        await rig.pad.capture(REQUEST)
    capture = await once_there(lambda: rig.pad.capture(REQUEST))
    assert len(capture.samples) == len(rig.expected())


async def test_a_cancelled_task_clears_the_pad(rig: PadRig) -> None:
    rig.room.person = None
    task = asyncio.ensure_future(rig.pad.capture(REQUEST))
    await asyncio.sleep(0.4)
    clears = rig.model.clears
    started_s = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started_s < 1.0
    assert await until(lambda: rig.model.clears > clears)


async def test_a_pad_that_says_nothing_about_itself_is_no_reply(rig: PadRig) -> None:
    rig.room.fault("signature information 1 silence")
    with pytest.raises(NoReply):
        await rig.pad.identity()
    rig.room.fault("signature information 1 garbage")
    with pytest.raises(BadReply):
        await rig.pad.identity()
    assert (await rig.pad.identity()).model == "STU-430"
