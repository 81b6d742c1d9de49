from __future__ import annotations

import asyncio
import time

import pytest

from simulators.relay import DataRelay, LinkQuality
from tests.unit.devices.far_ends import SmallWorld


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def _bench(*faults: str, quality: LinkQuality | None = None) -> tuple[asyncio.Server, DataRelay, int]:
    office = await asyncio.start_server(_echo, "127.0.0.1", 0)
    relay = DataRelay(SmallWorld(*faults), "127.0.0.1", office.sockets[0].getsockname()[1], quality)
    return office, relay, await relay.start()


async def _round_trip(port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(5):
            writer.write(data)
            writer.write_eof()
            return await reader.read(-1)
    finally:
        writer.close()


async def test_nothing_passes_until_the_context_is_up() -> None:
    office, relay, port = await _bench()
    with pytest.raises(ConnectionError):
        await _round_trip(port, b"x" * 10)
    relay.bring_up()
    assert await _round_trip(port, b"x" * 100_000) == b"x" * 100_000
    assert (relay.sent_bytes, relay.received_bytes) == (100_000, 100_000)
    await relay.stop()
    office.close()


async def test_losing_the_context_cuts_what_is_running() -> None:
    office, relay, port = await _bench()
    relay.bring_up()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    relay.bring_down()
    with pytest.raises(ConnectionError):
        await reader.readexactly(1)
    writer.close()
    await relay.stop()
    office.close()


async def test_a_cut_comes_after_exactly_so_many_bytes() -> None:
    office, relay, port = await _bench("link connection 1 cut bytes=5000")
    relay.bring_up()
    with pytest.raises(ConnectionError):
        await _round_trip(port, b"x" * 100_000)
    assert relay.sent_bytes + relay.received_bytes == 5000
    assert await _round_trip(port, b"again") == b"again"
    await relay.stop()
    office.close()


async def test_a_refused_connection_is_refused_once() -> None:
    office, relay, port = await _bench("link connect 1 refuse")
    relay.bring_up()
    with pytest.raises(ConnectionError):
        await _round_trip(port, b"x")
    assert await _round_trip(port, b"x") == b"x"
    await relay.stop()
    office.close()


async def test_rate_and_latency_are_kept() -> None:
    office, relay, port = await _bench(quality=LinkQuality(up_bytes_per_s=100_000, latency_s=0.1))
    relay.bring_up()
    begin_s = time.monotonic()
    await _round_trip(port, b"x" * 50_000)
    took_s = time.monotonic() - begin_s
    # 0.5 s at the rate, 0.1 s each way; latency is paid once, not for every chunk
    assert 0.65 < took_s < 1.6
    await relay.stop()
    office.close()
