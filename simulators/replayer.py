"""Serves a recording: waits for what the driver said then, and answers what the device answered.

With `exact` the driver must say the same bytes; otherwise only as many, for protocols
whose requests carry fresh numbers. Time is not replayed: answers come at once.

Does not simulate: anything the device did not do while it was recorded.
"""

from __future__ import annotations

import asyncio

from simulators.far_end import TcpFarEnd
from station.devices.transport.recording import Direction, Piece


class Replayer:
    """A far end made of a recording; connections are served in their recorded order."""

    def __init__(self, pieces: list[Piece], *, exact: bool = True) -> None:
        numbers = sorted({piece.connection for piece in pieces})
        self._left = [[piece for piece in pieces if piece.connection == number] for number in numbers]
        self._exact = exact
        self._far_end = TcpFarEnd(self._converse)
        self.differences: list[tuple[bytes, bytes]] = []

    async def start(self, port: int = 0) -> int:
        """Listen on loopback; return the port."""
        return await self._far_end.start(port)

    async def stop(self) -> None:
        """Stop serving."""
        await self._far_end.stop()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._left:
            return
        for piece in self._left.pop(0):
            if piece.direction is Direction.TO_DRIVER:
                writer.write(piece.data)
                await writer.drain()
                continue
            said = await reader.readexactly(len(piece.data))
            if self._exact and said != piece.data:
                self.differences.append((piece.data, said))
                return
        await reader.read()
