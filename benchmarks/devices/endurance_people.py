"""The far side of the endurance run: numbered pictures, faults now and then, and hands that pull cables."""

from __future__ import annotations

import itertools
from multiprocessing.connection import Connection

from simulators.faults import Fault
from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.iris_scanner import IrisScannerModel
from simulators.usb.model import UsbModel
from simulators.usb.uareu_sensor import UareuModel
from simulators.usb.usbip_server import UsbipServer
from station.domain.sample import GreyImage

_FINGER_SIZE, _IRIS_SIZE, _SLAP_SIZE = (400, 300), (160, 120), (1600, 1500)
_SHADES = 200
_FAULT_EVERY = 97
_LIVESCAN_FAULTS = ("garbage", "truncated", "checksum", "duplicated", "reordered", "stall", "busy", "hardware", "late")
_DESK_FAULTS = ("garbage", "truncated")
_UNEQUAL_MAX = 800
_STEPS_MAX = 40


class Person:
    """Somebody whose every picture is one shade of grey further than the last."""

    missing_fingers: frozenset[object] = frozenset()

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def slap_image(self, *_given: object) -> GreyImage:
        """Return the next slap."""
        return self._next(_SLAP_SIZE)

    def iris_image(self, *_given: object) -> GreyImage:
        """Return the next eye."""
        return self._next(_IRIS_SIZE)

    def finger_impression(self, *_given: object) -> GreyImage:
        """Return the next finger."""
        return self._next(_FINGER_SIZE)

    def _next(self, size: tuple[int, int]) -> GreyImage:
        shade = next(self._numbers) % _SHADES
        return GreyImage(*size, bytes((shade,)) * (size[0] * size[1]), 500)


class Checker:
    """Tells whether pictures are whole and each later than the one before."""

    def __init__(self) -> None:
        self._last = 0

    def is_right(self, image: GreyImage) -> bool:
        """Compare; a U.are.U picture lacks a line and loses two pixels to its cipher."""
        shade = image.pixels[len(image.pixels) // 2]
        step = (shade - self._last) % _SHADES
        self._last = shade
        return len(image.pixels) - image.pixels.count(shade) <= _UNEQUAL_MAX and 0 < step <= _STEPS_MAX


class Trouble:
    """Lets every so manieth capture go wrong, each time in another way."""

    def __init__(self, actions: tuple[str, ...]) -> None:
        self._actions = itertools.cycle(actions)
        self._captures = 0

    def take(self, device: str, operation: str) -> Fault | None:
        """Count one operation."""
        if operation != "capture":
            return None
        self._captures += 1
        if self._captures % _FAULT_EVERY:
            return None
        return Fault(device, operation, self._captures, next(self._actions))


class Corner:
    """The world of one device: its person and its faults."""

    def __init__(self, actions: tuple[str, ...]) -> None:
        self.faults = Trouble(actions)
        self._person = Person()

    def subject(self) -> Person:
        """Return who stands before the device."""
        return self._person

    def next_attempt(self, _device: str, _part: str) -> int:
        """Count nothing."""
        return 0


def serve(pipe: Connection) -> None:
    """Offer the devices; `pull NAME` and `plug NAME` are answered when done, `stop` ends it."""
    server = UsbipServer()
    models: dict[str, UsbModel] = {
        "finger": FingerprintScannerModel(Corner(_LIVESCAN_FAULTS), "finger", "FP-1", still_s=0.0),
        "iris": IrisScannerModel(Corner(_LIVESCAN_FAULTS), "iris", "IR-1", still_s=0.0),
        "desk": UareuModel(Corner(_DESK_FAULTS), "desk", "UU-1", still_s=0.0),
    }
    places = {name: f"1-{number}" for number, name in enumerate(models, 1)}
    for name, model in models.items():
        server.plug(places[name], model)
    remote = {name: server.address(place) for name, place in places.items()}
    local = {name: f"usb:{one.vendor_id:04x}:{one.product_id:04x}:{one.strings[2]}" for name, one in models.items()}
    pipe.send((server.host, server.port, remote, local))
    while (words := pipe.recv()) != "stop":
        what, name = words.split()
        if what == "pull":
            server.unplug(places[name])
        else:
            server.plug(places[name], models[name])
        pipe.send("done")
    server.close()
