"""One card after another, in fair weather and with every kind of trouble, on real books."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulators.cards.chip import ChipCard
from simulators.faults import parse_fault
from station.config import PrintConfig
from station.domain.card import SpoilCause
from station.domain.errors import NotAllowed, Refused, Tampered
from station.ledger.serials import SerialState
from station.print.chip.ocp1_wire import ChipState, PersonalisationMark
from station.print.queue import JobState
from station.print.recovery import AnswerKind, Decision, OperatorAnswer
from station.print.states import IntentState
from station.store import outbox
from tests.unit.print.print_bench import HEAD, OPERATOR, ROOM, PrintBench, PrintWorld, people, printed


async def test_a_card_is_booked_only_when_the_operator_took_and_confirmed_it(bench: PrintBench) -> None:
    job_id = bench.deliver()
    production = await bench.production.produce(OPERATOR, job_id)
    assert production.waits_for_confirmation
    assert bench.book.room_balance(ROOM) == 5
    bench.world.hands.take_output()
    done = await bench.production.confirm(OPERATOR, production.intent_id)
    assert done.state is IntentState.OK
    assert bench.book.room_balance(ROOM) == 4
    assert bench.book.serial_state(done.serial).state is SerialState.PRINTED
    assert bench.queue.job(job_id).state is JobState.PRINTED
    with bench.database.read() as connection:
        waiting = outbox.items(connection, outbox.OutboxState.WAITING, "event")
    assert [item.topic for item in waiting] == ["status"]


async def test_a_second_card_waits_until_the_first_is_confirmed(bench: PrintBench) -> None:
    first, second = (bench.deliver(person, number) for number, person in enumerate(people(2)))
    production = await bench.production.produce(OPERATOR, first)
    with pytest.raises(Refused, match="print-intent-open"):
        await bench.production.produce(OPERATOR, second)
    with pytest.raises(Refused, match="print-serial-differs"):
        await bench.production.confirm(OPERATOR, production.intent_id, "04FFFFFFFFFFFF")
    await bench.production.confirm(OPERATOR, production.intent_id, production.serial.lower())
    await printed(bench, second)
    assert bench.book.room_balance(ROOM) == 3


async def test_the_same_job_is_not_printed_twice(bench: PrintBench) -> None:
    job_id = bench.deliver()
    await printed(bench, job_id)
    with pytest.raises(Refused, match="print-gate-printed"):
        await bench.production.produce(OPERATOR, job_id)


async def test_a_jam_spoils_one_blank_and_the_retry_is_linked(bench: PrintBench) -> None:
    bench.world.faults.add(parse_fault("printer print_card 1 jam"))
    job_id = bench.deliver()
    production = await bench.production.produce(OPERATOR, job_id)
    assert (production.state, production.decision) == (IntentState.SPOILED, Decision.SPOIL_STUCK)
    assert bench.book.room_balance(ROOM) == 4
    with pytest.raises(Refused, match="printer-card-jam"):
        await bench.production.produce(OPERATOR, job_id)
    bench.world.hands.remove_inside()
    await printed(bench, job_id)
    assert bench.book.room_balance(ROOM) == 3
    assert bench.production.spoilage().percent == 50.0
    assert bench.production.anomalies() == []


async def test_a_bad_start_no_longer_counts_once_enough_good_cards_followed(tmp_path: Path) -> None:
    room = PrintBench(PrintWorld(), tmp_path / "room.db", config=PrintConfig(poll_s=0.0, spoil_window_cards=2))
    await room.activate()
    room.world.faults.add(parse_fault("printer print_card 1 jam"))
    await room.production.produce(OPERATOR, room.deliver(people(1)[0]))
    room.world.hands.remove_inside()
    shares = [room.production.spoilage().percent]
    for number, person in enumerate(people(3)[1:], 2):
        await printed(room, room.deliver(person, number))
        shares.append(room.production.spoilage().percent)
    assert shares == [100.0, 50.0, 0.0]
    assert room.production.outcome_counts() == (2, 1), "the whole past stays on the books"
    room.close()


async def test_a_chip_that_cannot_be_written_is_spoiled_and_comes_out_unprinted(bench: PrintBench) -> None:
    bench.world.mechanism.hopper[0].tear_after(12)
    bench.world.mechanism.hopper[0].tear_after(12)
    job_id = bench.deliver()
    production = await bench.production.produce(OPERATOR, job_id)
    assert production.state is IntentState.EJECTED  # torn once, tried again, whole
    bench.world.hands.take_output()
    await bench.production.confirm(OPERATOR, production.intent_id)

    other = bench.deliver(people(3)[2], 3)
    bench.world.mechanism.hopper[0].defect = 0x6A84
    spoiled = await bench.production.produce(OPERATOR, other)
    assert spoiled.state is IntentState.SPOILED
    assert not bench.world.mechanism.output[-1].whole
    assert bench.world.mechanism.inside is None


async def test_a_foreign_chip_is_put_out_and_costs_no_blank(bench: PrintBench) -> None:
    used = ChipCard(b"\x04" + bytes(6))
    used.mark = PersonalisationMark(ChipState.SEALED, 2, "f" * 32, "K-LAIN")
    bench.world.mechanism.hopper[0] = used
    production = await bench.production.produce(OPERATOR, bench.deliver())
    assert production.state is IntentState.NOT_CONSUMED
    assert production.problem is not None
    assert production.problem.message_id == "print-serial-used"
    assert [row.serial for row in bench.production.anomalies()] == [used.serial_text]
    assert bench.book.room_balance(ROOM) == 5


async def test_a_blank_on_no_delivery_list_is_put_out_and_costs_no_blank(bench: PrintBench) -> None:
    stranger = ChipCard(b"\x04" + bytes(5) + b"\x01")
    bench.world.mechanism.hopper[0] = stranger
    job_id = bench.deliver()
    production = await bench.production.produce(OPERATOR, job_id)
    assert production.state is IntentState.NOT_CONSUMED
    assert production.problem is not None
    assert production.problem.message_id == "print-serial-not-issued"
    assert stranger.mark.state is ChipState.BLANK, "nobody's data is on it"
    assert [row.serial for row in bench.production.anomalies()] == [stranger.serial_text]
    assert bench.book.room_balance(ROOM) == 5
    bench.world.hands.take_output()
    bench.world.hands.clear_desk()
    assert (await printed(bench, job_id)).state is IntentState.OK


async def test_where_blanks_came_without_a_list_one_nobody_announced_is_taken(tmp_path: Path) -> None:
    room = PrintBench(PrintWorld(), tmp_path / "room.db", known_serials=False)
    await room.activate()
    assert (await printed(room, room.deliver())).state is IntentState.OK
    await room.production.close()
    room.close()


async def test_a_card_printed_before_is_refused_when_it_lies_in_the_hopper_again(bench: PrintBench) -> None:
    await printed(bench, bench.deliver())
    again = bench.world.hands.table[-1].card
    bench.world.hands.clear_desk()
    bench.world.mechanism.hopper[0] = again
    production = await bench.production.produce(OPERATOR, bench.deliver(people(5)[4], 9))
    assert production.state is IntentState.NOT_CONSUMED
    assert again.mark.state is ChipState.SEALED


async def test_a_lost_answer_to_printing_is_cleared_up_by_the_printers_state(bench: PrintBench) -> None:
    bench.world.faults.add(parse_fault("printer print_card 1 lost-reply"))
    production = await bench.production.produce(OPERATOR, bench.deliver())
    assert production.waits_for_confirmation
    bench.world.hands.take_output()
    answers = {production.intent_id: OperatorAnswer(AnswerKind.CARD_GOOD)}
    await bench.production.recover(OPERATOR, answers)
    assert bench.queue.jobs(JobState.PRINTED)


async def test_a_print_command_that_never_arrived_is_sent_again_as_a_new_operation(bench: PrintBench) -> None:
    bench.world.faults.add(parse_fault("printer print_card 1 lost-command"))
    production = await bench.production.produce(OPERATOR, bench.deliver())
    assert production.state is IntentState.EJECTED
    assert len(bench.world.mechanism.tallies.printed) == 1


async def test_an_empty_hopper_costs_nothing(bench: PrintBench) -> None:
    job_id = bench.deliver()
    cards = bench.world.hands.unload()
    with pytest.raises(Refused, match="printer-hopper-empty"):
        await bench.production.produce(OPERATOR, job_id)
    bench.world.hands.load(cards)
    await printed(bench, job_id)


async def test_a_ribbon_that_ends_before_the_card_leaves_it_ready_to_print(bench: PrintBench) -> None:
    job_id = bench.deliver()
    bench.world.mechanism.ribbon_left = 1
    await printed(bench, job_id)
    other = bench.deliver(people(2)[1], 2)
    with pytest.raises(Refused, match="printer-ribbon-out"):
        await bench.production.produce(OPERATOR, other)
    bench.world.hands.change_ribbon("R-0002")
    await bench.production.upkeep.declare_supplies(OPERATOR)
    await printed(bench, other)


async def test_a_power_cut_while_printing_is_asked_about_after_the_start(bench: PrintBench) -> None:
    bench.world.faults.add(parse_fault("printer print_card 1 power-cut when=after"))
    job_id = bench.deliver()
    production = await bench.production.produce(OPERATOR, job_id)
    assert production.decision is Decision.UNREACHABLE
    bench.restart()
    bench.world.mechanism.power_on()
    await bench.activate()
    (decision,) = await bench.production.recover(OPERATOR)
    assert decision.question
    with pytest.raises(Refused, match="print-intent-open"):
        await bench.production.produce(OPERATOR, job_id)
    bench.world.hands.take_output()
    (decision,) = await bench.production.recover(OPERATOR, {production.intent_id: OperatorAnswer(AnswerKind.CARD_GOOD)})
    assert decision.state is IntentState.OK
    assert await bench.production.recover(OPERATOR) == []
    assert bench.book.room_balance(ROOM) == 4


async def test_an_unresolved_blank_counts_as_missing_until_it_is_found(bench: PrintBench) -> None:
    bench.world.faults.add(parse_fault("printer feed_to_encoder 1 feed-failed"))
    job_id = bench.deliver()
    production = await bench.production.produce(OPERATOR, job_id)
    assert production.decision is Decision.ASK_HOPPER
    later = {production.intent_id: OperatorAnswer(AnswerKind.LATER)}
    (decision,) = await bench.production.recover(OPERATOR, later)
    assert decision.state is IntentState.UNRESOLVED
    assert bench.book.room_balance(ROOM) == 4
    counted = {production.intent_id: OperatorAnswer(AnswerKind.HOPPER_COUNT, counted=5)}
    (decision,) = await bench.production.recover(OPERATOR, counted)
    assert decision.state is IntentState.NOT_CONSUMED
    assert bench.book.room_balance(ROOM) == 5


async def test_a_card_set_aside_can_be_called_good_only_when_the_counter_had_proved_it(bench: PrintBench) -> None:
    proved, unproved = (bench.deliver(person, number) for number, person in enumerate(people(2)))
    for job_id, anew, offered in ((proved, False, True), (unproved, True, False)):
        bench.world.faults.add(parse_fault("printer print_card 1 power-cut when=after"))
        production = await bench.production.produce(OPERATOR, job_id)
        bench.world.mechanism.power_on()
        if anew:
            bench.world.mechanism.card_count = 0
        later = {production.intent_id: OperatorAnswer(AnswerKind.LATER)}
        await bench.production.recover(OPERATOR, later)
        (decision,) = await bench.production.recover(OPERATOR)
        assert decision.state is IntentState.UNRESOLVED
        assert (AnswerKind.CARD_GOOD in decision.answers) is offered
        bench.world.hands.take_output()
        kind = AnswerKind.CARD_GOOD if offered else AnswerKind.CARD_SPOILED
        (decision,) = await bench.production.recover(OPERATOR, {production.intent_id: OperatorAnswer(kind)})
        assert decision.state is (IntentState.OK if offered else IntentState.SPOILED)


async def test_an_undeclared_test_print_is_found_by_the_counter(bench: PrintBench) -> None:
    await printed(bench, bench.deliver())
    bench.world.hands.print_test_card()
    await printed(bench, bench.deliver(people(2)[1], 2))
    (anomaly,) = bench.production.anomalies()
    assert bench.book.room_balance(ROOM) == 2
    from station.print.intents import Explanation

    bench.production.explain(OPERATOR, anomaly.anomaly_id, Explanation.TEST_PRINT, "uji sejajar")
    assert bench.book.room_balance(ROOM) == 2
    assert bench.production.anomalies() == []


async def test_a_declared_cleaning_card_is_no_anomaly(bench: PrintBench) -> None:
    await printed(bench, bench.deliver())
    bench.world.hands.run_cleaning_card()
    await bench.production.upkeep.declare_cleaning(OPERATOR)
    await printed(bench, bench.deliver(people(2)[1], 2))
    assert bench.production.anomalies() == []


async def test_a_card_that_looks_bad_is_spoiled_by_the_operator(bench: PrintBench) -> None:
    job_id = bench.deliver()
    production = await bench.production.produce(OPERATOR, job_id)
    spoiled = await bench.production.spoil(OPERATOR, production.intent_id, SpoilCause.PRINT_FAILED)
    assert spoiled.state is IntentState.SPOILED
    with pytest.raises(Refused):
        await bench.production.confirm(OPERATOR, production.intent_id, production.serial)
    await printed(bench, job_id)
    assert bench.book.room_balance(ROOM) == 3


async def test_a_spoiled_card_leaves_no_personal_data_on_its_chip(bench: PrintBench) -> None:
    production = await bench.production.produce(OPERATOR, bench.deliver())
    card = bench.world.hands.take_output()
    assert card is not None
    await bench.production.spoil(OPERATOR, production.intent_id, SpoilCause.PRINT_FAILED)
    assert card.card.mark.state is ChipState.VOID
    assert card.card.files == {}


async def test_a_confirmed_card_found_bad_is_taken_back_by_two_persons_and_printed_anew(bench: PrintBench) -> None:
    job_id = bench.deliver()
    first = await printed(bench, job_id)
    with pytest.raises(NotAllowed):
        await bench.production.withdraw(OPERATOR, OPERATOR, job_id, SpoilCause.WRONG_DATA)
    replacement = await bench.production.withdraw(OPERATOR, HEAD, job_id, SpoilCause.WRONG_DATA)
    assert bench.book.serial_state(first.serial).state is SerialState.SPOILED
    assert bench.queue.job(job_id).state is JobState.WITHDRAWN
    assert bench.world.hands.table[-1].card.mark.state is ChipState.VOID
    await printed(bench, replacement)
    assert bench.book.room_balance(ROOM) == 3
    assert bench.book.verify().whole


async def test_the_forecast_compares_the_queue_with_blanks_ribbon_and_film(bench: PrintBench) -> None:
    for number, person in enumerate(people(3)):
        bench.deliver(person, number)
    forecast = await bench.production.forecast(OPERATOR)
    assert (forecast.waiting, forecast.blanks, forecast.ribbon_cards, forecast.film_cards) == (3, 5, 500, 750)
    assert forecast.enough


async def test_a_chip_killed_by_heat_is_noticed_on_the_desk_reader(bench: PrintBench) -> None:
    production = await bench.production.produce(OPERATOR, bench.deliver())
    card = bench.world.hands.take_output()
    assert card is not None
    for file, content in card.card.files.items():
        card.card.files[file] = bytes(len(content))
    with pytest.raises(Tampered):
        await bench.production.confirm(OPERATOR, production.intent_id)
    spoiled = await bench.production.spoil(OPERATOR, production.intent_id, SpoilCause.CHIP_FAILED)
    assert spoiled.state is IntentState.SPOILED
