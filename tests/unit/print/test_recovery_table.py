"""The recovery table answers for every combination of witnesses, and never guesses a good card."""

from __future__ import annotations

import itertools

import pytest

from station.domain.errors import Refused
from station.print.recovery import ChipMatch, Decision, Delta, Evidence, decide
from station.print.states import OPEN, TERMINAL, TRANSITIONS, IntentState, advance

LAST_STEPS = sorted(OPEN - {IntentState.UNRESOLVED}, key=lambda state: state.value)


def test_every_combination_of_witnesses_has_an_answer() -> None:
    yes_no = (True, False)
    for last, inside, complaint, delta, chip, begun, finished in itertools.product(
        LAST_STEPS, yes_no, yes_no, Delta, ChipMatch, yes_no, yes_no
    ):
        seen = Evidence(True, inside, complaint, delta=delta, chip=chip, begun=begun, finished=finished)
        assert decide(last, seen) is not Decision.UNREACHABLE


@pytest.mark.parametrize("last", LAST_STEPS)
def test_an_unreachable_printer_leaves_everything_open(last: IntentState) -> None:
    assert decide(last, Evidence(reachable=False)) is Decision.UNREACHABLE


def test_a_card_whose_print_was_sent_is_never_sent_again_while_the_printer_knows_the_command() -> None:
    for delta, chip in itertools.product(Delta, ChipMatch):
        seen = Evidence(True, inside=True, delta=delta, chip=chip, begun=True)
        assert decide(IntentState.PRINT_SENT, seen) is Decision.WAIT


def test_without_a_moved_counter_a_missing_card_is_looked_for_not_confirmed() -> None:
    for delta in (Delta.ZERO, Delta.BROKEN):
        assert decide(IntentState.PRINT_SENT, Evidence(True, delta=delta)) is Decision.ASK_CARD


def test_terminal_states_lead_nowhere_and_every_state_can_end() -> None:
    assert {IntentState.OK, IntentState.SPOILED, IntentState.NOT_CONSUMED} == TERMINAL
    for state in OPEN:
        reached, frontier = {state}, [state]
        while frontier:
            for following in TRANSITIONS[frontier.pop()]:
                if following not in reached:
                    reached.add(following)
                    frontier.append(following)
        assert reached & TERMINAL
    with pytest.raises(Refused, match="print-step-impossible"):
        advance(IntentState.RESERVED, IntentState.OK)


def test_a_good_card_comes_only_from_a_card_that_was_seen_out() -> None:
    assert [state for state, following in TRANSITIONS.items() if IntentState.OK in following] == [IntentState.EJECTED]
