"""The rarer bookings of the custodian's day: opening stock, loans, defective pieces, destruction, missing pieces."""

from __future__ import annotations

from station.domain.card import SpoilCause
from station.ui.dialogs.choose import Choose
from station.ui.screens.blank_movements import BlankMovements


class RareMovements(BlankMovements):
    """What is under L; one flow for each duty, named after it."""

    async def open_book_flow(self) -> None:
        """Carry the stock on hand into an empty book."""
        answers = await self.ask("ui-other-open-book", self.number("quantity"), *self.document_fields())
        second = await self.second("ui-open-book-confirm") if answers else None
        if answers and second:
            self.services.blanks.open_book(self.actor, second, int(answers["quantity"]), self.document(answers))
            self.booked()

    async def lend_flow(self) -> None:
        """Lend blanks to another regency, or take back what it owes."""
        owed = {loan.partner: loan.they_owe for loan in self.services.blanks.loans() if loan.they_owe}
        await self._loan("lend", "receive_repayment", owed)

    async def borrow_flow(self) -> None:
        """Borrow blanks from another regency, or give them back."""
        owed = {loan.partner: loan.we_owe for loan in self.services.blanks.loans() if loan.we_owe}
        await self._loan("borrow", "repay", owed)

    async def _loan(self, out: str, back: str, owed: dict[str, int]) -> None:
        """Ask for a new loan or, where something is outstanding, for the partner it comes back from: no name twice."""
        book, partner = self.services.blanks, ""
        if owed:
            number = self.station.catalogue.number
            ways = [("", self.words(f"ui-loan-{out}"))]
            ways += [
                (name, self.words(f"ui-loan-{back.replace('_', '-')}", partner=name, open=number(pieces)))
                for name, pieces in owed.items()
            ]
            chosen = await self.station.push_screen_wait(Choose(self.words(f"ui-other-{out}"), ways))
            if chosen is None:
                return
            partner = chosen
        names = () if partner else (self.text("partner"),)
        title = f"ui-loan-{back.replace('_', '-')}-title" if partner else f"ui-loan-{out}"
        answers = await self.ask(title, *names, self.number("quantity"), *self.document_fields())
        if answers:
            call = getattr(book, back if partner else out)
            call(self.actor, self.document(answers), partner or answers["partner"], int(answers["quantity"]))
            self.booked()

    async def suket_flow(self) -> None:
        """Note substitute letters issued and extended."""
        answers = await self.ask("ui-other-suket", self.number("suket_new"), self.number("suket_extended"))
        if answers:
            self.services.blanks.suket(self.actor, int(answers["suket_new"]), int(answers["suket_extended"]))
            self.booked()

    async def destroy_flow(self) -> None:
        """Destroy spoiled pieces under an official record with witnesses."""
        if not self._has_pieces("spoiled_store", "ui-no-spoiled"):
            return
        answers = await self.ask(
            "ui-other-destroy", self.number("quantity"), *self.document_fields(), self.text("witnesses")
        )
        second = await self.second("ui-destroy-confirm") if answers else None
        if answers and second:
            witnesses = answers["witnesses"].split(",")
            self.services.blanks.destroy(
                self.actor, second, int(answers["quantity"]), self.document(answers), witnesses
            )
            self.booked()

    async def settle_flow(self) -> None:
        """Book missing pieces that turned up, or write them off under an official record; two persons."""
        if not self._has_pieces("discrepancy", "ui-no-missing"):
            return
        ways = (("found", self.words("ui-settle-found")), ("write_off", self.words("ui-settle-write-off")))
        way = await self.station.push_screen_wait(Choose(self.words("ui-other-settle"), ways))
        if way is None:
            return
        papers = self.document_fields() if way == "write_off" else ()
        answers = await self.ask("ui-other-settle", self.number("quantity"), self.text("reason"), *papers)
        second = await self.second("ui-explain-confirm") if answers else None
        if answers and second:
            book, quantity, reason = self.services.blanks, int(answers["quantity"]), answers["reason"]
            if way == "found":
                book.find_again(self.actor, second, quantity, reason)
            else:
                book.write_off(self.actor, second, quantity, reason, self.document(answers))
            self.booked()

    async def shortage_flow(self) -> None:
        """Close a shortage case with what was agreed with the giver."""
        cases = {case.receipt_id: case for case in self.services.blanks.shortage_cases()}
        if not cases:
            self.notify(self.words("ui-no-cases"), timeout=3)
            return
        options = [
            (key, f"{case.document_no} {case.giver}: {case.paper_quantity} / {case.counted_quantity}")
            for key, case in cases.items()
        ]
        chosen = await self.station.push_screen_wait(Choose(self.words("ui-other-shortage"), options))
        answers = await self.ask("ui-other-shortage", self.text("reason"), *self.document_fields()) if chosen else None
        second = await self.second("ui-case-confirm") if answers else None
        if chosen and answers and second:
            self.services.blanks.close_case(self.actor, second, chosen, answers["reason"], self.document(answers))
            self.booked()

    async def set_aside_flow(self) -> None:
        """Take defective pieces out of the store; they wait among the spoiled ones for their destruction."""
        causes = (SpoilCause.FACTORY_DEFECT, SpoilCause.TEST_PRINT)
        ways = [(cause.value, self.words(f"registers-cause-{cause.value.replace('_', '-')}")) for cause in causes]
        cause = await self.station.push_screen_wait(Choose(self.words("ui-other-set-aside"), ways))
        answers = await self.ask("ui-other-set-aside", self.number("quantity")) if cause else None
        second = await self.second("ui-set-aside-confirm") if answers else None
        if cause and answers and second:
            self.services.blanks.set_aside_defective(self.actor, second, int(answers["quantity"]), SpoilCause(cause))
            self.booked()

    def _has_pieces(self, account: str, none_id: str) -> bool:
        """Tell whether there is anything to book from an account; say so before a form is filled in for nothing."""
        if self.services.blanks.balance(account) > 0:
            return True
        self.notify(self.words(none_id), timeout=4)
        return False
