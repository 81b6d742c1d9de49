"""The custodian's day: blanks come in, go to the division and its rooms, come back, are lent, borrowed, destroyed.

Where the field asks for two people, both are signed in and both are written down.
"""

from __future__ import annotations

from collections.abc import Sequence

from station.domain.card import SpoilCause
from station.domain.errors import BadInput, Refused
from station.domain.staff import Actor, Role
from station.ledger import accounts, journal, serials
from station.ledger.accounts import DESTROYED, DIVISION, SPOILED_STORE, STORE, Party
from station.ledger.duties import Duty
from station.ledger.entry import Entry, Movement
from station.ledger.posting import Document, Postings


class Custody(Postings):
    """Every movement of blanks that people make by hand."""

    def open_book(self, actor: Actor, second: Actor, quantity: int, document: Document) -> Entry:
        """Carry the stock on hand into an empty book; it is no receipt and stands above the report's first row."""
        self._duty(actor, Duty.OPEN_BOOK)
        self._two_persons(actor, second)
        with self._database.write() as connection:
            if journal.tip(connection, self._station).seq:
                raise Refused("ledger-not-empty")
            return self._post(
                connection,
                Movement.OPENING,
                STORE,
                "outside:opening",
                quantity,
                actor.staff_id,
                document=document,
                second_id=second.staff_id,
            )

    def receive(
        self,
        actor: Actor,
        document: Document,
        giver: Party,
        paper_quantity: int,
        counted_quantity: int,
        grant_letter: Document | None,
        serials_received: Sequence[str] = (),
        note: str = "",
    ) -> Entry:
        """Book blanks that came in at the number counted; a number on paper that differs opens a shortage case."""
        self._duty(actor, Duty.RECEIVE)
        _need_document(document)
        if paper_quantity < 0 or (serials_received and len(serials_received) != counted_quantity):
            raise BadInput("ledger-quantity-wrong", quantity=len(serials_received))
        with self._database.write() as connection:
            entry = self._post(
                connection,
                Movement.RECEIPT,
                STORE,
                giver.account,
                counted_quantity,
                actor.staff_id,
                document=document,
                giver=giver.name,
                receiver=actor.staff_id,
                grant_no=grant_letter.number if grant_letter else "",
                grant_date=grant_letter.day.isoformat() if grant_letter else "",
                paper_quantity=paper_quantity if paper_quantity != counted_quantity else None,
                serials_sha256=serials.digest(serials_received),
                note=note,
            )
            serials.keep_receipt(connection, entry.entry_id, serials_received, STORE)
        return entry

    def issue_to_division(
        self, actor: Actor, receiver: Actor, quantity: int, document: Document | None = None
    ) -> Entry:
        """Give blanks from the store to the division: column 5."""
        self._duty(actor, Duty.ISSUE_DIVISION)
        self._require(receiver, Role.DIVISION_HEAD)
        return self._hand_over(Movement.ISSUE_DIVISION, STORE, DIVISION, quantity, actor, receiver, document)

    def issue_to_room(self, actor: Actor, receiver: Actor, room: str, quantity: int) -> Entry:
        """Give blanks from the division to a print room."""
        self._duty(actor, Duty.ISSUE_ROOM)
        self._require(receiver, Role.PRINT_OPERATOR)
        return self._hand_over(Movement.ISSUE_ROOM, DIVISION, accounts.room(room), quantity, actor, receiver)

    def issue_to_point(
        self, actor: Actor, receiver: Actor, point: str, quantity: int, document: Document | None = None
    ) -> Entry:
        """Give blanks from the store to a kecamatan or UKL counter: column 5 too."""
        self._duty(actor, Duty.ISSUE_POINT)
        self._require(receiver, Role.DIVISION_HEAD, Role.PRINT_OPERATOR)
        place = accounts.point(point)
        return self._hand_over(Movement.ISSUE_POINT, STORE, place, quantity, actor, receiver, document)

    def return_from_room(self, actor: Actor, receiver: Actor, room: str, good: int, spoiled: int) -> list[Entry]:
        """Bring leftovers and spoiled pieces from a print room back to the division."""
        self._duty(actor, Duty.RETURN_ROOM)
        self._require(receiver, Role.DIVISION_HEAD)
        place = accounts.room(room)
        return self._bring_back(Movement.RETURN_ROOM, place, DIVISION, good, spoiled, actor, receiver)

    def return_to_store(self, actor: Actor, receiver: Actor, good: int, spoiled: int) -> list[Entry]:
        """Bring leftovers and spoiled pieces from the division back to the custodian."""
        self._duty(actor, Duty.RETURN_DIVISION)
        self._require(receiver, Role.CUSTODIAN)
        return self._bring_back(Movement.RETURN_STORE, DIVISION, STORE, good, spoiled, actor, receiver)

    def return_from_point(self, actor: Actor, receiver: Actor, point: str, good: int, spoiled: int) -> list[Entry]:
        """Bring leftovers and spoiled pieces from a counter back to the custodian."""
        self._duty(actor, Duty.RETURN_POINT)
        self._require(receiver, Role.CUSTODIAN)
        place = accounts.point(point)
        return self._bring_back(Movement.RETURN_POINT, place, STORE, good, spoiled, actor, receiver)

    def set_aside_defective(self, actor: Actor, second: Actor, quantity: int, cause: SpoilCause) -> list[Entry]:
        """Take defective pieces out of the store: issued and spoiled in one step, so that every column holds."""
        self._duty(actor, Duty.SET_ASIDE)
        self._two_persons(actor, second)
        steps = (
            (Movement.ISSUE_DIVISION, DIVISION, STORE, ""),
            (Movement.SPOILED, SPOILED_STORE, DIVISION, cause.value),
        )
        with self._database.write() as connection:
            return [
                self._post(
                    connection,
                    movement,
                    debit,
                    credit,
                    quantity,
                    actor.staff_id,
                    second_id=second.staff_id,
                    reason=reason,
                )
                for movement, debit, credit, reason in steps
            ]

    def lend(self, actor: Actor, document: Document, partner: str, quantity: int) -> Entry:
        """Lend blanks to another regency under a loan record: columns 6 and 7."""
        return self._loan(Movement.LOAN_OUT, accounts.lent_to(partner), STORE, actor, document, partner, quantity)

    def receive_repayment(self, actor: Actor, document: Document, partner: str, quantity: int) -> Entry:
        """Take back what a partner owes: columns 2 and 3."""
        account = accounts.lent_to(partner)
        return self._loan(Movement.LOAN_OUT_REPAID, STORE, account, actor, document, partner, quantity)

    def borrow(self, actor: Actor, document: Document, partner: str, quantity: int) -> Entry:
        """Borrow blanks from another regency: columns 2 and 3."""
        account = accounts.borrowed_from(partner)
        return self._loan(Movement.LOAN_IN, STORE, account, actor, document, partner, quantity)

    def repay(self, actor: Actor, document: Document, partner: str, quantity: int) -> Entry:
        """Give back what we borrowed: columns 6 and 7."""
        account = accounts.borrowed_from(partner)
        return self._loan(Movement.LOAN_IN_REPAID, account, STORE, actor, document, partner, quantity)

    def send_to_station(self, actor: Actor, document: Document, station: str, quantity: int) -> Entry:
        """Send blanks to another station of this office; they are on the way until it books them in."""
        account = accounts.transfer(self._station, station)
        return self._loan(Movement.SEND_STATION, account, STORE, actor, document, station, quantity)

    def receive_from_station(self, actor: Actor, document: Document, station: str, quantity: int) -> Entry:
        """Book in what another station of this office sent; the office compares both sides."""
        account = accounts.transfer(station, self._station)
        return self._loan(Movement.RECEIVE_STATION, STORE, account, actor, document, station, quantity)

    def destroy(
        self, actor: Actor, second: Actor, quantity: int, document: Document, witnesses: Sequence[str]
    ) -> Entry:
        """Destroy spoiled pieces under an official record with witnesses."""
        self._duty(actor, Duty.DESTROY)
        self._two_persons(actor, second)
        _need_document(document)
        named = [" ".join(witness.split()) for witness in witnesses if witness.strip()]
        if not named:
            raise BadInput("ledger-witness-missing")
        with self._database.write() as connection:
            return self._post(
                connection,
                Movement.DESTROYED,
                DESTROYED,
                SPOILED_STORE,
                quantity,
                actor.staff_id,
                document=document,
                second_id=second.staff_id,
                witnesses=named,
            )

    def suket(self, actor: Actor, issued: int, extended: int = 0) -> list[Entry]:
        """Note how many substitute letters were issued new and extended; no blank moves."""
        self._duty(actor, Duty.SUKET)
        kinds = (("baru", issued), ("perpanjangan", extended))
        with self._database.write() as connection:
            return [
                self._post(
                    connection,
                    Movement.SUKET,
                    accounts.SUKET,
                    accounts.SUKET,
                    count,
                    actor.staff_id,
                    reason=kind,
                )
                for kind, count in kinds
                if count
            ]

    def _hand_over(
        self,
        movement: Movement,
        source: str,
        target: str,
        quantity: int,
        giver: Actor,
        receiver: Actor,
        document: Document | None = None,
    ) -> Entry:
        self._two_persons(giver, receiver)
        with self._database.write() as connection:
            return self._post(
                connection,
                movement,
                target,
                source,
                quantity,
                giver.staff_id,
                document=document,
                second_id=receiver.staff_id,
            )

    def _bring_back(
        self, movement: Movement, source: str, target: str, good: int, spoiled: int, giver: Actor, receiver: Actor
    ) -> list[Entry]:
        self._two_persons(giver, receiver)
        if good < 0 or spoiled < 0:
            raise BadInput("ledger-quantity-wrong", quantity=min(good, spoiled))
        steps = (
            (movement, target, source, good),
            (Movement.RETURN_SPOILED, accounts.spoiled_at(target), accounts.spoiled_at(source), spoiled),
        )
        with self._database.write() as connection:
            return [
                self._post(connection, kind, debit, credit, quantity, giver.staff_id, second_id=receiver.staff_id)
                for kind, debit, credit, quantity in steps
                if quantity
            ]

    def _loan(
        self,
        movement: Movement,
        debit: str,
        credit: str,
        actor: Actor,
        document: Document,
        partner: str,
        quantity: int,
    ) -> Entry:
        self._duty(actor, Duty.LEND)
        _need_document(document)
        giver, receiver = (partner, "") if debit == STORE else ("", partner)
        with self._database.write() as connection:
            return self._post(
                connection,
                movement,
                debit,
                credit,
                quantity,
                actor.staff_id,
                document=document,
                giver=giver,
                receiver=receiver,
            )


def _need_document(document: Document) -> None:
    if not document.number.strip():
        raise BadInput("ledger-document-missing")
