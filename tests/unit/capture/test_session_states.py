"""The session's state machine, by its table and by random work."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.capture.attendance import AttendanceRow, Outcome, counts, progress
from station.capture.session_states import TRANSITIONS, SessionEvent, SessionState, advance
from station.capture.sitting import TRANSITIONS as SITTING_TRANSITIONS
from station.capture.sitting import SittingEvent, SittingState
from station.capture.sitting import advance as advance_sitting
from station.domain.errors import Refused
from station.domain.person import Sex
from station.store.rosters import Student

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@given(st.lists(st.sampled_from(SessionEvent), max_size=30))
@settings(max_examples=200)
def test_no_order_of_events_closes_a_session_that_was_not_reconciled_and_backed_up(events: list[SessionEvent]) -> None:
    state = SessionState.OPENED
    reconciled = backed_up = False
    for event in events:
        try:
            state = advance(state, event)
        except Refused:
            continue
        if event is SessionEvent.WORK:
            reconciled = backed_up = False
        reconciled = reconciled or event is SessionEvent.RECONCILE
        backed_up = backed_up or (event is SessionEvent.BACK_UP and reconciled)
        if event is SessionEvent.CLOSE:
            assert reconciled
            assert backed_up
        if event is SessionEvent.CLOSE_BY_OVERRIDE:
            assert reconciled
    assert state in SessionState


@pytest.mark.parametrize("event", [event for event in SessionEvent if event is not SessionEvent.BACK_UP])
def test_a_closed_session_stays_closed(event: SessionEvent) -> None:
    with pytest.raises(Refused):
        advance(SessionState.CLOSED, event)


def test_every_state_can_be_reached_and_every_event_is_used() -> None:
    assert set(TRANSITIONS.values()) | {SessionState.OPENED} == set(SessionState)
    assert {event for _state, event in TRANSITIONS} == set(SessionEvent)
    assert set(SITTING_TRANSITIONS.values()) == set(SittingState)
    assert {event for _state, event in SITTING_TRANSITIONS} == set(SittingEvent)


@given(st.lists(st.sampled_from(SittingEvent), max_size=20))
@settings(max_examples=200)
def test_a_sitting_is_sealed_at_most_once(events: list[SittingEvent]) -> None:
    state, sealed = SittingState.RECORDING, 0
    for event in events:
        try:
            state = advance_sitting(state, event)
        except Refused:
            continue
        sealed += event is SittingEvent.SEAL
    assert sealed <= 1


def row(outcome: Outcome) -> AttendanceRow:
    student = Student("a", "b", 1, "6311010101080001", "SISWA", "CONTOH", date(2009, 1, 1), Sex.MALE, "XII")
    return AttendanceRow(student, outcome, "", "", NOON, None, None)


def test_the_pace_is_that_of_the_last_recordings_and_tells_the_end() -> None:
    rows = [row(Outcome.RECORDED)] * 4 + [row(Outcome.WAITING)] * 6 + [row(Outcome.REFUSED), row(Outcome.POSTPONED)]
    moments = [NOON + timedelta(minutes=5 * number) for number in range(4)]
    found = progress(120, counts(rows), moments, NOON + timedelta(minutes=15))
    assert found.students_per_hour == pytest.approx(12)
    left = 120 - 4 - 1 - 1
    assert found.estimated_end == NOON + timedelta(minutes=15, hours=left / 12), "those still to come count too"
    assert (found.attended, found.waiting, found.recorded, found.refused, found.postponed) == (12, 6, 4, 1, 1)


def test_without_two_recordings_there_is_no_pace() -> None:
    assert progress(3, counts([]), [NOON], NOON).students_per_hour is None
    assert progress(3, counts([]), [NOON, NOON], NOON).estimated_end is None
