"""Reads and appends entries: the one place that writes the blank book's rows.

Every function takes the caller's connection, so that an entry and what caused it
commit together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from station.domain.errors import NotFound, Refused
from station.ledger.accounts import may_hold, named
from station.ledger.batch import SignedHead
from station.ledger.entry import Draft, Entry, Movement, entry_from_values, genesis, sealed
from station.ledger.statements import IntegrityError, first_row, run
from station.ledger.tables import CUSTODY_ONLY, ENTRY_COLUMNS, NEGATIVE_STOCK, PRINTS_WITH_DETAILS

_COLUMNS = ", ".join(ENTRY_COLUMNS) + ", hash"
_INSERT = f"INSERT INTO ledger_entry ({_COLUMNS}) VALUES ({', '.join('?' * (len(ENTRY_COLUMNS) + 1))})"  # noqa: S608 - names of columns
_SELECT = f"SELECT {_COLUMNS} FROM ledger_entry "  # noqa: S608 - names of columns
_RANDOM_DIGITS = 24
FAR_AHEAD = timedelta(days=14)
_TIP_COLUMNS = "SELECT seq, hash, day, (SELECT max(reason) FROM ledger_entry WHERE movement = 'day_locked')"
_LAST = " FROM ledger_entry ORDER BY seq DESC LIMIT 1"
_TIP = _TIP_COLUMNS + _LAST
_TIP_BEFORE_PRINT = (
    f"{_TIP_COLUMNS}, EXISTS (SELECT 1 FROM ledger_entry WHERE intent_id = ? AND intent_id <> ''), "  # noqa: S608 - constants
    f"(SELECT state FROM ledger_serial WHERE serial = ?){_LAST}"
)


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of the chain: last sequence number and hash, the day it is in, the last locked day."""

    seq: int
    hash: bytes
    day: date | None
    locked_to: date | None

    def is_far(self, wanted: date) -> bool:
        """Tell whether a day lies so far after the book's that the clock is doubted first."""
        return self.day is not None and wanted - self.day > FAR_AHEAD

    def open_day(self, wanted: date) -> date:
        """Return the day a new entry lands in: the day it happened, unless the book has moved on or locked it."""
        days = [wanted]
        if self.day is not None:
            days.append(self.day)
        if self.locked_to is not None:
            days.append(self.locked_to + timedelta(days=1))
        return max(days)


def tip(connection: Connection, station: str) -> Tip:
    """Return the end of the chain."""
    row = first_row(connection, _TIP)
    return Tip(0, genesis(station), None, None) if row is None else _tip(row)


def tip_before_print(connection: Connection, station: str, intent_id: str, serial: str) -> tuple[Tip, bool, str]:
    """Return the end of the chain, whether an intent is in it and the state of a serial: one statement for all three.

    The state is empty for a serial nobody announced.
    """
    row = first_row(connection, _TIP_BEFORE_PRINT, (intent_id, serial))
    if row is None:
        return Tip(0, genesis(station), None, None), False, ""
    return _tip(row), bool(row[4]), row[5] or ""


def _tip(row: Sequence[Any]) -> Tip:
    return Tip(row[0], row[1], date.fromisoformat(row[2]), date.fromisoformat(row[3]) if row[3] else None)


def append(connection: Connection, entry_id: str, draft: Draft, end: Tip) -> Entry:
    """Chain and store an entry, its number put into its identifier; raises Refused when stock would be negative."""
    seq = end.seq + 1
    entry, values = sealed(draft, seq, f"{entry_id[:_RANDOM_DIGITS]}{seq:08x}", end.hash)
    try:
        run(connection, _INSERT, (*values, entry.hash))
    except IntegrityError as error:
        if NEGATIVE_STOCK in str(error):
            raise _not_enough(connection, entry) from error
        raise
    return entry


def balance(connection: Connection, account: str) -> int:
    """Return one account's balance."""
    row = connection.exec_driver_sql("SELECT balance FROM ledger_balance WHERE account = ?", (account,)).first()
    return 0 if row is None else int(row[0])


def balance_after(connection: Connection, account: str, seq: int) -> int:
    """Return an account's balance after an entry; for accounts that only custody entries move."""
    change = "coalesce(sum(CASE WHEN debit = ? THEN quantity ELSE -quantity END), 0)"
    where = f"{CUSTODY_ONLY} AND seq <= ? AND ? IN (debit, credit)"
    query = f"SELECT {change} FROM ledger_entry WHERE {where}"  # noqa: S608 - constants
    return int(connection.exec_driver_sql(query, (account, seq, account)).scalar_one())


def balances(connection: Connection) -> dict[str, int]:
    """Return every account's balance."""
    rows = connection.exec_driver_sql("SELECT account, balance FROM ledger_balance ORDER BY account")
    return {row[0]: row[1] for row in rows}


def entry_by_id(connection: Connection, entry_id: str) -> Entry:
    """Return one entry; raises NotFound."""
    try:
        seq = int(entry_id[_RANDOM_DIGITS:], 16)
    except ValueError:
        raise NotFound("ledger-entry-unknown") from None
    row = connection.exec_driver_sql(_SELECT + "WHERE seq = ? AND entry_id = ?", (seq, entry_id)).first()
    if row is None:
        raise NotFound("ledger-entry-unknown")
    return _entry(row)


def entries_of_intent(connection: Connection, intent_id: str) -> list[Entry]:
    """Return the consumptions of one print intent that no reversal took back; at most one."""
    known = "SELECT 1 FROM ledger_entry WHERE intent_id = ? AND intent_id <> '' LIMIT 1"
    if first_row(connection, known, (intent_id,)) is None:
        return []
    query = _SELECT + "WHERE intent_id = ? AND intent_id <> '' ORDER BY seq"
    booked = [_entry(row) for row in connection.exec_driver_sql(query, (intent_id,))]
    taken_back = {entry.reference for entry in booked}
    return [entry for entry in booked if not entry.reference and entry.entry_id not in taken_back]


def reversal_of(connection: Connection, entry_id: str) -> Entry | None:
    """Return the entry that took another one back."""
    query = _SELECT + "WHERE reference = ? AND reference <> '' AND movement IN ('reversal', 'late_reversal')"
    row = connection.exec_driver_sql(query, (entry_id,)).first()
    return None if row is None else _entry(row)


def entries_after(connection: Connection, seq: int, limit: int = 10_000) -> list[Entry]:
    """Return the entries that follow `seq`, oldest first."""
    rows = connection.exec_driver_sql(_SELECT + "WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
    return [_entry(row) for row in rows]


def hash_at(connection: Connection, station: str, seq: int) -> bytes | None:
    """Return the hash an entry carries; sequence 0 is what stands before the first."""
    if seq == 0:
        return genesis(station)
    row = connection.exec_driver_sql("SELECT hash FROM ledger_entry WHERE seq = ?", (seq,)).first()
    return None if row is None else bytes(row[0])


def custody_entries(connection: Connection, first: date, last: date) -> list[Entry]:
    """Return everything but prints and spoils booked from `first` to `last`, in order."""
    query = _SELECT + f"WHERE {CUSTODY_ONLY} AND day BETWEEN ? AND ? ORDER BY seq"
    rows = connection.exec_driver_sql(query, (first.isoformat(), last.isoformat()))
    return [_entry(row) for row in rows]


def late_entries(connection: Connection, first: date, last: date) -> list[Entry]:
    """Return the prints and spoils that were booked after their own day."""
    query = _SELECT + f"WHERE {PRINTS_WITH_DETAILS} AND day BETWEEN ? AND ? ORDER BY seq"
    found = [_entry(row) for row in connection.exec_driver_sql(query, (first.isoformat(), last.isoformat()))]
    return [entry for entry in found if entry.late_from is not None]


def movements_of(connection: Connection, *movements: Movement) -> list[Entry]:
    """Return every entry of some custody movements, oldest first."""
    marks = ", ".join("?" * len(movements))
    query = _SELECT + f"WHERE {CUSTODY_ONLY} AND movement IN ({marks}) ORDER BY seq"
    return [_entry(row) for row in connection.exec_driver_sql(query, tuple(one.value for one in movements))]


def counted_since_last_movement(connection: Connection, account: str, day: date) -> bool:
    """Tell whether an account was counted after its last movement up to a day; true when nothing moved since a lock."""
    moved = f"{CUSTODY_ONLY} AND day <= ? AND debit <> credit AND (debit = ? OR credit = ?)"
    last = "SELECT max(seq) FROM ledger_entry WHERE " + moved  # noqa: S608 - constants
    row = connection.exec_driver_sql(last, (day.isoformat(), account, account)).one()
    query = "SELECT 1 FROM ledger_entry WHERE seq > ? AND movement IN ('count', 'day_locked') AND debit = ? LIMIT 1"
    return row[0] is None or connection.exec_driver_sql(query, (row[0], account)).first() is not None


@dataclass(frozen=True, slots=True)
class DaySum:
    """How many pieces moved in one way on one day."""

    day: date
    movement: Movement
    debit: str
    credit: str
    reason: str
    quantity: int


def day_sums(connection: Connection, first: date | None, last: date) -> Iterator[DaySum]:
    """Return the sums of every day from `first` (or the beginning) to `last`."""
    query = "SELECT day, movement, debit, credit, reason, quantity FROM ledger_day WHERE day BETWEEN ? AND ?"
    rows = connection.exec_driver_sql(query, (first.isoformat() if first else "", last.isoformat()))
    for day, movement, debit, credit, reason, quantity in rows:
        yield DaySum(date.fromisoformat(day), Movement(movement), debit, credit, reason, quantity)


def changes_until(connection: Connection, last: date) -> dict[str, int]:
    """Return every account's balance at the end of a day."""
    query = (
        "SELECT account, sum(change) FROM (SELECT debit AS account, quantity AS change FROM ledger_day WHERE day <= ? "
        "UNION ALL SELECT credit, -quantity FROM ledger_day WHERE day <= ?) GROUP BY account"
    )
    rows = connection.exec_driver_sql(query, (last.isoformat(), last.isoformat()))
    return {row[0]: row[1] for row in rows}


def keep_head(connection: Connection, head: SignedHead) -> None:
    """Store a signed head; heads are never changed."""
    connection.exec_driver_sql(
        "INSERT INTO ledger_head (seq, hash, at, signature) VALUES (?, ?, ?, ?)",
        (head.seq, head.hash, head.at.isoformat(), head.signature),
    )


def heads(connection: Connection, station: str) -> list[SignedHead]:
    """Return the signed heads kept here, oldest first."""
    rows = connection.exec_driver_sql("SELECT seq, hash, at, signature FROM ledger_head ORDER BY position")
    return [SignedHead(station, row[0], row[1], datetime.fromisoformat(row[2]), row[3]) for row in rows]


def _not_enough(connection: Connection, entry: Entry) -> Refused:
    for account, after in (
        (entry.credit, balance(connection, entry.credit) - entry.quantity),
        (entry.debit, balance(connection, entry.debit) + entry.quantity),
    ):
        if not may_hold(account, after):
            available = abs(after + entry.quantity if account == entry.credit else after - entry.quantity)
            if account.startswith(("loan_out:", "loan_in:")):
                partner = named(account)["place"]
                return Refused("ledger-loan-smaller", partner=partner, open=available, wanted=entry.quantity)
            return Refused("ledger-not-enough", **named(account), available=available, wanted=entry.quantity)
    return Refused("ledger-not-enough", **named(entry.credit), available=0, wanted=entry.quantity)


def _entry(row: Sequence[Any]) -> Entry:
    return entry_from_values(row[:-1], row[-1])
