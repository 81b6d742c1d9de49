"""The real process is killed after every durable step and every command; the next start loses no blank.

Database on disk, printer behind its TCP agent, cards in this process.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from simulators.printer.agent import PrinterAgent, PrinterTiming
from station.devices.printer.hdp5000 import Hdp5000
from tests.integration.print.remote_cards import SlotServer
from tests.unit.print.print_bench import ROOM
from tests.unit.print.print_history import BLANKS, History, Template

ROOT = Path(__file__).resolve().parents[3]
MOMENTS = 9


async def _run_and_kill(folder: Path, moment: int, ports: tuple[int, int], *mode: str) -> tuple[int, str]:
    program = "tests.integration.print.crash_driver"
    arguments = [str(folder), str(moment), str(ports[0]), str(ports[1]), *mode]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        program,
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, (output + errors).decode()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"))


AGAIN = [(moment, 1) for moment in range(1, MOMENTS + 1)]


@pytest.mark.parametrize(("moment", "again"), [*((moment, 0) for moment in range(1, MOMENTS + 1)), *AGAIN])
async def test_a_killed_print_room_loses_no_blank(moment: int, again: int, template: Template, tmp_path: Path) -> None:
    """Kill at `moment`; where `again` is not 0 kill the recovery too, at its `again`-th moment if it has as many."""
    history = History(template, tmp_path / "station.db", "feed")
    history.close()
    world = history.world
    agent = PrinterAgent(world.mechanism, PrinterTiming(factor=0.002))
    slots = SlotServer(world.slots, world.hands)
    ports = await agent.start(), await slots.start()
    try:
        code, words = await _run_and_kill(tmp_path, moment, ports)
        assert code == -9, words
        if again:
            code, words = await _run_and_kill(tmp_path, again, ports, "recover")
            assert code in (-9, 0), words
        history.restart()
        history.check_always()
        assert history.bench.book.room_balance(ROOM) in (BLANKS, BLANKS - 1)
        options = {"station": "K-UJI", "poll_s": "0.01", "reply_timeout_s": "2"}
        world.printer = Hdp5000(f"tcp://127.0.0.1:{ports[0]}", "printer", options)
        await history.finish()
        history.check_end()
    finally:
        await world.printer.close()
        await slots.stop()
        await agent.stop()
        history.close()
