"""The data path behind the modem: a TCP relay to the office that works only while the context is up.

Rate, latency and jitter are those of a thin M2M link. Faults (`link connect`): `refuse`;
(`link bytes`, counted per connection by their total): set by `cut_after_bytes`, or in the fault
script as `link connection N cut bytes=200000`, `stall`, `slow factor=4`.

Does not simulate: packet loss below TCP (it shows as delay), name service, other IP traffic.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import time
from dataclasses import dataclass

from simulators.far_end import Surroundings, TcpFarEnd

_CHUNK_BYTES = 4096
_MOST_IN_FLIGHT = 64


@dataclass(frozen=True, slots=True)
class LinkQuality:
    """What the link can do; rates in bytes per second (0: no limit), latency one way in seconds."""

    up_bytes_per_s: float = 0.0
    down_bytes_per_s: float = 0.0
    latency_s: float = 0.0
    jitter_s: float = 0.0


class DataRelay:
    """Listens on a fixed port and forwards to the office while `up`; counts every byte."""

    def __init__(
        self, world: Surroundings, target_host: str, target_port: int, quality: LinkQuality | None = None, seed: int = 1
    ) -> None:
        self._world = world
        self._target = (target_host, target_port)
        self.quality = quality or LinkQuality()
        self._random = random.Random(seed)
        self._far_end = TcpFarEnd(self._forward)
        self._live: set[asyncio.StreamWriter] = set()
        self.up = False
        self.sent_bytes = 0
        self.received_bytes = 0
        self.connections = 0
        self.cut_after_bytes: int | None = None

    async def start(self, port: int = 0) -> int:
        """Listen on loopback; return the port for `office.m2m_url`."""
        return await self._far_end.start(port)

    async def stop(self) -> None:
        """Close everything."""
        self.bring_down()
        await self._far_end.stop()

    def bring_up(self) -> None:
        """Let data flow: the packet data context is active."""
        self.up = True

    def bring_down(self) -> None:
        """Cut every connection: the context is gone."""
        self.up = False
        for writer in list(self._live):
            _reset(writer)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        refused = self._world.faults.take("link", "connect")
        if not self.up or (refused is not None and refused.action == "refuse"):
            _reset(writer)
            return
        self.connections += 1
        office_reader, office_writer = await asyncio.open_connection(*self._target)
        self._live |= {writer, office_writer}
        passage = _Passage(self, self._world, self._random)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(passage.carry(reader, office_writer, upward=True))
                group.create_task(passage.carry(office_reader, writer, upward=False))
        except* (OSError, _LinkCut):
            _reset(writer)
        finally:
            self._live -= {writer, office_writer}
            office_writer.close()
            with contextlib.suppress(OSError):
                await office_writer.wait_closed()


class _LinkCut(Exception):
    """The radio link broke off."""


class _Passage:
    """One connection through the relay, both ways."""

    def __init__(self, relay: DataRelay, world: Surroundings, chance: random.Random) -> None:
        self._relay = relay
        self._random = chance
        fault = world.faults.take("link", "connection")
        self._slow = fault.number("factor", 4.0) if fault and fault.action == "slow" else 1.0
        self._stall_after = int(fault.number("bytes", 0)) if fault and fault.action == "stall" else None
        self._cut_after = int(fault.number("bytes", 0)) if fault and fault.action == "cut" else relay.cut_after_bytes
        self._carried = 0

    async def carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, upward: bool) -> None:
        """Carry one direction until its end; what is in flight does not hold up what follows."""
        in_flight: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_MOST_IN_FLIGHT)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._depart(source, in_flight, upward=upward))
            group.create_task(self._arrive(in_flight, sink, upward=upward))

    async def _depart(
        self, source: asyncio.StreamReader, in_flight: asyncio.Queue[tuple[float, bytes]], *, upward: bool
    ) -> None:
        quality = self._relay.quality
        rate = quality.up_bytes_per_s if upward else quality.down_bytes_per_s
        arrival_s = 0.0
        while data := await source.read(_CHUNK_BYTES):
            if rate:
                await asyncio.sleep(len(data) / rate * self._slow)
            delay_s = quality.latency_s + self._random.uniform(0.0, quality.jitter_s)
            # jitter delays, it never lets later bytes overtake
            arrival_s = max(arrival_s, time.monotonic() + delay_s * self._slow)
            await in_flight.put((arrival_s, data))
        await in_flight.put((arrival_s, b""))

    async def _arrive(
        self, in_flight: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter, *, upward: bool
    ) -> None:
        while True:
            arrival_s, data = await in_flight.get()
            await asyncio.sleep(max(0.0, arrival_s - time.monotonic()))
            if not data:
                break
            part = data if self._cut_after is None else data[: max(0, self._cut_after - self._carried)]
            self._count(len(part), upward=upward)
            sink.write(part)
            await sink.drain()
            if len(part) < len(data):
                raise _LinkCut
            if self._stall_after is not None and self._carried >= self._stall_after:
                await asyncio.Event().wait()
        with contextlib.suppress(OSError):
            sink.write_eof()

    def _count(self, size_bytes: int, *, upward: bool) -> None:
        self._carried += size_bytes
        if upward:
            self._relay.sent_bytes += size_bytes
        else:
            self._relay.received_bytes += size_bytes


def _reset(writer: asyncio.StreamWriter) -> None:
    # a vanished radio link looks like a reset, not like an orderly end
    raw = writer.get_extra_info("socket")
    if raw is not None:
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
