"""One capture of a U.are.U sensor, as a conversation on the device's thread.

Registers are read and written by control requests, the finger is announced on the
interrupt pipe, the picture comes scrambled on the bulk pipe.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Generator, Iterator

from station.devices.errors import BadReply, DeviceError, NoReply
from station.devices.fingerprint import uareu_image as image
from station.devices.identity import DeviceIdentity
from station.devices.transport.usb_conversation import BEGUN, PAUSE, Mark
from station.devices.transport.usb_handle import UsbHandle
from station.devices.transport.usb_port import CONTROL_TIMEOUT_S, DEVICE_RECIPIENT, READ_SLICE_S, find_endpoint
from station.domain.sample import GreyImage

VENDOR_REQUEST, REGISTER_REQUEST = 0x40 | DEVICE_RECIPIENT, 0x04
MODE, MODE_OFF = 0x4E, 0x70
_HARDWARE_STATUS, _KEY_INDEX, _KEY, _DEVICE_INFO = 0x07, 0x33, 0x34, 0xF0
_MODE_AWAIT_FINGER, _MODE_CAPTURE = 0x10, 0x20
_LOW_POWER, _CONFUSED, _FAULT = 0x80, 0x84, 0x04
_SCAN_POWER_ON, _FINGER_ON = 0x56AA, 0x0101
_BULK, _INTERRUPT = 2, 3
_INTERRUPT_SIZE = 64
_POWER_TRIES, _POWER_PAUSE_S = 100, 0.01
_WAKE_TRIES, _WAKE_TIMEOUT_S = 3, 0.5
_PICTURE_TIMEOUT_S, _PICTURE_SLICE_S = 3.0, 0.3
_DRAIN_READS_MAX, _DRAIN_SLICE_S = 32, 0.005
_KEYS_MAX = 16


class Operation:
    """One capture. `talk` only pauses; `picture` is there when it has ended without an error."""

    def __init__(self, name: str, timeout_s: float) -> None:
        self.picture: GreyImage | None = None
        self.is_off = False
        self._name = name
        self._timeout_s = timeout_s

    def talk(self, handle: UsbHandle, *, leftovers: bool) -> Iterator[Mark]:
        """Capture; with `leftovers` both pipes are read empty first. Raises NoReply at the deadline."""
        sensor = Sensor(self._name, handle, "capture")
        interrupt = find_endpoint(handle, inward=True, attributes=_INTERRUPT)
        bulk = find_endpoint(handle, inward=True, attributes=_BULK)
        yield BEGUN
        if leftovers:
            yield from _drained(handle, interrupt, _INTERRUPT_SIZE)
            yield from _drained(handle, bulk, image.TRANSFER_SIZE)
        yield from self._power_up(sensor, interrupt)
        sensor.write(MODE, bytes((_MODE_AWAIT_FINGER,)))
        if not (yield from self._announced(handle, interrupt, _FINGER_ON, self._timeout_s)):
            raise NoReply(self._name, "capture", "usb-nothing-captured")
        sensor.write(MODE, bytes((_MODE_CAPTURE,)))
        raw = yield from self._transfer(handle, bulk)
        try:
            pixels = image.upright(self._readable(sensor, image.RawPicture.unpack(raw)))
        except image.WireError as error:
            raise BadReply(self._name, "capture") from error
        with contextlib.suppress(DeviceError):  # a sensor that is just going has given its picture all the same
            sensor.write(MODE, bytes((MODE_OFF,)))
            self.is_off = True
        self.picture = GreyImage(image.WIDTH, image.HEIGHT, pixels, image.RESOLUTION_PPI)

    def _transfer(self, handle: UsbHandle, bulk: int) -> Generator[Mark, None, bytes]:
        """Read until the picture is as long as it says: on a bus of 12 Mbit/s a slice may end in its middle."""
        deadline_s = time.monotonic() + _PICTURE_TIMEOUT_S
        raw = b""
        while time.monotonic() < deadline_s:
            piece = handle.read("capture", bulk, image.TRANSFER_SIZE, _PICTURE_SLICE_S)
            if piece is None and raw:
                raise BadReply(self._name, "capture")
            raw += piece or b""  # the sensor begins with an empty transfer
            if raw and len(raw) >= image.transfer_size(raw):
                return raw
            if piece is None:
                yield PAUSE
        raise NoReply(self._name, "capture")

    def _readable(self, sensor: Sensor, picture: image.RawPicture) -> image.RawPicture:
        if not picture.is_scrambled():
            return picture
        descrambler = image.Descrambler(picture)
        for _number in range(_KEYS_MAX):
            if descrambler.run(sensor.key(descrambler.key_number)):
                return descrambler.picture()
        raise BadReply(self._name, "capture")

    def _power_up(self, sensor: Sensor, interrupt: int) -> Iterator[Mark]:
        for _number in range(_WAKE_TRIES):  # the announcement sometimes never comes; the sensor wants to be asked again
            status = sensor.status()
            if status & _CONFUSED == _CONFUSED:
                yield from self._write_status_until(sensor, status & 0x0F, 0x01, 0x01)
                status = sensor.status()
            if not status & _LOW_POWER:
                sensor.write(_HARDWARE_STATUS, bytes((status | _LOW_POWER,)))
            yield from self._write_status_until(sensor, status & 0x0F, _LOW_POWER, 0)
            if (yield from self._announced(sensor.handle, interrupt, _SCAN_POWER_ON, _WAKE_TIMEOUT_S)):
                return
        raise NoReply(self._name, "capture")

    def _write_status_until(self, sensor: Sensor, value: int, bit: int, wanted: int) -> Iterator[Mark]:
        for _number in range(_POWER_TRIES):
            sensor.write(_HARDWARE_STATUS, bytes((value,)))
            if sensor.status() & bit == wanted:
                return
            time.sleep(_POWER_PAUSE_S)
            yield PAUSE
        raise NoReply(self._name, "capture")

    def _announced(
        self, handle: UsbHandle, interrupt: int, wanted: int, timeout_s: float
    ) -> Generator[Mark, None, bool]:
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            raw = handle.read("capture", interrupt, _INTERRUPT_SIZE, READ_SLICE_S)
            if raw is not None and len(raw) < 2:
                raise BadReply(self._name, "capture")
            if raw is not None and int.from_bytes(raw[:2], "big") == wanted:
                return True
            yield PAUSE
        return False


class Sensor:
    """The registers of an open sensor; on the device's thread."""

    def __init__(self, name: str, handle: UsbHandle, command: str) -> None:
        self.handle = handle
        self._name = name
        self._command = command

    def identity(self) -> DeviceIdentity:
        """Return who the device says it is; the maker's firmware numbers."""
        handle, info = self.handle, self.read(_DEVICE_INFO, 16)
        firmware = f"{info[4]:02x}{info[5]:02x}.{info[10]:02x}{info[11]:02x}"
        return DeviceIdentity(handle.maker or "DigitalPersona", handle.product or "U.are.U", handle.serial, firmware)

    def status(self) -> int:
        """Return the bits of the hardware status."""
        return self.read(_HARDWARE_STATUS, 1)[0]

    def has_fault(self) -> bool:
        """Tell whether the sensor reports a fault of its own."""
        return bool(self.status() & _FAULT)

    def key(self, number: int) -> int:
        """Return the 32-bit key of a number, as the sensor tells it behind a seed of ours."""
        seed = secrets.randbits(32)
        self.write(_KEY_INDEX, bytes((number,)) + seed.to_bytes(4, "little"))
        return int.from_bytes(self.read(_KEY, 4), "little") ^ seed

    def read(self, register: int, count: int) -> bytes:
        """Read registers; raises BadReply for another number of bytes."""
        kind = VENDOR_REQUEST
        raw = self.handle.control_in(self._command, kind, REGISTER_REQUEST, register, count, CONTROL_TIMEOUT_S)
        if len(raw) != count:
            raise BadReply(self._name, self._command)
        return raw

    def write(self, register: int, values: bytes) -> None:
        """Write registers."""
        kind = VENDOR_REQUEST
        self.handle.control_out(self._command, kind, REGISTER_REQUEST, register, values, CONTROL_TIMEOUT_S)


def _drained(handle: UsbHandle, endpoint: int, size: int) -> Iterator[Mark]:
    for _number in range(_DRAIN_READS_MAX):
        if handle.read("capture", endpoint, size, _DRAIN_SLICE_S) is None:
            return
        yield PAUSE
