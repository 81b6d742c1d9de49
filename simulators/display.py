"""The call board: shows who comes next, and so brings people before the kit.

Faults (`display call`, `display status`): `silence` no answer, `garbage` an answer that
is no JSON, `refuse` an answer with a code, `cut` the connection closed without answer.

Does not simulate: what the board looks like; people who cannot read it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from simulators.far_end import Surroundings, TcpFarEnd

_SILENCE_S = 3600.0


class CallBoardModel:
    """A board on TCP; `showing` is what can be read on it, and `history` all that was shown.

    `heard` is called with each name, for helpers in the room who act on it.
    """

    def __init__(self, world: Surroundings, heard: Callable[[str], None] | None = None) -> None:
        self._world = world
        self._heard = heard
        self._far_end = TcpFarEnd(self._converse)
        self.showing: tuple[int, str] | None = None
        self.history: list[tuple[int, str]] = []

    async def start(self, port: int = 0) -> str:
        """Listen on loopback; return the address for kit.toml."""
        return f"tcp://127.0.0.1:{await self._far_end.start(port)}"

    async def stop(self) -> None:
        """Switch the board off."""
        await self._far_end.stop()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            try:
                command = json.loads(line)
                word = str(command["do"])
            except (ValueError, KeyError, TypeError):
                await _answer(writer, {"ok": False, "code": "malformed"})
                continue
            fault = self._world.faults.take("display", word)
            action = fault.action if fault else ""
            if action == "cut":
                return
            if action == "silence":
                await asyncio.sleep(_SILENCE_S)
            if action == "garbage":
                writer.write(b"\x00\xff{]\n")
                await writer.drain()
                continue
            reply = {"ok": False, "code": "board-fault"} if action == "refuse" else self._obey(word, command)
            await _answer(writer, reply)

    def _obey(self, word: str, command: dict[str, Any]) -> dict[str, Any]:
        if word == "identify":
            return {"ok": True, "make": "Contoh", "model": "Papan Panggil 1", "serial": "PP-0001", "firmware": "1.0"}
        if word == "status":
            return {"ok": True, "showing": self.showing is not None}
        if word == "clear":
            self.showing = None
            return {"ok": True}
        if word == "call":
            number, name = command.get("number"), command.get("name")
            if not isinstance(number, int) or not isinstance(name, str):
                return {"ok": False, "code": "malformed"}
            self.showing = (number, name)
            self.history.append(self.showing)
            self._world.call(number, name)
            if self._heard is not None:
                self._heard(name)
            return {"ok": True}
        return {"ok": False, "code": "unknown"}


async def _answer(writer: asyncio.StreamWriter, reply: dict[str, Any]) -> None:
    writer.write(json.dumps(reply).encode() + b"\n")
    await writer.drain()
