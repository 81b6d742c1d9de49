"""One device imported from a USB/IP server: transfers over one TCP connection.

A reader thread hands every answer to the transfer that waits for it. Giving up a
transfer is a request of its own: data that had already left the device are still
delivered, so that nothing is lost between two short reads.
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

Done = Callable[[int, int, bytes | bytearray], None]


class LinkGone(OSError):
    """The device is no longer there; errno is ENODEV."""

    def __init__(self, reason: str = "no such device") -> None:
        super().__init__(errno.ENODEV, reason)


@dataclass(frozen=True, slots=True)
class TransferResult:
    """Status 0 or a negative errno, bytes moved, and the data of an IN transfer."""

    status: int
    length: int
    data: bytes | bytearray


@dataclass(frozen=True, slots=True)
class _Pending:
    inward: bool
    endpoint: int
    done: Done


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
        threading.Thread(target=self._read_all, name=f"usbip {record.bus_id}", daemon=True).start()

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
        self, endpoint: int, inward: bool, length: int, done: Done, data: bytes = b"", setup: bytes = b"\0" * 8
    ) -> int:
        """Begin a transfer and return its number; `done(status, length, data)` is called once, on another thread."""
        with self._lock:
            if self._closed.is_set():
                raise LinkGone
            sequence = next(self._sequences)
            self._pending[sequence] = _Pending(inward, endpoint, done)
        request = wire.SubmitRequest(sequence, self.record.device_id, inward, endpoint, length, setup)
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
        self, endpoint: int, inward: bool, length: int, timeout_s: float, data: bytes = b"", setup: bytes = b"\0" * 8
    ) -> TransferResult:
        """Do one transfer; status is -ETIMEDOUT when it was given up after `timeout_s`."""
        ended = threading.Event()
        result: list[TransferResult] = []

        def done(status: int, moved: int, received: bytes | bytearray) -> None:
            result.append(TransferResult(status, moved, received))
            ended.set()

        sequence = self.submit(endpoint, inward, length, done, data, setup)
        if not ended.wait(timeout_s):
            self.unlink(sequence)
            if not ended.wait(UNLINK_TIMEOUT_S):
                self.close()
                return TransferResult(-errno.ETIMEDOUT, 0, b"")
            if result[0].status == -errno.ECONNRESET:
                return TransferResult(-errno.ETIMEDOUT, 0, b"")
        return result[0]

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
        data = _receive(self._connection, reply.length) if pending.inward and reply.length else b""
        pending.done(reply.status, reply.length, data)

    def _unlinked(self, reply: wire.UnlinkReply) -> None:
        with self._lock:
            target = self._unlinks.pop(reply.sequence, None)
            pending = self._pending.pop(target, None) if target is not None else None
        if pending is not None:
            pending.done(-errno.ECONNRESET, 0, b"")

    def _fail_all(self) -> None:
        with self._lock:
            self._closed.set()
            pending, self._pending = list(self._pending.values()), {}
        for transfer in pending:
            transfer.done(-errno.ENODEV, 0, b"")


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
    view = memoryview(buffer)
    filled = 0
    while filled < length:
        count = connection.recv_into(view[filled:])
        if count == 0:
            raise ConnectionError("connection closed")
        filled += count
    return buffer
