"""A terminal before a far end on a socket, so that one model serves `serial:` and `socket:` alike."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tty
from pathlib import Path
from urllib.parse import urlsplit

_READ_BYTES = 4096


class Terminal:
    """A pseudo-terminal under a name that stays the same over `unplug` and `plug`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._link = folder / name
        self._ends: tuple[int, int] | None = None
        self._carrying: asyncio.Task[None] | None = None
        self._far: asyncio.StreamWriter | None = None

    @property
    def address(self) -> str:
        return f"serial:{self._link}"

    async def plug(self, far_end: str) -> None:
        parts = urlsplit(far_end)
        reader, self._far = await asyncio.open_connection(parts.hostname, parts.port)
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._ends = (master, slave)
        self._link.symlink_to(os.ttyname(slave))
        asyncio.get_running_loop().add_reader(master, self._said, master, self._far)
        self._carrying = asyncio.ensure_future(self._carry(reader, master))

    def unplug(self) -> None:
        if self._ends is None:
            return
        master, slave = self._ends
        self._ends = None
        asyncio.get_running_loop().remove_reader(master)
        os.close(slave)
        os.close(master)
        self._link.unlink()
        if self._carrying is not None:
            self._carrying.cancel()
        if self._far is not None:
            self._far.close()

    def _said(self, master: int, far: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            far.write(os.read(master, _READ_BYTES))

    async def _carry(self, reader: asyncio.StreamReader, master: int) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_READ_BYTES):
                with contextlib.suppress(BlockingIOError):  # nobody reads: a line drops what it cannot hold
                    os.write(master, data)
