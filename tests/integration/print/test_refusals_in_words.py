"""What a print room must refuse, from the operator's side: the words say what to do, and no blank is lost.

Real database, ledger, chip, module, and the printer behind its agent's socket.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from simulators.cards.chip import ChipCard
from simulators.printer.agent import PrinterAgent, PrinterTiming
from station.devices.errors import DeviceRefused
from station.devices.printer.hdp5000 import Hdp5000
from station.domain.errors import Refused, StationError, Tampered
from station.keys.signing import SoftwareSigner
from station.messages.catalogue import Catalogue
from station.print.chip.ocp1_wire import StatusWord
from station.print.queue import JobState
from station.print.states import IntentState
from tests.unit.print.chip_bench import biodata
from tests.unit.print.print_bench import OPERATOR, ROOM, PrintBench, PrintWorld, people, sealed_record

BLANKS = 4


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[PrintBench]:
    world = PrintWorld(BLANKS)
    agent = PrinterAgent(world.mechanism, PrinterTiming(factor=0.002))
    options = {"station": "K-UJI", "poll_s": "0.01", "reply_timeout_s": "2"}
    world.printer = Hdp5000(f"tcp://127.0.0.1:{await agent.start()}", "printer", options)
    bench = PrintBench(world, tmp_path / "station.db")
    yield bench
    await world.printer.close()
    await agent.stop()
    bench.close()


def words(error: StationError | None) -> str:
    assert error is not None
    return Catalogue("id").error(error)


async def test_a_permission_the_centre_did_not_sign_never_becomes_a_job(bench: PrintBench) -> None:
    forged = sealed_record(biodata(), signer=SoftwareSigner.generate())
    with pytest.raises(Tampered), bench.database.write() as connection:
        bench.queue.apply_print_record(connection, forged, bench.clock.now())
    assert bench.queue.jobs() == []


async def test_a_permission_under_a_key_that_is_no_longer_the_centres_closes_the_gate(bench: PrintBench) -> None:
    job = bench.deliver()
    bench.queue._centre_key = lambda: SoftwareSigner.generate().public_der
    with pytest.raises(Refused, match="print-gate-authorisation-forged") as refused:
        await bench.production.produce(OPERATOR, job)
    assert "laporkan ke kantor" in words(refused.value)
    assert bench.book.room_balance(ROOM) == BLANKS


async def test_a_permission_for_other_data_and_one_that_ended_are_refused_before_a_blank_moves(
    bench: PrintBench,
) -> None:
    other, ended = people(2)
    for person, changes, message, advice in (
        (other, {"biodata_sha256": bytes(32)}, "print-gate-authorisation-other-data", "laporkan ke kantor"),
        (ended, {"expires_at": "2026-11-22T00:00:00+00:00"}, "print-gate-authorisation-expired", "Minta izin baru"),
    ):
        job = bench.deliver(person, len(message), **changes)
        with pytest.raises(Refused, match=message) as refused:
            await bench.production.produce(OPERATOR, job)
        assert advice in words(refused.value)
    assert bench.world.mechanism.tallies.picked == 0


async def test_a_foreign_chip_is_put_out_and_its_piece_is_accounted_for(bench: PrintBench) -> None:
    await bench.activate()
    stranger = ChipCard(b"\x04" + bytes(6))
    stranger.defect = StatusWord.FILE_MISSING
    bench.world.mechanism.hopper.insert(0, stranger)
    bench.world.mechanism.hopper.pop()
    made = await bench.production.produce(OPERATOR, bench.deliver())
    assert "Keluarkan dan laporkan" in words(made.problem)
    assert made.state in {IntentState.SPOILED, IntentState.NOT_CONSUMED}
    assert bench.world.mechanism.inside is None
    assert bench.queue.job(made.job_id).state is JobState.QUEUED
    assert bench.production.open_intents() == []


async def test_a_card_used_before_is_recognised_put_out_and_costs_no_blank(bench: PrintBench) -> None:
    await bench.activate()
    first, second = (bench.deliver(person, number) for number, person in enumerate(people(2), start=1))
    made = await bench.production.produce(OPERATOR, first)
    used = bench.world.hands.take_output()
    assert used is not None
    await bench.production.confirm(OPERATOR, made.intent_id)
    bench.world.hands.clear_desk()
    bench.world.mechanism.hopper.insert(0, used.card)
    left = bench.world.mechanism.hopper.pop()
    again = await bench.production.produce(OPERATOR, second)
    assert made.serial in words(again.problem)
    assert "simpan terpisah dan laporkan" in words(again.problem)
    assert again.state is IntentState.NOT_CONSUMED
    assert bench.book.room_balance(ROOM) == BLANKS - 1
    bench.world.mechanism.hopper.append(left)
    bench.world.hands.take_output()
    bench.world.hands.clear_desk()
    good = await bench.production.produce(OPERATOR, second)
    assert good.waits_for_confirmation


async def test_three_wrong_pins_block_the_module_and_the_words_say_not_to_try_again(bench: PrintBench) -> None:
    job = bench.deliver()
    told = []
    for _try in range(3):
        with pytest.raises(DeviceRefused) as refused:
            await bench.production.activate_sam(OPERATOR, "000000")
        told.append(words(refused.value))
    assert ["Sisa percobaan: 2" in told[0], "Sisa percobaan: 1" in told[1], "jangan dicoba lagi" in told[2]] == [
        True
    ] * 3
    with pytest.raises(Refused, match="sam-blocked") as blocked:
        await bench.production.produce(OPERATOR, job)
    assert "Hubungi Ditjen Dukcapil" in words(blocked.value)
    assert bench.world.mechanism.tallies.picked == 0


async def test_a_clock_that_was_set_back_stops_the_next_card_until_it_is_right(bench: PrintBench) -> None:
    await bench.activate()
    first, second = (bench.deliver(person, number) for number, person in enumerate(people(2), start=1))
    made = await bench.production.produce(OPERATOR, first)
    bench.world.hands.take_output()
    await bench.production.confirm(OPERATOR, made.intent_id)
    bench.clock.advance(timedelta(hours=-1))
    with pytest.raises(Refused, match="print-clock-back") as refused:
        await bench.production.produce(OPERATOR, second)
    assert "Betulkan jam" in words(refused.value)
    bench.clock.advance(timedelta(hours=2))
    assert (await bench.production.produce(OPERATOR, second)).waits_for_confirmation
