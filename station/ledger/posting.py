"""What every kind of booking shares: the transaction, the open day, the two persons, reversals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from station.domain.clock import Clock, local_date
from station.domain.errors import BadInput, NotAllowed, Refused
from station.domain.identifiers import IdSource
from station.domain.staff import Actor, Role
from station.keys.signing import Signer
from station.ledger import journal, serials
from station.ledger.duties import Duty
from station.ledger.entry import Entry, Movement, details_text
from station.store.database import Database

_NOT_REVERSIBLE = {
    Movement.REVERSAL,
    Movement.LATE_REVERSAL,
    Movement.DAY_LOCKED,
    Movement.MONTH_LOCKED,
    Movement.CASE_CLOSED,
    Movement.COUNT,
    Movement.DAY_CONFIRMED,
}
_DONE_ALREADY = {
    Movement.PRINTED,
    Movement.SPOILED,
    Movement.MISSING,
    Movement.REVERSAL,
    Movement.LATE_REVERSAL,
}


@dataclass(frozen=True, slots=True)
class Document:
    """The paper behind a movement: number and date as written on it."""

    number: str
    day: date


class Postings:
    """Books entries for one station; the parts of the blank book build on it."""

    def __init__(
        self,
        database: Database,
        signer: Signer,
        clock: Clock,
        ids: IdSource,
        station_id: str,
        zone: ZoneInfo,
    ) -> None:
        self._database = database
        self._signer = signer
        self._clock = clock
        self._ids = ids
        self._station = station_id
        self._zone = zone

    @property
    def station_id(self) -> str:
        """Return the station whose chain this is."""
        return self._station

    def reverse(
        self, connection: Connection, actor_id: str, entry_id: str, reason: str, at: datetime, second_id: str = ""
    ) -> Entry:
        """Take an entry back by its mirror image, in the caller's transaction; the original stays.

        When the original's day is over the reversal lands in the open day and is shown there as a correction.
        """
        if not reason.strip():
            raise BadInput("ledger-reason-missing")
        original = journal.entry_by_id(connection, entry_id)
        if original.movement in _NOT_REVERSIBLE:
            raise Refused("ledger-not-reversible", movement=original.movement.value)
        if journal.reversal_of(connection, entry_id) is not None:
            raise Refused("ledger-reversed-already")
        end = journal.tip(connection, self._station)
        day = self._day(end, local_date(at, self._zone), Movement.REVERSAL)
        entry = self._post(
            connection,
            Movement.REVERSAL if day == original.day else Movement.LATE_REVERSAL,
            original.credit,
            original.debit,
            original.quantity,
            actor_id,
            at=at,
            second_id=second_id,
            reason=original.movement.value,
            serial=original.serial,
            intent_id=original.intent_id,
            reference=entry_id,
            note=reason,
        )
        serials.book(connection, original.serial, serials.SerialState.IN_STOCK, original.credit, entry.entry_id)
        return entry

    def undo(self, actor: Actor, second: Actor, entry_id: str, reason: str) -> Entry:
        """Take a custody entry back; two persons, with a reason."""
        self._two_persons(actor, second)
        with self._database.write() as connection:
            return self.reverse(connection, actor.staff_id, entry_id, reason, self._clock.now(), second.staff_id)

    def _post(
        self,
        connection: Connection,
        movement: Movement,
        debit: str,
        credit: str,
        quantity: int,
        actor_id: str,
        *,
        at: datetime | None = None,
        end: journal.Tip | None = None,
        document: Document | None = None,
        **fields: object,
    ) -> Entry:
        """Book one entry; `fields` are those of an entry, anything else goes to its details.

        `end` is the end of the chain where the caller has read it in this transaction.
        """
        if isinstance(quantity, bool) or quantity < 0 or (quantity == 0 and debit != credit):
            raise BadInput("ledger-quantity-wrong", quantity=quantity)
        end = end or journal.tip(connection, self._station)
        moment = (at or self._clock.now()).astimezone(UTC)
        happened = local_date(moment, self._zone)
        day = self._day(end, happened, movement)
        details = {name: value for name, value in fields.items() if name not in _ENTRY_FIELDS}
        if day != happened:
            details["late_from"] = happened.isoformat()
        known = cast("dict[str, str]", fields)
        draft = (
            self._station,
            moment,
            day,
            movement,
            debit,
            credit,
            quantity,
            actor_id,
            known.get("second_id", ""),
            known.get("reason", ""),
            known.get("serial", ""),
            known.get("intent_id", ""),
            document.number if document else "",
            document.day.isoformat() if document else "",
            known.get("giver", ""),
            known.get("receiver", ""),
            known.get("reference", ""),
            details_text(details),
        )
        return journal.append(connection, self._ids.new(), draft, end)

    def _day(self, end: journal.Tip, happened: date, movement: Movement) -> date:
        """Return the day an entry lands in; a clock far ahead of the book moves its day only when two people say so.

        What a machine has done already must be booked: it lands in the book's own day and says when the clock put it.
        """
        if not end.is_far(happened) or movement is Movement.DAY_CONFIRMED:
            return end.open_day(happened)
        if movement in _DONE_ALREADY:
            return end.open_day(date.min)
        raise Refused("ledger-day-far-ahead", last=end.day, day=happened)

    def _require(self, actor: Actor, *roles: Role) -> None:
        if not any(actor.has(role) for role in roles):
            raise NotAllowed("ledger-role-missing", role=", ".join(role.value for role in roles))

    def _duty(self, actor: Actor, duty: Duty) -> None:
        self._require(actor, *duty.roles)

    def _two_persons(self, actor: Actor, second: Actor) -> None:
        if actor.staff_id == second.staff_id:
            raise NotAllowed("ledger-second-person")


_ENTRY_FIELDS = {"second_id", "reason", "serial", "intent_id", "giver", "receiver", "reference"}
