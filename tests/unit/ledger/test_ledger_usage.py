"""The 14 columns: the golden example of the field and what a row must always obey."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from station.ledger.posting import Document
from tests.unit.ledger.ledger_desk import CUSTODIAN, FIRST_DAY, HEAD, Desk

GOLDEN = (
    # c1, c3, c4, c5, c7, c8, c9, c10, c11, c12, c13, closing
    (1, 500, 620, 60, 0, 40, 5, 3, 8, 1, 3, 563),
    (2, 0, 563, 50, 100, 30, 4, 2, 10, 2, 2, 415),
    (3, 200, 615, 40, 0, 25, 1, 0, 12, 0, 2, 577),
    (4, 0, 577, 0, 0, 0, 0, 0, 0, 0, 0, 577),
    (5, 0, 577, 70, 0, 48, 6, 4, 9, 3, 0, 507),
)


def work_the_golden_days(desk: Desk) -> None:
    desk.at(FIRST_DAY, 7)
    desk.book.open_book(CUSTODIAN, HEAD, 120, Document("SA/2025", FIRST_DAY))
    for number, received, _c4, issued, lent, new, lost, damaged, changed, spoiled, _c13, _closing in GOLDEN:
        day = FIRST_DAY + timedelta(days=number - 1)
        desk.at(day)
        if number == 1:
            desk.receive(received)
        if number == 3:
            desk.book.borrow(CUSTODIAN, Document("BA-PP/2/2025", day), "Kab. Tabalong", received)
        desk.issue(issued)
        if lent:
            desk.book.lend(CUSTODIAN, Document("BA-PP/1/2025", day), "Kab. Hulu Sungai Utara", lent)
        desk.print_cards(new, lost, damaged, changed, spoiled)
        desk.bring_back()
        desk.close(day)


def test_the_golden_example_of_the_field_is_reproduced(desk: Desk) -> None:
    work_the_golden_days(desk)
    month = desk.book.usage_month(2025, 1)
    assert month.opening == 120
    assert [(*row.columns, row.closing) for row in month.rows[:5]] == list(GOLDEN)
    assert len(month.rows) == 31
    totals = {name: month.total(name) for name in ("received", "issued", "lent", "printed", "spoiled")}
    assert totals == {"received": 700, "issued": 220, "lent": 100, "printed": 207, "spoiled": 6}
    assert month.closing == 507 == desk.book.balance("store")
    assert [line.number for line in month.rows[0].receipts] == ["001/BAST/2025"]
    assert [line.partner for line in month.rows[1].loans] == ["Kab. Hulu Sungai Utara"]
    assert [line.partner for line in month.rows[2].receipts] == ["Kab. Tabalong"]
    assert [remark.message_id for remark in month.rows[0].remarks] == ["ledger-remark-opening"]
    assert desk.book.verify().whole
    with pytest.raises(ValueError, match="no total"):
        month.total("store_balance")


def test_the_next_month_begins_where_the_last_one_ended(desk: Desk) -> None:
    work_the_golden_days(desk)
    february = desk.book.usage_month(2025, 2)
    assert (february.opening, february.closing, len(february.rows)) == (507, 507, 28)
    assert len(desk.book.usage_month(2028, 2).rows) == 29


def test_a_piece_returned_and_issued_again_is_counted_once(desk: Desk) -> None:
    desk.at(FIRST_DAY)
    desk.receive(60)
    desk.issue(60)
    desk.print_cards(new=10)
    desk.bring_back()
    desk.issue(20)
    desk.print_cards(new=5, spoiled=1)
    desk.bring_back()
    row = desk.book.usage_row(FIRST_DAY)
    assert row.columns == (1, 60, 60, 30, 0, 15, 0, 0, 0, 1, 14)
    assert row.closing == 44
    assert row.issued + row.lent <= row.store_balance


def test_counters_that_keep_their_blanks_carry_the_remainder(desk: Desk) -> None:
    desk.at(FIRST_DAY)
    desk.receive(100)
    desk.book.issue_to_point(CUSTODIAN, HEAD, "Kec. Awayan", 40)
    desk.close(FIRST_DAY)
    desk.at(date(2025, 1, 2))
    desk.book.issue_to_point(CUSTODIAN, HEAD, "Kec. Awayan", 10)
    first, second = desk.book.usage_month(2025, 1).rows[:2]
    assert (first.issued, first.division_remainder, first.closing) == (40, 40, 60)
    assert (second.issued, second.division_remainder, second.closing) == (10, 50, 50)
    desk.book.return_from_point(HEAD, CUSTODIAN, "Kec. Awayan", 15, 0)
    row = desk.book.usage_row(date(2025, 1, 2))
    assert (row.division_remainder, row.returned, row.closing) == (50, 15, 65)
    assert desk.book.usage_row(date(2025, 1, 3)).carried == 35


def test_the_day_is_the_local_day(desk: Desk) -> None:
    desk.at(date(2025, 1, 2), 0)
    desk.receive(10)
    assert desk.book.usage_row(date(2025, 1, 2)).received == 10
    assert desk.book.usage_row(date(2025, 1, 1)).received == 0
