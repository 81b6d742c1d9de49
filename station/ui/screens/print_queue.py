"""The print queue: who may have a card now, who not and why; reason and documents; start one card."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Static

from station.domain.card import PrintReason
from station.domain.errors import StationError
from station.domain.nik import masked_nik
from station.domain.staff import Actor
from station.print.gates import REQUIRED_DOCUMENTS
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.confirm import Confirm
from station.ui.dialogs.credentials import Credentials
from station.ui.dialogs.form import Field, Form
from station.ui.dialogs.notice import Notice
from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.print.queue import PrintJob


class PrintQueueScreen(StationScreen):
    """Jobs, the ones to print first on top."""

    title_id = "ui-place-queue"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "produce", "ui-key-print"),
        Binding("a", "reason", "ui-key-reason"),
        Binding("u", "urgent", "ui-key-urgent"),
        Binding("s", "defer", "ui-key-defer"),
        Binding("o", "override", "ui-key-out-of-turn"),
        Binding("l", "birthdays", "ui-key-birthdays"),
        Binding("b", "compare", "ui-key-compare"),
        Binding("p", "printer", "ui-key-printer"),
    ]

    def body(self) -> ComposeResult:
        """Lay out counts, table and causes."""
        yield Static("", id="queue-lead", classes="lead", markup=False)
        yield Static("", id="forecast", markup=False)
        yield Rows([self.words(f"ui-job-{name}") for name in ("state", "name", "nik", "born", "reason")])
        yield Static("", id="job-causes", markup=False)

    def load(self) -> None:
        """Read the queue."""
        self._draw()
        self.query_one(Rows).focus()

    def refresh_status(self) -> None:
        """Come back from printing with fresh jobs."""
        super().refresh_status()
        if self.query("#queue-lead"):
            self._draw()

    def _draw(self) -> None:
        jobs = self.services.print_queue.jobs()
        room = self.services.config.printing.room
        lead = self.words(
            "ui-queue-lead",
            printable=sum(job.printable for job in jobs),
            closed=sum(bool(job.closed) and not _deferred(job) for job in jobs),
            deferred=sum(_deferred(job) for job in jobs),
            room=room,
            blanks=self.services.blanks.room_balance(room),
        )
        if not jobs:
            lead += f"\n{self.words('ui-queue-empty')}"
        if self.services.print_queue.scarcity:
            lead += f"\n! {self.words('ui-scarcity')}"
        self.query_one("#queue-lead", Static).update(lead)
        self.query_one(Rows).fill(self._row(job) for job in jobs)
        self._causes()
        if self.station.actor is not None:
            self._forecast()

    @work(group="overview", exclusive=True, exit_on_error=False)
    async def _forecast(self) -> None:
        """Say for how many cards blanks, ribbon and film last; a printer that does not answer is only said so."""
        line = self.query_one("#forecast", Static)
        try:
            found = await self.services.production.forecast(self.actor)
        except StationError as error:
            line.update(f"! {self.words('ui-forecast-unknown')} {self.station.catalogue.error(error)}")
            return
        enough = "ui-forecast-enough" if found.enough else "ui-forecast-short"
        numbers = {"waiting": found.waiting, "ribbon": found.ribbon_cards, "film": found.film_cards}
        line.update(self.words(enough, blanks=found.blanks, **numbers))

    def _row(self, job: PrintJob) -> Row:
        sign, name = ("✓", "printable") if job.printable else ("✗", "closed")
        if _deferred(job):
            sign, name = "○", "deferred"
        state = f"{sign} {self.words(f'ui-job-{name}')}"
        urgent = "!" if job.urgent else ""
        reason = self.words(f"ui-print-reason-{job.reason.value}") if job.reason else "–"
        born = self.station.catalogue.short_date(job.birth_date)
        return Row(job.job_id, (state, f"{job.name} {urgent}".strip(), masked_nik(job.nik), born, reason))

    def on_data_table_row_highlighted(self) -> None:
        """Show why the job under the cursor cannot be printed."""
        self._causes()

    def _causes(self) -> None:
        job = self._job()
        lines = [] if job is None else [f"✗ {self.words(gate.message_id, **gate.params)}" for gate in job.closed]
        if job is not None and _deferred(job):
            lines.insert(0, f"○ {self.words('ui-deferred-cause')}")
        self.query_one("#job-causes", Static).update("\n".join(lines))

    def _job(self) -> PrintJob | None:
        chosen = self.query_one(Rows).chosen()
        return self.services.print_queue.job(chosen) if chosen else None

    @on(DataTable.RowSelected)
    def _row_selected(self) -> None:
        self.action_produce()

    def action_produce(self) -> None:
        """Open the screen that makes this card."""
        from station.ui.screens.production import ProductionScreen

        job = self._job()
        if job is None:
            return
        if not job.printable:
            causes = "\n".join(self.words(gate.message_id, **gate.params) for gate in job.closed)
            self.station.push_screen(Notice("ui-job-not-printable", causes))
            return
        self.station.push_screen(ProductionScreen(job))

    def action_reason(self) -> None:
        """State why the card is printed and which documents were seen."""
        job = self._job()
        if job is not None:
            self.begin_flow(self._reason(job))

    async def _reason(self, job: PrintJob) -> None:
        options = [(reason.value, self.words(f"ui-print-reason-for-{reason.value}")) for reason in PrintReason]
        chosen = await self.station.push_screen_wait(Choose(self.words("ui-reason-title", name=job.name), options))
        if chosen is None:
            return
        seen = []
        for document in sorted(REQUIRED_DOCUMENTS[PrintReason(chosen)], key=lambda entry: entry.value):
            name = self.words(f"ui-print-document-{document.value}")
            if await self.station.push_screen_wait(Confirm(name, self.words("ui-document-question", name=name))):
                seen.append(document)
        self.services.print_queue.set_reason(self.actor, job.job_id, PrintReason(chosen), seen)
        self._draw()

    def action_urgent(self) -> None:
        """Put a job first, with the reason for it, or take that back."""
        job = self._job()
        if job is None:
            return
        if job.urgent:
            self.guarded(self.services.print_queue.unmark_urgent, self.actor, job.job_id)
            self._draw()
            return

        def answered(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self.guarded(self.services.print_queue.mark_urgent, self.actor, job.job_id, answers["reason"])
                self._draw()

        title = self.words("ui-urgent-title", name=job.name)
        self.station.push_screen(Form(title, (Field("reason", self.words("ui-reason")),)), answered)

    def action_defer(self) -> None:
        """Give a substitute letter for now, after a question, or put the job back."""
        job = self._job()
        if job is None:
            return
        if _deferred(job):
            self._deferral(job, self.services.print_queue.requeue, "ui-requeued")
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._deferral(job, self.services.print_queue.defer, "ui-deferred")

        question = self.words("ui-defer-question", name=job.name)
        self.station.push_screen(Confirm(self.words("ui-key-defer"), question), answered)

    def _deferral(self, job: PrintJob, change: Callable[[Actor, str], None], words_id: str) -> None:
        if self.guarded(change, self.actor, job.job_id):
            self.notify(self.words(words_id, name=job.name), timeout=6)
        self._draw()

    def action_override(self) -> None:
        """Print in spite of scarcity: reason and second person."""
        job = self._job()
        if job is None:
            return
        if any(gate.overridable for gate in job.closed):
            self.begin_flow(self._override(job))
        else:
            self.notify(self.words("ui-not-out-of-turn"), timeout=5)

    async def _override(self, job: PrintJob) -> None:
        fields = (Field("reason", self.words("ui-reason")),)
        answers = await self.station.push_screen_wait(Form(self.words("ui-out-of-turn-title", name=job.name), fields))
        if answers is None:
            return
        second = await self.station.push_screen_wait(Credentials(self.words("ui-scarcity-confirm")))
        if second is not None:
            self.services.print_queue.override_scarcity(self.actor, second, job.job_id, answers["reason"])
            self._draw()

    def action_birthdays(self) -> None:
        """Show whose card waits for a birthday, by date."""
        from station.ui.screens.birthdays import BirthdaysScreen

        self.station.push_screen(BirthdaysScreen())

    def action_compare(self) -> None:
        """Compare a school's attendance, recordings and printable cards."""
        from station.ui.screens.three_way import ThreeWayScreen

        def chosen(school_id: str | None) -> None:
            if school_id is not None:
                self.station.push_screen(ThreeWayScreen(school_id))

        schools = [(school.school_id, school.name) for school in self.services.rosters.schools()]
        if schools:
            self.station.push_screen(Choose(self.words("ui-choose-school"), schools), chosen)
        else:
            self.notify(self.words("ui-three-way-no-school"), timeout=3)

    def action_printer(self) -> None:
        """Show every condition of printer, encoder and security module."""
        from station.ui.places import place

        self.station.push_screen(place("devices").open())


def _deferred(job: PrintJob) -> bool:
    return job.state.name == "DEFERRED"
