"""What printing books: one blank consumed per intent, printed, spoiled or missing; exactly once."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from sqlalchemy import Connection

from station.domain.card import PrintReason, SpoilCause
from station.domain.errors import BadInput, Refused
from station.ledger import accounts, journal, serials
from station.ledger.entry import Entry, Movement
from station.ledger.posting import Postings
from station.ledger.serials import KnownSerial, SerialState


class Outcome(Enum):
    """What became of a blank."""

    PRINTED = "printed"
    SPOILED = "spoiled"


class Consumption(Postings):
    """The side of the blank book that the print room uses, inside its own transactions."""

    def consume(
        self,
        connection: Connection,
        actor_id: str,
        room: str,
        outcome: Outcome,
        reason_or_cause: PrintReason | SpoilCause,
        serial: str,
        intent_id: str,
        at: datetime,
    ) -> Entry:
        """Book one blank of a room as printed or spoiled; the same intent again returns the entry that is there.

        Raises Refused when the room has none left, the serial was used, or the intent was booked differently.
        """
        if not intent_id:
            raise BadInput("ledger-intent-missing")
        place = accounts.room(room)
        movement, debit = _where(place, outcome, reason_or_cause)
        end, known, state = journal.tip_before_print(connection, self._station, intent_id, serial)
        booked = journal.entries_of_intent(connection, intent_id) if known else []
        if booked:
            same = (booked[0].debit, booked[0].credit, booked[0].serial) == (debit, place, serial)
            if same and booked[0].reason == reason_or_cause.value:
                return booked[0]
            raise Refused("ledger-intent-used")
        if serial and state in serials.USED:
            raise Refused("ledger-serial-used", serial=serial)
        entry = self._post(
            connection,
            movement,
            debit,
            place,
            1,
            actor_id,
            at=at,
            end=end,
            reason=reason_or_cause.value,
            serial=serial,
            intent_id=intent_id,
        )
        serials.book(connection, serial, SerialState(movement.value), debit, entry.entry_id)
        return entry

    def consumption_of(self, connection: Connection, intent_id: str) -> Entry | None:
        """Return the standing consumption of an intent, if there is one."""
        booked = journal.entries_of_intent(connection, intent_id)
        return booked[0] if booked else None

    def room_balance(self, room: str) -> int:
        """Return the good blanks a print room holds."""
        with self._database.read() as connection:
            return journal.balance(connection, accounts.room(room))

    def is_strange(self, serial: str) -> bool:
        """Tell whether a blank was never received here, as far as the book can know: all pieces came with serials."""
        with self._database.read() as connection:
            known = serials.state_of(connection, serial).state is not SerialState.UNKNOWN
            return not known and serials.every_piece_listed(connection)

    def serial_state(self, serial: str) -> KnownSerial:
        """Return what is known about one blank."""
        with self._database.read() as connection:
            return serials.state_of(connection, serial)


def _where(place: str, outcome: Outcome, why: PrintReason | SpoilCause) -> tuple[Movement, str]:
    if outcome is Outcome.PRINTED and isinstance(why, PrintReason):
        return Movement.PRINTED, accounts.printed(why)
    if outcome is Outcome.SPOILED and why is SpoilCause.MISSING:
        return Movement.MISSING, accounts.DISCREPANCY
    if outcome is Outcome.SPOILED and isinstance(why, SpoilCause):
        return Movement.SPOILED, accounts.spoiled_at(place)
    raise BadInput("ledger-outcome-wrong", outcome=outcome.value)
