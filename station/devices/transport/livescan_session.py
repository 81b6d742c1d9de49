"""Runs operations of the livescan protocol on a USB port, for fingerprint and iris scanners alike.

An operation is numbered by us; frames of any other number are leftovers and skipped,
frames of ours must come in order. The device is told to cancel whenever an operation
ends in any other way than with its END frame.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

from station.devices.errors import BadReply, DeviceError, DeviceRefused, NoReply
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport import livescan_wire as wire
from station.devices.transport.usb_handle import InterfaceKind, UsbHandle
from station.devices.transport.usb_port import UsbPort, find_endpoint

READ_SIZE = 4 * 1024 * 1024
DRAIN_READS_MAX = 64
DRAIN_SLICE_S = 0.02
FINISH_MARGIN_S = 1.0
_ASK, _TELL = 0x40, 0x40
_BULK, _INTERRUPT = 2, 3

_CONDITION_MESSAGES = {
    wire.Condition.DIRTY: "usb-sensor-dirty",
    wire.Condition.HOT: "usb-sensor-hot",
    wire.Condition.CALIBRATION: "usb-sensor-calibration",
    wire.Condition.LAMP: "usb-sensor-lamp",
    wire.Condition.COVER: "usb-sensor-cover",
}
HINT_MESSAGES = {
    wire.Hint.NONE: "",
    wire.Hint.PRESS_HARDER: "usb-hint-press-harder",
    wire.Hint.PRESS_SOFTER: "usb-hint-press-softer",
    wire.Hint.HOLD_STILL: "usb-hint-hold-still",
    wire.Hint.PLACE: "usb-hint-place",
    wire.Hint.OPEN_EYES: "usb-hint-open-eyes",
    wire.Hint.CLOSER: "usb-hint-closer",
    wire.Hint.FARTHER: "usb-hint-farther",
}


@dataclass(frozen=True, slots=True)
class Target:
    """What to capture: part and mask as in the protocol, pixels per inch, and how many images to expect."""

    part: int
    mask: int
    resolution_ppi: int
    image_count: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result frames in order, and the device's own quality by position."""

    images: tuple[wire.Frame, ...]
    qualities: dict[int, int]


class LivescanSession:
    """A scanner that speaks the livescan protocol."""

    def __init__(
        self,
        name: str,
        address: str,
        kind: wire.ScannerKind,
        preview_rate_hz: int,
        silence_limit_s: float = wire.SILENCE_LIMIT_S,
        record: str = "",
    ) -> None:
        interface = InterfaceKind(wire.INTERFACE_CLASS, wire.INTERFACE_SUBCLASS, wire.INTERFACE_PROTOCOL)
        self.name = name
        self._port = UsbPort(name, address, interface, record)
        self._kind = kind
        self._preview_rate_hz = preview_rate_hz
        self._silence_limit_s = silence_limit_s
        self._operations = itertools.count(1)
        self._capture = asyncio.Lock()
        self._leftovers = True
        self._known: tuple[UsbHandle, wire.Identity] | None = None

    async def identify(self) -> wire.Identity:
        """Return who the scanner is, asked anew when it was plugged in again; raises BadReply for another kind."""
        handle = await self._port.handle("identify")
        if self._known is not None and self._known[0] is handle:
            return self._known[1]
        raw = await self._port.ask("identify", _ASK, wire.IDENTIFY, wire.IDENTITY_SIZE_MAX)
        with self._mapping("identify"):
            identity = wire.Identity.unpack(raw)
        if identity.kind is not self._kind:
            raise BadReply(self.name, "identify", "usb-wrong-device")
        self._known = (handle, identity)
        return identity

    async def readiness(self) -> Readiness:
        """Ask what keeps the scanner from working."""
        await self._port.handle("status")
        status = await self._status()
        problems = tuple(text for condition, text in _CONDITION_MESSAGES.items() if condition in status.conditions)
        if status.state is wire.State.FAULT and not problems:
            problems = ("usb-sensor-fault",)
        return Readiness(problems, {"usb-temperature": f"{status.temperature_decidegrees / 10:.1f} °C"})

    async def run(self, target: Target, on_preview: Callable[[wire.Frame], None]) -> Outcome:
        """Capture after `identify`, one operation at a time; raises NoReply at the deadline."""
        async with self._capture:
            handle = await self._port.handle("capture", check=False)
            endpoint = find_endpoint(handle, inward=True, attributes=_BULK)
            operation = next(self._operations) & 0xFFFFFFFF
            if self._leftovers:
                await self._drain(endpoint)
            self._leftovers = True
            try:
                await self._start(operation, target)
                outcome = await self._collect(endpoint, operation, target, on_preview)
            except BaseException:
                await self._cancel(operation)
                raise
            self._leftovers = False
            return outcome

    async def next_event(self, timeout_s: float) -> wire.Event | None:
        """Return what the interrupt pipe tells within `timeout_s`, or None."""
        handle = await self._port.handle("event")
        endpoint = find_endpoint(handle, inward=True, attributes=_INTERRUPT)
        raw = await self._port.read("event", endpoint, wire.EVENT_SIZE, timeout_s)
        if raw is None:
            return None
        with self._mapping("event"):
            return wire.Event.unpack(raw)

    async def close(self) -> None:
        """Give the scanner back; may be called twice."""
        await self._port.close()

    async def _status(self) -> wire.Status:
        raw = await self._port.ask("status", _ASK, wire.STATUS, wire.STATUS_SIZE)
        with self._mapping("status"):
            return wire.Status.unpack(raw)

    async def _start(self, operation: int, target: Target) -> None:
        timeout_ms = round(target.timeout_s * 1000)
        request = wire.StartRequest(
            operation, target.part, target.mask, target.resolution_ppi, self._preview_rate_hz, timeout_ms
        )
        try:
            await self._port.tell("capture", _TELL, wire.START, request.pack())
        except DeviceRefused as error:
            refusal = (await self._status()).refusal
            raise DeviceRefused(self.name, "capture", refusal.name) from error

    async def _collect(
        self, endpoint: int, operation: int, target: Target, on_preview: Callable[[wire.Frame], None]
    ) -> Outcome:
        reader = wire.FrameReader()
        order = _Order(self.name, operation, target)
        now = time.monotonic()
        deadline = now + target.timeout_s + FINISH_MARGIN_S
        silent_after = now + self._silence_limit_s
        while now < min(deadline, silent_after):
            piece = await self._port.read("capture", endpoint, READ_SIZE)
            now = time.monotonic()
            if piece is None:
                continue
            silent_after = now + self._silence_limit_s
            with self._mapping("capture"):
                for frame in reader.feed(piece):
                    if order.accept(frame) and frame.type is wire.FrameType.PREVIEW:
                        on_preview(frame)
                    if order.outcome is not None:
                        return order.outcome
        raise NoReply(self.name, "capture")

    async def _drain(self, endpoint: int) -> None:
        for _number in range(DRAIN_READS_MAX):
            if await self._port.read("capture", endpoint, READ_SIZE, DRAIN_SLICE_S) is None:
                return

    async def _cancel(self, operation: int) -> None:
        order = self._port.tell("cancel", _TELL, wire.CANCEL, wire.cancel_data(operation))
        with contextlib.suppress(DeviceError):
            await asyncio.shield(asyncio.ensure_future(order))

    @contextlib.contextmanager
    def _mapping(self, command: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a context manager
        try:
            yield
        except wire.WireError as error:
            raise BadReply(self.name, command) from error


class _Order:
    """Checks that the frames of one operation are complete, in order and about what was asked."""

    def __init__(self, name: str, operation: int, target: Target) -> None:
        self._name = name
        self._operation = operation
        self._target = target
        self._next_sequence = 0
        self._images: list[wire.Frame] = []
        self.outcome: Outcome | None = None

    def accept(self, frame: wire.Frame) -> bool:
        """Take a frame; return False for a leftover of another operation."""
        if frame.operation != self._operation:
            return False
        if frame.sequence != self._next_sequence:
            raise wire.WireError("frames out of order")
        self._next_sequence = (self._next_sequence + 1) & 0xFFFF
        match frame.type:
            case wire.FrameType.RESULT:
                self._take_image(frame)
            case wire.FrameType.END:
                self._finish(frame)
            case wire.FrameType.FAILURE:
                failure = frame.failure()
                if failure is wire.Failure.TIMED_OUT:
                    raise NoReply(self._name, "capture", "usb-nothing-captured")
                raise DeviceRefused(self._name, "capture", failure.name)
        return True

    def _take_image(self, frame: wire.Frame) -> None:
        if frame.mask == 0 or frame.mask & ~self._target.mask or not frame.payload:
            raise wire.WireError("image of something not asked for")
        if self._target.part and frame.part != self._target.part:
            raise wire.WireError("image of another part")
        if self._target.resolution_ppi not in (0, frame.resolution_ppi):
            raise wire.WireError("image at another resolution")
        if any(image.mask & frame.mask for image in self._images):
            raise wire.WireError("image sent twice")
        self._images.append(frame)

    def _finish(self, frame: wire.Frame) -> None:
        covered = 0
        for image in self._images:
            covered |= image.mask
        if not len(self._images) == frame.image_count() == self._target.image_count or covered != self._target.mask:
            raise wire.WireError("images are missing")
        self.outcome = Outcome(tuple(self._images), frame.qualities())


def device_identity(identity: wire.Identity) -> DeviceIdentity:
    """Return the part of an identity that every device has."""
    return DeviceIdentity(identity.make, identity.model, identity.serial, identity.firmware)
