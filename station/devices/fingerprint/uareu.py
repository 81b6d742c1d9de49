"""U.are.U 4000B and 4500 single-finger sensors, which many offices own, for sign-in and 1:1 checks.

Registers are read and written by control requests, the finger is announced on the
interrupt pipe, the picture comes scrambled on the bulk pipe. The protocol is public
knowledge through free drivers; nothing here was tried on a real sensor yet. Option:
`record`, a file for the traffic.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Mapping

from station.devices.errors import BadReply, DeviceError, DeviceRefused, NoReply
from station.devices.fingerprint import uareu_image as image
from station.devices.fingerprint.interface import FingerCapture, FingerImage, FingerPreview, FingerRequest
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport.usb_handle import InterfaceKind
from station.devices.transport.usb_port import DEVICE_RECIPIENT, UsbPort, find_endpoint
from station.domain.clock import Clock, SystemClock
from station.domain.sample import GreyImage

_VENDOR_CLASS = 0xFF
_REGISTER_REQUEST, _VENDOR_REQUEST = 0x04, 0x40
_HARDWARE_STATUS, _KEY_INDEX, _KEY, _MODE, _DEVICE_INFO = 0x07, 0x33, 0x34, 0x4E, 0xF0
_MODE_AWAIT_FINGER, _MODE_CAPTURE, _MODE_OFF = 0x10, 0x20, 0x70
_LOW_POWER, _CONFUSED = 0x80, 0x84
_SCAN_POWER_ON, _FINGER_ON = 0x56AA, 0x0101
_BULK, _INTERRUPT = 2, 3
_INTERRUPT_SIZE = 64
_POWER_TRIES, _POWER_PAUSE_S = 100, 0.01
_WAKE_TRIES, _WAKE_TIMEOUT_S = 3, 0.5
_PICTURE_TIMEOUT_S = 3.0
_DRAIN_READS_MAX = 32
_KEYS_MAX = 16


def open_scanner(address: str, name: str, options: Mapping[str, str]) -> UareuScanner:
    """Make the driver for one entry of kit.toml; the hardware is not touched."""
    return UareuScanner(UsbPort(name, address, InterfaceKind(_VENDOR_CLASS, 0xFF, 0xFF), options.get("record", "")))


class UareuScanner:
    """A single-finger sensor of the interface."""

    def __init__(self, port: UsbPort, clock: Clock | None = None) -> None:
        self._port = port
        self._clock = clock or SystemClock()
        self._turn = asyncio.Lock()

    @property
    def captures_slaps(self) -> bool:
        """Tell that the glass takes one finger."""
        return False

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is; the maker's firmware numbers."""
        handle = await self._port.handle("identify")
        info = await self._read("identify", _DEVICE_INFO, 16)
        firmware = f"{info[4]:02x}{info[5]:02x}.{info[10]:02x}{info[11]:02x}"
        return DeviceIdentity(handle.maker or "DigitalPersona", handle.product or "U.are.U", handle.serial, firmware)

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot capture now."""
        await self._port.handle("status")
        (status,) = await self._read("status", _HARDWARE_STATUS, 1)
        return Readiness(("usb-sensor-fault",) if status & 0x04 else ())

    async def capture(
        self,
        request: FingerRequest,
        on_preview: Callable[[FingerPreview], None] | None = None,
    ) -> FingerCapture:
        """Capture one finger; a slap is refused. There is one preview: the picture itself."""
        if request.slap is not None or len(request.fingers) != 1:
            raise DeviceRefused(self._port.name, "capture", "SLAP")
        async with self._turn:
            device = await self.identity()
            try:
                picture = await self._picture(request.timeout_s)
            finally:
                await self._switch_off()
            if on_preview is not None:
                on_preview(FingerPreview(picture, 1))
            return FingerCapture((FingerImage(picture, request.fingers),), device, self._clock.now())

    async def close(self) -> None:
        """Give the device back; may be called twice."""
        await self._port.close()

    async def _picture(self, timeout_s: float) -> GreyImage:
        handle = await self._port.handle("capture")
        interrupt = find_endpoint(handle, inward=True, attributes=_INTERRUPT)
        bulk = find_endpoint(handle, inward=True, attributes=_BULK)
        await self._drain(interrupt, _INTERRUPT_SIZE)
        await self._drain(bulk, image.TRANSFER_SIZE)
        await self._power_up(interrupt)
        await self._write("capture", _MODE, bytes((_MODE_AWAIT_FINGER,)))
        if not await self._wait_for(interrupt, _FINGER_ON, timeout_s):
            raise NoReply(self._port.name, "capture", "usb-nothing-captured")
        await self._write("capture", _MODE, bytes((_MODE_CAPTURE,)))
        raw = await self._transfer(bulk)
        try:
            plain = await self._readable(image.RawPicture.unpack(raw))
            pixels = await asyncio.to_thread(image.upright, plain)
        except image.WireError as error:
            raise BadReply(self._port.name, "capture") from error
        return GreyImage(image.WIDTH, image.HEIGHT, pixels, image.RESOLUTION_PPI)

    async def _transfer(self, bulk: int) -> bytes:
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + _PICTURE_TIMEOUT_S
        while loop.time() < deadline_s:
            raw = await self._port.read("capture", bulk, image.TRANSFER_SIZE)
            if raw:  # the sensor begins with an empty transfer
                return raw
        raise NoReply(self._port.name, "capture")

    async def _readable(self, picture: image.RawPicture) -> image.RawPicture:
        if not picture.is_scrambled():
            return picture
        descrambler = image.Descrambler(picture)
        for _number in range(_KEYS_MAX):
            seed = secrets.randbits(32)
            index = bytes((descrambler.key_number,)) + seed.to_bytes(4, "little")
            await self._write("capture", _KEY_INDEX, index)
            key = int.from_bytes(await self._read("capture", _KEY, 4), "little") ^ seed
            if await asyncio.to_thread(descrambler.run, key):
                return descrambler.picture()
        raise BadReply(self._port.name, "capture")

    async def _power_up(self, interrupt: int) -> None:
        for _number in range(_WAKE_TRIES):  # the announcement sometimes never comes; the sensor wants to be asked again
            (status,) = await self._read("capture", _HARDWARE_STATUS, 1)
            if status & _CONFUSED == _CONFUSED:
                status = await self._write_status_until(status & 0x0F, 0x01, 0x01)
            if not status & _LOW_POWER:
                await self._write("capture", _HARDWARE_STATUS, bytes((status | _LOW_POWER,)))
            await self._write_status_until(status & 0x0F, _LOW_POWER, 0)
            if await self._wait_for(interrupt, _SCAN_POWER_ON, _WAKE_TIMEOUT_S):
                return
        raise NoReply(self._port.name, "capture")

    async def _write_status_until(self, value: int, bit: int, wanted: int) -> int:
        for _number in range(_POWER_TRIES):
            await self._write("capture", _HARDWARE_STATUS, bytes((value,)))
            (status,) = await self._read("capture", _HARDWARE_STATUS, 1)
            if status & bit == wanted:
                return status
            await asyncio.sleep(_POWER_PAUSE_S)
        raise NoReply(self._port.name, "capture")

    async def _wait_for(self, interrupt: int, wanted: int, timeout_s: float) -> bool:
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout_s
        while loop.time() < deadline_s:
            raw = await self._port.read("capture", interrupt, _INTERRUPT_SIZE)
            if raw is not None and len(raw) < 2:
                raise BadReply(self._port.name, "capture")
            if raw is not None and int.from_bytes(raw[:2], "big") == wanted:
                return True
        return False

    async def _drain(self, endpoint: int, size: int) -> None:
        for _number in range(_DRAIN_READS_MAX):
            if await self._port.read("capture", endpoint, size, 0.005) is None:
                return

    async def _switch_off(self) -> None:
        order = self._write("off", _MODE, bytes((_MODE_OFF,)))
        with contextlib.suppress(DeviceError):
            await asyncio.shield(asyncio.ensure_future(order))

    async def _read(self, command: str, register: int, count: int) -> bytes:
        raw = await self._port.ask(
            command, _VENDOR_REQUEST, _REGISTER_REQUEST, count, register, recipient=DEVICE_RECIPIENT
        )
        if len(raw) != count:
            raise BadReply(self._port.name, command)
        return raw

    async def _write(self, command: str, register: int, values: bytes) -> None:
        await self._port.tell(command, _VENDOR_REQUEST, _REGISTER_REQUEST, values, register, recipient=DEVICE_RECIPIENT)
