"""One device imported from a USB/IP server: transfers over one TCP connection.

A reader thread hands every answer to the transfer that waits for it; data go straight
from the connection into the buffer they are wanted in. Giving up a transfer is a
request of its own: data that had already left the device are still delivered, so that
nothing is lost between two short reads.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from station.devices.transport import usbip_wire as wire

UNLINK_TIMEOUT_S = 1.0

Done = Callable[[int, int], None]


class LinkGone(OSError):
    """The device is no longer there; errno is ENODEV."""

    def __init__(self, reason: str = "no such device") -> None:
        super().__init__(errno.ENODEV, reason)


@dataclass(frozen=True, slots=True)
class TransferResult:
    """Status 0 or a negative errno, and bytes moved."""

    status: int
    length: int


@dataclass(frozen=True, slots=True)
class _Pending:
    endpoint: int
    done: Done
    into: memoryview | None


class UsbipLink:
    """A device taken over from a server; safe between threads."""

    def __init__(self, connection: socket.socket, record: wire.DeviceRecord) -> None:
        self.record = record
        self._connection = connection
        self._sequences = itertools.count(1)
        self._lock = threading.Lock()
        self._send_lock = threading.Lock()
        self._pending: dict[int, _Pending] = {}
        self._unlinks: dict[int, int] = {}
        self._closed = threading.Event()
        self._reader = threading.Thread(target=self._read_all, name=f"usbip {record.bus_id}", daemon=True)
        self._reader.start()

    @classmethod
    def open(cls, host: str, port: int, bus_id: str, timeout_s: float = 2.0) -> UsbipLink:
        """Import a device; raises LinkGone when server or device is not there, within `timeout_s`."""
        try:
            connection = _connect(host, port, timeout_s)
        except OSError as error:
            raise LinkGone(str(error)) from error
        try:
            connection.sendall(
                wire.OPERATION.pack(wire.VERSION, wire.REQUEST_IMPORT, 0)
                + bus_id.encode("ascii").ljust(wire.BUS_ID_SIZE, b"\0")
            )
            _version, code, status = wire.OPERATION.unpack(_receive(connection, wire.OPERATION.size))
            if code != wire.REPLY_IMPORT or status != 0:
                raise LinkGone(f"import of {bus_id} refused")
            record = wire.DeviceRecord.unpack(bytes(_receive(connection, wire.DEVICE_SIZE)))
            connection.settimeout(None)
        except (OSError, wire.WireError) as error:
            connection.close()
            raise LinkGone(str(error)) from error
        return cls(connection, record)

    @property
    def closed(self) -> bool:
        """Tell whether the device is gone."""
        return self._closed.is_set()

    def submit(
        self, endpoint: int, done: Done, data: bytes = b"", into: memoryview | None = None, setup: bytes = b"\0" * 8
    ) -> int:
        """Begin a transfer and return its number; with `into`, bytes to be filled, it is an IN transfer.

        `done(status, length)` is called once, on another thread; until then `into` belongs to the link.
        """
        with self._lock:
            if self._closed.is_set():
                raise LinkGone
            sequence = next(self._sequences)
            self._pending[sequence] = _Pending(endpoint, done, into)
        length = len(data) if into is None else len(into)
        request = wire.SubmitRequest(sequence, self.record.device_id, into is not None, endpoint, length, setup)
        self._send(request.pack() + data)
        return sequence

    def unlink(self, sequence: int) -> None:
        """Ask for a transfer to be given up; its `done` is called in any case."""
        with self._lock:
            pending = self._pending.get(sequence)
            if pending is None or self._closed.is_set():
                return
            number = next(self._sequences)
            self._unlinks[number] = sequence
        self._send(wire.UnlinkRequest(number, self.record.device_id, pending.endpoint, sequence).pack())

    def transfer(
        self,
        endpoint: int,
        timeout_s: float,
        data: bytes = b"",
        into: memoryview | None = None,
        setup: bytes = b"\0" * 8,
    ) -> TransferResult:
        """Do one transfer; status is -ETIMEDOUT when it was given up after `timeout_s`."""
        ended = threading.Event()
        result: list[TransferResult] = []

        def done(status: int, moved: int) -> None:
            result.append(TransferResult(status, moved))
            ended.set()

        sequence = self.submit(endpoint, done, data, into, setup)
        if not ended.wait(timeout_s):
            self.unlink(sequence)
            if not ended.wait(UNLINK_TIMEOUT_S):
                self.close()
                self._reader.join()  # it may be filling the caller's buffer; a closed connection ends it at once
                return TransferResult(-errno.ETIMEDOUT, 0)
            if result[0].status == -errno.ECONNRESET:
                return TransferResult(-errno.ETIMEDOUT, 0)
        return result[0]

    def ask(self, setup: bytes, length: int, timeout_s: float) -> bytes:
        """Return the answer to a control request; raises LinkGone when there is none."""
        answer = bytearray(length)
        result = self.transfer(0, timeout_s, into=memoryview(answer), setup=setup)
        if result.status:
            raise LinkGone(f"status {result.status}")
        return bytes(answer[: result.length])

    def close(self) -> None:
        """Give the device back; transfers under way end with ENODEV. May be called twice."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._fail_all()

    def _send(self, message: bytes) -> None:
        try:
            with self._send_lock:
                self._connection.sendall(message)
        except OSError as error:
            self.close()
            raise LinkGone from error

    def _read_all(self) -> None:
        try:
            while True:
                reply = wire.unpack_reply(bytes(_receive(self._connection, wire.URB_HEADER_SIZE)))
                if isinstance(reply, wire.SubmitReply):
                    self._submitted(reply)
                else:
                    self._unlinked(reply)
        except (OSError, wire.WireError):
            self._fail_all()
        finally:
            self._connection.close()

    def _submitted(self, reply: wire.SubmitReply) -> None:
        with self._lock:
            pending = self._pending.pop(reply.sequence, None)
        if pending is None:
            raise wire.WireError("answer to a transfer nobody asked for")
        status, moved = reply.status, reply.length
        if pending.into is not None and reply.length:
            if reply.length > len(pending.into):
                _receive(self._connection, reply.length)
                status, moved = -errno.EOVERFLOW, 0
            else:
                _fill(self._connection, pending.into[: reply.length])
        pending.done(status, moved)

    def _unlinked(self, reply: wire.UnlinkReply) -> None:
        with self._lock:
            target = self._unlinks.pop(reply.sequence, None)
            pending = self._pending.pop(target, None) if target is not None else None
        if pending is not None:
            pending.done(-errno.ECONNRESET, 0)

    def _fail_all(self) -> None:
        with self._lock:
            self._closed.set()
            pending, self._pending = list(self._pending.values()), {}
        for transfer in pending:
            transfer.done(-errno.ENODEV, 0)


def list_devices(host: str, port: int, timeout_s: float = 2.0) -> list[wire.DeviceRecord]:
    """Ask a server what it offers; raises OSError or WireError."""
    connection = _connect(host, port, timeout_s)
    with contextlib.closing(connection):
        connection.sendall(wire.OPERATION.pack(wire.VERSION, wire.REQUEST_DEVICE_LIST, 0))
        _version, code, status = wire.OPERATION.unpack(_receive(connection, wire.OPERATION.size))
        if code != wire.REPLY_DEVICE_LIST or status != 0:
            raise wire.WireError("device list refused")
        (count,) = wire.COUNT.unpack(_receive(connection, wire.COUNT.size))
        records = []
        for _number in range(min(count, 256)):
            record = wire.DeviceRecord.unpack(bytes(_receive(connection, wire.DEVICE_SIZE)))
            _receive(connection, wire.INTERFACE_SIZE * record.interface_count)
            records.append(record)
        return records


def _connect(host: str, port: int, timeout_s: float) -> socket.socket:
    connection = socket.create_connection((host, port), timeout_s)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _receive(connection: socket.socket, length: int) -> bytearray:
    buffer = bytearray(length)
    _fill(connection, memoryview(buffer))
    return buffer


def _fill(connection: socket.socket, view: memoryview) -> None:
    filled = 0
    while filled < len(view):
        count = connection.recv_into(view[filled:])
        if count == 0:
            raise ConnectionError("connection closed")
        filled += count
