"""Wacom STU signature pads over USB: HID requests on the control pipe, pen reports on the interrupt pipe.

A signature with a gap is not used: reports carry a running number, and a missing one
makes the capture a bad reply. All commands may be repeated. Option: `record`, a file
for the traffic.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping

from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.signature import stu_reports as stu
from station.devices.signature.interface import PadArea, SignatureCapture, SignatureRequest
from station.devices.signature.stu_screen import text_picture
from station.devices.signature.stu_trace import StuTrace
from station.devices.transport.usb_handle import InterfaceKind
from station.devices.transport.usb_port import UsbPort, find_endpoint
from station.domain.clock import Clock, SystemClock
from station.domain.sample import PenSample

_HID_CLASS = 0x03
_GET_REPORT, _SET_REPORT = 0x01, 0x09
_CLASS_REQUEST = 0x20
_FEATURE = 0x0300
_INTERRUPT = 3
_REPORT_SIZE_MAX = 64
_DRAIN_READS_MAX = 512
_READ_SLICE_S = 0.05


def open_pad(address: str, name: str, options: Mapping[str, str]) -> StuPad:
    """Make the driver for one entry of kit.toml; the hardware is not touched."""
    return StuPad(UsbPort(name, address, InterfaceKind(_HID_CLASS), options.get("record", "")))


class StuPad:
    """A signature pad of the interface, on the STU reports."""

    def __init__(self, port: UsbPort, clock: Clock | None = None) -> None:
        self._port = port
        self._clock = clock or SystemClock()
        self._turn = asyncio.Lock()
        self._closings = 0

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""
        handle = await self._port.handle("identify")
        with self._mapping("identify"):
            information = stu.Information.unpack(await self._get(stu.Report.INFORMATION))
        serial = handle.serial
        if not serial:
            with self._mapping("identify"), contextlib.suppress(DeviceRefused):
                serial = stu.unpack_uid(await self._get(stu.Report.UID_2))
        return DeviceIdentity(handle.maker or "Wacom", information.model, serial, information.firmware)

    async def readiness(self) -> Readiness:
        """Return every reason why the pad cannot take a signature now."""
        await self._port.handle("status")
        capability = await self._capability()
        with self._mapping("status"):
            state = stu.unpack_status(await self._get(stu.Report.STATUS))
        problems = () if state in (stu.State.READY, stu.State.CAPTURE) else ("usb-pad-busy",)
        return Readiness(problems, {"usb-pad-rate": f"{capability.rate_hz} Hz"})

    async def area(self) -> PadArea:
        """Return coordinate range and rate."""
        await self._port.handle("area")
        return _area(await self._capability())

    async def show(self, lines: tuple[str, ...]) -> None:
        """Show text on the pad; a pad without a one-bit screen stays white."""
        await self._port.handle("show")
        await self._show(lines, await self._capability())

    async def capture(
        self, request: SignatureRequest, on_sample: Callable[[PenSample], None] | None = None
    ) -> SignatureCapture:
        """Collect samples until the pen stays away; raises NoReply at the deadline without ink."""
        async with self._turn:
            device = await self.identity()
            capability = await self._capability()
            trace = StuTrace(self._port.name, capability, request.finished_after_s, on_sample)
            closings = self._closings
            try:
                await self._begin(request, capability)
                samples = await self._collect(trace, request.timeout_s)
            except BaseException:
                if closings == self._closings:  # a pad that was given back is not taken again to wipe it
                    await self._stand_down(wipe=True)
                raise
            await self._stand_down(wipe=False)
            return SignatureCapture(samples, _area(capability), device, self._clock.now())

    async def clear(self) -> None:
        """Wipe the pad."""
        await self._port.handle("clear")
        await self._set(bytes((stu.Report.CLEAR_SCREEN, 0)))

    async def close(self) -> None:
        """Give the device back; a capture under way ends at once. May be called twice."""
        self._closings += 1
        await self._port.close()

    async def _begin(self, request: SignatureRequest, capability: stu.Capability) -> None:
        await self._set(bytes((stu.Report.INKING_MODE, 0)))
        await self._set(bytes((stu.Report.CLEAR_SCREEN, 0)))
        await self._show(request.lines, capability)
        await self._set(bytes((stu.Report.PEN_OPTION_MODE, stu.PEN_OPTION_TIME_AND_SEQUENCE)))
        await self._drain()
        await self._set(bytes((stu.Report.INKING_MODE, 1)))

    async def _collect(self, trace: StuTrace, timeout_s: float) -> tuple[PenSample, ...]:
        loop = asyncio.get_running_loop()
        endpoint = await self._endpoint()
        deadline_s, closings = loop.time() + timeout_s, self._closings
        while not trace.finished(loop.time()) and loop.time() < deadline_s:
            raw = await self._port.read("capture", endpoint, _REPORT_SIZE_MAX, _READ_SLICE_S)
            if closings != self._closings:
                raise DeviceUnavailable(self._port.name, "close")
            if raw:
                with self._mapping("capture"):
                    trace.add(raw, loop.time())
        return trace.samples()

    async def _show(self, lines: tuple[str, ...], capability: stu.Capability) -> None:
        if stu.Encoding.ONE_BIT not in capability.encodings or not capability.screen_width:
            return
        size = (capability.screen_width, capability.screen_height)
        picture = await asyncio.to_thread(text_picture, lines, *size)
        await self._set(bytes((stu.Report.START_IMAGE, stu.ENCODING_ONE_BIT)))
        for block in stu.image_blocks(picture):
            await self._set(block)
        await self._set(bytes((stu.Report.END_IMAGE, 0)))

    async def _stand_down(self, *, wipe: bool) -> None:
        with contextlib.suppress(DeviceError):
            await asyncio.shield(asyncio.ensure_future(self._rest(wipe=wipe)))

    async def _rest(self, *, wipe: bool) -> None:
        await self._set(bytes((stu.Report.INKING_MODE, 0)))
        if wipe:
            await self._set(bytes((stu.Report.CLEAR_SCREEN, 0)))

    async def _drain(self) -> None:
        endpoint = await self._endpoint()
        for _number in range(_DRAIN_READS_MAX):
            if await self._port.read("capture", endpoint, _REPORT_SIZE_MAX, 0.005) is None:
                return

    async def _endpoint(self) -> int:
        return find_endpoint(await self._port.handle("capture"), inward=True, attributes=_INTERRUPT)

    async def _capability(self) -> stu.Capability:
        with self._mapping("area"):
            return stu.Capability.unpack(await self._get(stu.Report.CAPABILITY))

    async def _get(self, report: stu.Report) -> bytes:
        size = stu.SIZES[report]
        return await self._port.ask(report.name.lower(), _CLASS_REQUEST, _GET_REPORT, size, _FEATURE | report)

    async def _set(self, report: bytes) -> None:
        name = stu.Report(report[0]).name.lower()
        await self._port.tell(name, _CLASS_REQUEST, _SET_REPORT, report, _FEATURE | report[0])

    @contextlib.contextmanager
    def _mapping(self, command: str) -> Iterator[None]:
        try:
            yield
        except stu.WireError as error:
            raise BadReply(self._port.name, command) from error


def _area(capability: stu.Capability) -> PadArea:
    scale = capability.resolution_ppi / 25.4 if capability.resolution_ppi else 100.0
    return PadArea(capability.max_x, capability.max_y, capability.max_pressure, capability.rate_hz, scale)
