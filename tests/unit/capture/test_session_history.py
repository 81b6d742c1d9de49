"""Random school days on a real database: attended = recorded + refused + postponed, whatever the order of the work."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.people.person import make_person
from station.capture.attendance import Outcome, PostponeReason, RefusalReason
from station.capture.session_states import SessionState
from station.domain.errors import Refused
from station.domain.identifiers import RandomIds
from tests.capture_desk import DAY, OPERATOR, Desk, make_desk
from tests.capture_sittings import QuickExaminer, record_quickly

PEOPLE = [make_person(5, number, DAY, age=17) for number in range(4)]
WORK = st.tuples(
    st.sampled_from(["attend", "refuse", "postpone", "record", "reconcile", "close"]),
    st.integers(0, len(PEOPLE) - 1),
)


def do(desk: Desk, session_id: str, work: str, index: int) -> None:
    student = desk.students[index].student_id
    match work:
        case "attend":
            desk.sessions.attend(OPERATOR, session_id, student)
        case "refuse":
            desk.sessions.refuse(OPERATOR, session_id, student, RefusalReason.DECLINED)
        case "postpone":
            desk.sessions.postpone(OPERATOR, session_id, student, PostponeReason.LEFT)
        case "record":
            asyncio.run(record_quickly(desk, desk.sessions.get(session_id), index))
        case "reconcile":
            desk.sessions.reconcile(OPERATOR, session_id)
        case _:
            desk.sessions.close(OPERATOR, session_id)


@given(st.lists(WORK, max_size=14))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_day_in_any_order_adds_up(history: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder), PEOPLE, examiner=QuickExaminer(), ids=RandomIds())
        desk.pair()
        session_id = desk.open_session().session_id
        for work, index in history:
            with suppress(Refused):
                do(desk, session_id, work, index)
            check(desk, session_id)
        assert desk.audit.verify().whole
        desk.database.close()


def check(desk: Desk, session_id: str) -> None:
    rows = desk.sessions.attendance(session_id)
    found = desk.sessions.progress(session_id)
    assert found.attended == found.recorded + found.refused + found.postponed + found.waiting == len(rows)
    numbers = [row.running_number for row in rows if row.running_number is not None]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    for row in rows:
        assert (row.outcome is Outcome.RECORDED) == (row.running_number is not None)
    state = desk.sessions.get(session_id).state
    assert state is not SessionState.CLOSED
    if state is SessionState.RECONCILED:
        assert found.waiting == 0
