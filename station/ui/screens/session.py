"""A recording session: open it, find students by number, name or NIK, note who came, see how the class goes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Input, Static

from station.domain.nik import masked_nik
from station.domain.person import Sex
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.form import Field, FieldKind, Form, date_from_words
from station.ui.screens.base import StationScreen
from station.ui.session_facts import current_session, progress_words
from station.ui.widgets.facts import Mark
from station.ui.widgets.rows import Row, Rows
from station.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from station.capture.attendance import AttendanceRow
    from station.capture.sessions import Session
    from station.store.rosters import Student

_COLUMNS = ("outcome", "number", "name", "class", "nik")
_MARKS = {"WAITING": Mark.NOW, "RECORDED": Mark.GOOD, "REFUSED": Mark.BAD, "POSTPONED": Mark.WARN}


class SessionScreen(StationScreen):
    """Attendance of the session that is under way."""

    AUTO_FOCUS = "#rows"
    title_id = "ui-place-session"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "open_student", "ui-key-student"),
        Binding("h", "attend", "ui-key-attend"),
        Binding("slash", "search", "ui-key-search"),
        Binding("w", "walk_in", "ui-key-walk-in"),
        Binding("b", "open_session", "ui-key-open-session"),
        Binding("u", "unfinished", "ui-key-unfinished"),
        Binding("s", "choose_session", "ui-key-choose-session"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.session: Session | None = None
        self._students: list[Student] = []
        self._came: dict[str, AttendanceRow] = {}

    def body(self) -> ComposeResult:
        """Lay out progress, search field and table."""
        yield Static("", id="session-lead", classes="lead", markup=False)
        yield SearchField(self.words("ui-search-prompt"))
        yield Rows([self.words(f"ui-attendance-{column}") for column in _COLUMNS])

    def load(self) -> None:
        """Show the session under way."""
        self.session = self.session or current_session(self.services)
        self._draw()
        self.query_one(Rows).focus()

    def refresh_status(self) -> None:
        """Come back from a sitting with fresh rows."""
        super().refresh_status()
        if self.session is not None and self.query(Rows):
            self.session = self.services.sessions.get(self.session.session_id)
            self._draw()

    def _draw(self) -> None:
        lead = self.query_one("#session-lead", Static)
        if self.session is None:
            lead.update(self.words("ui-session-none"))
            self.query_one(Rows).fill(())
            return
        progress = self.services.sessions.progress(self.session.session_id)
        head = self.words(
            "ui-session-lead",
            school=self.session.school_name,
            day=self.session.day,
            state=self.words(f"ui-session-state-{self.session.state.name.lower()}"),
        )
        lead.update(f"{head}\n{progress_words(self.station, progress)}")
        self._students = self.services.rosters.students(self.session.school_id)
        attendance = self.services.sessions.attendance(self.session.session_id)
        self._came = {row.student.student_id: row for row in attendance}
        self._draw_rows()

    def _draw_rows(self) -> None:
        """Show who is looked for, out of what was read last: a key costs no reading."""
        self.query_one(Rows).fill(self._row(one, self._came.get(one.student_id)) for one in self._found())

    def _found(self) -> list[Student]:
        from station.roster.rosters import find_among

        wanted = self.query_one(SearchField).value.strip()
        return find_among(self._students, wanted) if wanted else self._students

    def _row(self, student: Student, row: AttendanceRow | None) -> Row:
        mark = Mark.WAIT if row is None else _MARKS[row.outcome.name]
        outcome = "none" if row is None else row.outcome.name.lower()
        words = self.words(f"ui-outcome-{outcome}")
        if row is not None and row.running_number is not None:
            words = f"{words} {row.running_number}"
        return Row(
            student.student_id,
            (f"{mark.sign} {words}", str(student.number), student.name, student.class_name, masked_nik(student.nik)),
        )

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        self._draw_rows()
        if event.value.strip():
            self.query_one(Rows).go_to_first()

    @on(DataTable.RowSelected)
    def _row_selected(self) -> None:
        self.action_open_student()

    def action_search(self) -> None:
        """Type a number, a name or part of a NIK."""
        self.query_one(SearchField).action_begin_anew()

    def action_attend(self) -> None:
        """Note that the student under the cursor came."""
        chosen = self.query_one(Rows).chosen()
        if self.session and chosen:
            self.guarded(self.services.sessions.attend, self.actor, self.session.session_id, chosen)
            self.refresh_status()

    def action_open_student(self) -> None:
        """Open the student under the cursor: attendance, gates, documents, biodata."""
        from station.ui.screens.student import StudentScreen

        chosen = self.query_one(Rows).chosen()
        if self.session is None or chosen is None:
            self.action_open_session()
            return
        student = next(entry for entry in self._found() if entry.student_id == chosen)
        if self.guarded(self.services.sessions.attend, self.actor, self.session.session_id, chosen):
            self.station.push_screen(StudentScreen(self.session, student))

    def action_unfinished(self) -> None:
        """Go on with a sitting that was interrupted."""
        from station.ui.screens.sitting import SittingScreen

        sittings = {sitting.sitting_id: sitting for sitting in self.services.recording.unfinished()}
        if not sittings:
            self.notify(self.words("ui-unfinished-none"), timeout=3)
            return

        def chosen(sitting_id: str | None) -> None:
            if sitting_id:
                self.begin(
                    self.words("ui-sitting-beginning"),
                    self.services.recording.resume(self.actor, sitting_id),
                    lambda sitting: self.station.push_screen(SittingScreen(sitting)),
                )

        options = [(key, sitting.biodata.name) for key, sitting in sittings.items()]
        self.station.push_screen(Choose(self.words("ui-unfinished-title"), options), chosen)

    # Sessions ------------------------------------------------------------------------

    def action_open_session(self) -> None:
        """Open a session today at one of the schools."""
        schools = self.services.rosters.schools()
        if not schools:
            self.notify(self.words("ui-roster-empty"), timeout=4)
            return

        def chosen(school_id: str | None) -> None:
            if school_id and self.guarded(self._open, school_id):
                self.refresh_status()

        options = [(school.school_id, school.name) for school in schools]
        title = self.words("ui-open-session-title", day=self.station.today())
        self.station.push_screen(Choose(title, options), chosen)

    def _open(self, school_id: str) -> None:
        self.session = self.services.sessions.open(self.actor, school_id, self.station.today())

    def action_choose_session(self) -> None:
        """Look at another session."""
        sessions = {session.session_id: session for session in self.services.sessions.list()}
        if not sessions:
            return

        def chosen(session_id: str | None) -> None:
            if session_id:
                self.session = sessions[session_id]
                self.refresh_status()

        options = [(key, self._session_words(session)) for key, session in sessions.items()]
        self.station.push_screen(Choose(self.words("ui-key-choose-session"), options), chosen)

    def _session_words(self, session: Session) -> str:
        state = self.words(f"ui-session-state-{session.state.name.lower()}")
        return f"{session.day:%d-%m-%Y} {session.school_name} ({state})"

    def action_walk_in(self) -> None:
        """Add a student who stands here but is not on the list."""
        if self.session is None:
            return
        sexes = ((Sex.MALE.value, Sex.MALE.value), (Sex.FEMALE.value, Sex.FEMALE.value))
        fields = (
            Field("nik", self.words("ui-student-nik"), FieldKind.NUMBER),
            Field("name", self.words("ui-student-name")),
            Field("birth_place", self.words("ui-birth-place")),
            Field("birth_date", self.words("ui-birth-date"), FieldKind.DATE),
            Field("sex", self.words("ui-student-sex"), FieldKind.CHOICE, choices=sexes),
            Field("class_name", self.words("ui-student-class"), required=False),
        )
        self.station.push_screen(Form(self.words("ui-walk-in-title"), fields), self._walk_in)

    def _walk_in(self, answers: dict[str, str] | None) -> None:
        if answers is None or self.session is None:
            return
        born = date_from_words(answers["birth_date"]) or date.min
        self.guarded(
            self.services.sessions.add_walk_in,
            self.actor,
            self.session.session_id,
            nik=answers["nik"],
            name=answers["name"],
            birth_place=answers["birth_place"],
            birth_date=born,
            sex=Sex(answers["sex"]),
            class_name=answers["class_name"],
        )
        self.refresh_status()
