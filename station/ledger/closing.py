"""Counting, differences and locks: a day is closed only when what was counted is explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from station.domain.clock import local_date
from station.domain.errors import BadInput, Refused
from station.domain.staff import Actor
from station.ledger import accounts, journal
from station.ledger.accounts import DISCREPANCY, STORE
from station.ledger.duties import DayState, Duty, NextStep, next_step
from station.ledger.entry import Entry, Movement
from station.ledger.posting import Document, Postings


@dataclass(frozen=True, slots=True)
class Difference:
    """A count that did not agree and is not explained yet: booked and counted pieces of one account."""

    count_id: str
    account: str
    booked: int
    counted: int
    day: date


@dataclass(frozen=True, slots=True)
class ShortageCase:
    """A receipt whose paper and count differ, still open: to be settled with the giver."""

    receipt_id: str
    document_no: str
    giver: str
    paper_quantity: int
    counted_quantity: int
    day: date


class Closing(Postings):
    """Stock counts, discrepancies, closed days and months."""

    def count(self, actor: Actor, counted: int, account: str = STORE) -> Entry:
        """Write down a physical count; nothing is adjusted."""
        self._duty(actor, Duty.COUNT)
        with self._database.write() as connection:
            booked = journal.balance(connection, account)
            return self._post(connection, Movement.COUNT, account, account, counted, actor.staff_id, booked=str(booked))

    def differences(self) -> list[Difference]:
        """Return counts that disagree and are not explained: the newest count of each account decides."""
        with self._database.read() as connection:
            return self._differences(connection)

    def explain_discrepancy(
        self, actor: Actor, second: Actor, count_id: str, reason: str, document: Document | None = None
    ) -> Entry:
        """Book what a count lacks (or has too many) against the discrepancy account; two persons, with a reason."""
        self._duty(actor, Duty.EXPLAIN)
        self._two_persons(actor, second)
        if not reason.strip():
            raise BadInput("ledger-reason-missing")
        with self._database.write() as connection:
            found = next((one for one in self._differences(connection) if one.count_id == count_id), None)
            if found is None:
                raise Refused("ledger-no-difference")
            short = found.booked - found.counted
            debit, credit = (DISCREPANCY, found.account) if short > 0 else (found.account, DISCREPANCY)
            return self._post(
                connection,
                Movement.DIFFERENCE,
                debit,
                credit,
                abs(short),
                actor.staff_id,
                document=document,
                second_id=second.staff_id,
                reference=count_id,
                note=reason,
            )

    def find_again(self, actor: Actor, second: Actor, quantity: int, reason: str, account: str = STORE) -> Entry:
        """Book pieces that were missing and turned up; two persons, with a reason."""
        return self._settle(Movement.FOUND, account, actor, second, quantity, reason, None)

    def write_off(self, actor: Actor, second: Actor, quantity: int, reason: str, document: Document) -> Entry:
        """Write missing pieces off under an official record; two persons."""
        return self._settle(Movement.WRITE_OFF, "written_off", actor, second, quantity, reason, document)

    def shortage_cases(self) -> list[ShortageCase]:
        """Return receipts whose paper and count differ and whose case is open."""
        with self._database.read() as connection:
            closed = {entry.reference for entry in journal.movements_of(connection, Movement.CASE_CLOSED)}
            receipts = journal.movements_of(connection, Movement.RECEIPT)
        return [
            ShortageCase(
                receipt_id=entry.entry_id,
                document_no=entry.document_no,
                giver=entry.giver,
                paper_quantity=int(entry.detail["paper_quantity"]),
                counted_quantity=entry.quantity,
                day=entry.day,
            )
            for entry in receipts
            if "paper_quantity" in entry.detail and entry.entry_id not in closed
        ]

    def close_case(self, actor: Actor, second: Actor, receipt_id: str, reason: str, document: Document) -> Entry:
        """Close a shortage case with what was agreed with the giver; the receipt itself is never mended."""
        self._duty(actor, Duty.SHORTAGE)
        self._two_persons(actor, second)
        if receipt_id not in {case.receipt_id for case in self.shortage_cases()}:
            raise Refused("ledger-no-case")
        with self._database.write() as connection:
            return self._post(
                connection,
                Movement.CASE_CLOSED,
                DISCREPANCY,
                DISCREPANCY,
                0,
                actor.staff_id,
                document=document,
                second_id=second.staff_id,
                reference=receipt_id,
                note=reason,
            )

    def lock_day(self, actor: Actor, day: date) -> Entry:
        """Close a day and all before it; raises Refused while something is not counted, returned or explained."""
        self._duty(actor, Duty.LOCK)
        with self._database.write() as connection:
            self._refuse_lock(connection, day)
            store = journal.changes_until(connection, day).get(STORE, 0)
            return self._post(
                connection, Movement.DAY_LOCKED, STORE, STORE, store, actor.staff_id, reason=day.isoformat()
            )

    def lock_month(self, actor: Actor, year: int, month: int) -> Entry:
        """Close a month that is over, with its last days; even a correction then lands in a later month.

        The office need not have worked on the month's last day. Raises Refused as `lock_day` does.
        """
        self._duty(actor, Duty.LOCK)
        last = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        with self._database.write() as connection:
            end = journal.tip(connection, self._station)
            if end.locked_to is None or end.locked_to < last:
                if last >= local_date(self._clock.now(), self._zone):
                    raise Refused("ledger-month-not-closed", day=last)
                self.lock_day(actor, last)
            store = journal.changes_until(connection, last).get(STORE, 0)
            return self._post(
                connection,
                Movement.MONTH_LOCKED,
                STORE,
                STORE,
                store,
                actor.staff_id,
                reason=f"{year:04d}-{month:02d}",
            )

    def day_ahead(self) -> tuple[date, date] | None:
        """Return the book's day and the clock's, when the clock is so far ahead that nothing is booked by hand."""
        with self._database.read() as connection:
            end, today = journal.tip(connection, self._station), local_date(self._clock.now(), self._zone)
        return (end.day, today) if end.day is not None and end.is_far(today) else None

    def book_day(self) -> date | None:
        """Return the day of the newest entry, or None for an empty book."""
        with self._database.read() as connection:
            return journal.tip(connection, self._station).day

    def confirm_day(self, actor: Actor, second: Actor) -> Entry:
        """Confirm that it really is the clock's day although the book's is long ago; two persons."""
        self._duty(actor, Duty.CONFIRM_DAY)
        self._two_persons(actor, second)
        with self._database.write() as connection:
            if self.day_ahead() is None:
                raise Refused("ledger-day-not-ahead")
            store = journal.balance(connection, STORE)
            day = local_date(self._clock.now(), self._zone).isoformat()
            return self._post(
                connection,
                Movement.DAY_CONFIRMED,
                STORE,
                STORE,
                store,
                actor.staff_id,
                second_id=second.staff_id,
                reason=day,
            )

    def next_step(self) -> NextStep:
        """Return what the custody day waits for, and from whom."""
        with self._database.read() as connection:
            end, today = journal.tip(connection, self._station), local_date(self._clock.now(), self._zone)
            booked = {entry.movement for entry in journal.custody_entries(connection, today, today)}
            state = DayState(
                balances=journal.balances(connection),
                far_ahead=end.is_far(today),
                unexplained=bool(self._differences(connection)),
                locked=end.locked_to is not None and end.locked_to >= today,
                moved_today=Movement.RETURN_STORE in booked,
                back_from_room_today=Movement.RETURN_ROOM in booked,
                store_counted=journal.counted_since_last_movement(connection, STORE, today),
            )
        return next_step(state)

    def locked_to(self) -> date | None:
        """Return the last closed day."""
        with self._database.read() as connection:
            return journal.tip(connection, self._station).locked_to

    def _refuse_lock(self, connection: Connection, day: date) -> None:
        end = journal.tip(connection, self._station)
        if day > local_date(self._clock.now(), self._zone):
            raise Refused("ledger-day-not-over", day=day)
        if end.locked_to is not None and day <= end.locked_to:
            raise Refused("ledger-day-locked", day=end.locked_to)
        open_differences = self._differences(connection)
        if open_differences:
            first = open_differences[0]
            params = {"booked": first.booked, "counted": first.counted}
            raise Refused("ledger-day-difference", **accounts.named(first.account), **params)
        at_close = journal.changes_until(connection, day)
        for account, balance in sorted(at_close.items()):
            if balance and accounts.returns_daily(account):
                raise Refused("ledger-day-not-returned", **accounts.named(account), quantity=balance)
        if not journal.counted_since_last_movement(connection, STORE, day):
            raise Refused("ledger-day-not-counted")

    def _differences(self, connection: Connection) -> list[Difference]:
        explained = {entry.reference for entry in journal.movements_of(connection, Movement.DIFFERENCE)}
        newest: dict[str, Entry] = {entry.debit: entry for entry in journal.movements_of(connection, Movement.COUNT)}
        return [
            Difference(entry.entry_id, account, int(entry.detail["booked"]), entry.quantity, entry.day)
            for account, entry in sorted(newest.items())
            if entry.entry_id not in explained and int(entry.detail["booked"]) != entry.quantity
        ]

    def _settle(
        self,
        movement: Movement,
        target: str,
        actor: Actor,
        second: Actor,
        quantity: int,
        reason: str,
        document: Document | None,
    ) -> Entry:
        self._duty(actor, Duty.SETTLE)
        self._two_persons(actor, second)
        if not reason.strip():
            raise BadInput("ledger-reason-missing")
        with self._database.write() as connection:
            if journal.balance(connection, DISCREPANCY) < quantity:
                raise Refused(
                    "ledger-not-enough",
                    **accounts.named(DISCREPANCY),
                    available=max(0, journal.balance(connection, DISCREPANCY)),
                    wanted=quantity,
                )
            return self._post(
                connection,
                movement,
                target,
                DISCREPANCY,
                quantity,
                actor.staff_id,
                document=document,
                second_id=second.staff_id,
                note=reason,
            )
