"""A signature pad on a serial line (docs/protocols/serial-pad.md).

A signature with a gap is not used: reports carry a running number, and one that is
missing or out of order makes the capture a bad reply. All commands may be repeated.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future

from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable, NoReply
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.signature.interface import PadArea, SignatureCapture, SignatureRequest
from station.devices.signature.pen_trace import PenTrace
from station.devices.signature.serial_pad_codec import Frame, FrameReader, FrameType, PadInfo
from station.devices.transport.serial_port import SerialPort
from station.domain.clock import Clock, SystemClock
from station.domain.sample import PenSample

_LINE_LIMIT_BYTES = 60
_LINES = 4


class SerialPad:
    """A `SignaturePad` on a pyserial address."""

    def __init__(self, address: str, name: str, baud: int, reply_timeout_s: float, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._reply_timeout_s = reply_timeout_s
        self._port = SerialPort(address, name, self, baud)
        self._lock = threading.Lock()
        self._reader = FrameReader()
        self._pending: tuple[FrameType, Future[Frame]] | None = None
        self._trace: PenTrace | None = None
        self._turn = asyncio.Lock()

    async def identity(self) -> DeviceIdentity:
        """Return who the pad says it is."""
        info = await self._info()
        return DeviceIdentity(info.make, info.model, info.serial, info.firmware)

    async def readiness(self) -> Readiness:
        """Return every reason why the pad cannot take a signature now."""
        try:
            await self._info()
        except DeviceError as error:
            return Readiness((error.message_id,))
        return Readiness()

    async def area(self) -> PadArea:
        """Return coordinate range and rate."""
        info = await self._info()
        return PadArea(info.width, info.height, info.max_pressure, info.rate_hz, info.units_per_10_mm / 10)

    async def show(self, lines: tuple[str, ...]) -> None:
        """Show up to four lines of text; what the pad's letters lack becomes a question mark."""
        for number, line in enumerate(lines[:_LINES]):
            text = line.encode("ascii", "replace")[:_LINE_LIMIT_BYTES]
            await self._command(FrameType.SHOW, bytes((number,)) + text)

    async def capture(
        self, request: SignatureRequest, on_sample: Callable[[PenSample], None] | None = None
    ) -> SignatureCapture:
        """Collect samples until the pen stays away; raises NoReply at the deadline without ink."""
        area, device = await self.area(), await self.identity()
        # a capture that was broken off by closing the line may still run in the pad: its reports are not ours
        await self._command(FrameType.STOP)
        await self.clear()
        await self.show(request.lines)
        trace = PenTrace(self._name, request.finished_after_s)
        with self._lock:
            self._trace = trace
        try:
            await self._command(FrameType.START)
            samples = await trace.collect(request.timeout_s, on_sample)
        finally:
            with self._lock:
                self._trace = None
            await asyncio.shield(self._stand_down())
        return SignatureCapture(samples, area, device, self._clock.now())

    async def clear(self) -> None:
        """Wipe the pad."""
        await self._command(FrameType.CLEAR)

    async def close(self) -> None:
        """Close the port; may be called twice."""
        await asyncio.to_thread(self._port.close)

    def received(self, data: bytes) -> None:
        """Take bytes from the port's thread."""
        with self._lock:
            for frame in self._reader.feed(data):
                self._hear(frame)

    def lost(self, error: DeviceUnavailable) -> None:
        """Tell those who wait that the port is gone."""
        with self._lock:
            self._reader = FrameReader()
            if self._trace is not None:
                self._trace.fail(error)
            pending, self._pending = self._pending, None
        if pending is not None and pending[1].set_running_or_notify_cancel():
            pending[1].set_exception(error)

    def _hear(self, frame: Frame) -> None:
        if frame.type == FrameType.PEN:
            if self._trace is not None:
                self._trace.add(frame)
            return
        if self._pending is None:
            return
        command, promise = self._pending
        asked_info = command is FrameType.GET_INFO
        if frame.type != (FrameType.INFO if asked_info else FrameType.ACKNOWLEDGE):
            return
        if asked_info or frame.payload[:1] == bytes((command,)):
            self._pending = None
            if promise.set_running_or_notify_cancel():
                promise.set_result(frame)

    async def _info(self) -> PadInfo:
        frame = await self._exchange(FrameType.GET_INFO, b"")
        try:
            return PadInfo.decoded(frame.payload)
        except ValueError as error:
            raise BadReply(self._name, "get_info") from error

    async def _command(self, command: FrameType, payload: bytes = b"") -> None:
        frame = await self._exchange(command, payload)
        if len(frame.payload) != 2:
            raise BadReply(self._name, command.name.lower())
        if frame.payload[1]:
            raise DeviceRefused(self._name, command.name.lower(), str(frame.payload[1]))

    async def _exchange(self, command: FrameType, payload: bytes) -> Frame:
        word = command.name.lower()
        async with self._turn:
            await self._port.open()
            promise: Future[Frame] = Future()
            with self._lock:
                self._pending = (command, promise)
            try:
                async with asyncio.timeout(self._reply_timeout_s):
                    await asyncio.to_thread(self._port.write, Frame(command, payload).encoded(), word)
                    return await asyncio.wrap_future(promise)
            except TimeoutError as error:
                raise NoReply(self._name, word) from error
            finally:
                self._forget(promise)

    def _forget(self, promise: Future[Frame]) -> None:
        with self._lock:
            if self._pending is not None and self._pending[1] is promise:
                self._pending = None

    async def _stand_down(self) -> None:
        # after a capture, and after a cancelled one: whatever happens here, the capture's own outcome stands
        if not self._port.is_open:
            return
        try:
            await self._command(FrameType.STOP)
            await self._command(FrameType.CLEAR)
        except DeviceError:
            return


def open_pad(address: str, name: str, options: Mapping[str, str]) -> SerialPad:
    """Make the driver; options `baud` (115200) and `reply_timeout_s` (1)."""
    return SerialPad(
        address,
        name,
        int(options.get("baud", "115200")),
        float(options.get("reply_timeout_s", "1")),
        SystemClock(),
    )
