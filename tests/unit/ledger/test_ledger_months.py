"""Random months: whatever people do, the identities of the 14 columns hold in every row."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.domain.card import PrintReason, SpoilCause
from station.domain.errors import Refused
from station.ledger.accounts import is_division_side
from station.ledger.batch import decode_batch
from station.ledger.consolidation import Consolidation
from station.ledger.posting import Document
from station.ledger.printing import Outcome
from station.ledger.usage import UsageMonth
from tests.unit.ledger.ledger_desk import CUSTODIAN, HEAD, PRINTER, ROOM, Desk, open_desk

MONTH_START = date(2028, 2, 1)
STEPS = ("receive", "issue", "point", "print", "spoil", "missing", "back", "lend", "repaid", "borrow", "repay", "count",
         "undo", "close", "tomorrow", "midnight")  # fmt: skip
ACTIONS = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 40)), max_size=60)


@contextmanager
def temporary_desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Path(folder))
        desk.at(MONTH_START)
        try:
            yield desk
        finally:
            desk.database.close()


class Month:
    """Does what the actions say; what the rules forbid is refused and changes nothing."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.documents = 0

    def do(self, step: str, amount: int) -> None:
        try:
            getattr(self, f"_{step}")(amount)
        except Refused:
            return

    def _document(self) -> Document:
        self.documents += 1
        return Document(f"BA/{self.documents}", MONTH_START)

    def _receive(self, amount: int) -> None:
        self.desk.receive(amount * 5, paper=amount * 5 + amount % 2)

    def _issue(self, amount: int) -> None:
        self.desk.issue(amount)

    def _point(self, amount: int) -> None:
        self.desk.book.issue_to_point(CUSTODIAN, HEAD, "Kec. Awayan", amount)

    def _print(self, amount: int) -> None:
        for number in range(amount % 7 + 1):
            self.desk.consume(Outcome.PRINTED, list(PrintReason)[number % 4])

    def print_late(self, at: datetime) -> None:
        """Book a print that happened earlier, as a station does that was off when the card came out."""
        try:
            with self.desk.database.write() as connection:
                self.desk.book.consume(
                    connection, PRINTER.staff_id, ROOM, Outcome.PRINTED, PrintReason.NEW, "", "late-print", at
                )
        except Refused:
            return

    def _spoil(self, amount: int) -> None:
        self.desk.consume(Outcome.SPOILED, list(SpoilCause)[amount % 8])

    def _missing(self, _amount: int) -> None:
        self.desk.consume(Outcome.SPOILED, SpoilCause.MISSING)

    def _back(self, amount: int) -> None:
        if amount % 2:
            self.desk.bring_back()
        else:
            self.desk.book.return_from_point(HEAD, CUSTODIAN, "Kec. Awayan", amount, 0)

    def _lend(self, amount: int) -> None:
        self.desk.book.lend(CUSTODIAN, self._document(), "Kab. Tabalong", amount)

    def _repaid(self, amount: int) -> None:
        self.desk.book.receive_repayment(CUSTODIAN, self._document(), "Kab. Tabalong", amount)

    def _borrow(self, amount: int) -> None:
        self.desk.book.borrow(CUSTODIAN, self._document(), "Kab. Tabalong", amount)

    def _repay(self, amount: int) -> None:
        self.desk.book.repay(CUSTODIAN, self._document(), "Kab. Tabalong", amount)

    def _count(self, amount: int) -> None:
        store = self.desk.book.balance("store")
        count = self.desk.book.count(CUSTODIAN, max(0, store - amount % 3))
        if amount % 3:
            self.desk.book.explain_discrepancy(CUSTODIAN, HEAD, count.entry_id, "selisih")

    def _undo(self, amount: int) -> None:
        entries = self.desk.book.entries_after(0)
        entry = entries[-(amount % len(entries)) - 1] if entries else None
        if entry is not None:
            with self.desk.database.write() as connection:
                self.desk.book.reverse(
                    connection, PRINTER.staff_id, entry.entry_id, "salah", self.desk.clock.now(), HEAD.staff_id
                )

    def _close(self, _amount: int) -> None:
        self.desk.bring_back()
        self.desk.close(self.desk.clock.now().date())

    def _tomorrow(self, _amount: int) -> None:
        self.desk.next_day()

    def _midnight(self, amount: int) -> None:
        self.desk.clock.advance(timedelta(hours=amount % 9))


def check_identities(month: UsageMonth, balances: dict[str, int]) -> None:
    """Domain rules of the 14 columns, one after the other."""
    store, division = month.opening, month.rows[0].carried
    for row in month.rows:
        printed = row.printed_new + row.printed_lost + row.printed_damaged + row.printed_data_change
        assert row.store_balance == store + row.received
        assert row.division_remainder == (division + row.issued - printed - row.spoiled + row.division_adjustment)
        assert row.closing == row.store_balance - row.issued - row.lent + row.returned + row.store_adjustment
        assert min(row.columns) >= 0
        assert row.closing >= 0
        if not (row.store_adjustment or row.division_adjustment or row.carried):
            assert row.issued + row.lent <= row.store_balance
        assert bool(row.receipts) == (row.received > 0)
        assert bool(row.loans) == (row.lent > 0)
        if row.store_adjustment or row.division_adjustment:
            assert row.remarks or (row.store_adjustment + row.division_adjustment == 0)
        store, division = row.closing, row.division_remainder - row.returned
    assert store == balances.get("store", 0) == month.closing
    assert division == sum(balance for account, balance in balances.items() if is_division_side(account))
    assert sum(balances.values()) == 0
    change = month.total("received") - month.total("lent") - month.total("printed") - month.total("spoiled")
    adjusted = month.total("store_adjustment") + month.total("division_adjustment")
    assert store + division == month.opening + month.rows[0].carried + change + adjusted


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTIONS)
def test_every_random_month_keeps_the_identities(actions: list[tuple[str, int]]) -> None:
    with temporary_desk() as desk:
        month = Month(desk)
        desk.receive(300)
        for step, amount in actions:
            month.do(step, amount)
            if desk.clock.now().date() >= date(2028, 2, 28):
                break
        check_identities(desk.book.usage_month(2028, 2), desk.book.balances())
        assert desk.book.verify().whole


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTIONS, ACTIONS)
def test_random_months_carry_over_and_a_late_print_changes_no_closed_day(
    before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    with temporary_desk() as desk:
        month = Month(desk)
        desk.at(date(2028, 2, 27))
        desk.receive(300)
        for step, amount in before:
            if step not in ("tomorrow", "midnight"):
                month.do(step, amount)
        leap_day = datetime(2028, 2, 29, 15, 30, tzinfo=UTC)
        desk.clock.jump_to(max(desk.clock.now(), leap_day))
        month.do("close", 1)
        february = desk.book.usage_month(2028, 2)
        desk.clock.jump_to(leap_day + timedelta(hours=1))  # half past midnight of 1 March where the kit is
        month.print_late(leap_day)
        for step, amount in after[:20]:
            month.do(step, amount)
        march = desk.book.usage_month(2028, 3)
        if desk.book.locked_to() == date(2028, 2, 29):
            assert desk.book.usage_month(2028, 2) == february
        assert (march.opening, march.rows[0].opening) == (desk.book.usage_month(2028, 2).closing,) * 2
        check_identities(march, desk.book.balances())


def two_stations(folder: Path) -> list[Desk]:
    """Two kits of one office on one day: the first receives and sends, the second receives, prints and loses one."""
    first, second = (open_desk(folder, station, f"{station}.db") for station in ("KIT-A", "KIT-B"))
    first.receive(200)
    first.book.send_to_station(CUSTODIAN, Document("KIRIM/1", MONTH_START), "KIT-B", 80)
    first.issue(20)
    first.consume(Outcome.PRINTED, PrintReason.NEW, "04AA", "a-1")
    second.book.receive_from_station(CUSTODIAN, Document("KIRIM/1", MONTH_START), "KIT-A", 80)
    second.issue(30)
    second.consume(Outcome.PRINTED, PrintReason.LOST, "04BB", "b-1")
    for desk in (first, second):
        desk.bring_back()
        desk.close(desk.clock.now().date())
    return [first, second]


@given(st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_two_stations_add_up_in_any_order_of_arrival(data: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desks = two_stations(Path(folder))
        batches = [
            decode_batch(desk.book.batch_after(start, 4) or b"")
            for desk in desks
            for start in range(0, desk.book.head().seq, 3)
        ]
        for desk in desks:
            desk.database.close()
    office = Consolidation()
    for batch in data.draw(st.permutations(batches + batches[:3])):
        office.add(batch)
    balances = office.balances()
    assert (balances["store"], balances["transfer:KIT-A>KIT-B"]) == (198, 0)
    assert office.conflicts() == []
    month = office.usage_month(2025, 1)
    check_identities(month, balances)
    assert (month.total("received"), month.total("printed"), month.total("issued")) == (200, 2, 50)
    assert month.total("store_adjustment") == 0


def test_what_people_must_decide_is_listed(tmp_path: Path) -> None:
    first, second = two_stations(tmp_path)
    second.issue(1)
    second.consume(Outcome.PRINTED, PrintReason.NEW, "04AA", "b-2")
    office = Consolidation()
    office.add(decode_batch(second.book.batch_after(0) or b""))
    assert {conflict.message_id for conflict in office.conflicts()} == {"ledger-conflict-transfer"}
    office.add(decode_batch(first.book.batch_after(3) or b""))
    kinds = {conflict.message_id for conflict in office.conflicts()}
    assert {"ledger-conflict-gap", "ledger-conflict-serial", "ledger-conflict-negative"} <= kinds
    office.add(decode_batch(first.book.batch_after(0) or b""))
    assert [conflict.params["serial"] for conflict in office.conflicts()] == ["04AA"]
    other = open_desk(tmp_path, "KIT-A", "copy.db")
    other.receive(7)
    office.add(decode_batch(other.book.batch_after(0) or b""))
    assert "ledger-conflict-fork" in {conflict.message_id for conflict in office.conflicts()}
    for desk in (first, second, other):
        desk.database.close()
