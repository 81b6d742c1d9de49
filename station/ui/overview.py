"""The state of the whole station in a few facts: what the status line and the home screen show.

Read on a thread, since reading it for the first time also loads the rooms it asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from station.messages.catalogue import Catalogue
from station.ui.locale import span_words
from station.ui.widgets.facts import Fact, Mark

if TYPE_CHECKING:
    from station.devices.check_computer import Finding
    from station.devices.kit import DeviceReport
    from station.ledger.duties import NextStep
    from station.staff.roster import RosterStanding
    from station.ui.services import Services


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """The session under way: where, its state by name, and the counts of the class."""

    school: str
    day: date
    state: str
    attended: int
    recorded: int
    waiting: int
    listed: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What is known; `loaded` is False until the services were asked once."""

    loaded: bool = False
    devices_ready: int | None = None
    devices_total: int | None = None
    schools: int = 0
    session: SessionFacts | None = None
    waiting_to_send: int = 0
    set_aside: int = 0
    paired: bool = False
    last_contact_at: datetime | None = None
    store: int = 0
    room: int = 0
    queued: int = 0
    open_intents: int = 0
    staff_list: RosterStanding | None = None
    read_at: datetime | None = None
    disk: Finding | None = None
    custody: NextStep | None = None
    accounts: int = 0

    def line(self, catalogue: Catalogue) -> str:
        """Return the facts as one line; signs and words, no colour needed."""
        if not self.loaded:
            return f" {catalogue.text('ui-status-loading')}"
        session = catalogue.text("ui-no-session")
        if self.session is not None:
            session = catalogue.text(
                "ui-status-session", name=self.session.school, done=self.session.recorded, came=self.session.attended
            )
        aside = f" (! {self.set_aside})" if self.set_aside else ""
        parts = [
            self._kit_line(catalogue),
            session,
            catalogue.text("ui-status-queue", count=self.waiting_to_send) + aside,
            catalogue.text("ui-status-blanks", count=self.store + self.room),
        ]
        if self._disk_is_low:
            parts = [catalogue.text("ui-status-disk", **self._free), *parts[:-1]]
        return " " + " │ ".join(parts)

    @property
    def _disk_is_low(self) -> bool:
        return self.disk is not None and "check-disk-low" in self.disk.causes

    @property
    def _free(self) -> dict[str, object]:
        return {} if self.disk is None else dict(self.disk.params)

    def _kit_line(self, catalogue: Catalogue) -> str:
        if self.devices_total is None:
            return catalogue.text("ui-status-kit-unknown")
        sign = "✓" if self.devices_ready == self.devices_total else "!"
        return catalogue.text("ui-status-kit", sign=sign, ready=self.devices_ready or 0, total=self.devices_total)

    def facts(self, catalogue: Catalogue) -> list[Fact]:
        """Return the block of the home screen."""
        if not self.loaded:
            return [Fact(catalogue.text("ui-status-loading"), "", Mark.WAIT)]
        return [
            *self._disk_facts(catalogue),
            self._kit_fact(catalogue),
            self._session_fact(catalogue),
            self._backup_fact(catalogue),
            self._outbox_fact(catalogue),
            self._contact_fact(catalogue),
            *self._staff_list_facts(catalogue),
            Fact(
                catalogue.text("ui-fact-blanks"),
                catalogue.text("ui-fact-blanks-text", store=self.store, room=self.room),
                Mark.GOOD if self.room else Mark.PLAIN,
            ),
            Fact(
                catalogue.text("ui-fact-cards"),
                catalogue.text("ui-fact-cards-text", count=self.queued),
                Mark.WAIT if self.queued else Mark.PLAIN,
            ),
        ]

    def _disk_facts(self, catalogue: Catalogue) -> list[Fact]:
        """Return the warning of a disk that fills up, nothing while there is room."""
        if not self._disk_is_low:
            return []
        return [Fact(catalogue.text("ui-fact-disk"), catalogue.text("check-disk-low", **self._free), Mark.WARN)]

    def _kit_fact(self, catalogue: Catalogue) -> Fact:
        label = catalogue.text("ui-fact-kit")
        if self.devices_total is None:
            return Fact(label, catalogue.text("ui-devices-none"), Mark.WAIT)
        words = catalogue.text("ui-fact-kit-ready", ready=self.devices_ready or 0, total=self.devices_total)
        return Fact(label, words, Mark.GOOD if self.devices_ready == self.devices_total else Mark.WARN)

    def _session_fact(self, catalogue: Catalogue) -> Fact:
        label = catalogue.text("ui-fact-session")
        if self.session is None:
            return Fact(label, catalogue.text("ui-no-session"))
        one = self.session
        state = catalogue.text(f"ui-session-state-{one.state.lower()}")
        counts = catalogue.text("ui-fact-session-text", recorded=one.recorded, attended=one.attended, listed=one.listed)
        return Fact(label, f"{one.school}\n{one.day:%d-%m-%Y}, {state}\n{counts}", Mark.NOW)

    def _backup_fact(self, catalogue: Catalogue) -> Fact:
        label = catalogue.text("ui-fact-backup")
        if self.session is None:
            return Fact(label, catalogue.text("ui-fact-backup-none"))
        if self.session.state == "BACKED_UP":
            return Fact(label, catalogue.text("ui-fact-backup-done"), Mark.GOOD)
        return Fact(label, catalogue.text("ui-fact-backup-missing"), Mark.WARN if self.session.recorded else Mark.WAIT)

    def _outbox_fact(self, catalogue: Catalogue) -> Fact:
        words = catalogue.text("ui-fact-outbox-text", count=self.waiting_to_send)
        if self.set_aside:
            words += f"\n{catalogue.text('ui-fact-aside', count=self.set_aside)}"
        mark = Mark.WARN if self.set_aside else Mark.WAIT if self.waiting_to_send else Mark.GOOD
        return Fact(catalogue.text("ui-fact-outbox"), words, mark)

    def _contact_fact(self, catalogue: Catalogue) -> Fact:
        label = catalogue.text("ui-fact-office")
        if not self.paired:
            return Fact(label, catalogue.text("ui-fact-not-paired"), Mark.WARN)
        if self.last_contact_at is None or self.read_at is None:
            return Fact(label, catalogue.text("ui-never"), Mark.WAIT)
        return Fact(label, span_words(catalogue, self.read_at - self.last_contact_at), Mark.GOOD)

    def _staff_list_facts(self, catalogue: Catalogue) -> list[Fact]:
        """Say how long the office's staff list holds, in its last days or after them."""
        standing = self.staff_list
        if standing is None or standing.state.value not in {"ending", "expired"}:
            return []
        label = catalogue.text("ui-fact-staff-list")
        if standing.state.value == "expired":
            return [Fact(label, catalogue.text("ui-fact-staff-list-over"), Mark.BAD)]
        days = max(1, -(-int(standing.left.total_seconds()) // 86400))
        return [Fact(label, catalogue.text("ui-fact-staff-list-ending", days=days), Mark.WARN)]


def read_overview(services: Services, reports: Sequence[DeviceReport]) -> Overview:
    """Ask the services; may be called on a thread."""
    from station.devices.check_computer import check_disk
    from station.print.queue import JobState

    standing = services.sync.status()
    return Overview(
        loaded=True,
        devices_ready=sum(report.readiness.usable for report in reports if report.in_use) if reports else None,
        devices_total=sum(report.in_use for report in reports) if reports else None,
        schools=len(services.rosters.schools()),
        session=_session(services),
        waiting_to_send=len(standing.waiting),
        set_aside=len(standing.set_aside),
        paired=standing.paired,
        last_contact_at=standing.last_contact_at,
        store=services.blanks.balance("store"),
        room=services.blanks.room_balance(services.config.printing.room),
        queued=services.print_queue.counts()[JobState.QUEUED],
        open_intents=len(services.production.open_intents()),
        staff_list=services.staff_roster.standing(),
        read_at=services.clock.now(),
        disk=check_disk(services.config.data_dir),
        custody=services.blanks.next_step(),
        accounts=len(services.staff.list()),
    )


def _session(services: Services) -> SessionFacts | None:
    open_ones = [session for session in services.sessions.list() if session.state.name != "CLOSED"]
    if not open_ones:
        return None
    newest = open_ones[0]
    progress = services.sessions.progress(newest.session_id)
    return SessionFacts(
        newest.school_name,
        newest.day,
        newest.state.name,
        progress.attended,
        progress.recorded,
        progress.waiting,
        progress.listed,
    )
