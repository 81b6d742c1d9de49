"""Adds up the books of several stations. Pure: batches in, in any order and with repeats; totals and conflicts out.

The same chip serial used twice, stock below zero, more received than was sent, or two
different entries under one number is never decided here: it goes to a list for people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from station.ledger.accounts import STORE, is_division_side, may_hold, named
from station.ledger.batch import Batch
from station.ledger.entry import Entry, Movement
from station.ledger.journal import DaySum
from station.ledger.usage import UsageMonth, days_of_month, usage_rows

_CONSUMED = {Movement.PRINTED, Movement.SPOILED}
_PRINTS = _CONSUMED | {Movement.MISSING}
_TAKEN_BACK = {Movement.REVERSAL, Movement.LATE_REVERSAL}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something for a person to decide: a message and its parameters."""

    message_id: str
    params: dict[str, object] = field(default_factory=dict)


class Consolidation:
    """The books of several stations as one."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[int, Entry]] = defaultdict(dict)
        self._forks: set[tuple[str, int]] = set()

    def add(self, batch: Batch) -> int:
        """Take a batch in and return how many of its entries were new."""
        known, new = self._entries[batch.station], 0
        for entry in batch.entries:
            before = known.setdefault(entry.seq, entry)
            new += before is entry
            if before.hash != entry.hash:
                self._forks.add((batch.station, entry.seq))
        return new

    def balances(self) -> dict[str, int]:
        """Return every account's balance over all stations."""
        totals: dict[str, int] = defaultdict(int)
        for entry in self._all():
            totals[entry.debit] += entry.quantity
            totals[entry.credit] -= entry.quantity
        return {account: totals[account] for account in sorted(totals)}

    def conflicts(self) -> list[Conflict]:
        """Return everything that people must look at."""
        return [*self._chain_conflicts(), *self._serial_conflicts(), *self._stock_conflicts(), *self._transfers()]

    def usage_month(self, year: int, month: int) -> UsageMonth:
        """Return the 14 columns of all stations together; what went from one to another cancels out."""
        days = days_of_month(year, month)
        before: dict[str, int] = defaultdict(int)
        sums: dict[tuple[object, ...], DaySum] = {}
        custody, late = [], []
        for entry in sorted(self._all(), key=lambda one: (one.day, one.at, one.station, one.seq)):
            if entry.day < days[0]:
                before[entry.debit] += entry.quantity
                before[entry.credit] -= entry.quantity
            elif entry.day <= days[-1]:
                _add(sums, entry)
                if entry.movement not in _PRINTS:
                    custody.append(entry)
                elif entry.late_from is not None:
                    late.append(entry)
        carried = sum(balance for account, balance in before.items() if is_division_side(account))
        rows = usage_rows(days, before.get(STORE, 0), carried, sums.values(), custody, late)
        return UsageMonth(year, month, rows[0].opening, tuple(rows), rows[-1].closing)

    def _all(self) -> Iterator[Entry]:
        for station in sorted(self._entries):
            yield from (entry for _seq, entry in sorted(self._entries[station].items()))

    def _chain_conflicts(self) -> Iterator[Conflict]:
        for station, seq in sorted(self._forks):
            yield Conflict("ledger-conflict-fork", {"station": station, "seq": seq})
        for station, known in sorted(self._entries.items()):
            missing = next((seq for seq in range(1, max(known, default=0) + 1) if seq not in known), None)
            if missing is not None:
                yield Conflict("ledger-conflict-gap", {"station": station, "seq": missing - 1})

    def _serial_conflicts(self) -> Iterator[Conflict]:
        undone = {entry.reference for entry in self._all() if entry.movement in _TAKEN_BACK}
        used: dict[str, list[str]] = defaultdict(list)
        for entry in self._all():
            if entry.movement in _CONSUMED and entry.serial and entry.entry_id not in undone:
                used[entry.serial].append(entry.station)
        for serial, stations in sorted(used.items()):
            if len(stations) > 1:
                yield Conflict("ledger-conflict-serial", {"serial": serial, "stations": ", ".join(stations)})

    def _stock_conflicts(self) -> Iterator[Conflict]:
        for station, known in sorted(self._entries.items()):
            balances: dict[str, int] = defaultdict(int)
            for entry in known.values():
                balances[entry.debit] += entry.quantity
                balances[entry.credit] -= entry.quantity
            for account, balance in sorted(balances.items()):
                if not may_hold(account, balance):
                    params = {"station": station, **named(account), "balance": balance}
                    yield Conflict("ledger-conflict-negative", params)

    def _transfers(self) -> Iterator[Conflict]:
        for account, balance in self.balances().items():
            if account.startswith("transfer:") and balance < 0:
                yield Conflict("ledger-conflict-transfer", {**named(account), "quantity": -balance})


def _add(sums: dict[tuple[object, ...], DaySum], entry: Entry) -> None:
    key = (entry.day, entry.movement, entry.debit, entry.credit, entry.reason)
    before = sums[key].quantity if key in sums else 0
    sums[key] = DaySum(entry.day, entry.movement, entry.debit, entry.credit, entry.reason, before + entry.quantity)


def on_the_way(balances: dict[str, int]) -> int:
    """Return the pieces sent from one station to another and not booked in yet."""
    return sum(max(0, balance) for account, balance in balances.items() if account.startswith("transfer:"))
