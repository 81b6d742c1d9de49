"""Reads the whole book again and tells where it was changed: chain, balances, caches, serial lists, signed heads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from station.domain.errors import Tampered
from station.ledger import journal, serials
from station.ledger.accounts import may_hold, named
from station.ledger.batch import SignedHead, open_head
from station.ledger.entry import chained_hash, genesis
from station.ledger.tables import ENTRY_COLUMNS

_MOST_PROBLEMS = 100
_DEBIT, _CREDIT, _QUANTITY = (ENTRY_COLUMNS.index(name) for name in ("debit", "credit", "quantity"))
_DAY, _MOVEMENT, _REASON = (ENTRY_COLUMNS.index(name) for name in ("day", "movement", "reason"))
_ENTRY_ID, _DETAILS = (ENTRY_COLUMNS.index(name) for name in ("entry_id", "details"))


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """Something that does not hold: the sequence number (0 when it is no single line) and the message."""

    seq: int
    message_id: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What reading the whole book found; `problems` empty means whole."""

    entries: int
    head_hash: bytes
    problems: tuple[LedgerProblem, ...]

    @property
    def whole(self) -> bool:
        """Tell whether nothing was found."""
        return not self.problems


def verify_book(
    connection: Connection, station: str, public_der: bytes, witnesses: Sequence[SignedHead] = ()
) -> VerifyReport:
    """Read every entry once, in order; `witnesses` are heads that others kept, which show a cut or restored book."""
    scan = _Scan(genesis(station))
    query = f"SELECT {', '.join(ENTRY_COLUMNS)}, hash FROM ledger_entry ORDER BY seq"  # noqa: S608 - names of columns
    for row in connection.exec_driver_sql(query):
        scan.take(row)
    problems = list(scan.problems)
    problems += _caches_that_differ(connection, scan)
    problems += _serial_lists_that_differ(connection, scan)
    heads = [*journal.heads(connection, station), *witnesses]
    problems += _heads_that_differ(connection, station, heads, public_der)
    problems.sort(key=lambda problem: (problem.seq == 0, problem.seq))
    return VerifyReport(scan.count, scan.previous, tuple(problems[:_MOST_PROBLEMS]))


class _Scan:
    """One pass over the entries: chain, running balances, sums per day."""

    def __init__(self, start: bytes) -> None:
        self.previous = start
        self.count = 0
        self.expected = 1
        self.problems: list[LedgerProblem] = []
        self.balances: dict[str, int] = defaultdict(int)
        self.days: dict[tuple[str, ...], int] = defaultdict(int)
        self.digests: dict[str, tuple[int, str]] = {}

    def take(self, row: Sequence[object]) -> None:
        values, stored = tuple(row[:-1]), row[-1]
        seq, quantity = values[0], values[_QUANTITY]
        if not isinstance(seq, int) or not isinstance(quantity, int) or not isinstance(stored, bytes):
            self._note(self.expected, "ledger-chain-broken")
            return
        self.count += 1
        if seq != self.expected:
            self._note(self.expected, "ledger-chain-gap")
        elif chained_hash(self.previous, values) != stored:  # type: ignore[arg-type]
            self._note(seq, "ledger-chain-broken")
        self.expected, self.previous = seq + 1, stored
        self._sum(seq, values, quantity)

    def _sum(self, seq: int, values: tuple[object, ...], quantity: int) -> None:
        debit, credit = str(values[_DEBIT]), str(values[_CREDIT])
        self.balances[debit] += quantity
        self.balances[credit] -= quantity
        for account in (debit, credit):
            if not may_hold(account, self.balances[account]):
                self._note(seq, "ledger-negative", **named(account))
        key = (str(values[_DAY]), str(values[_MOVEMENT]), debit, credit, str(values[_REASON]))
        self.days[key] += quantity
        if "serials_sha256" in str(values[_DETAILS]):
            self.digests[str(values[_ENTRY_ID])] = (seq, str(values[_DETAILS]))

    def _note(self, seq: int, message_id: str, **params: object) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(LedgerProblem(seq, message_id, params))


def _caches_that_differ(connection: Connection, scan: _Scan) -> Iterator[LedgerProblem]:
    cached = journal.balances(connection)
    for account in sorted(cached.keys() | scan.balances.keys()):
        if cached.get(account, 0) != scan.balances.get(account, 0):
            yield LedgerProblem(0, "ledger-cache-differs", {**named(account)})
    rows = connection.exec_driver_sql("SELECT day, movement, debit, credit, reason, quantity FROM ledger_day")
    sums = {tuple(row[:5]): row[5] for row in rows}
    for key in sorted(sums.keys() | scan.days.keys()):
        if sums.get(key, 0) != scan.days.get(key, 0):
            yield LedgerProblem(0, "ledger-cache-differs", {"account": f"{key[0]} {key[1]}", "place": ""})


def _serial_lists_that_differ(connection: Connection, scan: _Scan) -> Iterator[LedgerProblem]:
    for entry_id, (seq, details) in scan.digests.items():
        rows = connection.exec_driver_sql("SELECT serial FROM ledger_receipt_serial WHERE entry_id = ?", (entry_id,))
        if serials.digest([row[0] for row in rows]) not in details:
            yield LedgerProblem(seq, "ledger-serials-differ")


def _heads_that_differ(
    connection: Connection, station: str, heads: Sequence[SignedHead], public_der: bytes
) -> Iterator[LedgerProblem]:
    for head in heads:
        try:
            signed = open_head(head.signature, public_der)
        except Tampered:
            yield LedgerProblem(head.seq, "ledger-head-forged")
            continue
        if (signed.station, signed.seq, signed.hash) != (station, head.seq, head.hash):
            yield LedgerProblem(head.seq, "ledger-head-forged")
            continue
        found = journal.hash_at(connection, station, signed.seq)
        if found is None:
            yield LedgerProblem(signed.seq, "ledger-cut-off", {"seq": signed.seq})
        elif found != signed.hash:
            yield LedgerProblem(signed.seq, "ledger-head-differs", {"seq": signed.seq})
