"""Whole cards over the printer's TCP agent: lost answers, power cuts, two stations, broken replies."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.faults import parse_fault
from simulators.printer.agent import PrinterAgent, PrinterTiming
from simulators.printer.attendant import Attendant, AttendantPace
from station.devices.errors import BadReply, DeviceError, DeviceRefused
from station.devices.printer.agent_wire import decode_counters, decode_status, decode_supplies
from station.devices.printer.hdp5000 import Hdp5000
from station.domain.errors import Refused
from station.print.queue import JobState
from station.print.states import IntentState
from tests.unit.print.print_bench import OPERATOR, PrintBench, PrintWorld, people

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _driver(port: int, station: str = "K-UJI") -> Hdp5000:
    options = {"station": station, "poll_s": "0.01", "reply_timeout_s": "1"}
    return Hdp5000(f"tcp://127.0.0.1:{port}", "printer", options)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[PrintBench]:
    world = PrintWorld()
    agent = PrinterAgent(world.mechanism, PrinterTiming(feed_s=0.02, print_both_s=0.3, eject_s=0.02))
    world.printer = _driver(await agent.start())
    bench = PrintBench(world, tmp_path / "station.db")
    await bench.activate()
    yield bench
    await world.printer.close()
    await agent.stop()
    bench.close()


async def _until_it_answers(bench: PrintBench) -> None:
    for _ in range(100):
        await asyncio.sleep(0.05)
        with contextlib.suppress(DeviceError):
            await bench.world.printer.status()
            return
    pytest.fail("the printer did not come back")


async def test_a_lost_answer_to_printing_is_waited_out_while_the_printer_works(bench: PrintBench) -> None:
    bench.world.faults.add(parse_fault("printer print_card 1 lost-reply"))
    made = await bench.production.produce(OPERATOR, bench.deliver())
    assert made.waits_for_confirmation
    bench.world.hands.take_output()
    await bench.production.confirm(OPERATOR, made.intent_id)
    assert bench.book.room_balance("R-CETAK") == 4


async def test_power_cut_in_mid_print_is_recovered_over_the_wire(bench: PrintBench) -> None:
    bench.world.faults.add(parse_fault("printer print_card 1 power-cut seconds=0.1"))
    job_id = bench.deliver()
    made = await bench.production.produce(OPERATOR, job_id)
    assert made.state is not IntentState.OK
    await _until_it_answers(bench)
    await bench.production.recover(OPERATOR)
    bench.world.hands.remove_inside()
    await bench.production.recover(OPERATOR)
    assert bench.production.open_intents() == []
    again = await bench.production.produce(OPERATOR, job_id)
    bench.world.hands.take_output()
    assert (await bench.production.confirm(OPERATOR, again.intent_id)).state is IntentState.OK
    assert bench.book.room_balance("R-CETAK") == 3


async def test_a_second_station_on_the_same_printer_is_refused_and_nothing_is_lost(bench: PrintBench) -> None:
    job_id = bench.deliver()
    other = _driver(bench.world.printer._port, "K-LAIN")
    await other.feed_to_encoder("lain:feed")
    with pytest.raises(Refused):
        await bench.production.produce(OPERATOR, job_id)
    with pytest.raises(DeviceRefused, match="printer-held-by-other"):
        await bench.world.printer.eject("kita:eject")
    await other.eject("lain:eject")
    await other.close()
    assert bench.book.room_balance("R-CETAK") == 5


@given(st.dictionaries(st.text(max_size=12), JSON, max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_malformed_answer_is_never_taken_for_a_good_one(result: dict[str, object]) -> None:
    for decode in (decode_status, decode_counters, decode_supplies):
        with pytest.raises(BadReply):
            decode("printer", result)


@given(st.binary(max_size=200))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_garbage_from_the_agent_ends_in_an_error_and_never_hangs(garbage: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = json.loads(await reader.readline())
        writer.write(json.dumps({"id": hello["id"], "ok": True, "result": {}}).encode() + b"\n")
        await reader.readline()
        writer.write(garbage + b"\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    printer = _driver(server.sockets[0].getsockname()[1])
    try:
        with pytest.raises(DeviceError):
            async with asyncio.timeout(5):
                await printer.status()
    finally:
        await printer.close()
        server.close()
        await server.wait_closed()


async def test_an_attendant_feeds_one_blank_at_a_time_and_lays_cards_on_the_desk(bench: PrintBench) -> None:
    store = bench.world.hands.unload()

    def load(count: int) -> int:
        return bench.world.hands.load(store.pop(0) for _ in range(min(count, len(store))))

    attendant = Attendant(bench.world.mechanism, bench.world.hands, load, AttendantPace(0.02, 0.05))
    attendant.start()
    bench.world.faults.add(parse_fault("printer print_card 1 jam"))
    job_id = bench.deliver()
    try:
        for _ in range(100):
            await asyncio.sleep(0.05)
            await bench.production.recover(OPERATOR)
            if not (await bench.production.equipment_gate(OPERATOR)).ready:
                continue
            made = await bench.production.produce(OPERATOR, job_id)
            if made.waits_for_confirmation:
                await bench.production.confirm(OPERATOR, made.intent_id)
                break
    finally:
        await attendant.stop()
    assert bench.queue.job(job_id).state is JobState.PRINTED
    assert bench.book.room_balance("R-CETAK") == 3


async def test_the_attendant_lays_the_card_of_whoever_is_called_on_the_desk(bench: PrintBench) -> None:
    await bench.activate()
    made = []
    for number, person in enumerate(people(2)):
        card = await bench.production.produce(OPERATOR, bench.deliver(person, number))
        bench.world.hands.take_output()
        made.append(await bench.production.confirm(OPERATOR, card.intent_id))
    attendant = Attendant(bench.world.mechanism, bench.world.hands, lambda _count: 0)
    assert (await bench.production.desk_card()).serial == made[1].serial
    attendant.lay_card_of(people(2)[0].name)
    shown = await bench.production.desk_card()
    assert shown.serial == made[0].serial
    assert shown.chip is not None
    assert shown.chip.record.biodata.name == people(2)[0].name
    attendant.lay_card_of("TIDAK ADA")
    assert (await bench.production.desk_card()).serial == made[0].serial
