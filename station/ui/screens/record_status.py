"""What became of each recording: the newest status of every record, how old it is, and what to do next."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import DataTable, Static

from station.domain.nik import masked_nik
from station.domain.status import RecordStatus
from station.ui.locale import moment_words, span_words
from station.ui.screens.base import StationScreen
from station.ui.widgets.facts import Mark
from station.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from station.store.records import RecordStatusRow

_COLUMNS = ("name", "nik", "state", "age")
_REFRESH_S = 5
_MARKS = {
    RecordStatus.UNREGISTERED: Mark.WARN,
    RecordStatus.ENROLL_FAILURE_AT_REGIONAL: Mark.BAD,
    RecordStatus.ENROLL_FAILURE_AT_CENTRAL: Mark.BAD,
    RecordStatus.SEARCH_FAILURE_AT_CENTRAL: Mark.BAD,
    RecordStatus.DUPLICATE_RECORD: Mark.BAD,
    RecordStatus.ADJUDICATE_RECORD: Mark.WARN,
    RecordStatus.REQUEST_VALIDATION: Mark.WARN,
    RecordStatus.PRINT_READY_RECORD: Mark.NOW,
    RecordStatus.CARD_PRINTED: Mark.NOW,
    RecordStatus.CARD_SHIPPED: Mark.NOW,
    RecordStatus.CARD_ISSUED: Mark.GOOD,
}
_FIRST = (Mark.BAD, Mark.WARN, Mark.NOW, Mark.WAIT, Mark.GOOD)


def _mark(code: str) -> Mark:
    known = _known(code)
    return Mark.WARN if known is None else _MARKS.get(known, Mark.WAIT)


def _known(code: str) -> RecordStatus | None:
    return next((status for status in RecordStatus if status.value == code), None)


class RecordStatusScreen(StationScreen):
    """Trouble first, then the oldest; the line beneath says what to do for the row under the cursor."""

    title_id = "ui-record-title"

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, RecordStatusRow] = {}
        self._names: dict[str, str] = {}

    def body(self) -> ComposeResult:
        """Lay out the counts, the table and the next action."""
        yield Static("", id="record-lead", classes="lead", markup=False)
        yield Rows([self.words(f"ui-record-{column}") for column in _COLUMNS])
        yield Static("", id="finding", markup=False)

    def load(self) -> None:
        """Read the statuses, and again every few seconds."""
        self._draw()
        self.query_one(Rows).focus()
        self.set_interval(_REFRESH_S, self._draw)

    def _draw(self) -> None:
        found = sorted(self.services.sync.statuses(), key=lambda row: (_FIRST.index(_mark(row.status)), row.at))
        self._rows = {row.nik: row for row in found}
        if set(self._rows) - set(self._names):
            schools = self.services.rosters.schools()
            students = (one for school in schools for one in self.services.rosters.students(school.school_id))
            self._names = {student.nik: student.name for student in students}
        troubled = sum(_mark(row.status) in {Mark.BAD, Mark.WARN} for row in found)
        words = self.words("ui-record-lead", count=len(found), troubled=troubled)
        self.query_one("#record-lead", Static).update(words if found else self.words("ui-record-none"))
        now = self.services.clock.now()
        self.query_one(Rows).fill(self._row(row, now) for row in found)
        self._show_next()

    def _row(self, row: RecordStatusRow, now: datetime) -> Row:
        name = self._names.get(row.nik, self.words("ui-record-not-listed"))
        state = f"{_mark(row.status).sign} {self._status_words(row.status)}"
        age = span_words(self.station.catalogue, now - row.at)
        return Row(row.nik, (name, masked_nik(row.nik), state, age))

    def _status_words(self, code: str) -> str:
        known = _known(code)
        return code if known is None else self.words(f"ui-record-state-{known.name.lower()}")

    @on(DataTable.RowHighlighted)
    def _show_next(self) -> None:
        row = self._rows.get(self.query_one(Rows).chosen() or "")
        self.query_one("#finding", Static).update("" if row is None else self._next_words(row))

    def _next_words(self, row: RecordStatusRow) -> str:
        known = _known(row.status)
        name = "unknown" if known is None else known.name.lower()
        zone = self.services.config.time_zone
        since = f"{row.status} · {moment_words(row.at, zone)}" + (f" · {row.note}" if row.note else "")
        return f"▸ {self.words(f'ui-record-next-{name}')}\n  {since}"
