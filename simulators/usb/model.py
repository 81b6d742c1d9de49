"""What every simulated USB device is made of, whatever carries its transfers.

A carrier (the USB/IP server or the bridge) hands over transfers; the model ends each
one exactly once, at once or later. Data waiting to be read lie in a pipe per IN
endpoint. No model needs a thread to wait.

Does not simulate: bus timing, isochronous transfers, suspend, several configurations.
"""

from __future__ import annotations

import errno
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from simulators.usb.descriptors import HIGH_SPEED, string_descriptor

Data = bytes | memoryview
Done = Callable[[int, int, Data], None]


class Stall(Exception):
    """The device refuses the request, as a STALL on the bus."""


class Silence(Exception):
    """The device does not answer the request at all."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The eight bytes that begin a control transfer."""

    request_type: int
    request: int
    value: int
    index: int
    length: int

    @classmethod
    def unpack(cls, raw: bytes) -> Setup:
        """Read the eight bytes."""
        return cls(*struct.unpack("<BBHHH", raw))

    @property
    def inward(self) -> bool:
        """Tell whether data flow to the host."""
        return bool(self.request_type & 0x80)

    @property
    def is_standard(self) -> bool:
        """Tell whether the request is one of chapter 9."""
        return self.request_type & 0x60 == 0


@dataclass(eq=False, slots=True)
class Transfer:
    """One transfer asked for by a host; `end` ends it, the first time it is called."""

    endpoint: int
    length: int
    done: Done
    data: bytes = b""
    setup: bytes = b"\0" * 8
    status: int | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def end(self, status: int, length: int = 0, data: Data = b"") -> bool:
        """End the transfer with 0 or a negative errno; return False when it had ended before."""
        with self._lock:
            if self.status is not None:
                return False
            self.status = status
        self.done(status, length, data)
        return True


class InPipe:
    """Data on their way to the host through one IN endpoint: a transfer never spans two messages."""

    def __init__(self, limit: int = 4096) -> None:
        self._lock = threading.RLock()
        self._messages: deque[memoryview] = deque()
        self._waiting: deque[Transfer] = deque()
        self._limit = limit

    def push(self, message: bytes) -> None:
        """Add a message; beyond the limit the oldest is lost, as in a device with little memory."""
        with self._lock:
            if len(self._messages) >= self._limit:
                self._messages.popleft()
            self._messages.append(memoryview(message))
            self._match()

    def ask(self, transfer: Transfer) -> None:
        """Let a transfer take the next message, now or when there is one."""
        with self._lock:
            self._waiting.append(transfer)
            self._match()

    def withdraw(self, transfer: Transfer) -> None:
        """Give a waiting transfer up."""
        with self._lock:
            if transfer in self._waiting:
                self._waiting.remove(transfer)
                transfer.end(-errno.ECONNRESET)

    def clear(self) -> None:
        """Throw away what nobody has read yet."""
        with self._lock:
            self._messages.clear()

    def fail(self, status: int) -> None:
        """End all waiting transfers with a negative errno and throw the messages away."""
        with self._lock:
            self._messages.clear()
            waiting, self._waiting = list(self._waiting), deque()
        for transfer in waiting:
            transfer.end(status)

    def _match(self) -> None:
        while self._messages and self._waiting:
            transfer = self._waiting.popleft()
            message = self._messages[0]
            part = message[: transfer.length]
            if not transfer.end(0, len(part), part):
                continue
            self._messages.popleft()
            if len(part) < len(message):
                self._messages.appendleft(message[len(part) :])


class UsbModel:
    """A device: descriptors, standard requests, and a pipe per IN endpoint. Subclasses add their requests."""

    vendor_id = 0
    product_id = 0
    strings = ("", "", "")
    speed = HIGH_SPEED
    device_descriptor = b""
    configuration_descriptor = b""

    def __init__(self, in_endpoints: tuple[int, ...], pipe_limit: int = 4096) -> None:
        self.configuration = 0
        self.pipes = {endpoint: InPipe(pipe_limit) for endpoint in in_endpoints}
        self.unplug: Callable[[float], None] = _stay
        self._stalled: set[int] = set()

    def submit(self, transfer: Transfer) -> None:
        """Take a transfer from the carrier."""
        try:
            if transfer.endpoint & 0x0F == 0:
                self._control(transfer)
            elif transfer.endpoint in self._stalled:
                transfer.end(-errno.EPIPE)
            elif transfer.endpoint & 0x80:
                self._pipe(transfer.endpoint).ask(transfer)
            else:
                self.receive(transfer.endpoint, transfer.data)
                transfer.end(0, len(transfer.data))
        except Stall:
            transfer.end(-errno.EPIPE)
        except Silence:
            return

    def withdraw(self, transfer: Transfer) -> None:
        """Give a transfer up for the carrier; it ends in any case."""
        if transfer.endpoint & 0x80 and transfer.endpoint & 0x0F and transfer.endpoint in self.pipes:
            self.pipes[transfer.endpoint].withdraw(transfer)
        transfer.end(-errno.ECONNRESET)

    def detached(self) -> None:
        """Forget what the host was doing: it let go, or the cable was pulled."""
        self.configuration = 0
        self._stalled.clear()
        for pipe in self.pipes.values():
            pipe.fail(-errno.ENODEV)

    def stall(self, endpoint: int) -> None:
        """Halt an endpoint until the host clears it."""
        self._stalled.add(endpoint)
        if endpoint in self.pipes:
            self.pipes[endpoint].fail(-errno.EPIPE)

    def request(self, setup: Setup, data: bytes) -> bytes:  # noqa: ARG002 - for subclasses
        """Answer a class or vendor request; raises Stall for what the device does not know."""
        raise Stall

    def receive(self, endpoint: int, data: bytes) -> None:  # noqa: ARG002 - for subclasses
        """Take data of an OUT endpoint."""
        raise Stall

    def close(self) -> None:
        """End everything the model has under way."""
        self.detached()

    def _pipe(self, endpoint: int) -> InPipe:
        if endpoint not in self.pipes:
            raise Stall
        return self.pipes[endpoint]

    def _control(self, transfer: Transfer) -> None:
        setup = Setup.unpack(transfer.setup)
        answer = self._standard(setup) if setup.is_standard else self.request(setup, transfer.data)
        if setup.inward:
            answer = answer[: min(setup.length, transfer.length)]
            transfer.end(0, len(answer), answer)
        else:
            transfer.end(0, len(transfer.data))

    def _standard(self, setup: Setup) -> bytes:
        answer = b""
        match setup.request:
            case 0:
                answer = b"\0\0"
            case 1:
                self._stalled.discard(setup.index)
            case 6:
                answer = self.descriptor(setup.value >> 8, setup.value & 0xFF, setup)
            case 8:
                answer = bytes((self.configuration,))
            case 9:
                self.configuration = setup.value
            case 10:
                answer = b"\0"
            case 3 | 11:
                pass
            case _:
                raise Stall
        return answer

    def descriptor(self, kind: int, position: int, setup: Setup) -> bytes:  # noqa: ARG002 - for subclasses
        """Return a descriptor; raises Stall for one the device does not have."""
        if kind == 1:
            return self.device_descriptor
        if kind == 2 and position == 0:
            return self.configuration_descriptor
        if kind == 3 and position == 0:
            return b"\x04\x03\x09\x04"
        if kind == 3 and position <= len(self.strings):
            return string_descriptor(self.strings[position - 1])
        raise Stall


def _stay(_seconds: float) -> None:
    """Nobody has plugged the device in yet."""
