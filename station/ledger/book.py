"""The blank book as the other rooms see it: custody, printing, closing, the 14 columns, verification, sync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from station.ledger import journal
from station.ledger.accounts import STORE, is_division_side
from station.ledger.batch import SignedHead, encode_batch, sign_head
from station.ledger.closing import Closing
from station.ledger.custody import Custody
from station.ledger.entry import Entry, Movement
from station.ledger.printing import Consumption
from station.ledger.usage import UsageMonth, UsageRow, days_of_month, usage_rows
from station.ledger.verifying import VerifyReport, verify_book


@dataclass(frozen=True, slots=True)
class Loan:
    """What is outstanding with one partner: pieces they owe us, pieces we owe them."""

    partner: str
    they_owe: int
    we_owe: int


class BlankBook(Custody, Consumption, Closing):
    """The blank ledger of one station; the sole writer of its rows."""

    def usage_row(self, day: date) -> UsageRow:
        """Return one day of the 14-column report."""
        with self._database.read() as connection:
            return self._usage(connection, [day])[0]

    def usage_month(self, year: int, month: int) -> UsageMonth:
        """Return a month of the report; its opening is the carried-forward line above the first row."""
        days = days_of_month(year, month)
        with self._database.read() as connection:
            rows = self._usage(connection, days)
        return UsageMonth(year, month, rows[0].opening, tuple(rows), rows[-1].closing)

    def balances(self) -> dict[str, int]:
        """Return every account's balance; their sum is zero."""
        with self._database.read() as connection:
            return journal.balances(connection)

    def balance(self, account: str) -> int:
        """Return one account's balance."""
        with self._database.read() as connection:
            return journal.balance(connection, account)

    def loans(self) -> list[Loan]:
        """Return what is outstanding per partner."""
        found: dict[str, list[int]] = {}
        for account, balance in self.balances().items():
            kind, _, partner = account.partition(":")
            if kind in ("loan_out", "loan_in"):
                found.setdefault(partner, [0, 0])[kind == "loan_in"] = abs(balance)
        return [Loan(partner, owed, owing) for partner, (owed, owing) in sorted(found.items()) if owed or owing]

    def outstanding_after(self, entry: Entry) -> int:
        """Return what was outstanding on a loan right after an entry of it, in pieces."""
        account = next(name for name in (entry.debit, entry.credit) if name.startswith(("loan_out:", "loan_in:")))
        with self._database.read() as connection:
            return abs(journal.balance_after(connection, account, entry.seq))

    def suket_count(self, first: date, last: date | None = None) -> tuple[int, int]:
        """Return how many substitute letters were issued new and extended from `first` to `last`."""
        counts = {"baru": 0, "perpanjangan": 0}
        with self._database.read() as connection:
            for line in journal.day_sums(connection, first, last or first):
                if line.movement is Movement.SUKET:
                    counts[line.reason] += line.quantity
        return counts["baru"], counts["perpanjangan"]

    def entries_after(self, seq: int, limit: int = 10_000) -> list[Entry]:
        """Return the entries that follow a sequence number, oldest first."""
        with self._database.read() as connection:
            return journal.entries_after(connection, seq, limit)

    def entries_of_day(self, day: date) -> list[Entry]:
        """Return what was booked by hand on a day: everything but prints and spoils."""
        with self._database.read() as connection:
            return journal.custody_entries(connection, day, day)

    def entries_of(self, *movements: Movement) -> list[Entry]:
        """Return every entry of some custody movements, oldest first."""
        with self._database.read() as connection:
            return journal.movements_of(connection, *movements)

    def batch_after(self, seq: int, limit: int = 10_000) -> bytes | None:
        """Return the entries that follow a sequence number as a batch to send, or None when there are none."""
        with self._database.read() as connection:
            entries = journal.entries_after(connection, seq, limit)
            previous = journal.hash_at(connection, self._station, seq)
        return encode_batch(self._station, previous, entries) if entries and previous is not None else None

    def head(self) -> SignedHead:
        """Sign the newest entry and keep the signature; an entry signed already is not signed again."""
        with self._database.write() as connection:
            end = journal.tip(connection, self._station)
            kept = journal.heads(connection, self._station)
            if kept and (kept[-1].seq, kept[-1].hash) == (end.seq, end.hash):
                return kept[-1]
            head = sign_head(self._signer, self._station, end.seq, end.hash, self._clock.now())
            journal.keep_head(connection, head)
        return head

    @property
    def public_der(self) -> bytes:
        """Return the public key that signs this book's heads (SubjectPublicKeyInfo, DER)."""
        return self._signer.public_der

    def heads(self) -> list[SignedHead]:
        """Return every signed head kept here, oldest first."""
        with self._database.read() as connection:
            return journal.heads(connection, self._station)

    def entry(self, entry_id: str) -> Entry:
        """Return one entry; raises NotFound."""
        with self._database.read() as connection:
            return journal.entry_by_id(connection, entry_id)

    def printed_by_day(self, first: date, last: date) -> dict[date, int]:
        """Return printed and spoiled pieces of every day from `first` to `last` on which there were any."""
        counted: dict[date, int] = {}
        with self._database.read() as connection:
            for line in journal.day_sums(connection, first, last):
                if line.movement in (Movement.PRINTED, Movement.SPOILED):
                    counted[line.day] = counted.get(line.day, 0) + line.quantity
        return counted

    def verify(self, witnesses: Sequence[SignedHead] = ()) -> VerifyReport:
        """Read the whole book again; `witnesses` are heads the office or a paper kept."""
        with self._database.read() as connection:
            return verify_book(connection, self._station, self._signer.public_der, witnesses)

    def _usage(self, connection: Connection, days: Sequence[date]) -> list[UsageRow]:
        before = journal.changes_until(connection, days[0] - timedelta(days=1))
        return usage_rows(
            days,
            opening=before.get(STORE, 0),
            carried=sum(balance for account, balance in before.items() if is_division_side(account)),
            sums=journal.day_sums(connection, days[0], days[-1]),
            custody=journal.custody_entries(connection, days[0], days[-1]),
            late=journal.late_entries(connection, days[0], days[-1]),
        )
