"""Scanners that speak the livescan protocol: what fingerprint and iris models have in common.

A capture runs on a thread of its own until it ends or the host cancels. Faults
(`<device> capture`): `unplug seconds=N` in mid-capture (back after N seconds, 0 stays
out), `silence`, `slow seconds=N`, `garbage`, `truncated`, `checksum`, `duplicated`,
`reordered`, `late`, `stall`, `busy`, `hardware`, `dirty seconds=N`, `hot seconds=N`;
(`<device> identify` and `<device> status`): `silence`, `garbage`.

Does not simulate: firmware updates, sensor noise, warm-up.
"""

from __future__ import annotations

import random
import threading
import time
from abc import abstractmethod
from dataclasses import dataclass

from simulators.faults import Fault
from simulators.tempo import spread
from simulators.usb.descriptors import (
    Endpoint,
    Interface,
    TransferKind,
    configuration_descriptor,
    device_descriptor,
)
from simulators.usb.model import Setup, Silence, Stall, UsbModel
from simulators.usb.pictures import empty_glass, reduced
from simulators.usb.surroundings import Surroundings
from station.devices.transport import livescan_wire as wire
from station.domain.sample import GreyImage

BULK_IN, INTERRUPT_IN = 0x81, 0x82
_PIPE_LIMIT = 64
_WAIT_FOR_SUBJECT_S = 0.1


@dataclass(frozen=True, slots=True)
class Picture:
    """A result: image, part code and mask as in the protocol."""

    image: GreyImage
    part: int
    mask: int


@dataclass(frozen=True, slots=True)
class Presentation:
    """What the person gave the sensor: pictures, how many fingers or eyes, and what the device would tell them."""

    pictures: tuple[Picture, ...]
    count: int
    hint: wire.Hint = wire.Hint.HOLD_STILL


class _Operation:
    def __init__(self, request: wire.StartRequest, fault: Fault | None) -> None:
        self.request = request
        self.fault = fault
        self.cancelled = threading.Event()
        self.sequence = 0

    def strikes(self, *actions: str) -> bool:
        return self.fault is not None and self.fault.action in actions


class LivescanModel(UsbModel):
    """A scanner; a person takes about `ready_s` to give what is asked and holds still for `still_s`."""

    def __init__(
        self, world: Surroundings, device: str, identity: wire.Identity, still_s: float = 0.2, ready_s: float = 0.0
    ) -> None:
        super().__init__((BULK_IN, INTERRUPT_IN), _PIPE_LIMIT)
        self.device = device
        self.identity = identity
        self.strings = (identity.make, identity.model, identity.serial)
        self.device_descriptor = device_descriptor(self.vendor_id, self.product_id)
        kind = (wire.INTERFACE_CLASS, wire.INTERFACE_SUBCLASS, wire.INTERFACE_PROTOCOL)
        ends = (Endpoint(BULK_IN, TransferKind.BULK), Endpoint(INTERRUPT_IN, TransferKind.INTERRUPT, 8, 8))
        self.configuration_descriptor = configuration_descriptor(Interface(*kind, ends))
        self._world = world
        self._still_s = still_s
        self._ready_s = ready_s
        self._operation_lock = threading.Lock()
        self._operation: _Operation | None = None
        self._refusal = wire.Refusal.NONE
        self._conditions = wire.Condition(0)
        self._conditions_until_s = 0.0
        self._late: list[bytes] = []
        self._random = random.Random(device)
        self._pace = random.Random(identity.serial)

    @abstractmethod
    def accepts(self, request: wire.StartRequest) -> wire.Refusal:
        """Tell why the device cannot do what is asked, or Refusal.NONE."""

    @abstractmethod
    def present(self, request: wire.StartRequest) -> Presentation | None:
        """Let the person who is there give what is asked; None when nobody is there."""

    def request(self, setup: Setup, data: bytes) -> bytes:
        """Answer the four requests of the protocol."""
        match setup.request:
            case wire.IDENTIFY:
                return self._spoiled("identify", self.identity.pack())
            case wire.STATUS:
                return self._spoiled("status", self._status().pack())
            case wire.START:
                self._start(data)
                return b""
            case wire.CANCEL:
                self._cancel(wire.cancelled_operation(data))
                return b""
        raise Stall

    def empty_part(self, request: wire.StartRequest) -> int:
        """Return which part a view without anybody is labelled with."""
        return request.part

    def detached(self) -> None:
        """Stop when the host is gone."""
        self._cancel(0)
        super().detached()

    def _spoiled(self, operation: str, answer: bytes) -> bytes:
        fault = self._world.faults.take(self.device, operation)
        if fault is not None and fault.action == "silence":
            raise Silence
        if fault is not None and fault.action == "garbage":
            return self._random.randbytes(len(answer))
        return answer

    def _status(self) -> wire.Status:
        with self._operation_lock:
            if time.monotonic() >= self._conditions_until_s:
                self._conditions = wire.Condition(0)
            operation = self._operation
            state = wire.State.CAPTURING if operation else wire.State.IDLE
            number = operation.request.operation if operation else 0
            return wire.Status(state, self._conditions, number, self._refusal, 271)

    def _start(self, data: bytes) -> None:
        try:
            request = wire.StartRequest.unpack(data)
        except wire.WireError as error:
            self._refusal = wire.Refusal.MALFORMED
            raise Stall from error
        fault = self._world.faults.take(self.device, "capture")
        with self._operation_lock:
            self._refusal = self._reason_against(request, fault)
            if self._refusal is not wire.Refusal.NONE:
                raise Stall
            operation = _Operation(request, fault)
            self._operation = operation
        self.pipes[BULK_IN].clear()
        if operation.strikes("stall"):
            self.stall(BULK_IN)
        late, self._late = self._late, []
        for frame in late:
            self.pipes[BULK_IN].push(frame)
        threading.Thread(target=self._run, args=(operation,), name=f"{self.device} capture", daemon=True).start()

    def _reason_against(self, request: wire.StartRequest, fault: Fault | None) -> wire.Refusal:
        if self._operation is not None or (fault is not None and fault.action == "busy"):
            return wire.Refusal.BUSY
        if fault is not None and fault.action in ("dirty", "hot"):
            self._conditions = wire.Condition[fault.action.upper()]
            self._conditions_until_s = time.monotonic() + fault.number("seconds", 3.0)
            return wire.Refusal.NOT_READY
        return self.accepts(request)

    def _cancel(self, number: int) -> None:
        with self._operation_lock:
            operation = self._operation
            if operation is None or number not in (0, operation.request.operation):
                return
            self._operation = None
        operation.cancelled.set()

    def _run(self, operation: _Operation) -> None:
        try:
            if not operation.strikes("silence"):
                self._capture(operation)
        finally:
            if not operation.strikes("silence"):
                self._cancel(operation.request.operation)

    def _capture(self, operation: _Operation) -> None:
        started_s = time.monotonic()
        limit_s = started_s + operation.request.timeout_ms / 1000
        width = self.identity.preview_width
        blank = empty_glass(width, width * self.identity.height // self.identity.width)
        ready_at_s = started_s + spread(self._pace, self._ready_s)
        presentation = None if self._ready_s else self.present(operation.request)
        while presentation is None:
            self._show(operation, Picture(blank, self.empty_part(operation.request), 0), 0, wire.Hint.PLACE)
            if operation.cancelled.wait(_WAIT_FOR_SUBJECT_S):
                return
            if time.monotonic() > limit_s:
                payload = wire.failure_payload(wire.Failure.TIMED_OUT)
                self._push(operation, wire.FrameType.FAILURE, payload)
                return
            if time.monotonic() >= ready_at_s:
                presentation = self.present(operation.request)
        self._event(operation, wire.EventType.DOWN, presentation.count)
        self._hold_still(operation, presentation)
        if not operation.cancelled.is_set():
            self._deliver(operation, presentation)
            self._event(operation, wire.EventType.UP, 0)

    def _hold_still(self, operation: _Operation, presentation: Presentation) -> None:
        extra_s = operation.fault.number("seconds", 3.0) if operation.fault and operation.strikes("slow") else 0.0
        end_s = time.monotonic() + self._still_s + extra_s
        rate_hz = operation.request.preview_rate_hz
        step_s = 1 / rate_hz if rate_hz else self._still_s
        small = [
            Picture(reduced(picture.image, self.identity.preview_width), picture.part, picture.mask)
            for picture in presentation.pictures
        ]
        shown = 0
        while not operation.cancelled.is_set():
            for picture in small:
                self._show(operation, picture, presentation.count, presentation.hint)
            shown += 1
            if shown == 1 and operation.fault and operation.strikes("unplug"):
                self.unplug(operation.fault.number("seconds", 2.0))
                return
            left_s = end_s - time.monotonic()
            if left_s <= 0 or operation.cancelled.wait(min(step_s, left_s)):
                return

    def _show(self, operation: _Operation, picture: Picture, count: int, hint: wire.Hint) -> None:
        if operation.request.preview_rate_hz:
            self._push(operation, wire.FrameType.PREVIEW, picture.image.pixels, picture, count, hint)

    def _deliver(self, operation: _Operation, presentation: Presentation) -> None:
        if operation.strikes("hardware"):
            self._push(operation, wire.FrameType.FAILURE, wire.failure_payload(wire.Failure.HARDWARE))
            return
        frames = [
            self._frame(operation, wire.FrameType.RESULT, picture.image.pixels, picture, presentation.count)
            for picture in presentation.pictures
        ]
        frames.append(self._frame(operation, wire.FrameType.END, wire.end_payload(len(frames), {})))
        if operation.strikes("late"):
            self._late = frames
            operation.cancelled.wait(60)
            return
        with self._operation_lock:
            if self._operation is operation:
                self._operation = None
        for frame in self._spoiled_frames(operation, frames):
            self.pipes[BULK_IN].push(frame)

    def _spoiled_frames(self, operation: _Operation, frames: list[bytes]) -> list[bytes]:
        action = operation.fault.action if operation.fault else ""
        first, *rest = frames
        match action:
            case "garbage":
                return [self._random.randbytes(len(first)), *rest]
            case "truncated":
                return [first[: len(first) // 2], *rest]
            case "checksum":
                middle = len(first) // 2
                return [first[:middle] + bytes((first[middle] ^ 1,)) + first[middle + 1 :], *rest]
            case "duplicated":
                return [first, first, *rest]
            case "reordered":
                return list(reversed(frames))
        return frames

    def _push(
        self,
        operation: _Operation,
        kind: wire.FrameType,
        payload: bytes,
        picture: Picture | None = None,
        count: int = 0,
        hint: wire.Hint = wire.Hint.NONE,
    ) -> None:
        frame = self._frame(operation, kind, payload, picture, count, hint)
        if not operation.cancelled.is_set():
            self.pipes[BULK_IN].push(frame)

    def _frame(
        self,
        operation: _Operation,
        kind: wire.FrameType,
        payload: bytes,
        picture: Picture | None = None,
        count: int = 0,
        hint: wire.Hint = wire.Hint.NONE,
    ) -> bytes:
        sequence = operation.sequence
        operation.sequence = (sequence + 1) & 0xFFFF
        number = operation.request.operation
        if picture is None:
            return wire.Frame(kind, sequence, number, payload).pack()
        image = picture.image
        size = (image.width, image.height, image.resolution_ppi)
        return wire.Frame(kind, sequence, number, payload, *size, picture.part, count, picture.mask, hint).pack()

    def _event(self, operation: _Operation, kind: wire.EventType, count: int) -> None:
        event = wire.Event(kind, count, self._conditions, operation.request.operation)
        self.pipes[INTERRUPT_IN].push(event.pack())
