"""The 14 columns of the blank usage report, computed from movements. Pure: sums and entries in, rows out.

Column 4 is the store before the day's issue; column 13 is what the division has left
before it is brought back. A piece returned and issued again on one day is not counted
twice in column 5. What no column may hide (differences, corrections, transfers) is an
adjustment of its own and is explained in the remarks.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from station.domain.card import PrintReason
from station.ledger.accounts import STORE, is_division_side, printed
from station.ledger.entry import Entry, Movement
from station.ledger.journal import DaySum

RECEIPTS = {Movement.RECEIPT, Movement.LOAN_IN, Movement.LOAN_OUT_REPAID}
LOANS_GIVEN = {Movement.LOAN_OUT, Movement.LOAN_IN_REPAID}
ISSUES = {Movement.ISSUE_DIVISION, Movement.ISSUE_POINT}
RETURNS = {Movement.RETURN_STORE, Movement.RETURN_POINT}
_REMARKED = {
    Movement.DIFFERENCE,
    Movement.FOUND,
    Movement.CASE_CLOSED,
    Movement.WRITE_OFF,
    Movement.LATE_REVERSAL,
    Movement.SEND_STATION,
    Movement.RECEIVE_STATION,
    Movement.DESTROYED,
    Movement.DAY_CONFIRMED,
}


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document of column 2 or 6: number, date, partner, pieces."""

    number: str
    day: str
    partner: str
    quantity: int
    movement: Movement


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing column 14 says: a message identifier and its parameters."""

    message_id: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One day of the report, in pieces; `c1` to `c14` are its columns, the rest makes the sums follow."""

    day: date
    receipts: tuple[DocumentLine, ...]
    received: int
    store_balance: int
    issued: int
    loans: tuple[DocumentLine, ...]
    lent: int
    printed_new: int
    printed_lost: int
    printed_damaged: int
    printed_data_change: int
    spoiled: int
    division_remainder: int
    remarks: tuple[Remark, ...]
    opening: int
    carried: int
    returned: int
    store_adjustment: int
    division_adjustment: int
    closing: int

    @property
    def printed(self) -> int:
        """Return all cards printed: columns 8 to 11."""
        return self.printed_new + self.printed_lost + self.printed_damaged + self.printed_data_change

    @property
    def columns(self) -> tuple[int, ...]:
        """Return the numbers of columns 1, 3, 4, 5, 7 to 13 (columns 2, 6 and 14 are text)."""
        return (
            self.day.day,
            self.received,
            self.store_balance,
            self.issued,
            self.lent,
            self.printed_new,
            self.printed_lost,
            self.printed_damaged,
            self.printed_data_change,
            self.spoiled,
            self.division_remainder,
        )


@dataclass(frozen=True, slots=True)
class UsageMonth:
    """A month of rows; totals exist for every number column but 4 and 13, which have none."""

    year: int
    month: int
    opening: int
    rows: tuple[UsageRow, ...]
    closing: int

    def total(self, column: str) -> int:
        """Return the sum of a column by its name; columns 4 and 13 have no meaningful sum."""
        if column in ("store_balance", "division_remainder"):
            raise ValueError("columns 4 and 13 have no total")
        return sum(getattr(row, column) for row in self.rows)


@dataclass(slots=True)
class _Day:
    received: int = 0
    issued: int = 0
    lent: int = 0
    returned: int = 0
    printed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    spoiled: int = 0
    missing: int = 0
    store_change: int = 0
    division_change: int = 0


def days_of_month(year: int, month: int) -> list[date]:
    """Return every calendar day of a month."""
    return [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]


def usage_rows(
    days: Sequence[date],
    opening: int,
    carried: int,
    sums: Iterable[DaySum],
    custody: Iterable[Entry],
    late: Iterable[Entry] = (),
) -> list[UsageRow]:
    """Return one row per day; `opening` is the store and `carried` the division at the close of the day before."""
    gathered: dict[date, _Day] = defaultdict(_Day)
    for line in sums:
        _gather(gathered[line.day], line)
    entries: dict[date, list[Entry]] = defaultdict(list)
    for entry in custody:
        entries[entry.day].append(entry)
    late_by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in late:
        late_by_day[entry.day].append(entry)
    rows = []
    for day in days:
        row = _row(day, opening, carried, gathered[day], entries[day], late_by_day[day])
        rows.append(row)
        opening, carried = row.closing, row.division_remainder - row.returned
    return rows


def _gather(day: _Day, line: DaySum) -> None:
    """Add one sum to its columns; a reversal of the same day takes away what its original added."""
    movement, debit, credit, quantity = line.movement, line.debit, line.credit, line.quantity
    if debit == credit:
        return
    day.store_change += quantity * ((debit == STORE) - (credit == STORE))
    day.division_change += quantity * (is_division_side(debit) - is_division_side(credit))
    if movement is Movement.REVERSAL:
        movement, debit, credit, quantity = Movement(line.reason), credit, debit, -quantity
    if movement in RECEIPTS:
        day.received += quantity
    elif movement in ISSUES:
        day.issued += quantity
    elif movement in LOANS_GIVEN:
        day.lent += quantity
    elif movement in RETURNS:
        day.returned += quantity
    elif movement is Movement.PRINTED:
        day.printed[debit] += quantity
    elif movement is Movement.SPOILED:
        day.spoiled += quantity
    elif movement is Movement.MISSING:
        day.missing += quantity


def _row(day: date, opening: int, carried: int, sums: _Day, entries: list[Entry], late: list[Entry]) -> UsageRow:
    opened = sum(entry.quantity for entry in entries if entry.movement is Movement.OPENING)
    again = min(sums.issued, _returned_before_last_outflow(entries))
    issued, returned = sums.issued - again, sums.returned - again
    made = [sums.printed[printed(reason)] for reason in PrintReason]
    store_adjustment = sums.store_change - opened - (sums.received - issued - sums.lent + returned)
    division_adjustment = sums.division_change - (issued - sum(made) - sums.spoiled - returned)
    store_balance = opening + opened + sums.received
    return UsageRow(
        day=day,
        receipts=_documents(entries, RECEIPTS),
        received=sums.received,
        store_balance=store_balance,
        issued=issued,
        loans=_documents(entries, LOANS_GIVEN),
        lent=sums.lent,
        printed_new=made[0],
        printed_lost=made[1],
        printed_damaged=made[2],
        printed_data_change=made[3],
        spoiled=sums.spoiled,
        division_remainder=carried + issued - sum(made) - sums.spoiled + division_adjustment,
        remarks=tuple(_remarks(entries, late, sums.missing)),
        opening=opening + opened,
        carried=carried,
        returned=returned,
        store_adjustment=store_adjustment,
        division_adjustment=division_adjustment,
        closing=store_balance - issued - sums.lent + returned + store_adjustment,
    )


def _standing(entries: list[Entry]) -> list[Entry]:
    """Leave out entries that were taken back on the same day, and what took them back."""
    gone = {entry.reference for entry in entries if entry.movement is Movement.REVERSAL}
    return [entry for entry in entries if entry.movement is not Movement.REVERSAL and entry.entry_id not in gone]


def _returned_before_last_outflow(entries: list[Entry]) -> int:
    standing = _standing(entries)
    outflows = [entry.seq for entry in standing if entry.movement in ISSUES | LOANS_GIVEN]
    last = max(outflows, default=0)
    return sum(entry.quantity for entry in standing if entry.movement in RETURNS and entry.seq < last)


def _documents(entries: list[Entry], movements: set[Movement]) -> tuple[DocumentLine, ...]:
    return tuple(
        DocumentLine(
            entry.document_no, entry.document_date, entry.giver or entry.receiver, entry.quantity, entry.movement
        )
        for entry in _standing(entries)
        if entry.movement in movements
    )


def _remarks(entries: list[Entry], late: list[Entry], missing: int) -> Iterable[Remark]:
    if missing > 0:
        yield Remark("ledger-remark-missing", {"quantity": missing})
    for entry in _standing(entries):
        paper = entry.detail.get("paper_quantity")
        if entry.movement is Movement.RECEIPT and paper is not None:
            params = {"document": entry.document_no, "paper": int(paper), "counted": entry.quantity}
            yield Remark("ledger-remark-shortage", params)
        if entry.movement is Movement.OPENING:
            yield Remark("ledger-remark-opening", {"quantity": entry.quantity})
        if entry.movement in _REMARKED:
            yield Remark(f"ledger-remark-{entry.movement.value.replace('_', '-')}", _remark_params(entry))
        if entry.late_from is not None:
            yield Remark("ledger-remark-late", {"day": entry.late_from, "quantity": entry.quantity})
    by_day: dict[date, int] = defaultdict(int)
    for entry in late:
        by_day[entry.late_from or entry.day] += entry.quantity
    for happened, quantity in sorted(by_day.items()):
        yield Remark("ledger-remark-late", {"day": happened, "quantity": quantity})


def _remark_params(entry: Entry) -> dict[str, object]:
    return {
        "quantity": entry.quantity,
        "account": entry.credit if entry.movement is Movement.DIFFERENCE else entry.debit,
        "document": entry.document_no,
        "partner": entry.giver or entry.receiver,
        "note": str(entry.detail.get("note", "")),
        "short": "yes" if entry.debit == "discrepancy" else "no",
    }
