"""Custody day of the blanks: balances, today's row of the 14 columns, what was booked; every movement by one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from station.ledger.duties import Duty
from station.ui.dialogs.choose import Choose
from station.ui.locale import clock_words
from station.ui.screens.rare_movements import RareMovements
from station.ui.widgets.facts import Fact, Facts, Mark
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.ledger.entry import Entry

_RARE = (
    Duty.OPEN_BOOK,
    Duty.LEND,
    Duty.BORROW,
    Duty.SET_ASIDE,
    Duty.DESTROY,
    Duty.SHORTAGE,
    Duty.SETTLE,
    Duty.SUKET,
)
_NARROW, _SHORT_NAME = 110, 14
_COUNTED_PLACES = ("store", "division")


class BlanksScreen(RareMovements):
    """The book of today."""

    title_id = "ui-place-blanks"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "receive", "ui-key-receive"),
        Binding("k", "issue", "ui-key-issue"),
        Binding("m", "bring_back", "ui-key-bring-back"),
        Binding("h", "count", "ui-key-count"),
        Binding("s", "explain", "ui-key-explain"),
        Binding("g", "lock_day", "ui-key-lock-day"),
        Binding("b", "month", "ui-key-month"),
        Binding("l", "other", "ui-key-other-movement"),
        Binding("v", "verify", "ui-key-verify-book"),
        Binding("j", "confirm_day", "ui-key-confirm-day"),
    ]

    def body(self) -> ComposeResult:
        """Lay out balances, today's row and today's entries."""
        yield Static("", id="blanks-lead", markup=False)
        yield Static("", id="blanks-next", markup=False)
        yield Facts(id="balances")
        yield Static("", id="usage-today", classes="lead", markup=False)
        yield Rows([self.words(f"ui-entry-{name}") for name in ("time", "what", "from", "to", "quantity", "document")])

    def load(self) -> None:
        """Read the book."""
        self.draw()
        self.query_one(Rows).focus()

    def draw(self) -> None:
        """Show the newest state of the book."""
        book, today = self.services.blanks, self.station.today()
        locked = book.locked_to()
        closed = locked is not None and locked >= today
        state = self.words("ui-day-locked" if closed else "ui-day-open")
        self.query_one("#blanks-lead", Static).update(f"{self.station.catalogue.long_date(today)} · {state}")
        self.query_one("#blanks-next", Static).update(self._next_words())
        self.query_one("#balances", Facts).show(self._balances(), label_width=24)
        row = book.usage_row(today)
        self.query_one("#usage-today", Static).update(
            self.words(
                "ui-usage-today",
                received=row.received,
                store=row.store_balance,
                issued=row.issued,
                lent=row.lent,
                printed=row.printed,
                spoiled=row.spoiled,
                remainder=row.division_remainder,
            )
        )
        days = [today, book.book_day() or today]
        entries = [entry for day in dict.fromkeys(days) if day >= today for entry in book.entries_of_day(day)]
        self.query_one(Rows).fill(self._row(entry) for entry in reversed(entries))
        self.refresh_status()

    def _next_words(self) -> str:
        """Return what the day waits for: an order to who is signed in, or whom it waits for."""
        found = self.services.blanks.next_step()
        words = self.words(f"ui-custody-{found.step.value}")
        if not found.roles:
            return f"✓ {words}"
        if any(self.actor.has(role) for role in found.roles):
            return f"→ {self.words('ui-custody-yours', step=words)}"
        return f"… {self.words('ui-custody-theirs', roles=self.role_words(found.roles), step=words)}"

    def _balances(self) -> list[Fact]:
        balances = self.services.blanks.balances()
        always: list[str] = ["store", "division", "spoiled_store", "discrepancy"]
        shown = [name for name in always if name in balances]
        shown += sorted(name for name in balances if name.startswith(("room:", "point:", "spoiled:")))
        facts = []
        for account in shown:
            balance = balances[account]
            if balance or account in _COUNTED_PLACES:
                mark = Mark.WARN if account == "discrepancy" and balance else Mark.PLAIN
                facts.append(Fact(self.account_words(account), self.station.catalogue.number(balance), mark))
        for case in self.services.blanks.shortage_cases():
            words = self.words("ui-shortage", paper=case.paper_quantity, counted=case.counted_quantity)
            facts.append(Fact(self.words("ui-shortage-case", document=case.document_no), words, Mark.WARN))
        for loan in self.services.blanks.loans():
            words = self.words("ui-loan-open", they=loan.they_owe, we=loan.we_owe)
            facts.append(Fact(self.words("ui-loan-of"), f"{loan.partner}: {words}", Mark.PLAIN))
        for difference in self.services.blanks.differences():
            words = self.words("ui-difference", booked=difference.booked, counted=difference.counted)
            facts.append(Fact(self.account_words(difference.account), words, Mark.BAD))
        return facts

    def _row(self, entry: Entry) -> Row:
        at = clock_words(entry.at, self.services.config.time_zone)[:5]
        return Row(
            entry.entry_id,
            (
                at if entry.day == self.station.today() else f"→ {entry.day:%d-%m}",
                self.movement_words(entry),
                self._place_words(entry.credit),
                self._place_words(entry.debit) if entry.debit != entry.credit else "",
                str(entry.quantity),
                entry.document_no,
            ),
        )

    def _place_words(self, account: str) -> str:
        """Return an account in few words on a small screen, so that the document's number stays in sight."""
        words = self.account_words(account)
        short = self.size.width >= _NARROW or len(words) <= _SHORT_NAME
        return words if short else f"{words[: _SHORT_NAME - 1]}…"

    def action_other(self) -> None:
        """Choose one of the rarer movements."""
        allowed = self.allowed(*_RARE)
        if not allowed:
            return
        names = [duty.value[0] for duty in allowed]
        options = [(name, self.words(f"ui-other-{name.replace('_', '-')}")) for name in names]

        def chosen(name: str | None) -> None:
            if name:
                self.begin_flow(getattr(self, f"{name}_flow")())

        self.station.push_screen(Choose(self.words("ui-key-other-movement"), options), chosen)

    def action_month(self) -> None:
        """Open the 14 columns of the month."""
        from station.ui.screens.usage_month import UsageMonthScreen

        self.station.push_screen(UsageMonthScreen())

    def action_lock_day(self) -> None:
        """Close the day; refused while something is not counted, returned or explained."""
        if self.allowed(Duty.LOCK) and self.guarded(self.services.blanks.lock_day, self.actor, self.station.today()):
            self.notify(f"✓ {self.words('ui-day-locked')}", timeout=4)
            self.draw()

    def action_verify(self) -> None:
        """Read the whole book again and check every hash and signature."""
        self.begin_in_thread(self.words("ui-verifying"), self._verified, self.services.blanks.verify)
