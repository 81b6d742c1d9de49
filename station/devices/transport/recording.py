"""Records what a driver and its device say to each other, so that bytes from the field become tests.

Stands between the two as a TCP relay: the driver is pointed at the relay, the relay at
the device (any pyserial address, or `tcp://host:port` for HTTP and other sockets). The
file has one JSON object a line: connection, milliseconds since the start, direction, bytes
in hexadecimal. USB traffic is recorded elsewhere.

A recording may hold personal data; whoever keeps it looks first.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from station.devices.errors import DeviceError, DeviceUnavailable
from station.devices.transport.serial_port import SerialPort
from station.domain.clock import Clock, SystemClock
from station.domain.errors import BadInput

_PIECE_BYTES = 65536
_STOP_DEADLINE_S = 3.0


class Direction(Enum):
    """Who the bytes are for."""

    TO_DEVICE = "device"
    TO_DRIVER = "driver"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a recording; `time_ms` since its start, `connection` counts from 1."""

    connection: int
    time_ms: int
    direction: Direction
    data: bytes

    def line(self) -> str:
        """Return the piece as a line of the file."""
        fields = {"c": self.connection, "t": self.time_ms, "to": self.direction.value, "hex": self.data.hex()}
        return json.dumps(fields) + "\n"


def read_recording(lines: Iterable[str]) -> list[Piece]:
    """Return the pieces of a recording; raises BadInput with the line's number."""
    pieces = []
    for number, line in enumerate(lines, 1):
        try:
            fields = json.loads(line)
            direction = Direction(fields["to"])
            pieces.append(Piece(int(fields["c"]), int(fields["t"]), direction, bytes.fromhex(fields["hex"])))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput("recording-damaged", line=number) from error
    return pieces


class Recorder:
    """A recording relay; `start` listens on loopback."""

    def __init__(self, device_address: str, file: TextIO, clock: Clock) -> None:
        self._address = device_address
        self._file = file
        self._clock = clock
        self._begin_s = clock.monotonic_s()
        self._connections = 0
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> int:
        """Listen; return the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and end every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=_STOP_DEADLINE_S)

    def note(self, connection: int, direction: Direction, data: bytes) -> None:
        """Write one piece to the file at once."""
        time_ms = round((self._clock.monotonic_s() - self._begin_s) * 1000)
        self._file.write(Piece(connection, time_ms, direction, data).line())
        self._file.flush()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        number = self._connections
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        try:
            if urlsplit(self._address).scheme == "tcp":
                await self._relay_socket(number, reader, writer)
            else:
                await self._relay_serial(number, reader, writer)
        except (OSError, DeviceError, asyncio.CancelledError):
            pass  # whichever end left, the driver sees it on its own line
        finally:
            writer.close()

    async def _relay_socket(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(self._address)
        device_reader, device_writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._carry(number, Direction.TO_DEVICE, reader, device_writer))
                group.create_task(self._carry(number, Direction.TO_DRIVER, device_reader, writer))
        except* OSError:
            pass
        finally:
            device_writer.close()

    async def _carry(
        self, number: int, direction: Direction, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        while data := await source.read(_PIECE_BYTES):
            self.note(number, direction, data)
            sink.write(data)
            await sink.drain()
        with contextlib.suppress(OSError):
            sink.write_eof()

    async def _relay_serial(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener = _SerialSide(self, number, writer)
        port = SerialPort(self._address, "recorder", listener)
        await port.open()
        try:
            while data := await reader.read(_PIECE_BYTES):
                self.note(number, Direction.TO_DEVICE, data)
                await asyncio.to_thread(port.write, data, "write")
        finally:
            await asyncio.to_thread(port.close)


class _SerialSide:
    """Hands what the serial device says to the loop."""

    def __init__(self, recorder: Recorder, number: int, writer: asyncio.StreamWriter) -> None:
        self._recorder = recorder
        self._number = number
        self._writer = writer
        self._loop = asyncio.get_running_loop()

    def received(self, data: bytes) -> None:
        self._loop.call_soon_threadsafe(self._pass_on, data)

    def lost(self, _error: DeviceUnavailable) -> None:
        self._loop.call_soon_threadsafe(self._writer.close)

    def _pass_on(self, data: bytes) -> None:
        self._recorder.note(self._number, Direction.TO_DRIVER, data)
        if not self._writer.is_closing():
            self._writer.write(data)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Record what a driver and its device say to each other.")
    parser.add_argument("port", type=int, help="loopback port the driver is pointed at")
    parser.add_argument("address", help="address of the device, as in kit.toml, or tcp://host:port")
    parser.add_argument("file", type=Path, help="file to write; it must not exist yet")
    return parser


async def _record(arguments: argparse.Namespace) -> None:
    with arguments.file.open("x", encoding="ascii") as file:
        recorder = Recorder(arguments.address, file, SystemClock())
        await recorder.start(arguments.port)
        try:
            await asyncio.Event().wait()
        finally:
            await recorder.stop()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_record(_parser().parse_args()))
