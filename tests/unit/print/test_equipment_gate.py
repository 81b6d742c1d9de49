"""What must be in order before a blank leaves the hopper: module, clock, encoder, printer, the operator's finger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from simulators.cards.chip import ChipCard
from simulators.cards.reader import SlotReader
from simulators.cards.sam import Sam
from station.devices.printer.interface import CardPosition, PrinterAbility, PrinterStatus, PrinterSupplies
from station.domain.errors import Refused
from station.domain.staff import SignInProof
from tests.unit.print.print_bench import OPERATOR, DirectPrinter, PrintBench, people, printed


async def test_without_module_or_with_a_clock_set_back_nothing_moves(bench: PrintBench) -> None:
    job_id = bench.deliver()
    bench.clock.advance(timedelta(hours=1))
    await printed(bench, job_id)
    other = bench.deliver(people(2)[1], 2)
    bench.clock.advance(timedelta(hours=-1))
    with pytest.raises(Refused, match="print-clock-back"):
        await bench.production.produce(OPERATOR, other)
    bench.clock.advance(timedelta(hours=2))
    bench.world.module.power_off()
    with pytest.raises(Refused, match="sam-not-activated"):
        await bench.production.produce(OPERATOR, other)
    assert bench.world.mechanism.tallies.picked == 1


async def test_a_blocked_module_and_a_ghost_in_the_encoder_are_shown_before_anything_moves(bench: PrintBench) -> None:
    bench.deliver()
    bench.world.module.power_off()
    bench.world.module.tries = 0
    ghost = ChipCard(b"\x04" + bytes(6))
    bench.world.slots["encoder"].insert(ghost)
    findings = {finding.message_id for finding in (await bench.production.equipment_gate(OPERATOR)).blocking}
    assert findings == {"sam-blocked", "print-encoder-sees-ghost"}
    assert bench.world.mechanism.tallies.picked == 0


class _ReaderThatIsNotWaitedFor(SlotReader):
    """Fails whoever waits for a card to leave."""

    async def wait_for_card(self, present: bool, timeout_s: float) -> bool:
        assert present, "the printer has the card itself: it will not leave by waiting"
        return await super().wait_for_card(present, timeout_s)


async def test_a_card_inside_the_printer_is_told_at_once(bench: PrintBench) -> None:
    bench.deliver()
    bench.world.readers["encoder"] = _ReaderThatIsNotWaitedFor("encoder", bench.world.slots["encoder"])
    await bench.world.printer.feed_to_encoder("somebody:feed")
    found = {finding.message_id for finding in (await bench.production.equipment_gate(OPERATOR)).blocking}
    assert found == {"print-card-inside"}


class _PagePrinter(DirectPrinter):
    """A printer that takes pages and can do nothing else."""

    @property
    def abilities(self) -> frozenset[PrinterAbility]:
        return frozenset()

    async def status(self) -> PrinterStatus:
        return replace(await super().status(), card_position=CardPosition.UNKNOWN, temperature_c=None)

    async def supplies(self) -> PrinterSupplies:
        return PrinterSupplies("", None, "", None, None)


async def test_a_page_printer_is_refused_in_words_for_a_card_with_a_chip(bench: PrintBench) -> None:
    job = bench.deliver()
    bench.world.printer = _PagePrinter(bench.world.mechanism)
    report = await bench.production.equipment_gate(OPERATOR)
    assert {finding.message_id for finding in report.blocking} == {
        f"printer-lacks-{ability.value}" for ability in PrinterAbility
    }
    with pytest.raises(Refused, match="printer-lacks-card-counter"):
        await bench.production.produce(OPERATOR, job)
    assert bench.world.mechanism.tallies.picked == 0
    assert not bench.production.open_intents()
    forecast = await bench.production.forecast(OPERATOR)
    assert (forecast.ribbon_cards, forecast.film_cards) == (None, None)
    assert forecast.enough


@pytest.mark.parametrize("scanner", ["fingerprint", "fingerprint-staff"])
async def test_where_a_scanner_is_a_password_alone_starts_no_card(bench: PrintBench, scanner: str) -> None:
    bench.world.staff_scanner = scanner
    job_id = bench.deliver()
    for proof in (SignInProof.PASSWORD, SignInProof.REASON):
        with pytest.raises(Refused, match="print-operator-finger-needed"):
            await bench.production.produce(replace(OPERATOR, proof=proof), job_id)
    assert bench.world.mechanism.tallies.picked == 0
    vouched = await bench.production.equipment_gate(replace(OPERATOR, proof=SignInProof.VOUCHED))
    assert vouched.ready
    assert [finding.message_id for finding in vouched.findings if "operator" in finding.message_id] == [
        "print-operator-vouched"
    ]
    made = await bench.production.produce(replace(OPERATOR, proof=SignInProof.FINGER), job_id)
    assert made.waits_for_confirmation


async def test_a_module_that_was_changed_for_another_is_asked_afresh_and_must_be_unlocked(bench: PrintBench) -> None:
    job = bench.deliver()
    bench.world.slots["sam"].remove()
    bench.world.slots["sam"].insert(Sam())
    findings = {finding.message_id for finding in (await bench.production.equipment_gate(OPERATOR)).blocking}
    assert findings == {"sam-not-activated"}
    await bench.activate()
    assert (await bench.production.produce(OPERATOR, job)).waits_for_confirmation
