"""The end of a school day: reconcile, back up to a medium and read it back, close."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from station.ui.dialogs.choose import Choose
from station.ui.dialogs.credentials import Credentials
from station.ui.dialogs.form import Field, Form
from station.ui.dialogs.notice import Notice
from station.ui.screens.base import StationScreen
from station.ui.session_facts import current_session, progress_words
from station.ui.widgets.facts import Fact, Facts, Mark
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.capture.attendance import Reconciliation
    from station.capture.backup import BackupReport
    from station.capture.sessions import Session

_ORDER = ("OPENED", "RUNNING", "RECONCILED", "BACKED_UP", "CLOSED")


class ClosingScreen(StationScreen):
    """Three steps with their state."""

    title_id = "ui-place-closing"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "reconcile", "ui-key-reconcile"),
        Binding("c", "back_up", "ui-key-back-up"),
        Binding("t", "close_session", "ui-key-close-session"),
        Binding("o", "override", "ui-key-override"),
        Binding("p", "review", "ui-key-review"),
        Binding("v", "verify", "ui-key-verify-backup"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.session: Session | None = None
        self._result: Reconciliation | None = None
        self._known_counts: list[Fact] = []

    def body(self) -> ComposeResult:
        """Lay out the session, the three steps and who is not settled."""
        yield Static("", id="closing-lead", classes="lead", markup=False)
        yield Facts(id="closing-steps")
        yield Static("", id="unsettled-lead", markup=False)
        yield Rows([self.words(f"ui-attendance-{name}") for name in ("number", "name", "outcome")])

    def load(self) -> None:
        """Show the session under way, or the last one closed: its review and its three counts may be unfinished."""
        self.session = current_session(self.services) or next(iter(self.services.sessions.list()), None)
        self._draw()
        self.query_one(Rows).focus()

    def _draw(self) -> None:
        lead = self.query_one("#closing-lead", Static)
        if self.session is None:
            lead.update(self.words("ui-closing-none"))
            return
        self.session = self.services.sessions.get(self.session.session_id)
        progress = self.services.sessions.progress(self.session.session_id)
        head = f"{self.session.school_name} · {self.session.day:%d-%m-%Y}"
        lead.update(f"{head}\n{progress_words(self.station, progress)}")
        reached = _ORDER.index(self.session.state.name)
        steps = []
        for position, name in ((2, "reconcile"), (3, "back-up"), (4, "close-session")):
            done, now = reached >= position, max(reached, 1) == position - 1
            mark = Mark.GOOD if done else Mark.NOW if now else Mark.WAIT
            words = self.words("ui-step-done" if done else f"ui-closing-{name}-text")
            steps.append(Fact(self.words(f"ui-key-{name}"), words, mark))
        self._show(steps, self._known_counts)
        self.run_worker(self._count(self.session, steps), group="counts", exclusive=True, exit_on_error=False)
        self._draw_unsettled()

    async def _count(self, session: Session, steps: list[Fact]) -> None:
        """Count on a thread: a kit with hundreds of recordings takes its time."""
        self._known_counts = await asyncio.to_thread(self._counts, session)
        self._show(steps, self._known_counts)

    def _show(self, steps: list[Fact], counts: list[Fact]) -> None:
        self.query_one("#closing-steps", Facts).show(steps + counts, label_width=18)

    def _counts(self, session: Session) -> list[Fact]:
        """Return where the packets are, and how many recordings the supervisor has still to look at."""
        counts = self.services.recording.retention.counts(session.session_id)
        words = self.words(
            "ui-three-counts",
            recorded=counts.recorded,
            laptop=counts.laptop,
            medium=counts.medium,
            office=counts.office,
        )
        pending = self.services.recording.review.pending_count(session.session_id)
        review = self.words("ui-review-pending", count=pending) if pending else self.words("ui-step-done")
        good = counts.recorded and not pending
        return [
            Fact(self.words("ui-key-review"), review, Mark.GOOD if good else Mark.WAIT),
            Fact(self.words("ui-packets"), words, Mark.GOOD if counts.recorded and counts.agree else Mark.WAIT),
        ]

    def _draw_unsettled(self) -> None:
        rows = self._result.unsettled if self._result is not None else ()
        words = self.words("ui-unsettled", count=len(rows)) if rows else ""
        if self._result is not None and self._result.unfinished_sittings:
            words += f"\n{self.words('ui-unfinished-sittings', count=self._result.unfinished_sittings)}"
        self.query_one("#unsettled-lead", Static).update(words)
        self.query_one(Rows).display = bool(rows)
        self.query_one(Rows).fill(
            Row(row.student.student_id, (str(row.student.number), row.student.name, self.words("ui-outcome-waiting")))
            for row in rows
        )

    def action_reconcile(self) -> None:
        """Check that everybody who came is accounted for."""
        if self.session is not None:
            self.guarded(self._reconcile, self.session)

    def _reconcile(self, session: Session) -> None:
        self._result = self.services.sessions.reconcile(self.actor, session.session_id)
        self._draw()
        if self._result.balanced:
            self.notify(f"✓ {self.words('ui-balanced')}", timeout=4)

    def action_back_up(self) -> None:
        """Make a backup on a medium and read it back."""
        media = self.services.config.capture.backup_dirs
        if self.session is None:
            return
        if not media:
            fields = (Field("path", self.words("ui-medium")),)
            self.station.push_screen(
                Form(self.words("ui-key-back-up"), fields), lambda answers: self._back_up(answers and answers["path"])
            )
            return
        options = [(medium, medium) for medium in media]
        self.station.push_screen(Choose(self.words("ui-choose-medium"), options), self._back_up)

    def _back_up(self, medium: str | None) -> None:
        if medium and self.session is not None:
            self.begin_in_thread(
                self.words("ui-backing-up"),
                self._backed_up,
                self.services.backup.make,
                self.actor,
                self.session.session_id,
                Path(medium),
            )

    def _backed_up(self, report: BackupReport) -> None:
        self._draw()
        self.station.push_screen(Notice("ui-backed-up-title", "\n".join(self._told_of(report)), good=True))

    def _told_of(self, report: BackupReport) -> list[str]:
        """Return what is in a backup, and what it is not good for."""
        told = [self.words("ui-backed-up", path=str(report.path))]
        told.append(self.words("ui-backed-up-holds", packets=report.packets, size=f"{report.size / 1e6:.1f}"))
        if report.unsealed:
            told.append(self.words("ui-backed-up-unsealed", count=report.unsealed))
        if not report.external:
            told.append(self.words("ui-backed-up-same-disk"))
        if report.session_state.value in {"dibuka", "berjalan"}:
            told.append(self.words("ui-backed-up-early"))
        return told

    def on_screen_resume(self) -> None:
        """Come back from the review with fresh counts."""
        super().on_screen_resume()
        if self.session is not None:
            self._draw()

    def action_review(self) -> None:
        """Open the supervisor's review of this session."""
        from station.ui.screens.review import ReviewScreen

        if self.session is not None:
            self.station.push_screen(ReviewScreen(self.session))

    def action_verify(self) -> None:
        """Prove an existing backup without restoring it."""
        last = self.services.backup.last()
        fields = (Field("path", self.words("ui-backup-file"), default="" if last is None else last.path),)

        def named(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self.begin_in_thread(
                    self.words("ui-verifying"),
                    lambda _report: self.notify(f"✓ {self.words('ui-backup-whole')}", timeout=5),
                    self.services.backup.verify,
                    Path(answers["path"]),
                )

        self.station.push_screen(Form(self.words("ui-key-verify-backup"), fields), named)

    def action_close_session(self) -> None:
        """Close a session that has a verified backup."""
        if self.session is not None and self.guarded(self.services.sessions.close, self.actor, self.session.session_id):
            self._draw()
            self.notify(f"✓ {self.words('ui-session-closed')}", timeout=5)

    def action_override(self) -> None:
        """Close without a backup: reason and second person."""
        self.begin_flow(self._override())

    async def _override(self) -> None:
        from station.capture.sessions import CloseOverride

        if self.session is None:
            return
        fields = (Field("reason", self.words("ui-reason")),)
        answers = await self.station.push_screen_wait(Form(self.words("ui-key-override"), fields))
        if answers is None:
            return
        second = await self.station.push_screen_wait(Credentials(self.words("ui-override-confirm")))
        if second is not None:
            override = CloseOverride(answers["reason"], second)
            self.services.sessions.close(self.actor, self.session.session_id, override)
            self._draw()
