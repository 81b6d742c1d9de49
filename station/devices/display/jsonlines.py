"""A call board on the network: one JSON object a line over TCP (docs/protocols/call-board.md).

Each command opens its own connection, so that a board that was switched off and on
again is found at the next call. All commands may be repeated.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable, NoReply
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport.breakable import BreakableWork
from station.domain.errors import BadInput

_LONGEST_LINE_BYTES = 65536


class JsonLinesBoard:
    """A `CallBoard` at `tcp://host:port`."""

    def __init__(self, address: str, name: str, reply_timeout_s: float = 2.0) -> None:
        parts = urlsplit(address)
        if parts.scheme != "tcp" or not parts.hostname or not parts.port:
            raise BadInput("device-address-wrong", device=name, address=address, example="tcp://127.0.0.1:7010")
        self._host, self._port = parts.hostname, parts.port
        self._name = name
        self._reply_timeout_s = reply_timeout_s
        self._work = BreakableWork()

    async def identity(self) -> DeviceIdentity:
        """Return who the board says it is."""
        reply = await self._exchange({"do": "identify"})
        try:
            return DeviceIdentity(*(str(reply[key]) for key in ("make", "model", "serial", "firmware")))
        except KeyError as error:
            raise BadReply(self._name, "identify") from error

    async def readiness(self) -> Readiness:
        """Return every reason why nothing can be shown."""
        try:
            reply = await self._exchange({"do": "status"})
        except DeviceError as error:
            return Readiness((error.message_id,))
        return Readiness() if reply.get("showing") in (True, False) else Readiness(("device-bad-reply",))

    async def call(self, number: int, name: str) -> None:
        """Show who should come forward."""
        await self._exchange({"do": "call", "number": number, "name": name})

    async def clear(self) -> None:
        """Blank the board."""
        await self._exchange({"do": "clear"})

    async def close(self) -> None:
        """End what is under way; nothing is held between commands."""
        await self._work.break_off()

    async def _exchange(self, command: dict[str, object]) -> dict[str, object]:
        word = str(command["do"])
        try:
            async with asyncio.timeout(self._reply_timeout_s):
                line = await self._work.run(self._send(command), partial(DeviceUnavailable, self._name, word))
        except TimeoutError as error:
            raise NoReply(self._name, word) from error
        except OSError as error:
            raise DeviceUnavailable(self._name, word, reason=str(error)) from error
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise BadReply(self._name, word) from error
        return self._understood(word, line)

    async def _send(self, command: dict[str, object]) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=_LONGEST_LINE_BYTES)
        try:
            writer.write(json.dumps(command, ensure_ascii=False).encode() + b"\n")
            await writer.drain()
            return await reader.readuntil(b"\n")
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _understood(self, word: str, line: bytes) -> dict[str, object]:
        try:
            reply = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadReply(self._name, word) from error
        if not isinstance(reply, dict) or not isinstance(reply.get("ok"), bool):
            raise BadReply(self._name, word)
        if not reply["ok"]:
            raise DeviceRefused(self._name, word, str(reply.get("code", "?")))
        return reply


def open_board(address: str, name: str, options: Mapping[str, str]) -> JsonLinesBoard:
    """Make the driver; option `reply_timeout_s`."""
    return JsonLinesBoard(address, name, float(options.get("reply_timeout_s", "2")))
