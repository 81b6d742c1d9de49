"""Sync in the background: it drains after an outage by itself and wakes when a link comes up."""

from __future__ import annotations

import asyncio

import pytest

from station.office.serve import RunningOffice
from station.sync.loop import SyncLoop
from station.sync.report import SyncReport
from station.sync.session import BackOff
from tests.integration.office.conftest import TestKit
from tests.integration.office.hurry import Hurry


async def test_the_loop_drains_when_the_link_comes_back(paired: TestKit, office: RunningOffice) -> None:
    item = paired.queue(paired.seal(2_000))
    reports: asyncio.Queue[SyncReport] = asyncio.Queue()
    paired.at("https://127.0.0.1:9", Hurry(1))
    loop = SyncLoop(paired.engine, on_report=reports.put_nowait, randomness=Hurry(1))
    task = asyncio.create_task(loop.run())
    first = await asyncio.wait_for(reports.get(), 20)
    assert [problem.message_id for problem in first.problems] == ["sync-no-connection"]
    loop.stop()
    await asyncio.wait_for(task, 20)

    paired.at(office.url)
    again = SyncLoop(paired.engine, on_report=reports.put_nowait)
    task = asyncio.create_task(again.run())
    done = await asyncio.wait_for(reports.get(), 20)
    paired.queue(paired.seal(2_000, seed=2))
    again.link_is_up()
    more = await asyncio.wait_for(reports.get(), 20)
    again.stop()
    await asyncio.wait_for(task, 20)

    assert (done.receipts, more.receipts) == (1, 1)
    assert paired.outbox_states()[item] == "delivered"


@pytest.mark.parametrize("tries", [1, 5, 200])
def test_pauses_grow_to_a_bound_and_start_anew(tries: int) -> None:
    pauses = BackOff(Hurry(3), first_s=1.0, longest_s=60.0)
    for _try in range(tries):
        assert 0 < pauses.next_s() <= 60.0
    pauses.reset()
    assert pauses.next_s() <= 1.0


async def test_a_paused_kit_sends_nothing_until_resumed(paired: TestKit) -> None:
    paired.queue(paired.seal(2_000))
    paired.engine.pause()
    report = await paired.engine.run_once("lan")
    assert (report.receipts, [problem.message_id for problem in report.problems]) == (0, ["sync-paused"])
    paired.engine.resume()
    assert (await paired.engine.run_once("lan")).receipts == 1
