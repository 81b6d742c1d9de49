"""What the simulated devices of this folder ask of the world, and how they serve TCP.

Does not simulate: anything by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from simulators.faults import Fault

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_TURNS_TO_ACCEPT = 3


class Faults(Protocol):
    """Where a device model asks whether something goes wrong now."""

    def take(self, device: str, operation: str) -> Fault | None:
        """Count one operation and return the fault that strikes it."""


class Surroundings(Protocol):
    """The part of `simulators.world.World` that devices on lines and sockets need."""

    @property
    def faults(self) -> Faults:
        """Return the fault script."""

    def subject(self) -> Any | None:
        """Return who stands before the kit."""

    def next_attempt(self, device: str, part: str) -> int:
        """Return how often this person has given this part to this device."""

    def call(self, number: int, name: str) -> None:
        """Let the person whom the board shows step forward."""


class TcpFarEnd:
    """A TCP server on loopback that knows its conversations and can be unplugged and plugged in again."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self, port: int = 0) -> int:
        """Listen; return the port, which stays the same over `stop` and `start`."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port or self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def stop(self) -> None:
        """Unplug: stop listening and cut every connection."""
        server, self._server = self._server, None
        if server is not None:
            for listener in server.sockets:  # asyncio trips over who is accepted in the turn in which a server closes
                asyncio.get_running_loop().remove_reader(listener.fileno())
            for _turn in range(_TURNS_TO_ACCEPT):  # who was accepted a moment ago has no conversation yet
                await asyncio.sleep(0)
            server.close()
        for task in list(self._running):
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=2.0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
        try:
            await self._conversation(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the other end left, or we were unplugged
        finally:
            if task is not None:
                self._running.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
