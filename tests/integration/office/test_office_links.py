"""Links that come and go: which one is used, how fast a lost one is noticed, what wakes the background exchange."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import time
from dataclasses import replace
from typing import Self, cast

import pytest

from station.config import OfficeConfig
from station.devices.kit import Kit
from station.devices.modem.interface import DataCounters, LinkListener
from station.office.serve import RunningOffice
from station.sync.engine import LAN, M2M
from station.sync.links import Links, addresses
from station.sync.loop import SyncLoop
from station.sync.report import SyncReport
from tests.integration.office.conftest import TestKit
from tests.integration.office.cut_proxy import CutProxy
from tests.unit.devices.far_ends import soon

NOBODY = "https://127.0.0.1:9"
TUNSETIFF, IFF_TUN = 0x400454CA, 0x0001
MODEM_ADDRESS = "10.64.17.8"


class Radio:
    """A modem whose network can be lost; the real drivers have their own tests."""

    def __init__(self) -> None:
        self.listener: LinkListener | None = None
        self.connects = 0

    def watch_link(self, listener: LinkListener | None) -> None:
        self.listener = listener

    async def connect(self, apn: str) -> str:
        del apn
        self.connects += 1
        return MODEM_ADDRESS

    async def counters(self) -> DataCounters:
        return DataCounters(700_000, 50_000)

    async def disconnect(self) -> None:
        return


class KitWithModem:
    """A kit with nothing but a modem."""

    def __init__(self) -> None:
        self.radio = Radio()

    def has(self, kind: str) -> bool:
        return kind == "modem"

    def modem(self) -> Radio:
        return self.radio


class Silent:
    """A server that takes a connection and never says a word: a link that died unnoticed."""

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()


def _links(kit: KitWithModem, lan_url: str = "", m2m_url: str = "") -> Links:
    return Links(OfficeConfig(lan_url=lan_url, m2m_url=m2m_url), cast("Kit", kit))


@pytest.mark.parametrize(
    ("lan", "m2m", "expected"), [(True, True, LAN), (False, True, M2M), (True, False, LAN), (False, False, LAN)]
)
async def test_the_office_network_comes_first_where_it_answers(lan: bool, m2m: bool, expected: str) -> None:
    with Silent() as office:
        links = _links(KitWithModem(), office.url if lan else NOBODY, "https://10.0.0.1" if m2m else "")
        assert await links.choose() == expected


async def test_a_lost_network_ends_the_visit_at_once_and_a_found_one_begins_the_next(
    paired: TestKit, office: RunningOffice
) -> None:
    packet = paired.queue(paired.seal(2_000))
    kit = KitWithModem()
    paired.engine._kit = cast("Kit", kit)
    reports: asyncio.Queue[SyncReport] = asyncio.Queue()
    with Silent() as dead:
        _reach(paired, dead.url)
        loop = SyncLoop(paired.engine, _links(kit, "", dead.url), reports.put_nowait)
        task = asyncio.create_task(loop.run())
        await soon(lambda: kit.radio.connects == 1 and paired.engine._visit_now is not None)
        await asyncio.sleep(0.2)
        started_s = time.monotonic()
        _tell(kit, registered=False)
        lost = await asyncio.wait_for(reports.get(), 5)
        assert time.monotonic() - started_s < 1.0, "not the 12 seconds of a silent line"
        assert [problem.message_id for problem in lost.problems] == ["sync-link-lost"]
        _reach(paired, office.url)
        _tell(kit, registered=True)
        found = await asyncio.wait_for(reports.get(), 3)
    loop.stop()
    await asyncio.wait_for(task, 5)
    assert (found.receipts, paired.outbox_states()[packet]) == (1, "delivered")


async def _broken_off(kit: TestKit, network: CutProxy, after_bytes: int) -> SyncReport:
    """Send over a network that is lost after so many bytes; the visit ends at once."""
    _reach(kit, f"https://127.0.0.1:{network.port}")
    task = asyncio.ensure_future(kit.engine.run_once(LAN))
    await soon(lambda: network.up > after_bytes, 10)
    kit.engine.link_lost(frozenset({"127.0.0.1"}), "")
    return await asyncio.wait_for(task, 2)


async def test_a_packet_under_way_goes_on_where_it_was_after_the_network_was_lost(
    paired: TestKit, office: RunningOffice
) -> None:
    packet = paired.seal(400_000)
    paired.queue(packet)
    with CutProxy(office.port, 0, 1, 200_000) as slow:
        lost = await _broken_off(paired, slow, after_bytes=150_000)
        assert lost.receipts == 0
        again = await paired.engine.run_once(LAN)
    assert again.receipts == 1
    assert lost.bytes_on_wire + again.bytes_on_wire < packet.size * 1.2, "what had arrived was not sent again"


async def test_a_packet_begun_over_one_link_goes_on_over_another_after_the_program_started_again(
    paired: TestKit, office: RunningOffice
) -> None:
    packet = paired.seal(400_000)
    paired.queue(packet)
    with CutProxy(office.port, 0, 1, 200_000) as network:
        lost = await _broken_off(paired, network, after_bytes=200_000)
    paired.at(office.url)  # a new engine, as after a restart: it knows only what is stored
    paired.engine._kit = cast("Kit", KitWithModem())
    over_modem = await paired.engine.run_once(M2M)
    assert (lost.receipts, over_modem.receipts) == (0, 1)
    assert over_modem.bytes_on_wire < packet.size - 150_000, "what came over the first link is not sent over the second"


async def test_what_the_modem_counts_is_what_the_budget_loses_and_the_rate_seen_gives_the_time_left(
    paired: TestKit, office: RunningOffice
) -> None:
    paired.engine._kit = cast("Kit", KitWithModem())
    paired.queue(paired.seal(250_000))
    with CutProxy(office.port, 0, 1, 500_000) as slow:
        _reach(paired, f"https://127.0.0.1:{slow.port}")
        report = await paired.engine.run_once(M2M)
    assert (report.receipts, report.problems) == (1, ())
    waiting = paired.seal(500_000, seed=2)
    paired.queue(waiting)
    status = paired.engine.status()
    assert status.metered_bytes_today == 750_000, "more than our own bytes: headers, and what else used the link"
    assert status.estimate_s == pytest.approx(waiting.size / (report.bytes_on_wire / report.seconds), rel=0.05)


async def test_the_loss_of_another_address_disturbs_nothing(paired: TestKit, office: RunningOffice) -> None:
    paired.queue(paired.seal(200_000))
    with CutProxy(office.port, 0, 1, 400_000) as slow:
        _reach(paired, f"https://127.0.0.1:{slow.port}")
        task = asyncio.ensure_future(paired.engine.run_once(LAN))
        await soon(lambda: slow.up > 50_000, 10)
        paired.engine.link_lost(frozenset({"192.0.2.7"}), M2M)
        assert (await task).receipts == 1
    assert slow.connections == 1


async def test_a_paused_kit_leaves_the_modem_alone(paired: TestKit) -> None:
    kit = KitWithModem()
    paired.engine._kit = cast("Kit", kit)
    paired.engine.pause()
    report = await paired.engine.run_once(M2M)
    assert ([problem.message_id for problem in report.problems], kit.radio.connects) == (["sync-paused"], 0)


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("ip") is None, reason="making an address needs root and ip")
async def test_an_address_that_comes_and_goes_is_heard_of_from_the_kernel() -> None:
    ups: list[float] = []
    gone: list[str] = []
    follow = asyncio.ensure_future(
        _links(KitWithModem()).follow(lambda: ups.append(1), lambda lost, _link: gone.extend(lost))
    )
    await asyncio.sleep(0.1)
    device = f"kit{os.getpid()}"[:15]
    tunnel = os.open("/dev/net/tun", os.O_RDWR)
    try:
        fcntl.ioctl(tunnel, TUNSETIFF, struct.pack("16sH", device.encode(), IFF_TUN))
        _ip("address", "add", "198.51.100.7/32", "dev", device)
        _ip("link", "set", device, "up")
        await soon(lambda: bool(ups), 5)
        assert "198.51.100.7" in addresses()
    finally:
        os.close(tunnel)
    await soon(lambda: "198.51.100.7" in gone, 5)
    follow.cancel()
    await asyncio.gather(follow, return_exceptions=True)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _tell(kit: KitWithModem, registered: bool) -> None:
    assert kit.radio.listener is not None
    kit.radio.listener(registered)


def _reach(kit: TestKit, url: str) -> None:
    kit.engine._config = replace(kit.config, office=replace(kit.config.office, lan_url=url, m2m_url=url))
