"""A serial port as bytes in and bytes out, by pyserial address.

Knows `serial:/dev/ttyUSB1`, `socket://host:port`, `rfc2217://host:port` and every
other address pyserial understands. A thread of its own reads all the time, so that
nothing a device says unasked is lost, and hands the bytes to one listener. What the
bytes mean is left to the wire codec of each driver.

A port that was lost is opened again by the next call of `ensure_open`. Closing it wakes
the thread and tells the listener, so that whoever waits learns of it at once; so does a
listener that fails on what it hears.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from concurrent.futures import Future
from typing import Any, Protocol

import serial
from serial import rfc2217
from serial.urlhandler import protocol_socket

from station.devices.errors import DeviceUnavailable, NoReply
from station.domain.errors import BadInput

_log = logging.getLogger("station.devices.serial_port")
_READ_SLICE_S = 0.2
_JOIN_DEADLINE_S = 2.0
_OPEN_DEADLINE_S = 6.0
_CLOSE_PATIENCE_S = 0.3


class PortListener(Protocol):
    """Hears what a port says; called on the port's reading thread."""

    def received(self, data: bytes) -> None:
        """Take the next bytes."""

    def lost(self, error: DeviceUnavailable) -> None:
        """Learn that the port is gone or was closed; no more bytes come until it is opened again."""


class SerialPort:
    """One serial port with its reading thread. Methods that are not `async` block."""

    def __init__(
        self, address: str, device: str, listener: PortListener, baud: int = 115200, write_timeout_s: float = 2.0
    ) -> None:
        self._url = _url(address, device)
        self._device = device
        self._listener = listener
        self._baud = baud
        self._write_timeout_s = write_timeout_s
        self._lock = threading.Lock()
        self._port: Any = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._gone = False
        self._closings = 0
        self._opening: list[Future[None]] = []

    @property
    def is_open(self) -> bool:
        """Tell whether the port is open and being read."""
        return self._port is not None and not self._gone

    async def open(self) -> bool:
        """Open the port unless it is open, off the event loop and within a deadline; return whether it was opened."""
        if self.is_open:
            return False
        closed: Future[None] = Future()
        self._opening.append(closed)
        opened = asyncio.ensure_future(asyncio.to_thread(self.ensure_open))
        ended = asyncio.wrap_future(closed)
        try:
            both: set[asyncio.Future[Any]] = {opened, ended}
            await asyncio.wait(both, timeout=_OPEN_DEADLINE_S, return_when=asyncio.FIRST_COMPLETED)
            if opened.done():
                return opened.result()
            raise DeviceUnavailable(self._device, "open")
        finally:
            opened.add_done_callback(_heard)  # a thread that is not waited for any more may still fail
            ended.cancel()
            with contextlib.suppress(ValueError):
                self._opening.remove(closed)

    def ensure_open(self) -> bool:
        """Open the port unless it is open; return whether it was opened just now. Raises DeviceUnavailable."""
        with self._lock:
            if self.is_open:
                return False
            self._close_locked()
            closings = self._closings
            port = self._opened()
            if closings != self._closings:
                _shut(port)
                raise DeviceUnavailable(self._device, "open")
            self._gone = False
            self._stopping = threading.Event()
            self._port = port
            self._thread = threading.Thread(
                target=self._read_on, args=(port, self._stopping), name=f"{self._device} reader", daemon=True
            )
            self._thread.start()
            return True

    def _opened(self) -> Any:
        port: Any = None
        try:
            port = serial.serial_for_url(self._url, do_not_open=True, baudrate=self._baud)
            port.timeout = _READ_SLICE_S
            if not isinstance(port, rfc2217.Serial):  # it has a limit of its own and refuses to be given one
                port.write_timeout = self._write_timeout_s
            port.open()
        except (OSError, ValueError) as error:
            if port is not None:
                _shut(port)
            raise DeviceUnavailable(self._device, "open", reason=str(error)) from error
        return port

    def write(self, data: bytes, command: str) -> None:
        """Send all bytes; raises NoReply when the line does not take them, DeviceUnavailable when it is gone."""
        port = self._port
        if port is None or self._gone:
            raise DeviceUnavailable(self._device, command)
        try:
            port.write(data)
            port.flush()
        except serial.SerialTimeoutException as error:
            raise NoReply(self._device, command) from error
        except (OSError, TypeError, AttributeError) as error:
            # pyserial meets its own half-closed port with TypeError or AttributeError
            self._gone = True
            raise DeviceUnavailable(self._device, command, reason=str(error)) from error

    def close(self) -> None:
        """Close the port and end its thread; whoever waits is told first. May be called twice."""
        self._closings += 1
        for opening in list(self._opening):
            if opening.set_running_or_notify_cancel():
                opening.set_result(None)
        self._listener.lost(DeviceUnavailable(self._device, "close"))
        if self._lock.acquire(timeout=_CLOSE_PATIENCE_S):  # who is opening it now sees the count and shuts it again
            try:
                self._close_locked()
            finally:
                self._lock.release()

    def _close_locked(self) -> None:
        self._stopping.set()
        thread, port = self._thread, self._port
        self._thread, self._port = None, None
        if port is not None:
            _wake(port)
        if thread is not None and thread is not threading.current_thread():
            thread.join(_JOIN_DEADLINE_S)
        if port is not None:
            _shut(port)

    def _read_on(self, port: Any, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                data = port.read(1)
                if data and (waiting := port.in_waiting):
                    data += port.read(waiting)
            except (OSError, TypeError, AttributeError) as error:
                self._lose(stopping, DeviceUnavailable(self._device, "read", reason=str(error)))
                return
            try:
                if data:
                    self._listener.received(data)
            except Exception:  # noqa: BLE001 - a stranger's driver may raise anything, and nobody else would hear of it
                _log.exception("driver of %s", self._device)
                self._lose(stopping, DeviceUnavailable(self._device, "read", "driver-broken"))
                return

    def _lose(self, stopping: threading.Event, error: DeviceUnavailable) -> None:
        if not stopping.is_set():
            self._gone = True
            self._listener.lost(error)


def _url(address: str, device: str) -> str:
    """Return the address as pyserial takes it; raises BadInput for one it can never open."""
    url = address.removeprefix("serial:")
    try:
        if "://" in url:
            serial.serial_for_url(url, do_not_open=True)
        elif ":" in url and not url.startswith(("/", ".")):  # a scheme without its slashes would pass for a file
            raise ValueError(url)
    except ValueError as error:
        example = "serial:/dev/ttyUSB0, socket://127.0.0.1:7010"
        raise BadInput("device-address-wrong", device=device, address=address, example=example) from error
    return url


def _heard(opened: asyncio.Future[bool]) -> None:
    if not opened.cancelled():
        opened.exception()


def _wake(port: Any) -> None:
    """Let a thread that reads or writes the port come back at once."""
    for name in ("cancel_read", "cancel_write"):
        with contextlib.suppress(OSError, TypeError, AttributeError):
            getattr(port, name)()
    raw = getattr(port, "_socket", None)
    if isinstance(raw, socket.socket) and isinstance(port, protocol_socket.Serial):
        with contextlib.suppress(OSError):
            raw.shutdown(socket.SHUT_RDWR)


def _shut(port: Any) -> None:
    # pyserial forgets to close its socket when the far end went first, and sleeps 0.3 s after closing one
    raw = getattr(port, "_socket", None)
    if isinstance(raw, socket.socket) and isinstance(port, protocol_socket.Serial):
        with contextlib.suppress(OSError):
            raw.shutdown(socket.SHUT_RDWR)
        raw.close()
        port.is_open = False
        return
    with contextlib.suppress(OSError, TypeError, AttributeError):
        port.close()
    if raw is not None:
        with contextlib.suppress(OSError):
            raw.close()
