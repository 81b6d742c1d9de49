"""A bench of simulated USB devices for the contract tests.

The lane is chosen by STATION_USB_LANE: `usbip` (drivers speak USB/IP) or `libusb`
(this process runs under the preload, the bridge shows the devices to the real libusb).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from simulators.faults import FaultScript, parse_fault
from simulators.usb.model import UsbModel
from simulators.usb.stack import UsbBridge
from simulators.usb.usbip_server import UsbipServer
from station.devices.errors import DeviceUnavailable
from station.domain.sample import Eye, Finger, GreyImage, PenSample, Slap

LANE = os.environ.get("STATION_USB_LANE", "usbip")
Result = TypeVar("Result")


class PaperPerson:
    """Somebody whose pictures tell what was asked for."""

    def __init__(self) -> None:
        self.missing_fingers: frozenset[Finger] = frozenset()

    def slap_image(
        self,
        slap: Slap,
        attempt: int,
        missing: frozenset[Finger] = frozenset(),
        defects: dict[Finger, str] | None = None,
        placement: str | None = None,
    ) -> GreyImage:
        """Return a flat picture whose grey depends on the hand, the attempt and the missing fingers."""
        grey = (slap.value * 7 + attempt * 3 + len(missing) + bool(defects) + bool(placement)) & 0xFF
        return GreyImage(800, 750, bytes(range(256)) * 100 + bytes((grey,)) * (800 * 750 - 25600), 500)

    def finger_impression(self, finger: Finger, attempt: int, defect: str | None = None) -> GreyImage:
        """Return a flat picture whose grey is the finger."""
        return GreyImage(300, 400, bytes((finger * 10 + attempt + bool(defect),)) * 120000, 500)

    def iris_image(self, eye: Eye, attempt: int, defect: str | None = None) -> GreyImage:
        """Return a flat picture whose grey is the eye."""
        return GreyImage(640, 480, bytes((eye * 50 + attempt + bool(defect),)) * 307200, 500)

    def signature_samples(self, attempt: int) -> tuple[PenSample, ...]:
        """Return two strokes at 200 reports a second."""
        strokes = [(index, 100 + attempt, index not in range(20, 25)) for index in range(45)]
        return tuple(PenSample(1000 + 40 * i, 3000 + y, 500 + i if down else 0, 5 * i, down) for i, y, down in strokes)


class Room:
    """The world of one test: a person, and what goes wrong."""

    def __init__(self) -> None:
        self.faults = FaultScript()
        self.person: PaperPerson | None = PaperPerson()
        self._attempts: dict[tuple[str, str], int] = {}

    def subject(self) -> PaperPerson | None:
        """Return who stands before the kit."""
        return self.person

    def next_attempt(self, device: str, part: str) -> int:
        """Count."""
        count = self._attempts.get((device, part), 0)
        self._attempts[device, part] = count + 1
        return count

    def fault(self, line: str) -> None:
        """Let something go wrong."""
        self.faults.add(parse_fault(line))


class UsbBench:
    """A USB/IP server and, in the libusb lane, the bridge in front of it."""

    def __init__(self, run_dir: Path) -> None:
        self.room = Room()
        self.server = UsbipServer()
        self.models: dict[str, UsbModel] = {}
        self.bridge: UsbBridge | None = None
        if LANE == "libusb":
            root = Path(os.environ["UMOCKDEV_DIR"])
            self.bridge = UsbBridge(run_dir, self.server.host, self.server.port, root=root)

    def plug(self, bus_id: str, model: UsbModel) -> str:
        """Plug a model in and return its address for kit.toml."""
        self.models[bus_id] = model
        self.server.plug(bus_id, model)
        if LANE == "libusb":
            return f"usb:{model.vendor_id:04x}:{model.product_id:04x}:{model.strings[2]}"
        return self.server.address(bus_id)

    def unplug(self, bus_id: str) -> None:
        """Pull a model out."""
        self.server.unplug(bus_id)

    def replug(self, bus_id: str) -> None:
        """Plug the model in again."""
        self.server.plug(bus_id, self.models[bus_id])

    def close(self) -> None:
        """End everything."""
        if self.bridge is not None:
            self.bridge.close()
        self.server.close()


class UsbRig:
    """One device on the bench, with the hands that disturb it; subclasses make the driver and call it `driver`."""

    promptly_s = 1.5

    def __init__(self, bench: UsbBench, bus_id: str, device: str) -> None:
        bench.room.__init__()  # type: ignore[misc]
        self.bench = bench
        self.room = bench.room
        self._bus_id = bus_id
        self._device = device
        self.driver: Any = None

    def fault(self, action: str) -> None:
        """Let the next capture go wrong."""
        self.room.fault(f"{self._device} capture 1 {action}")

    def leave(self) -> None:
        """Let nobody stand before the device."""
        self.room.person = None

    def unplug(self) -> None:
        """Pull the device out."""
        self.bench.unplug(self._bus_id)

    async def plug(self) -> None:
        """Plug the device in again and return when the driver can reach it."""
        self.bench.replug(self._bus_id)
        await once_there(self.driver.identity)

    async def end(self) -> None:
        """Give the device back and pull it out."""
        await self.driver.close()
        self.unplug()


async def once_there(call: Callable[[], Awaitable[Result]], within_s: float = 5.0) -> Result:
    """Return what `call` returns as soon as the device is there."""
    deadline_s = time.monotonic() + within_s
    while True:
        try:
            return await call()
        except DeviceUnavailable:
            if time.monotonic() > deadline_s:
                raise
            await asyncio.sleep(0.02)


async def until(condition: Callable[[], bool], within_s: float = 5.0) -> bool:
    """Wait until something holds; return whether it does."""
    deadline_s = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline_s:
            return False
        await asyncio.sleep(0.01)
    return True


def is_idle(model: Any) -> bool:
    """Tell whether a livescan model has nothing under way."""
    return model._operation is None


def open_descriptors() -> int:
    """Count this process's descriptors; the preload itself loses a socket now and then, so its lane counts none."""
    count = 0
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            count += not (LANE == "libusb" and str(entry.readlink()).startswith("socket:"))
    return count
