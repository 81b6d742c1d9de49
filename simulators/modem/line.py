"""The modem on a line: TCP for `socket://`, or a pseudo-terminal for `serial:`.

Does not simulate: baud rate and modem control lines (a bare pseudo-terminal has none).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tty

from simulators.far_end import TcpFarEnd
from simulators.modem.model import ModemModel

_READ_BYTES = 4096


class ModemLine:
    """Joins a modem model to one line at a time."""

    def __init__(self, model: ModemModel) -> None:
        self.model = model
        self._far_end = TcpFarEnd(self._converse)
        self._terminal: tuple[int, int] | None = None

    async def start(self, port: int = 0) -> str:
        """Listen on loopback; return the address for kit.toml."""
        return f"socket://127.0.0.1:{await self._far_end.start(port)}"

    def start_terminal(self) -> str:
        """Open a pseudo-terminal; return the address for kit.toml."""
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._terminal = (master, slave)
        loop = asyncio.get_running_loop()
        loop.add_reader(master, self._read_terminal, master)
        self.model.send = lambda data: _write_all(master, data)
        self.model.send_later = lambda delay_s, data: _ignore(loop.call_later(delay_s, _write_all, master, data))
        self.model.hang_up = self.unplug_terminal
        return f"serial:{os.ttyname(slave)}"

    def unplug_terminal(self) -> None:
        """Pull the cable of the pseudo-terminal; may be called twice."""
        if self._terminal is not None:
            master, slave = self._terminal
            self._terminal = None
            asyncio.get_running_loop().remove_reader(master)
            os.close(slave)
            os.close(master)

    async def stop(self) -> None:
        """Pull the cable."""
        self.unplug_terminal()
        await self._far_end.stop()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        self.model.send = writer.write
        self.model.send_later = lambda delay_s, data: _ignore(loop.call_later(delay_s, writer.write, data))
        self.model.hang_up = writer.transport.abort
        while data := await reader.read(_READ_BYTES):
            self.model.feed(data)
            await writer.drain()

    def _read_terminal(self, master: int) -> None:
        with contextlib.suppress(BlockingIOError, OSError):
            self.model.feed(os.read(master, _READ_BYTES))


def _write_all(descriptor: int, data: bytes) -> None:
    with contextlib.suppress(OSError):
        os.write(descriptor, data)


def _ignore(_handle: object) -> None:
    return None
