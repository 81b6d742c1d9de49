"""The simulated USB devices attached to a real Linux kernel in QEMU (slow lane: make test-kernel)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.cards.slot import CardSlot
from simulators.usb.ccid import sam_reader
from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.iris_scanner import IrisScannerModel
from simulators.usb.model import Setup
from simulators.usb.stu_pad import StuPadModel
from simulators.usb.uareu_sensor import UareuModel
from simulators.usb.usbip_server import UsbipServer
from station.devices.signature import stu_reports as stu
from tests.contract.usb_bench import Room
from tests.kernel.machine import Machine
from tests.kernel.packages import PackagesMissing, unpacked

CACHE = Path(__file__).resolve().parents[2] / "build" / "kernel-lane"
pytestmark = [pytest.mark.kernel, pytest.mark.timeout(600)]


class Lane:
    """The server, its models and the guest."""

    def __init__(self, root: Path, work: Path) -> None:
        self.room = Room()
        self.server = UsbipServer()
        self.pad = StuPadModel(self.room)
        self.models = {
            "1-1": FingerprintScannerModel(self.room),
            "1-2": IrisScannerModel(self.room),
            "1-3": self.pad,
            "1-4": sam_reader(CardSlot(), self.room.faults),
            "1-5": UareuModel(self.room),
        }
        for bus_id, model in self.models.items():
            self.server.plug(bus_id, model)
        self.machine = Machine(root, work, self.server.port, tuple(self.models))

    def close(self) -> None:
        self.machine.close()
        self.server.close()


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    try:
        root = unpacked(CACHE)
    except PackagesMissing as missing:
        pytest.skip(str(missing))
    lane = Lane(root, tmp_path_factory.mktemp("kernel"))
    yield lane
    lane.close()


def test_a_real_kernel_takes_every_device_and_reads_who_it_is(lane: Lane) -> None:
    for bus_id, model in lane.models.items():
        lane.machine.wait_for(f"^ATTACHED {bus_id}$")
        vendor = f"{model.vendor_id:04x}:{model.product_id:04x}"
        lane.machine.wait_for(f"^DEVICE {vendor} {model.strings[2]} ")
    lane.machine.wait_for("^INTERFACE FP-0001 ff4c01 ends 02$")
    lane.machine.wait_for("^INTERFACE SAM-0001 0b0000 ends 03$")


def test_the_kernels_hid_driver_reads_the_pen_as_we_sent_it(lane: Lane) -> None:
    lane.machine.wait_for("^HID HID_NAME=.*STU-430")
    lane.machine.wait_for("^LISTENING$")
    inking = Setup(0x21, 0x09, 0x0300 | stu.Report.INKING_MODE, 0, 2)
    lane.pad.request(inking, bytes((stu.Report.INKING_MODE, 1)))
    lane.machine.wait_for("^WAITING$")
    assert lane.room.person is not None
    sent = lane.room.person.signature_samples(0)[:5]
    lines = [line.removeprefix("PEN ") for line in lane.machine.lines if line.startswith("PEN ")]
    got = [stu.PenReport.unpack(bytes.fromhex(line)) for line in lines]
    assert [(pen.x, pen.y, pen.pressure, pen.time_ms) for pen in got] == [
        (sample.x, sample.y, sample.pressure, sample.time_ms) for sample in sent
    ]


def test_a_pulled_cable_is_a_disconnect_for_the_kernel(lane: Lane) -> None:
    lane.machine.wait_for("^WAITING$")
    lane.server.unplug("1-1")
    lane.machine.wait_for("USB disconnect", 30)
    lane.machine.wait_for("^OFF$", 30)
