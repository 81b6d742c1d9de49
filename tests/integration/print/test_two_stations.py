"""Two stations on one printer, each a process of its own, the printer behind its agent's socket.

The second station is told who holds the printer before anything of it is booked or fed;
when the first dies its hold ends, and its card waits for its own recovery.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulators.cards.slot import CardSlot
from simulators.printer.agent import PrinterAgent, PrinterTiming
from station.devices.printer.hdp5000 import Hdp5000
from station.domain.errors import Refused, StationError
from station.messages.catalogue import Catalogue
from tests.integration.print.remote_cards import SlotServer
from tests.unit.print.print_bench import OPERATOR, ROOM, PrintBench, PrintWorld
from tests.unit.print.print_history import BLANKS, History, Template

ROOT = Path(__file__).resolve().parents[3]
OTHER = "K-LAIN"
PRINT_S = 1.5


@dataclass(slots=True)
class SharedPrinter:
    """The first station's history (its world is the printer's truth) and the second station."""

    history: History
    second: PrintBench
    ports: tuple[int, int]
    folder: Path

    async def first(self, *more: str) -> asyncio.subprocess.Process:
        """Start the first station as a process."""
        arguments = [str(self.folder), str(self.ports[0]), str(self.ports[1]), *more]
        module = "tests.integration.print.second_station"
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )

    def driver(self, station: str) -> Hdp5000:
        """Return a driver of this process."""
        options = {"station": station, "poll_s": "0.01", "reply_timeout_s": "2"}
        return Hdp5000(f"tcp://127.0.0.1:{self.ports[0]}", "printer", options)


async def _until(process: asyncio.subprocess.Process, word: str) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while line := await process.stdout.readline():
            if line.decode().strip().startswith(word):
                return
    pytest.fail(f"the first station never said {word}")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"))


@pytest.fixture
async def shared(template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SharedPrinter]:
    history = History(template, tmp_path / "station.db", "feed")
    history.close()
    world = history.world
    agent = PrinterAgent(world.mechanism, PrinterTiming(feed_s=0.05, print_both_s=PRINT_S, eject_s=0.05))
    slots = SlotServer(world.slots, world.hands)
    ports = await agent.start(), await slots.start()
    monkeypatch.setattr("tests.unit.print.print_bench.STATION", OTHER)
    own = PrintWorld(blanks=2, seed=2)
    own.readers["encoder"] = history.world.readers["encoder"]
    second = PrintBench(own, tmp_path / "second.db")
    monkeypatch.undo()
    found = SharedPrinter(history, second, ports, tmp_path)
    own.printer = found.driver(OTHER)
    yield found
    await own.printer.close()
    await slots.stop()
    await agent.stop()
    second.close()


def _words(error: StationError) -> str:
    return Catalogue("id").error(error)


async def test_the_second_station_is_told_who_holds_the_printer_and_nothing_of_it_moves(shared: SharedPrinter) -> None:
    process = await shared.first("hold")
    await _until(process, "print")
    await shared.second.activate()
    job = shared.second.deliver()
    with pytest.raises(Refused, match="print-held-by-station") as refused:
        await shared.second.production.produce(OPERATOR, job)
    assert "K-UJI" in _words(refused.value)
    assert "Selesaikan kartunya di sana" in _words(refused.value)
    await _until(process, "made")
    with pytest.raises(Refused, match="print-held-by-station"):
        await shared.second.production.produce(OPERATOR, job)
    assert shared.second.production.open_intents() == []
    assert shared.second.book.room_balance(ROOM) == 2
    assert shared.history.world.mechanism.tallies.picked == 1
    process.kill()
    await process.wait()


async def test_a_first_station_that_is_killed_lets_go_and_finds_its_card_again(shared: SharedPrinter) -> None:
    process = await shared.first()
    await _until(process, "print")
    process.kill()
    await process.wait()
    await asyncio.sleep(PRINT_S + 0.3)
    status = await shared.second.world.printer.status()
    assert status.held_by == ""
    history = shared.history
    history.restart()
    history.world.printer = shared.driver("K-UJI")
    assert history.bench.book.room_balance(ROOM) in (BLANKS, BLANKS - 1)
    await history.finish()
    history.check_end()
    await history.world.printer.close()
    history.close()
    findings = await shared.second.production.equipment_gate(OPERATOR)
    assert {"print-held-by-station", "print-card-inside"}.isdisjoint(one.message_id for one in findings.findings)


async def test_a_card_the_killed_station_left_inside_is_not_touched_by_the_other(shared: SharedPrinter) -> None:
    process = await shared.first()
    await _until(process, "write-chip")
    await _until(process, "write-chip")
    process.kill()
    await process.wait()
    await asyncio.sleep(0.2)
    await shared.second.activate()
    findings = (await shared.second.production.equipment_gate(OPERATOR)).blocking
    (inside,) = (one for one in findings if one.message_id.startswith("print-card"))
    assert inside.message_id == "print-card-of-other-station"
    assert "K-UJI" in Catalogue("id").text(inside.message_id, **inside.params)
    await shared.second.production.recover(OPERATOR)
    assert shared.history.world.mechanism.inside is not None, "the other station ejects nothing"
    assert shared.second.production.anomalies() == []
    history = shared.history
    history.restart()
    history.world.printer = shared.driver("K-UJI")
    await history.finish()
    history.check_end()
    await history.world.printer.close()
    history.close()


async def test_two_connections_under_one_station_name_are_one_station(shared: SharedPrinter) -> None:
    slot: CardSlot = shared.history.world.slots["encoder"]
    first, again = shared.driver("K-UJI"), shared.driver("K-UJI")
    await first.feed_to_encoder("satu:feed")
    assert slot.present
    assert (await again.status()).held_by == "K-UJI"
    await first.close()
    await again.eject("satu:eject")
    await again.close()
