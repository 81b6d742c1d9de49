"""U.are.U 4000B and 4500 single-finger sensors, which many offices own, for sign-in and 1:1 checks.

Registers are read and written by control requests, the finger is announced on the
interrupt pipe, the picture comes scrambled on the bulk pipe. The protocol is public
knowledge through free drivers; nothing here was tried on a real sensor yet. Option:
`record`, a file for the traffic.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable
from station.devices.fingerprint.interface import FingerCapture, FingerImage, FingerPreview, FingerRequest
from station.devices.fingerprint.uareu_operation import MODE, MODE_OFF, Operation, Sensor
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport.breakable import BreakableWork
from station.devices.transport.usb_conversation import Mark
from station.devices.transport.usb_handle import InterfaceKind, UsbHandle
from station.devices.transport.usb_port import UsbPort
from station.domain.clock import Clock, SystemClock

_VENDOR_CLASS = 0xFF


def open_scanner(address: str, name: str, options: Mapping[str, str]) -> UareuScanner:
    """Make the driver for one entry of kit.toml; the hardware is not touched."""
    return UareuScanner(UsbPort(name, address, InterfaceKind(_VENDOR_CLASS, 0xFF, 0xFF), options.get("record", "")))


class UareuScanner:
    """A single-finger sensor of the interface."""

    def __init__(self, port: UsbPort, clock: Clock | None = None) -> None:
        self._port = port
        self._clock = clock or SystemClock()
        self._turn = asyncio.Lock()
        self._leftovers = True
        self._known: tuple[UsbHandle, DeviceIdentity] | None = None
        self._work = BreakableWork()

    @property
    def captures_slaps(self) -> bool:
        """Tell that the glass takes one finger."""
        return False

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is; the maker's firmware numbers."""
        return await self._port.ask_anew("identify", lambda handle: self._sensor(handle, "identify").identity())

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot capture now."""
        faulty = await self._port.ask_anew("status", lambda handle: self._sensor(handle, "status").has_fault())
        return Readiness(("usb-sensor-fault",) if faulty else ())

    async def capture(
        self,
        request: FingerRequest,
        on_preview: Callable[[FingerPreview], None] | None = None,
    ) -> FingerCapture:
        """Capture one finger; a slap is refused. There is one preview: the picture itself."""
        if request.slap is not None or len(request.fingers) != 1:
            raise DeviceRefused(self._port.name, "capture", "SLAP")
        work = self._captured(request, on_preview)
        return await self._work.run(work, partial(DeviceUnavailable, self._port.name, "close"))

    async def close(self) -> None:
        """Give the device back; a capture under way ends at once. May be called twice."""
        await self._work.break_off()
        await self._port.close()

    async def _captured(
        self, request: FingerRequest, on_preview: Callable[[FingerPreview], None] | None
    ) -> FingerCapture:
        async with self._turn:
            operation = Operation(self._port.name, request.timeout_s)
            leftovers, self._leftovers = self._leftovers, True

            def talk(handle: UsbHandle) -> Iterator[Mark]:
                self._identify(handle)
                yield from operation.talk(handle, leftovers=leftovers)

            try:
                await self._port.converse("capture", talk, lambda _nothing: None)
            finally:
                if not operation.is_off:
                    await self._switch_off()
            if operation.picture is None or self._known is None:
                raise BadReply(self._port.name, "capture")
            self._leftovers = False
            if on_preview is not None:
                on_preview(FingerPreview(operation.picture, 1))
            image = FingerImage(operation.picture, request.fingers)
            return FingerCapture((image,), self._known[1], self._clock.now())

    async def _switch_off(self) -> None:
        order = self._port.ask_anew("off", lambda handle: self._sensor(handle, "off").write(MODE, bytes((MODE_OFF,))))
        with contextlib.suppress(DeviceError):
            await asyncio.shield(asyncio.ensure_future(order))

    def _identify(self, handle: UsbHandle) -> None:
        """Ask the sensor who it is, once each time it was opened; on the device's thread."""
        if self._known is None or self._known[0] is not handle:
            self._known = (handle, self._sensor(handle, "capture").identity())

    def _sensor(self, handle: UsbHandle, command: str) -> Sensor:
        return Sensor(self._port.name, handle, command)
