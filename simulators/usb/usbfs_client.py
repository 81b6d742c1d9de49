"""Serves one program that has opened a simulated usbfs node under the umockdev preload.

The preload turns every ioctl into messages on a unix socket; through the same socket
we read and write the program's memory while it waits in the call.

Does not simulate: claims of several programs on one interface (all are granted).
"""

from __future__ import annotations

import errno
import socket
import struct
import threading
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from simulators.usb import usbfs_ioctl as usbfs
from station.devices.transport.usbip_link import LinkGone, UsbipLink

_MESSAGE = struct.Struct("<QQQ")
_DONE = struct.Struct("<QqQ")
_IOCTL, _READ_MEMORY, _WRITE_MEMORY, _FINISHED = 1, 5, 6, 3
_NOT_MINE = -100
_SET_CONFIGURATION, _SET_INTERFACE, _CLEAR_FEATURE, _ENDPOINT_RECIPIENT = 9, 11, 1, 2
_CONTROL_TIMEOUT_S = 5.0


class Node(Protocol):
    """The device node a client has opened."""

    link: UsbipLink
    number: int

    def refresh(self) -> None:
        """Make the node writable exactly when something can be reaped."""


@dataclass(frozen=True, slots=True)
class _Completion:
    urb: int
    status: int
    length: int
    target: int
    data: memoryview


class UsbfsClient:
    """One open file of one program."""

    def __init__(self, node: Node, connection: socket.socket) -> None:
        self._node = node
        self._connection = connection
        self._lock = threading.Lock()
        self._completed: deque[_Completion] = deque()
        self._pending: dict[int, int] = {}

    def serve(self) -> None:
        """Answer until the program closes the file."""
        try:
            while True:
                command, request, argument = _MESSAGE.unpack(self._receive(_MESSAGE.size))
                if command == _IOCTL:
                    self._ioctl(request & 0xFFFFFFFF, argument)
                else:
                    self._finish(_NOT_MINE)
        except OSError:
            return
        finally:
            for sequence in list(self._pending.values()):
                self._give_up(sequence)
            self._connection.close()

    def has_completed(self) -> bool:
        """Tell whether something can be reaped."""
        with self._lock:
            return bool(self._completed)

    def _ioctl(self, request: int, argument: int) -> None:
        if request in (usbfs.REAP_URB, usbfs.REAP_URB_NO_DELAY):
            self._reap(argument)
            return
        if self._node.link.closed:
            self._finish(-1, errno.ENODEV)
            return
        try:
            self._handle(request, argument)
        except LinkGone:
            self._finish(-1, errno.ENODEV)

    def _handle(self, request: int, argument: int) -> None:
        match request:
            case usbfs.SUBMIT_URB:
                self._submit(argument)
            case usbfs.DISCARD_URB:
                self._discard(argument)
            case usbfs.GET_CAPABILITIES:
                self._write(argument, struct.pack("<I", usbfs.CAPABILITIES))
                self._finish(0)
            case usbfs.SET_CONFIGURATION:
                (value,) = struct.unpack("<I", self._read(argument, 4))
                self._standard(0, _SET_CONFIGURATION, value, 0)
            case usbfs.SET_INTERFACE:
                interface, setting = struct.unpack("<II", self._read(argument, 8))
                self._standard(1, _SET_INTERFACE, setting, interface)
            case usbfs.CLEAR_HALT:
                (endpoint,) = struct.unpack("<I", self._read(argument, 4))
                self._standard(_ENDPOINT_RECIPIENT, _CLEAR_FEATURE, 0, endpoint)
            case usbfs.GET_SPEED:
                self._finish(self._node.link.record.speed)
            case usbfs.CONNECT_INFO:
                self._write(argument, struct.pack("<IB", self._node.number, 0))
                self._finish(0)
            case _ if request in usbfs.ACCEPTED:
                self._finish(0)
            case _:
                self._finish(-1, errno.ENODATA if request == usbfs.GET_DRIVER else errno.ENOTTY)

    def _submit(self, address: int) -> None:
        urb = usbfs.Urb.unpack(self._read(address, usbfs.URB_SIZE))
        if urb.kind == usbfs.URB_TYPE_CONTROL:
            raw = self._read(urb.buffer, urb.length)
            setup, data = raw[:8], raw[8:]
            length = struct.unpack_from("<H", setup, 6)[0]
            into = bytearray(length) if setup[0] & 0x80 else None
            self._begin(address, urb.buffer + 8, 0, b"" if into is not None else data[:length], into, setup)
        else:
            into = bytearray(urb.length) if urb.endpoint & 0x80 else None
            data = b"" if into is not None else self._read(urb.buffer, urb.length)
            self._begin(address, urb.buffer, urb.endpoint & 0x0F, data, into, b"\0" * 8)
        self._finish(0)

    def _begin(
        self, address: int, target: int, endpoint: int, data: bytes, into: bytearray | None, setup: bytes
    ) -> None:
        received = memoryview(into if into is not None else b"")

        def done(status: int, moved: int) -> None:
            known = -errno.ENOENT if status == -errno.ECONNRESET else status
            with self._lock:
                self._pending.pop(address, None)
                self._completed.append(_Completion(address, known, moved, target, received[:moved]))
            self._node.refresh()

        with self._lock:
            self._pending[address] = 0
        try:
            sequence = self._node.link.submit(endpoint, done, data, received if into is not None else None, setup)
        except LinkGone:
            self._forget(address)
            raise
        with self._lock:
            if address in self._pending:
                self._pending[address] = sequence

    def _forget(self, address: int) -> None:
        """Drop a transfer whose submission fails: the program frees it and must never reap it."""
        with self._lock:
            self._pending.pop(address, None)
            self._completed = deque(one for one in self._completed if one.urb != address)

    def _discard(self, address: int) -> None:
        with self._lock:
            sequence = self._pending.get(address)
        if sequence is None:
            self._finish(-1, errno.EINVAL)
            return
        self._give_up(sequence)
        self._finish(0)

    def _reap(self, argument: int) -> None:
        with self._lock:
            completion = self._completed.popleft() if self._completed else None
        if completion is None:
            self._node.refresh()
            self._finish(-1, errno.ENODEV if self._node.link.closed else errno.EAGAIN)
            return
        self._write(completion.target, completion.data)
        self._write(completion.urb + usbfs.URB_STATUS_OFFSET, struct.pack("<i", completion.status))
        self._write(completion.urb + usbfs.URB_ACTUAL_LENGTH_OFFSET, struct.pack("<i", completion.length))
        self._write(argument, struct.pack("<Q", completion.urb))
        self._node.refresh()
        self._finish(0)

    def _standard(self, recipient: int, request: int, value: int, index: int) -> None:
        setup = struct.pack("<BBHHH", recipient, request, value, index, 0)
        result = self._node.link.transfer(0, _CONTROL_TIMEOUT_S, setup=setup)
        if result.status:
            self._finish(-1, -result.status)
        else:
            self._finish(0)

    def _give_up(self, sequence: int) -> None:
        try:
            self._node.link.unlink(sequence)
        except LinkGone:
            return

    def _read(self, address: int, length: int) -> bytes:
        if not length:
            return b""
        self._connection.sendall(_MESSAGE.pack(_READ_MEMORY, address, length))
        return self._receive(length)

    def _write(self, address: int, data: bytes | memoryview) -> None:
        if data:
            self._connection.sendall(_MESSAGE.pack(_WRITE_MEMORY, address, len(data)))
            self._connection.sendall(data)

    def _finish(self, result: int, error: int = 0) -> None:
        self._connection.sendall(_DONE.pack(_FINISHED, result, error))

    def _receive(self, length: int) -> bytes:
        buffer = bytearray(length)
        view = memoryview(buffer)
        filled = 0
        while filled < length:
            count = self._connection.recv_into(view[filled:])
            if count == 0:
                raise ConnectionError("the program closed the device")
            filled += count
        return bytes(buffer)
