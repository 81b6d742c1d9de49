"""Images over USB: each driver against the barest pyusb client that reads the same bytes, capture by capture in turn.

Both sides have a device of their own of the same model, asked for the same picture. The simulators run in a
process of their own. Two transports: USB/IP in this process, and the real libusb in a child process under the
umockdev preload (`python -m benchmarks.devices.usb_images`). A bare client asks, reads what comes in pieces of
1 MiB (faster for it than one large read) and looks at none of it; ours checks magic, order, length and both
checksums and hands out an image. At loopback speed a byte costs less to carry than to check; on a bus of 480 or
12 Mbit/s it costs far more, so those figures, with the time of the bus added to both, are the ones of a real kit.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection

from benchmarks.devices.usb_models import Room
from benchmarks.figures import Figure
from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.iris_scanner import IrisScannerModel
from simulators.usb.model import UsbModel
from simulators.usb.stack import bridge_is_possible
from simulators.usb.uareu_sensor import UareuModel
from simulators.usb.usbip_server import UsbipServer
from station.devices.fingerprint.interface import FingerRequest
from station.devices.iris.interface import IrisRequest
from station.domain.sample import Eye, Finger, Slap

_WARM_UP, _ROUNDS, _SLOW_ROUNDS = 5, 60, 12
_SLAP_BUS_S = 0.06
_FINGER_BUS_S = 0.1
_PIECE = 1 << 20
_FINGER_ON, _POWER_ON = 0x0101, 0x56AA
_OPTIONS = {"preview_rate_hz": "0"}
_SLAP = FingerRequest.of_slap(Slap.LEFT_FOUR, timeout_s=5)
_SINGLE = FingerRequest.of_single(Finger.RIGHT_INDEX, timeout_s=5)
_EYES = IrisRequest((Eye.RIGHT, Eye.LEFT), timeout_s=5)
_FINGERS = sum(1 << (finger - 1) for finger in Slap.LEFT_FOUR.fingers)

Capture = Callable[[], Awaitable[object]]


def figures() -> list[Figure]:
    """Measure both transports."""
    measured = _in_child({}, "usbip")
    if not bridge_is_possible():
        measured += _in_child({"lane": "libusb"}, "libusb")
    return measured


class Lane:
    """The simulators' process and the addresses of its devices."""

    def __init__(self, folder: str) -> None:
        self._pipe, there = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=serve, args=(there, folder), daemon=True)
        self._process.start()
        self.addresses: dict[str, list[str]] = self._pipe.recv()

    def close(self) -> None:
        """End it."""
        self._pipe.send("stop")
        self._process.join(5)


def serve(pipe: Connection, _folder: str) -> None:
    """Offer two devices of each kind until told to stop."""
    server, room = UsbipServer(), Room()
    addresses: dict[str, list[str]] = {}
    for number, (name, make) in enumerate(_models(room).items(), 1):
        for twin in (0, 1):
            bus_id, serial = f"{number}-{twin + 1}", f"{name}-{twin}"
            server.plug(bus_id, make(serial))
            addresses.setdefault(name, []).append(server.address(bus_id))
    pipe.send(addresses)
    pipe.recv()
    server.close()


def _models(room: Room) -> dict[str, Callable[[str], UsbModel]]:
    return {
        "slap": lambda serial: FingerprintScannerModel(room, serial, serial, still_s=0.0),
        "slap-bus": lambda serial: FingerprintScannerModel(room, serial, serial, still_s=_SLAP_BUS_S),
        "eyes": lambda serial: IrisScannerModel(room, serial, serial, still_s=0.0),
        "finger": lambda serial: UareuModel(room, serial, serial, still_s=0.0),
        "finger-bus": lambda serial: UareuModel(room, serial, serial, still_s=_FINGER_BUS_S),
    }
