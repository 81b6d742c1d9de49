"""The print room: what the computer adds to the printer's own time, and how recovery bears a long past.

Devices are simulated without waiting, so every second measured here is the host's or the
simulated chip's; the printer's cycles it is compared with are 24 s for one side in colour and
33 s for both. The share of processor time is there too: it does not grow with other work.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, seconds
from station.config import PrintConfig
from station.print.card_face import CardSide, IssuePlace, render_face
from station.print.records import PrintRecord
from station.print.states import IntentState
from tests.unit.print.chip_bench import STATION, TRUST, ChipBench, chip_record
from tests.unit.print.print_bench import NOW, OPERATOR, PrintBench, PrintWorld, people

CYCLES_S = {"one side": 24.0, "both sides": 33.0}
PAST_INTENTS = 100_000
CARDS = 20
RECOVERIES = 9


def figures() -> list[Figure]:
    """Measure rendering, chip, host overhead, gap between cards and recovery."""
    return [_rendering(), _chip(), *_cards("one side"), *_cards("both sides"), _recovery()]


def _rendering() -> Figure:
    record = chip_record()
    whole = PrintRecord(b"", record.biodata, record.photo_jpeg, record.signature_png, record.templates, "")
    place = IssuePlace("Paringin", NOW.date())
    sides = tuple(CardSide)
    for side in sides:
        render_face(side, whole, place)
    each = seconds(lambda: [render_face(side, whole, place) for _ in range(20) for side in sides]) / 20
    return Figure("render both faces, 1035 x 661 each", each * 1000, None, "ms", "", "below 200 ms")


class _Timed:
    """A channel that adds up the time spent in the card or the module."""

    def __init__(self, inner: Any, spent: list[float]) -> None:
        self._inner, self._spent = inner, spent

    async def transmit(self, apdu: bytes) -> Any:
        started = time.perf_counter()
        answer = await self._inner.transmit(apdu)
        self._spent[0] += time.perf_counter() - started
        return answer


def _chip() -> Figure:
    prepared = ChipBench().profile.prepare(chip_record())
    runs = []
    for number in range(7):
        bench = ChipBench()
        spent = [0.0]

        async def run(bench: ChipBench = bench, spent: list[float] = spent, number: int = number) -> float:
            sam, card = (_Timed(channel, spent) for channel in await bench.channels())
            spent[0] = 0.0
            started = time.perf_counter()
            await bench.profile.personalise(sam, card, prepared, f"{number:032x}", STATION, TRUST)  # type: ignore[arg-type]
            await bench.profile.verify(sam, card, TRUST, prepared)  # type: ignore[arg-type]
            return time.perf_counter() - started

        runs.append((asyncio.run(run()), spent[0]))
    ours, peer = min(runs)
    goal = "below 1.5 times the bare exchange"
    return Figure("write, seal and verify a chip", ours * 1000, peer * 1000, "ms", "bare APDU exchange", goal)


def _cards(sides: str) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        config = PrintConfig(poll_s=0.0, both_sides=sides == "both sides")
        bench = PrintBench(PrintWorld(CARDS + 1), Path(folder) / "station.db", config=config)
        jobs = [bench.deliver(person, number) for number, person in enumerate(people(CARDS), start=1)]
        started = time.process_time()
        totals, gaps = asyncio.run(_print_all(bench, jobs))
        processor = (time.process_time() - started) / CARDS
        bench.close()
    host, cycle_s = sorted(totals)[len(totals) // 2], CYCLES_S[sides]
    gap = sorted(gaps)[len(gaps) * 95 // 100]
    return [
        Figure(
            f"{sides}: host and simulated chip per card", host * 1000, None, "ms", "", f"below {cycle_s * 10:.0f} ms"
        ),
        Figure(f"{sides}: as share of a {cycle_s:.0f} s cycle", 100 * host / cycle_s, None, "%", "", "below 1 %"),
        Figure(f"{sides}: processor time as the same share", 100 * processor / cycle_s, None, "%", "", "below 1 %"),
        Figure(f"{sides}: printer idle between cards, 95th centile", gap * 1000, None, "ms", "", "below 200 ms"),
    ]


async def _print_all(bench: PrintBench, jobs: list[str]) -> tuple[list[float], list[float]]:
    await bench.activate()
    totals, gaps = [], []
    out_at = 0.0
    feed = bench.world.printer.feed_to_encoder

    async def noted_feed(operation_id: str, timeout_s: float = 100.0) -> None:
        if out_at:
            gaps.append(time.perf_counter() - out_at)
        await feed(operation_id, timeout_s)

    bench.world.printer.feed_to_encoder = noted_feed
    for job_id in jobs:
        started = time.perf_counter()
        made = await bench.production.produce(OPERATOR, job_id)
        totals.append(time.perf_counter() - started)
        out_at = time.perf_counter()
        bench.world.hands.take_output()
        await bench.production.confirm(OPERATOR, made.intent_id)
    return totals, gaps


def _recovery() -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        bench = PrintBench(PrintWorld(3), Path(folder) / "station.db")
        job = bench.deliver()
        empty = asyncio.run(_recover(bench, job))
        _fill(bench, job)
        full = asyncio.run(_recover(bench, ""))
        bench.close()
    name = f"recover one open blank after {PAST_INTENTS:,} past ones"
    return Figure(name, full * 1000, empty * 1000, "ms", "with no past", "below 3 times")


async def _recover(bench: PrintBench, job: str) -> float:
    if job:
        await bench.activate()
        made = await bench.production.produce(OPERATOR, job)
        assert made.state is IntentState.EJECTED
    times = []
    for _ in range(RECOVERIES):
        started = time.perf_counter()
        (decision,) = await bench.production.recover(OPERATOR)
        times.append(time.perf_counter() - started)
        assert decision.question
    return sorted(times)[RECOVERIES // 2]


def _fill(bench: PrintBench, job: str) -> None:
    past = [f"{number:032x}" for number in range(1 << 60, (1 << 60) + PAST_INTENTS)]
    intent = (
        "INSERT INTO print_intent VALUES (NULL, ?, ?, '', 'K', 'op', 'P', 1, 165, 'baru', '2026-01-01T00:00:00+00:00')"
    )
    event = "INSERT INTO print_intent_event VALUES (NULL, ?, 'ok', ?, 'op', '2026-01-01T00:00:00+00:00', x'a0', x'00')"
    with bench.database.write() as connection:
        connection.exec_driver_sql(intent, [(one, job) for one in past])
        connection.exec_driver_sql(event, [(one, one[-14:]) for one in past])
