"""Offers device models over USB/IP, so that a driver, the bridge or a real kernel can take them.

One thread accepts, one per connection reads; answers are sent by whoever ends the
transfer. A device is taken by one client at a time, as the protocol wants it.

Does not simulate: authentication (USB/IP has none), isochronous transfers.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import threading

from simulators.usb.descriptors import interface_kinds
from simulators.usb.model import Data, Transfer, UsbModel
from station.devices.transport import usbip_wire as wire

SEND_TIMEOUT_S = 10.0
HANDOVER_TIMEOUT_S = 1.0
_JOINED_BELOW = 16 * 1024


class UsbipServer:
    """A set of plugged-in models behind one TCP port."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._lock = threading.Condition()
        self._plugged: dict[str, UsbModel] = {}
        self._taken: dict[str, _Attachment] = {}
        self._connections: set[socket.socket] = set()
        self._closed = False
        self._listener = socket.create_server((host, port))
        self.host, self.port = self._listener.getsockname()[:2]
        threading.Thread(target=self._accept, name="usbip server", daemon=True).start()

    def address(self, bus_id: str) -> str:
        """Return the address of a device for kit.toml."""
        return f"usbip://{self.host}:{self.port}/{bus_id}"

    def plug(self, bus_id: str, model: UsbModel) -> None:
        """Plug a model in under a bus identifier such as `1-2`."""
        with self._lock:
            self._plugged[bus_id] = model
        model.unplug = lambda seconds: self.unplug_for(bus_id, seconds)

    def unplug(self, bus_id: str) -> UsbModel | None:
        """Pull a device out; return its model, or None when it was not plugged in."""
        with self._lock:
            model = self._plugged.pop(bus_id, None)
            attachment = self._taken.pop(bus_id, None)
        if attachment is not None:
            attachment.cut()
        if model is not None:
            model.detached()
        return model

    def unplug_for(self, bus_id: str, seconds: float) -> None:
        """Pull a device out and plug it in again after `seconds`; 0 leaves it out."""
        model = self.unplug(bus_id)
        if model is not None and seconds > 0:
            timer = threading.Timer(seconds, self._replug, (bus_id, model))
            timer.daemon = True
            timer.start()

    def _replug(self, bus_id: str, model: UsbModel) -> None:
        if not self._closed:
            self.plug(bus_id, model)

    def plugged(self) -> tuple[str, ...]:
        """Return the bus identifiers in use."""
        with self._lock:
            return tuple(self._plugged)

    def close(self) -> None:
        """Pull everything out and stop listening."""
        with self._lock:
            self._closed = True
            models = list(self._plugged.values())
            connections = list(self._connections)
        for bus_id in self.plugged():
            self.unplug(bus_id)
        for model in models:
            model.close()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            seconds = struct.pack("ll", int(SEND_TIMEOUT_S), 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)
            with self._lock:
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="usbip client", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            while True:
                _version, code, _status = wire.OPERATION.unpack(_receive(connection, wire.OPERATION.size))
                if code == wire.REQUEST_DEVICE_LIST:
                    connection.sendall(self._device_list())
                elif code == wire.REQUEST_IMPORT:
                    self._import(connection)
                    return
                else:
                    return
        except (OSError, wire.WireError, UnicodeDecodeError):
            return
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()

    def _device_list(self) -> bytes:
        with self._lock:
            plugged = dict(self._plugged)
        body = wire.OPERATION.pack(wire.VERSION, wire.REPLY_DEVICE_LIST, 0) + wire.COUNT.pack(len(plugged))
        for bus_id, model in plugged.items():
            body += _record(bus_id, model).pack()
            for _number, *kind in interface_kinds(model.configuration_descriptor):
                body += bytes((*kind, 0))
        return body

    def _import(self, connection: socket.socket) -> None:
        bus_id = _receive(connection, wire.BUS_ID_SIZE).rstrip(b"\0").decode("ascii")
        with self._lock:
            self._lock.wait_for(lambda: bus_id not in self._taken, HANDOVER_TIMEOUT_S)
            model = self._plugged.get(bus_id)
            if model is None or bus_id in self._taken:
                connection.sendall(wire.OPERATION.pack(wire.VERSION, wire.REPLY_IMPORT, 1))
                return
            attachment = _Attachment(connection, model)
            self._taken[bus_id] = attachment
        try:
            record = _record(bus_id, model).pack()
            connection.sendall(wire.OPERATION.pack(wire.VERSION, wire.REPLY_IMPORT, 0) + record)
            attachment.serve()
        finally:
            with self._lock:
                if self._taken.get(bus_id) is attachment:
                    del self._taken[bus_id]
                    self._lock.notify_all()
                    model.detached()


class _Attachment:
    """A device in the hands of one client."""

    def __init__(self, connection: socket.socket, model: UsbModel) -> None:
        self._connection = connection
        self._model = model
        self._send_lock = threading.Condition()
        self._live: dict[int, Transfer] = {}

    def cut(self) -> None:
        """End the connection, as a pulled cable does."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def serve(self) -> None:
        """Read requests until the client leaves."""
        try:
            while True:
                request = wire.unpack_request(_receive(self._connection, wire.URB_HEADER_SIZE))
                if isinstance(request, wire.UnlinkRequest):
                    self._unlink(request)
                else:
                    self._submit(request)
        finally:
            with self._send_lock:
                live, self._live = list(self._live.values()), {}
            for transfer in live:
                self._model.withdraw(transfer)

    def _submit(self, request: wire.SubmitRequest) -> None:
        data = b"" if request.inward or not request.length else _receive(self._connection, request.length)
        sequence = request.sequence

        def done(status: int, length: int, received: Data) -> None:
            with self._send_lock:
                if status != -errno.ECONNRESET:
                    self._send(wire.SubmitReply(sequence, status, length).pack(), received)
                self._live.pop(sequence, None)
                self._send_lock.notify_all()

        endpoint = request.endpoint | (0x80 if request.inward else 0)
        transfer = Transfer(endpoint, request.length, done, data, request.setup)
        with self._send_lock:
            self._live[sequence] = transfer
        self._model.submit(transfer)

    def _unlink(self, request: wire.UnlinkRequest) -> None:
        with self._send_lock:
            transfer = self._live.get(request.target)
        status = 0
        if transfer is not None:
            self._model.withdraw(transfer)
            if transfer.status == -errno.ECONNRESET:
                status = -errno.ECONNRESET
        with self._send_lock:
            self._send_lock.wait_for(lambda: request.target not in self._live, SEND_TIMEOUT_S)
            self._send(wire.UnlinkReply(request.sequence, status).pack())

    def _send(self, header: bytes, data: Data = b"") -> None:
        try:
            with self._send_lock:
                if len(data) < _JOINED_BELOW:
                    self._connection.sendall(header + bytes(data))
                else:
                    self._connection.sendall(header)
                    self._connection.sendall(data)
        except OSError:
            self.cut()


def _record(bus_id: str, model: UsbModel) -> wire.DeviceRecord:
    bus, _mark, port = bus_id.partition("-")
    kinds = interface_kinds(model.configuration_descriptor)
    release = struct.unpack_from("<H", model.device_descriptor, 12)[0]
    ids = (model.vendor_id, model.product_id, release)
    address = int(port.split(".")[-1]) + 1
    return wire.DeviceRecord(bus_id, int(bus), address, model.speed, *ids, 0, 0, 0, 1, 1, len(kinds))


def _receive(connection: socket.socket, length: int) -> bytes:
    buffer = bytearray(length)
    view = memoryview(buffer)
    filled = 0
    while filled < length:
        count = connection.recv_into(view[filled:])
        if count == 0:
            raise ConnectionError("connection closed")
        filled += count
    return bytes(buffer)
