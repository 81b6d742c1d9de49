"""The contract of iris drivers, held by the livescan driver; and what only its protocol can do wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from simulators.usb.iris_scanner import IrisScannerModel
from station.devices.errors import BadReply, DeviceUnavailable, NoReply
from station.devices.iris.interface import IrisPreview, IrisRequest
from station.devices.iris.livescan import open_scanner
from station.domain.sample import Eye
from tests.contract.iris_contract import IrisContract
from tests.contract.usb_bench import UsbBench, UsbRig, is_idle, once_there, until

BUS_ID = "1-3"
OPTIONS = {"preview_rate_hz": "20", "silence_limit_s": "0.8"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UsbBench]:
    bench = UsbBench(tmp_path_factory.mktemp("iris"))
    yield bench
    bench.close()


class IrisRig(UsbRig):
    """The driver under test and its model."""

    def __init__(self, bench: UsbBench) -> None:
        super().__init__(bench, BUS_ID, "iris")
        self.model = IrisScannerModel(bench.room, still_s=0.05)
        self.driver = self.scanner = open_scanner(bench.plug(BUS_ID, self.model), "iris", OPTIONS)

    async def idle(self) -> bool:
        return await until(lambda: is_idle(self.model), 1.0)


@pytest.fixture
async def rig(bench: UsbBench) -> AsyncIterator[IrisRig]:
    rig = IrisRig(bench)
    await once_there(rig.scanner.identity)
    yield rig
    await rig.end()


class TestLivescanIris(IrisContract):
    """The livescan driver keeps the contract."""

    @pytest.fixture
    def rig(self, rig: IrisRig) -> IrisRig:
        return rig


async def test_the_pictures_are_those_of_the_person(rig: IrisRig) -> None:
    capture = await rig.scanner.capture(IrisRequest(timeout_s=5))
    assert rig.room.person is not None
    assert [image.image for image in capture.images] == [rig.room.person.iris_image(eye, 0) for eye in Eye]


async def test_closed_eyes_give_a_hint(rig: IrisRig) -> None:
    rig.room.fault("iris eye:RIGHT 1 closed")
    previews: list[IrisPreview] = []
    await rig.scanner.capture(IrisRequest(timeout_s=5), previews.append)
    assert "usb-hint-open-eyes" in {preview.hint for preview in previews}


@pytest.mark.parametrize("action", ["garbage", "checksum", "duplicated", "reordered"])
async def test_a_spoiled_answer_is_a_bad_reply(rig: IrisRig, action: str) -> None:
    rig.room.fault(f"iris capture 1 {action}")
    with pytest.raises(BadReply):
        await rig.scanner.capture(IrisRequest(timeout_s=5))
    assert len((await rig.scanner.capture(IrisRequest(timeout_s=5))).images) == 2


async def test_nobody_there_silence_and_a_pulled_cable_are_told_apart(rig: IrisRig) -> None:
    rig.room.fault("iris capture 1 silence")
    with pytest.raises(NoReply) as silent:
        await rig.scanner.capture(IrisRequest(timeout_s=5))
    assert silent.value.message_id == "device-no-reply"
    rig.room.fault("iris capture 1 unplug seconds=0.2")
    with pytest.raises(DeviceUnavailable):
        await rig.scanner.capture(IrisRequest(timeout_s=5))
    rig.room.person = None
    with pytest.raises(NoReply) as nobody:
        await once_there(lambda: rig.scanner.capture(IrisRequest(timeout_s=0.4)))
    assert nobody.value.message_id == "usb-nothing-captured"
