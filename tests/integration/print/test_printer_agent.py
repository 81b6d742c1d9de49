"""The printer driver against its simulated agent over TCP, in fair weather and foul."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from simulators.cards.chip import make_blanks
from simulators.cards.slot import CardSlot
from simulators.faults import FaultScript, parse_fault
from simulators.printer.agent import PrinterAgent, PrinterTiming
from simulators.printer.hands import PrinterHands
from simulators.printer.mechanism import PrinterMechanism
from station.devices.errors import DeviceRefused, DeviceUnavailable, OutcomeUnknown
from station.devices.printer.hdp5000 import Hdp5000
from station.devices.printer.interface import CardPosition, PrinterActivity, PrinterCondition

FACE = b"\x89PNG" + bytes(200_000)


class Rig:
    def __init__(self) -> None:
        self.faults = FaultScript()
        self.mechanism = PrinterMechanism(self.faults, CardSlot())
        self.hands = PrinterHands(self.mechanism)
        self.hands.load(make_blanks(3))
        self.agent = PrinterAgent(self.mechanism, PrinterTiming(factor=0.001))

    def driver(self, station: str = "K-1") -> Hdp5000:
        options = {"station": station, "poll_s": "0.01", "reply_timeout_s": "0.5"}
        return Hdp5000(f"tcp://127.0.0.1:{self.agent.port}", "printer", options)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    await rig.agent.start()
    yield rig
    await rig.agent.stop()


async def test_a_card_is_fed_printed_and_counted(rig: Rig) -> None:
    printer = rig.driver()
    before = await printer.counters()
    await printer.feed_to_encoder("a:feed")
    assert rig.mechanism.encoder.card() is not None
    assert (await printer.status()).card_position is CardPosition.ENCODER
    await printer.print_card("a:print", FACE, None)
    assert not rig.mechanism.encoder.present
    assert rig.mechanism.output[0].front_png == FACE
    assert (await printer.counters()).card_count == before.card_count + 1
    assert (await printer.supplies()).hopper_count == 2
    await printer.close()
    await printer.close()


async def test_a_feed_with_a_card_inside_feeds_no_second_one(rig: Rig) -> None:
    printer = rig.driver()
    await printer.feed_to_encoder("a:feed")
    await printer.feed_to_encoder("b:feed")
    assert rig.mechanism.tallies.picked == 1
    await printer.close()


async def test_the_same_operation_never_happens_twice(rig: Rig) -> None:
    printer = rig.driver()
    await printer.feed_to_encoder("a:feed")
    await printer.eject("a:eject")
    with pytest.raises(DeviceRefused, match="duplicate-operation"):
        await printer.feed_to_encoder("a:feed")
    assert rig.mechanism.tallies.picked == 1
    await printer.close()


async def test_a_lost_answer_leaves_the_outcome_unknown_and_the_state_tells(rig: Rig) -> None:
    rig.faults.add(parse_fault("printer print_card 1 lost-reply"))
    printer = rig.driver()
    await printer.feed_to_encoder("a:feed")
    with pytest.raises(OutcomeUnknown):
        await printer.print_card("a:print", FACE, None)
    status = await printer.status()
    assert (status.last_operation, status.last_operation_done) == ("a:print", True)
    assert len(rig.mechanism.output) == 1
    await printer.close()


async def test_a_jam_is_refused_with_its_condition_and_the_card_stays(rig: Rig) -> None:
    rig.faults.add(parse_fault("printer print_card 1 jam"))
    printer = rig.driver()
    await printer.feed_to_encoder("a:feed")
    with pytest.raises(DeviceRefused, match="printer-card-jam"):
        await printer.print_card("a:print", FACE, None)
    status = await printer.status()
    assert (status.activity, status.card_position) == (PrinterActivity.EXCEPTION, CardPosition.JAMMED)
    assert "printer-card-jam" in (await printer.readiness()).problems
    rig.hands.remove_inside()
    assert (await printer.readiness()).ready
    await printer.close()


async def test_a_stale_ready_is_not_taken_for_the_end_of_printing(rig: Rig) -> None:
    rig.faults.add(parse_fault("printer print_card 1 stale-ready replies=4"))
    printer = rig.driver()
    await printer.feed_to_encoder("a:feed")
    await printer.print_card("a:print", FACE, None)
    assert len(rig.mechanism.output) == 1
    await printer.close()


async def test_two_stations_cannot_drive_one_printer(rig: Rig) -> None:
    ours, theirs = rig.driver("K-1"), rig.driver("K-2")
    await ours.feed_to_encoder("a:feed")
    with pytest.raises(DeviceRefused, match="printer-held-by-other"):
        await theirs.feed_to_encoder("b:feed")
    assert (await theirs.status()).card_position is CardPosition.ENCODER
    await ours.close()
    await asyncio.sleep(0.05)
    await theirs.eject("b:eject")
    await theirs.close()


async def test_an_empty_hopper_and_a_power_cut_are_told_apart(rig: Rig) -> None:
    printer = rig.driver()
    await printer.feed_to_encoder("a:feed")
    await rig.agent.cut_power()
    with pytest.raises((DeviceUnavailable, OutcomeUnknown)):
        await printer.print_card("a:print", FACE, None)
    with pytest.raises(DeviceUnavailable):
        await printer.status()
    await rig.agent.restore_power()
    assert (await printer.status()).card_position is CardPosition.ENCODER
    await printer.eject("a:eject")
    rig.hands.unload()
    with pytest.raises(DeviceRefused, match="printer-hopper-empty"):
        await printer.feed_to_encoder("b:feed")
    await printer.close()


async def test_power_lost_while_printing_is_shown_as_an_interrupted_card(rig: Rig) -> None:
    rig.faults.add(parse_fault("printer print_card 1 power-cut seconds=0.05"))
    printer = rig.driver()
    await printer.feed_to_encoder("a:feed")
    with pytest.raises(OutcomeUnknown):
        await printer.print_card("a:print", FACE, None)
    await asyncio.sleep(0.2)
    status = await printer.status()
    assert PrinterCondition.IMPROPER_SHUTDOWN in status.conditions
    assert not status.last_operation_done
    await printer.close()
