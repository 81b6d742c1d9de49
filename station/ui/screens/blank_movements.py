"""The dialogs of the blank book: what moved, the document, and the second person who confirms the count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from station.domain.staff import Actor, Role
from station.ledger.duties import Duty
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.credentials import Credentials
from station.ui.dialogs.form import Field, FieldKind, Form, date_from_words
from station.ui.dialogs.notice import Notice
from station.ui.dialogs.pick_file import PickFile, first_folder
from station.ui.screens.base import StationScreen

if TYPE_CHECKING:
    from station.ledger.closing import Difference
    from station.ledger.entry import Entry
    from station.ledger.posting import Document
    from station.ledger.verifying import VerifyReport


class BlankMovements(StationScreen):
    """Asks, then calls the book; every rule is the book's own."""

    def draw(self) -> None:
        """Show the book anew."""

    def account_words(self, account: str) -> str:
        """Return an account's name in words."""
        from station.ledger.accounts import named

        return self.words("ledger-account", **named(account))

    def movement_words(self, entry: Entry) -> str:
        """Return what was done; substitute letters are told apart by kind."""
        kind = f"-{entry.reason}" if entry.movement.value == "suket" else ""
        return self.words(f"ui-movement-{entry.movement.value.replace('_', '-')}{kind}")

    def role_words(self, roles: Iterable[Role]) -> str:
        """Return roles as people call them."""
        return ", ".join(self.words(f"ui-role-{role.value}") for role in roles)

    def allowed(self, *duties: Duty) -> list[Duty]:
        """Return those of some bookings that are open to who is signed in; for none say who may, before any form."""
        mine = [duty for duty in duties if duty.is_of(self.actor)]
        if not mine:
            roles = dict.fromkeys(role for duty in duties for role in duty.roles)
            params = {"roles": self.role_words(roles), "mine": self.role_words(sorted(self.actor.roles, key=str))}
            self.station.push_screen(Notice("ui-not-yours", self.words("ui-not-yours-text", **params)))
        return mine

    # Asking --------------------------------------------------------------------------

    async def ask(self, title_id: str, *fields: Field) -> dict[str, str] | None:
        """Ask a form."""
        return await self.station.push_screen_wait(Form(self.words(title_id), fields))

    async def second(self, reason_id: str, **params: object) -> Actor | None:
        """Ask for the second person."""
        return await self.station.push_screen_wait(Credentials(self.words(reason_id, **params)))

    def number(self, name: str) -> Field:
        """Return a field that takes a quantity."""
        return Field(name, self.words(f"ui-blank-{name.replace('_', '-')}"), FieldKind.NUMBER)

    def text(self, name: str, default: str = "", required: bool = True) -> Field:
        """Return a field that takes words."""
        return Field(name, self.words(f"ui-blank-{name.replace('_', '-')}"), default=default, required=required)

    def document_fields(self, paper: str = "record") -> tuple[Field, Field]:
        """Return number and date of an official record, or of the hand-over record (`bast`) of a receipt."""
        today = f"{self.station.today():%d-%m-%Y}"
        return (
            Field("document", self.words(f"ui-blank-{paper}")),
            Field("document_date", self.words(f"ui-blank-{paper}-date"), FieldKind.DATE, default=today),
        )

    def document(self, answers: dict[str, str]) -> Document:
        """Return the document of a form."""
        from station.ledger.posting import Document

        return Document(answers["document"], date_from_words(answers["document_date"]) or self.station.today())

    def booked(self) -> None:
        """Say that it is in the book, and in which day when today is locked already; show it."""
        self.draw()
        day = self.services.blanks.book_day()
        if day is None or day <= self.station.today():
            self.notify(f"✓ {self.words('ui-booked')}", timeout=3)
        else:
            text = self.words("ui-booked-late-text", day=self.station.catalogue.short_date(day))
            self.station.push_screen(Notice("ui-booked-late", text, good=True))

    # Movements -----------------------------------------------------------------------

    def action_receive(self) -> None:
        """Book blanks that came in, at the number counted."""
        if self.allowed(Duty.RECEIVE):
            self.begin_flow(self._receive())

    async def _receive(self) -> None:
        from station.ledger.accounts import Party, PartyKind

        kinds = tuple((kind.value, self.words(f"ui-party-{kind.value}")) for kind in PartyKind)
        answers = await self.ask(
            "ui-key-receive",
            Field("kind", self.words("ui-blank-giver-kind"), FieldKind.CHOICE, choices=kinds),
            self.text("giver"),
            *self.document_fields("bast"),
            self.text("grant", required=False),
            self.number("paper"),
            self.number("counted"),
        )
        if answers is None:
            return
        document = self.document(answers)
        grant = type(document)(answers["grant"], document.day) if answers["grant"] else None
        party = Party(PartyKind(answers["kind"]), answers["giver"])
        serials = await self._serials(int(answers["counted"]))
        if serials is None:
            return
        self.services.blanks.receive(
            self.actor, document, party, int(answers["paper"]), int(answers["counted"]), grant, serials
        )
        self.booked()

    async def _serials(self, counted: int) -> tuple[str, ...] | None:
        """Return the chip serials of a file that came with the blanks, none for no list; None when given up."""
        ways = [("file", self.words("ui-serials-file")), ("none", self.words("ui-serials-none"))]
        kinds, doubt = frozenset({".txt", ".csv"}), ""
        while True:
            title = self.words("ui-serials-title")
            way = await self.station.push_screen_wait(Choose(title, ways, doubt))
            if way != "file":
                return () if way == "none" else None
            folder = first_folder(self.services.config.data_dir, kinds)
            path = await self.station.push_screen_wait(PickFile(title, folder, kinds))
            serials = tuple(path.read_text(encoding="utf-8").split()) if path else ()
            if len(serials) == counted:
                return serials
            doubt = f"! {self.words('ui-serials-differ', listed=len(serials), counted=counted)}" if path else ""

    def action_issue(self) -> None:
        """Give blanks to the division, a print room or a counter; the receiver confirms the count."""
        if mine := self.allowed(Duty.ISSUE_DIVISION, Duty.ISSUE_ROOM, Duty.ISSUE_POINT):
            self.begin_flow(self._issue(mine))

    async def _issue(self, mine: list[Duty]) -> None:
        target = await self._which("issue", mine)
        if target is None:
            return
        fields = [self.number("quantity")]
        if target != "division":
            fields.insert(0, self.text("place", self.services.config.printing.room if target == "room" else ""))
        answers = await self.ask(f"ui-issue-{target}", *fields)
        if answers is None:
            return
        quantity = int(answers["quantity"])
        receiver = await self.second("ui-receiver-confirms", quantity=quantity)
        if receiver is None:
            return
        book = self.services.blanks
        if target == "division":
            book.issue_to_division(self.actor, receiver, quantity)
        elif target == "room":
            book.issue_to_room(self.actor, receiver, answers["place"], quantity)
        else:
            book.issue_to_point(self.actor, receiver, answers["place"], quantity)
        self.booked()

    async def _which(self, what: str, mine: list[Duty]) -> str | None:
        """Return the one place this person may issue to or return from, asked for when there are several."""
        names = [duty.value[0].partition("_")[2] for duty in mine]
        if len(names) == 1:
            return str(names[0])
        options = [(name, self.words(f"ui-{what}-{name}")) for name in names]
        title = self.words("ui-key-issue" if what == "issue" else "ui-key-bring-back")
        return await self.station.push_screen_wait(Choose(title, options))

    def action_bring_back(self) -> None:
        """Bring leftovers and spoiled pieces back; the receiver confirms the count."""
        if mine := self.allowed(Duty.RETURN_ROOM, Duty.RETURN_DIVISION, Duty.RETURN_POINT):
            self.begin_flow(self._bring_back(mine))

    async def _bring_back(self, mine: list[Duty]) -> None:
        source = await self._which("return", mine)
        if source is None:
            return
        fields = [self.number("good"), self.number("spoiled")]
        if source != "division":
            fields.insert(0, self.text("place", self.services.config.printing.room if source == "room" else ""))
        answers = await self.ask(f"ui-return-{source}", *fields)
        if answers is None:
            return
        good, spoiled = int(answers["good"]), int(answers["spoiled"])
        receiver = await self.second("ui-receiver-confirms", quantity=good + spoiled)
        if receiver is None:
            return
        book = self.services.blanks
        if source == "division":
            book.return_to_store(self.actor, receiver, good, spoiled)
        elif source == "room":
            book.return_from_room(self.actor, receiver, answers["place"], good, spoiled)
        else:
            book.return_from_point(self.actor, receiver, answers["place"], good, spoiled)
        self.booked()

    def action_count(self) -> None:
        """Write down a physical count; nothing is adjusted."""
        if self.allowed(Duty.COUNT):
            self.begin_flow(self._count())

    async def _count(self) -> None:
        places = [account for account in self.services.blanks.balances() if account.startswith(("room:", "point:"))]
        options = [(account, self.account_words(account)) for account in ("store", "division", *sorted(places))]
        account = await self.station.push_screen_wait(Choose(self.words("ui-key-count"), options))
        if account is None:
            return
        answers = await self.ask("ui-key-count", self.number("counted"))
        if answers is not None:
            self.services.blanks.count(self.actor, int(answers["counted"]), account)
            self.booked()

    def action_explain(self) -> None:
        """Book what a count lacks or has too many, with reason and second person."""
        if self.allowed(Duty.EXPLAIN):
            self.begin_flow(self._explain())

    async def _explain(self) -> None:
        differences = {one.count_id: one for one in self.services.blanks.differences()}
        if not differences:
            self.notify(self.words("ui-no-differences"), timeout=3)
            return
        options = [(key, self._difference_words(one)) for key, one in differences.items()]
        chosen = await self.station.push_screen_wait(Choose(self.words("ui-key-explain"), options))
        if chosen is None:
            return
        answers = await self.ask("ui-key-explain", self.text("reason"))
        second = await self.second("ui-explain-confirm") if answers else None
        if answers and second:
            self.services.blanks.explain_discrepancy(self.actor, second, chosen, answers["reason"])
            self.booked()

    def _difference_words(self, one: Difference) -> str:
        words = self.words("ui-difference", booked=one.booked, counted=one.counted)
        return f"{self.account_words(one.account)}: {words}"

    def action_confirm_day(self) -> None:
        """Confirm a day far ahead of the book's; two persons."""
        if self.services.blanks.day_ahead() is None:
            self.notify(self.words("ledger-day-not-ahead"), timeout=3)
        elif self.allowed(Duty.CONFIRM_DAY):
            self.begin_flow(self._confirm_day())

    async def _confirm_day(self) -> None:
        ahead = self.services.blanks.day_ahead()
        second = await self.second("ui-confirm-day", last=ahead[0], day=ahead[1]) if ahead else None
        if second:
            self.services.blanks.confirm_day(self.actor, second)
            self.booked()

    def _verified(self, report: VerifyReport) -> None:
        good = report.whole
        lines = [self.words("ui-book-entries", count=report.entries)]
        lines += [f"✗ {self.words(fault.message_id, **fault.params)}" for fault in report.problems]
        self.station.push_screen(Notice("ui-book-whole" if good else "ui-book-broken", "\n".join(lines), good=good))
