"""What may be booked, by whom, and what happens when something does not fit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from station.domain.card import PrintReason, SpoilCause
from station.domain.errors import BadInput, NotAllowed, NotFound, Refused, StationError
from station.ledger.accounts import DISCREPANCY, STORE
from station.ledger.posting import Document
from station.ledger.printing import Outcome
from station.ledger.serials import SerialState
from tests.unit.ledger.ledger_desk import CENTRE, CUSTODIAN, FIRST_DAY, HEAD, PRINTER, ROOM, Desk

RECORD = Document("BA/1/2025", FIRST_DAY)


def refused_with(message_id: str) -> pytest.RaisesExc[StationError]:
    return pytest.RaisesExc(StationError, check=lambda error: error.message_id == message_id)


def test_no_account_goes_below_zero(desk: Desk) -> None:
    desk.receive(10)
    with pytest.raises(Refused) as raised:
        desk.book.issue_to_division(CUSTODIAN, HEAD, 11)
    assert raised.value.params == {"account": "store", "place": "", "available": 10, "wanted": 11}
    with pytest.raises(Refused):
        desk.book.repay(CUSTODIAN, RECORD, "Kab. Tabalong", 1)
    with pytest.raises(Refused):
        desk.book.receive_repayment(CUSTODIAN, RECORD, "Kab. Tabalong", 1)
    with pytest.raises(Refused):
        desk.consume(Outcome.PRINTED, PrintReason.NEW)
    assert desk.book.balances() == {"outside:pusat:Pusat": -10, "store": 10}
    assert desk.book.verify().whole


def test_the_database_itself_refuses_negative_stock_and_changes(desk: Desk) -> None:
    desk.receive(10)
    copied = "SELECT 2, '2', station, at, day, movement, 'division', 'store', 11, actor_id, second_id, reason, serial, "
    copied += "intent_id, document_no, document_date, giver, receiver, reference, details, hash FROM ledger_entry"
    for statement in (
        f"INSERT INTO ledger_entry {copied}",
        "UPDATE ledger_entry SET quantity = 9",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_head",
    ):
        desk.book.head()
        with pytest.raises(IntegrityError), desk.database.write() as connection:
            connection.exec_driver_sql(statement)


def test_a_short_receipt_is_booked_as_counted_and_opens_a_case(desk: Desk) -> None:
    entry = desk.receive(498, paper=500)
    assert desk.book.balance(STORE) == 498
    case = desk.book.shortage_cases()[0]
    assert (case.paper_quantity, case.counted_quantity) == (500, 498)
    row = desk.book.usage_row(FIRST_DAY)
    assert row.received == 498
    assert [remark.message_id for remark in row.remarks] == ["ledger-remark-shortage"]
    desk.book.close_case(CUSTODIAN, HEAD, entry.entry_id, "dikirim menyusul", RECORD)
    assert desk.book.shortage_cases() == []
    with pytest.raises(Refused):
        desk.book.close_case(CUSTODIAN, HEAD, entry.entry_id, "lagi", RECORD)
    assert desk.book.balance(STORE) == 498


def test_two_different_people_with_the_right_roles_are_needed(desk: Desk) -> None:
    desk.receive(10)
    with pytest.raises(NotAllowed):
        desk.book.issue_to_division(HEAD, HEAD, 1)
    with pytest.raises(NotAllowed):
        desk.book.issue_to_division(CUSTODIAN, CUSTODIAN, 1)
    with pytest.raises(NotAllowed):
        desk.book.receive(PRINTER, RECORD, CENTRE, 1, 1, None)
    with pytest.raises(NotAllowed):
        desk.book.destroy(CUSTODIAN, CUSTODIAN, 1, RECORD, ["Saksi Contoh"])
    entry = desk.book.issue_to_division(CUSTODIAN, HEAD, 4)
    assert (entry.actor_id, entry.second_id) == (CUSTODIAN.staff_id, HEAD.staff_id)


def test_one_intent_consumes_one_blank_however_often_it_is_told(desk: Desk) -> None:
    desk.receive(10)
    desk.issue(5)
    first = desk.consume(Outcome.PRINTED, PrintReason.NEW, "04A1", "i-1")
    assert desk.consume(Outcome.PRINTED, PrintReason.NEW, "04A1", "i-1") == first
    assert desk.book.room_balance(ROOM) == 4
    with pytest.raises(Refused):
        desk.consume(Outcome.SPOILED, SpoilCause.JAM, "04A1", "i-1")
    with pytest.raises(Refused):
        desk.consume(Outcome.PRINTED, PrintReason.NEW, "04A1", "i-2")
    with pytest.raises(BadInput):
        desk.consume(Outcome.PRINTED, SpoilCause.JAM, "04A2", "i-3")


def test_a_reversal_on_the_same_day_takes_the_card_out_of_its_column(desk: Desk) -> None:
    desk.at(FIRST_DAY)
    desk.receive(10)
    desk.issue(5)
    entry = desk.consume(Outcome.PRINTED, PrintReason.NEW, "04A1", "i-1")
    with desk.database.write() as connection:
        desk.book.reverse(connection, PRINTER.staff_id, entry.entry_id, "kartu masih di tempat", desk.clock.now())
        assert desk.book.consumption_of(connection, "i-1") is None
    assert desk.book.serial_state("04A1").state is SerialState.IN_STOCK
    again = desk.consume(Outcome.SPOILED, SpoilCause.JAM, "04A1", "i-1")
    row = desk.book.usage_row(FIRST_DAY)
    assert (row.printed, row.spoiled, row.division_remainder) == (0, 1, 4)
    assert desk.book.serial_state("04A1").entry_id == again.entry_id
    with desk.database.write() as connection, pytest.raises(Refused):
        desk.book.reverse(connection, PRINTER.staff_id, entry.entry_id, "lagi", desk.clock.now())
    with desk.database.write() as connection, pytest.raises(NotFound):
        desk.book.reverse(connection, PRINTER.staff_id, "0" * 32, "tidak ada", desk.clock.now())


def test_a_reversal_after_the_day_is_closed_is_a_correction_of_the_open_day(desk: Desk) -> None:
    desk.at(FIRST_DAY)
    desk.receive(10)
    desk.issue(5)
    entry = desk.consume(Outcome.SPOILED, SpoilCause.MISSING, intent="i-1")
    desk.bring_back()
    desk.close(FIRST_DAY)
    desk.at(FIRST_DAY + timedelta(days=1))
    with desk.database.write() as connection:
        desk.book.reverse(connection, PRINTER.staff_id, entry.entry_id, "ditemukan di baki", desk.clock.now())
    yesterday, today = desk.book.usage_month(2025, 1).rows[:2]
    assert (yesterday.spoiled, yesterday.division_adjustment) == (0, -1)
    assert yesterday.remarks[0].message_id == "ledger-remark-missing"
    assert (today.division_adjustment, today.division_remainder) == (1, 1)
    assert [remark.message_id for remark in today.remarks] == ["ledger-remark-late-reversal"]
    assert desk.book.balance(DISCREPANCY) == 0
    assert desk.book.room_balance(ROOM) == 1


def test_a_late_event_lands_in_the_open_day_and_says_so(desk: Desk) -> None:
    desk.at(FIRST_DAY)
    desk.receive(10)
    desk.issue(5)
    desk.bring_back()
    desk.close(FIRST_DAY)
    entry = desk.receive(7, number="003/BAST/2025")
    assert entry.day == date(2025, 1, 2)
    assert entry.late_from == FIRST_DAY
    row = desk.book.usage_row(date(2025, 1, 2))
    assert row.received == 7
    assert [remark.message_id for remark in row.remarks] == ["ledger-remark-late"]


def test_a_clock_that_fell_back_does_not_open_an_earlier_day(desk: Desk) -> None:
    desk.at(date(2025, 3, 5))
    desk.receive(10)
    desk.at(date(2001, 1, 1))
    entry = desk.receive(5, number="004/BAST/2025")
    assert (entry.day, entry.late_from) == (date(2025, 3, 5), date(2001, 1, 1))


def test_a_day_is_closed_only_when_all_is_back_counted_and_explained(desk: Desk) -> None:
    desk.at(FIRST_DAY)
    desk.receive(10)
    desk.issue(5)
    with refused_with("ledger-day-not-returned"):
        desk.book.lock_day(CUSTODIAN, FIRST_DAY)
    desk.bring_back()
    with refused_with("ledger-day-not-counted"):
        desk.book.lock_day(CUSTODIAN, FIRST_DAY)
    count = desk.book.count(CUSTODIAN, 9)
    with refused_with("ledger-day-difference"):
        desk.book.lock_day(CUSTODIAN, FIRST_DAY)
    with pytest.raises(NotAllowed):
        desk.book.explain_discrepancy(CUSTODIAN, CUSTODIAN, count.entry_id, "tidak ketemu")
    desk.book.explain_discrepancy(CUSTODIAN, HEAD, count.entry_id, "tidak ketemu")
    desk.book.count(CUSTODIAN, 9)
    with refused_with("ledger-day-not-over"):
        desk.book.lock_day(CUSTODIAN, date(2025, 1, 2))
    desk.book.lock_day(CUSTODIAN, FIRST_DAY)
    with refused_with("ledger-day-locked"):
        desk.book.lock_day(CUSTODIAN, FIRST_DAY)
    row = desk.book.usage_row(FIRST_DAY)
    assert (row.spoiled, row.store_adjustment, row.closing) == (0, -1, 9)
    assert [remark.message_id for remark in row.remarks] == ["ledger-remark-difference"]


def test_a_recount_that_agrees_needs_no_explanation(desk: Desk) -> None:
    desk.receive(10)
    desk.book.count(CUSTODIAN, 8)
    assert len(desk.book.differences()) == 1
    desk.book.count(CUSTODIAN, 10)
    assert desk.book.differences() == []


def test_missing_pieces_are_found_again_or_written_off(desk: Desk) -> None:
    desk.receive(10)
    count = desk.book.count(CUSTODIAN, 6)
    desk.book.explain_discrepancy(CUSTODIAN, HEAD, count.entry_id, "kurang empat")
    desk.book.find_again(CUSTODIAN, HEAD, 1, "di laci")
    desk.book.write_off(CUSTODIAN, HEAD, 3, "hilang", RECORD)
    with pytest.raises(Refused):
        desk.book.find_again(CUSTODIAN, HEAD, 1, "lagi")
    assert desk.book.balance(DISCREPANCY) == 0
    assert desk.book.balance(STORE) == 7


def test_a_month_is_closed_when_it_is_over_although_nobody_worked_on_its_last_day(desk: Desk) -> None:
    desk.at(date(2025, 1, 30))
    desk.receive(10)
    with refused_with("ledger-month-not-closed"):
        desk.book.lock_month(CUSTODIAN, 2025, 1)
    desk.at(date(2025, 2, 1))
    with refused_with("ledger-day-not-counted"):
        desk.book.lock_month(CUSTODIAN, 2025, 1)
    desk.book.count(CUSTODIAN, 10)
    assert desk.book.lock_month(CUSTODIAN, 2025, 1).quantity == 10
    assert desk.book.locked_to() == date(2025, 1, 31)
    assert desk.book.verify().whole


def test_loans_both_ways_keep_what_is_outstanding(desk: Desk) -> None:
    desk.receive(1000)
    desk.book.lend(CUSTODIAN, RECORD, "Kab. Tabalong", 500)
    desk.book.receive_repayment(CUSTODIAN, RECORD, "Kab. Tabalong", 200)
    desk.book.borrow(CUSTODIAN, RECORD, "Kota Banjarbaru", 100)
    desk.book.repay(CUSTODIAN, RECORD, "Kota Banjarbaru", 40)
    outstanding = {loan.partner: (loan.they_owe, loan.we_owe) for loan in desk.book.loans()}
    assert outstanding == {"Kab. Tabalong": (300, 0), "Kota Banjarbaru": (0, 60)}
    row = desk.book.usage_row(desk.clock.now().date())
    assert (row.received, row.lent, row.closing) == (1300, 540, 760)


def test_more_than_the_loan_cannot_come_back(desk: Desk) -> None:
    desk.receive(100)
    desk.book.lend(CUSTODIAN, RECORD, "Kab. Tabalong", 20)
    with refused_with("ledger-loan-smaller"):
        desk.book.receive_repayment(CUSTODIAN, RECORD, "Kab. Tabalong", 21)
    with refused_with("ledger-loan-smaller"):
        desk.book.repay(CUSTODIAN, RECORD, "Kota Banjarbaru", 1)


def test_defective_pieces_leave_the_store_as_spoiled_and_every_column_holds(desk: Desk) -> None:
    desk.receive(100)
    desk.book.set_aside_defective(CUSTODIAN, HEAD, 3, SpoilCause.FACTORY_DEFECT)
    assert (desk.book.balance("store"), desk.book.balance("spoiled_store")) == (97, 3)
    row = desk.book.usage_row(desk.clock.now().date())
    assert (row.issued, row.spoiled, row.division_remainder, row.closing) == (3, 3, 0, 97)
    with pytest.raises(NotAllowed):
        desk.book.set_aside_defective(CUSTODIAN, CUSTODIAN, 1, SpoilCause.FACTORY_DEFECT)
    assert desk.book.verify().whole


def test_spoiled_pieces_are_kept_until_they_are_destroyed_before_witnesses(desk: Desk) -> None:
    desk.receive(10)
    desk.issue(5)
    desk.print_cards(spoiled=2)
    desk.book.set_aside_defective(CUSTODIAN, HEAD, 1, SpoilCause.FACTORY_DEFECT)
    desk.bring_back()
    assert desk.book.balance("spoiled_store") == 3
    with pytest.raises(BadInput):
        desk.book.destroy(CUSTODIAN, HEAD, 3, RECORD, [" "])
    with pytest.raises(Refused):
        desk.book.destroy(CUSTODIAN, HEAD, 4, RECORD, ["Saksi Contoh"])
    desk.book.destroy(CUSTODIAN, HEAD, 3, RECORD, ["Saksi Contoh"])
    row = desk.book.usage_row(FIRST_DAY)
    assert (row.spoiled, row.issued, row.division_remainder, row.closing) == (3, 6, 3, 7)
    assert desk.book.balance("destroyed") == 3


def test_serials_of_a_receipt_are_known_and_their_list_is_guarded(desk: Desk) -> None:
    serials = [f"04A{number}" for number in range(5)]
    desk.book.receive(CUSTODIAN, RECORD, CENTRE, 5, 5, None, serials)
    assert desk.book.serial_state("04A3").state is SerialState.IN_STOCK
    assert desk.book.serial_state("FFFF").state is SerialState.UNKNOWN
    with refused_with("ledger-serial-known"):
        desk.book.receive(CUSTODIAN, RECORD, CENTRE, 1, 1, None, ["04A3"])
    with pytest.raises(BadInput):
        desk.book.receive(CUSTODIAN, RECORD, CENTRE, 2, 2, None, ["04B1", "04B1"])
    assert desk.book.balance(STORE) == 5
    with desk.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER ledger_receipt_serial_no_delete")
        connection.exec_driver_sql("DELETE FROM ledger_receipt_serial WHERE serial = '04A3'")
    assert [problem.message_id for problem in desk.book.verify().problems] == ["ledger-serials-differ"]


def test_suket_is_counted_and_moves_no_blank(desk: Desk) -> None:
    desk.receive(10)
    desk.book.suket(HEAD, issued=3, extended=2)
    assert desk.book.balance("suket") == 0
    assert desk.book.usage_row(FIRST_DAY).closing == 10
    assert desk.book.suket_count(FIRST_DAY) == (3, 2)


def test_a_custody_entry_is_taken_back_by_two_people(desk: Desk) -> None:
    entry = desk.receive(10)
    with pytest.raises(NotAllowed):
        desk.book.undo(CUSTODIAN, CUSTODIAN, entry.entry_id, "salah tulis")
    desk.book.undo(CUSTODIAN, HEAD, entry.entry_id, "salah tulis")
    assert desk.book.balance(STORE) == 0
    row = desk.book.usage_row(FIRST_DAY)
    assert (row.received, row.receipts, row.store_adjustment) == (0, (), 0)


def test_opening_stock_is_for_an_empty_book_only(desk: Desk) -> None:
    desk.receive(1)
    with pytest.raises(Refused):
        desk.book.open_book(CUSTODIAN, HEAD, 5, RECORD)


@pytest.mark.parametrize("quantity", [0, -1, True])
def test_a_quantity_is_a_positive_number(desk: Desk, quantity: int) -> None:
    with pytest.raises(BadInput):
        desk.receive(quantity)
