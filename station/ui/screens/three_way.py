"""A school's three lists side by side: who came, who was recorded, whose card may be printed; differences on top."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import DataTable, Static

from station.capture.attendance import Outcome
from station.domain.nik import masked_nik
from station.domain.status import RecordStatus
from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows

_MARKS = ("attended", "recorded", "printable")


class ThreeWayScreen(StationScreen):
    """Reads the sessions of one school and the queue; changes nothing."""

    title_id = "ui-three-way-title"

    def __init__(self, school_id: str) -> None:
        super().__init__()
        self._school_id = school_id

    def body(self) -> ComposeResult:
        """Lay out the counts and the list."""
        yield Static("", id="three-way-lead", classes="lead", markup=False)
        yield Rows([self.words(f"ui-three-way-{name}") for name in (*_MARKS, "difference", "name", "nik")])
        yield Static("", id="finding", markup=False)

    def load(self) -> None:
        """Compare the lists."""
        names, attended, recorded = self._lists()
        found = self.services.print_queue.three_way(attended, recorded)
        differing = found.attended_not_recorded | found.recorded_not_printable | found.printable_not_attended
        self.query_one("#three-way-lead", Static).update(
            self.words(
                "ui-three-way-lead",
                attended=len(found.attended),
                recorded=len(found.recorded),
                printable=len(found.printable),
                different=len(differing),
            )
        )
        lists = (found.attended, found.recorded, found.printable)
        everybody = sorted(frozenset().union(*lists), key=lambda nik: (nik not in differing, names.get(nik, nik)))
        self.query_one(Rows).fill(
            Row(
                nik,
                (
                    *("✓" if nik in one else "✗" for one in lists),
                    self._difference(nik, *lists) or "–",
                    names.get(nik, "–"),
                    masked_nik(nik),
                ),
            )
            for nik in everybody
        )
        self.query_one(Rows).focus()

    @on(DataTable.RowHighlighted)
    def _show_cause(self) -> None:
        """Say of the person under the cursor what keeps the card from being printed."""
        self.query_one("#finding", Static).update("\n".join(self._causes(self.query_one(Rows).chosen() or "")))

    def _causes(self, nik: str) -> list[str]:
        job = next((job for job in self.services.print_queue.jobs() if job.nik == nik), None)
        if job is not None and job.state.name == "DEFERRED":
            return [f"○ {self.words('ui-deferred-cause')}"]
        if job is not None:
            return [f"✗ {self.words(gate.message_id, **gate.params)}" for gate in job.closed]
        status = next((row.status for row in self.services.sync.statuses() if row.nik == nik), "")
        known = next((one for one in RecordStatus if one.value == status), None)
        return [] if known is None else [f"▸ {self.words(f'ui-record-state-{known.name.lower()}')}"]

    def _lists(self) -> tuple[dict[str, str], set[str], set[str]]:
        sessions = self.services.sessions
        rows = [
            row
            for session in sessions.list()
            if session.school_id == self._school_id
            for row in sessions.attendance(session.session_id)
        ]
        names = {row.student.nik: row.student.name for row in rows}
        return names, set(names), {row.student.nik for row in rows if row.outcome is Outcome.RECORDED}

    def _difference(
        self, nik: str, attended: frozenset[str], recorded: frozenset[str], printable: frozenset[str]
    ) -> str:
        if nik in attended and nik not in recorded:
            return self.words("ui-three-way-not-recorded")
        if nik in recorded and nik not in printable:
            return self.words("ui-three-way-not-printable")
        return self.words("ui-three-way-not-attended") if nik not in attended else ""
