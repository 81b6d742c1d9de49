"""One operation of the livescan protocol: START, frames, outcome, as a conversation on the device's thread.

An operation is numbered by us; frames of any other number are leftovers and skipped,
frames of ours must come in order. Nothing of it is handed out unless all of it is right.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from station.devices.errors import BadReply, DeviceRefused, NoReply
from station.devices.transport import livescan_wire as wire
from station.devices.transport.usb_conversation import BEGUN, PAUSE, Mark
from station.devices.transport.usb_handle import UsbHandle
from station.devices.transport.usb_port import (
    CONTROL_TIMEOUT_S,
    INTERFACE_RECIPIENT,
    READ_SLICE_S,
    find_endpoint,
)

READ_SIZE_MAX = 4 * 1024 * 1024
_PACKET_SIZE_MAX = 1024
DRAIN_READS_MAX = 64
DRAIN_SLICE_S = 0.02
FINISH_MARGIN_S = 1.0
VENDOR_REQUEST = 0x40 | INTERFACE_RECIPIENT
BULK = 2


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
    """Who captured, result frames in order, and the device's own quality by position."""

    identity: wire.Identity
    images: tuple[wire.Frame, ...]
    qualities: dict[int, int]


@dataclass(frozen=True, slots=True)
class Manner:
    """How to capture: live pictures a second, and how long the scanner may say nothing."""

    preview_rate_hz: int
    silence_limit_s: float


class Operation:
    """One capture. `talk` yields live pictures; `outcome` is there when it has ended without an error."""

    def __init__(self, name: str, number: int, target: Target, manner: Manner) -> None:
        self.number = number
        self.outcome: Outcome | None = None
        self._name = name
        self._target = target
        self._manner = manner

    def talk(
        self, handle: UsbHandle, identify: Callable[[UsbHandle], wire.Identity], *, leftovers: bool
    ) -> Iterator[wire.Frame | Mark]:
        """Capture; with `leftovers` the pipe is read empty first. Raises NoReply at the deadline."""
        identity = identify(handle)
        size = read_size(identity)
        endpoint = find_endpoint(handle, inward=True, attributes=BULK)
        if leftovers:
            yield from self._drain(handle, endpoint, size)
        self._start(handle)
        yield BEGUN
        order = _Order(self._name, self.number, self._target)
        yield from self._collect(handle, endpoint, size, order)
        self.outcome = Outcome(identity, tuple(order.images), order.qualities)

    @staticmethod
    def _drain(handle: UsbHandle, endpoint: int, size: int) -> Iterator[Mark]:
        for _number in range(DRAIN_READS_MAX):
            if handle.read_view("capture", endpoint, size, DRAIN_SLICE_S) is None:
                return
            yield PAUSE

    def _start(self, handle: UsbHandle) -> None:
        target, timeout_ms = self._target, round(self._target.timeout_s * 1000)
        request = wire.StartRequest(
            self.number, target.part, target.mask, target.resolution_ppi, self._manner.preview_rate_hz, timeout_ms
        )
        try:
            handle.control_out("capture", VENDOR_REQUEST, wire.START, 0, request.pack(), CONTROL_TIMEOUT_S)
        except DeviceRefused as error:
            raise DeviceRefused(self._name, "capture", status_of(handle, self._name).refusal.name) from error

    def _collect(self, handle: UsbHandle, endpoint: int, size: int, order: _Order) -> Iterator[wire.Frame | Mark]:
        reader = wire.FrameReader()
        now = time.monotonic()
        deadline = now + self._target.timeout_s + FINISH_MARGIN_S
        silent_after = now + self._manner.silence_limit_s
        while now < min(deadline, silent_after):
            piece = handle.read_view("capture", endpoint, size, READ_SLICE_S)
            now = time.monotonic()
            if piece is None:
                yield PAUSE
                continue
            silent_after = now + self._manner.silence_limit_s
            with mapping(self._name, "capture"):
                frames = reader.feed(piece)
                previews = [one for one in frames if order.accept(one) and one.type is wire.FrameType.PREVIEW]
            yield from previews
            if order.finished:
                return
            if not frames:
                yield PAUSE
        raise NoReply(self._name, "capture")


class _Order:
    """Checks that the frames of one operation are complete, in order and about what was asked."""

    def __init__(self, name: str, operation: int, target: Target) -> None:
        self._name = name
        self._operation = operation
        self._target = target
        self._next_sequence = 0
        self.images: list[wire.Frame] = []
        self.qualities: dict[int, int] = {}
        self.finished = False

    def accept(self, frame: wire.Frame) -> bool:
        """Take a frame; return False for a leftover of another operation and for what follows the end."""
        if frame.operation != self._operation or self.finished:
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
        if any(image.mask & frame.mask for image in self.images):
            raise wire.WireError("image sent twice")
        self.images.append(frame)

    def _finish(self, frame: wire.Frame) -> None:
        covered = 0
        for image in self.images:
            covered |= image.mask
        if not len(self.images) == frame.image_count() == self._target.image_count or covered != self._target.mask:
            raise wire.WireError("images are missing")
        self.qualities = frame.qualities()
        self.finished = True


def read_size(identity: wire.Identity) -> int:
    """Return how much to ask for at once: the scanner's largest frame and its short last packet, in whole packets."""
    frame = wire.HEADER_SIZE + identity.width * identity.height
    return min((frame // _PACKET_SIZE_MAX + 1) * _PACKET_SIZE_MAX, READ_SIZE_MAX)


def status_of(handle: UsbHandle, name: str) -> wire.Status:
    """Ask what the scanner is doing; raises BadReply."""
    raw = handle.control_in("status", VENDOR_REQUEST, wire.STATUS, 0, wire.STATUS_SIZE, CONTROL_TIMEOUT_S)
    with mapping(name, "status"):
        return wire.Status.unpack(raw)


@contextlib.contextmanager
def mapping(name: str, command: str) -> Iterator[None]:
    """Make a bad reply of bytes that the protocol does not allow."""
    try:
        yield
    except wire.WireError as error:
        raise BadReply(name, command) from error
