"""Who may book what, what the day waits for, and a clock that jumps ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from station.domain.card import PrintReason, SpoilCause
from station.domain.errors import NotAllowed, Refused, StationError
from station.domain.staff import Actor, Role
from station.ledger.duties import Duty, Step
from station.ledger.posting import Document
from station.ledger.printing import Outcome
from tests.unit.ledger.ledger_desk import CENTRE, CUSTODIAN, FIRST_DAY, HEAD, ROOM, Desk

PAPER = Document("1/X/2025", FIRST_DAY)
EVERYONE = Actor("7" * 32, "Orang Kedua", frozenset(Role))
CALLS: dict[Duty, Callable[[Desk, Actor], object]] = {
    Duty.OPEN_BOOK: lambda desk, who: desk.book.open_book(who, EVERYONE, 5, PAPER),
    Duty.RECEIVE: lambda desk, who: desk.book.receive(who, PAPER, CENTRE, 5, 5, None),
    Duty.ISSUE_DIVISION: lambda desk, who: desk.book.issue_to_division(who, EVERYONE, 1),
    Duty.ISSUE_ROOM: lambda desk, who: desk.book.issue_to_room(who, EVERYONE, ROOM, 1),
    Duty.ISSUE_POINT: lambda desk, who: desk.book.issue_to_point(who, EVERYONE, "UKL 1", 1),
    Duty.RETURN_ROOM: lambda desk, who: desk.book.return_from_room(who, EVERYONE, ROOM, 1, 0),
    Duty.RETURN_DIVISION: lambda desk, who: desk.book.return_to_store(who, EVERYONE, 1, 0),
    Duty.RETURN_POINT: lambda desk, who: desk.book.return_from_point(who, EVERYONE, "UKL 1", 1, 0),
    Duty.SET_ASIDE: lambda desk, who: desk.book.set_aside_defective(who, EVERYONE, 1, SpoilCause.JAM),
    Duty.LEND: lambda desk, who: desk.book.lend(who, PAPER, "KOTA MISAL", 1),
    Duty.BORROW: lambda desk, who: desk.book.borrow(who, PAPER, "KOTA MISAL", 1),
    Duty.DESTROY: lambda desk, who: desk.book.destroy(who, EVERYONE, 1, PAPER, ["Saksi"]),
    Duty.SUKET: lambda desk, who: desk.book.suket(who, 1),
    Duty.COUNT: lambda desk, who: desk.book.count(who, 1),
    Duty.EXPLAIN: lambda desk, who: desk.book.explain_discrepancy(who, EVERYONE, "x", "sebab"),
    Duty.SETTLE: lambda desk, who: desk.book.find_again(who, EVERYONE, 1, "ketemu"),
    Duty.SHORTAGE: lambda desk, who: desk.book.close_case(who, EVERYONE, "x", "sebab", PAPER),
    Duty.LOCK: lambda desk, who: desk.book.lock_day(who, FIRST_DAY),
    Duty.CONFIRM_DAY: lambda desk, who: desk.book.confirm_day(who, EVERYONE),
}


@pytest.mark.parametrize("duty", list(Duty), ids=lambda duty: duty.value[0])
def test_the_book_asks_for_the_role_that_the_table_names(desk: Desk, duty: Duty) -> None:
    for role in Role:
        person = Actor("8" * 32, "Contoh", frozenset({role}))
        refused_for_role = False
        try:
            CALLS[duty](desk, person)
        except NotAllowed as error:
            refused_for_role = error.message_id == "ledger-role-missing"
        except StationError:
            pass
        assert refused_for_role != duty.is_of(person), role


def test_the_day_says_step_by_step_what_it_waits_for(desk: Desk) -> None:
    book, seen = desk.book, []

    def note() -> None:
        seen.append(book.next_step().step)

    note()
    desk.receive(100)
    note()
    book.issue_to_division(CUSTODIAN, HEAD, 10)
    note()
    book.issue_to_room(HEAD, EVERYONE, ROOM, 10)
    note()
    desk.print_cards(new=7, spoiled=1)
    book.return_from_room(EVERYONE, HEAD, ROOM, 2, 1)
    note()
    book.return_to_store(HEAD, CUSTODIAN, 2, 1)
    note()
    count = book.count(CUSTODIAN, 91)
    note()
    book.explain_discrepancy(CUSTODIAN, HEAD, count.entry_id, "satu keping tidak ditemukan")
    note()
    book.count(CUSTODIAN, 91)
    note()
    book.lock_day(CUSTODIAN, FIRST_DAY)
    note()
    assert seen == [
        Step.FILL, Step.ISSUE, Step.ISSUE_ROOM, Step.PRINT, Step.RETURN_STORE, Step.COUNT, Step.EXPLAIN, Step.COUNT,
        Step.LOCK, Step.DONE,
    ]  # fmt: skip
    desk.next_day()
    note()
    assert seen[-1] is Step.ISSUE


def test_a_clock_far_ahead_books_nothing_by_hand_until_two_people_confirm_the_day(desk: Desk) -> None:
    desk.receive(100)
    desk.issue(10)
    late = FIRST_DAY + timedelta(days=40)
    desk.at(late)
    assert desk.book.day_ahead() == (FIRST_DAY, late)
    assert desk.book.next_step().step is Step.CONFIRM_DAY
    with pytest.raises(Refused) as raised:
        desk.issue(10)
    assert raised.value.message_id == "ledger-day-far-ahead"
    with pytest.raises(NotAllowed):
        desk.book.confirm_day(CUSTODIAN, CUSTODIAN)
    desk.book.confirm_day(CUSTODIAN, HEAD)
    desk.issue(10)
    assert desk.book.usage_row(late).issued == 10
    remarks = [remark.message_id for remark in desk.book.usage_row(late).remarks]
    assert "ledger-remark-day-confirmed" in remarks
    assert desk.book.verify().whole


def test_what_a_machine_did_under_a_wrong_clock_stays_in_the_day_of_the_book(desk: Desk) -> None:
    desk.receive(100)
    desk.issue(10)
    wrong = date(2031, 5, 4)
    desk.at(wrong)
    entry = desk.consume(Outcome.PRINTED, PrintReason.NEW)
    assert (entry.day, entry.late_from) == (FIRST_DAY, wrong)
    desk.at(FIRST_DAY, hour=15)
    desk.bring_back()
    desk.close(FIRST_DAY)
    row = desk.book.usage_row(FIRST_DAY)
    assert (row.printed, row.closing) == (1, 99)
    assert "ledger-remark-late" in [remark.message_id for remark in row.remarks]


def test_a_holiday_of_two_weeks_needs_no_confirmation(desk: Desk) -> None:
    desk.receive(100)
    desk.at(FIRST_DAY + timedelta(days=14))
    desk.issue(5)
    assert desk.book.day_ahead() is None
