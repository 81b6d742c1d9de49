"""School lists: the students of a school, found by number, name or NIK; import of a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from station.domain.nik import masked_nik
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.form import Field, Form
from station.ui.dialogs.pick_file import PickFile, first_folder
from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows
from station.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from station.roster.preview import RosterPreview
    from station.store.rosters import School, Student

_KINDS = frozenset({".xlsx", ".xls", ".ods", ".csv"})
_COLUMNS = ("number", "class", "name", "nik", "born", "sex")


class RosterScreen(StationScreen):
    """The students of one school."""

    AUTO_FOCUS = "#rows"
    title_id = "ui-place-roster"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "import_file", "ui-key-import"),
        Binding("s", "choose_school", "ui-key-school"),
        Binding("slash", "search", "ui-key-search"),
        Binding("a", "ask_registry", "ui-key-ask-siak"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.school: School | None = None
        self._students: list[Student] = []

    def body(self) -> ComposeResult:
        """Lay out school, search field and table."""
        yield Static("", id="roster-lead", classes="lead", markup=False)
        yield SearchField(self.words("ui-search-prompt"))
        yield Rows([self.words(f"ui-student-{column}") for column in _COLUMNS])

    def load(self) -> None:
        """Show the school looked at last, or the first one."""
        schools = self.services.rosters.schools()
        if self.school is None and schools:
            self.school = schools[0]
        self._draw()
        self.query_one(Rows).focus()

    def _draw(self) -> None:
        lead = self.query_one("#roster-lead", Static)
        if self.school is None:
            lead.update(self.words("ui-roster-empty"))
            return
        self._students = self.services.rosters.students(self.school.school_id)
        lead.update(self.words("ui-roster-lead", school=self.school.name, count=len(self._students)))
        self._draw_rows()

    def _draw_rows(self) -> None:
        """Show who is looked for, out of what was read last: a key costs no reading."""
        from station.roster.rosters import find_among

        wanted = self.query_one(SearchField).value.strip()
        found = find_among(self._students, wanted) if wanted else self._students
        self.query_one(Rows).fill(self._row(student) for student in found)

    def _row(self, student: Student) -> Row:
        return Row(
            student.student_id,
            (
                str(student.number),
                student.class_name,
                student.name,
                masked_nik(student.nik),
                self.station.catalogue.short_date(student.birth_date),
                self.words(f"ui-sex-{student.sex.name.lower()}"),
            ),
        )

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        self._draw_rows()
        if event.value.strip():
            self.query_one(Rows).go_to_first()

    def action_search(self) -> None:
        """Type a name or part of a NIK."""
        self.query_one(SearchField).action_begin_anew()

    def action_choose_school(self) -> None:
        """Look at another school."""
        schools = {school.school_id: school for school in self.services.rosters.schools()}
        if not schools:
            self.notify(self.words("ui-roster-empty"), timeout=3)
            return

        def chosen(school_id: str | None) -> None:
            if school_id:
                self.school = schools[school_id]
                self._draw()

        options = [(school.school_id, school.name) for school in schools.values()]
        self.station.push_screen(Choose(self.words("ui-choose-school"), options), chosen)

    def action_ask_registry(self) -> None:
        """Ask the office for the registry's records of this school's students."""
        if self.school is not None and self.guarded(self.services.extracts.request, self.actor, self.school.school_id):
            self.notify(f"✓ {self.words('ui-siak-asked')}", timeout=4)
            self.refresh_status()

    # Import --------------------------------------------------------------------------

    def action_import_file(self) -> None:
        """Pick a workbook, name the school, look at the preview."""
        folder = first_folder(self.services.config.data_dir, _KINDS)
        self.station.push_screen(PickFile(self.words("ui-pick-roster"), folder, _KINDS), self._picked)

    def _picked(self, path: Path | None) -> None:
        if path is None:
            return
        known = self.school.name if self.school else ""
        fields = (Field("school", self.words("ui-school-name"), default=known),)

        def named(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self.begin_in_thread(
                    self.words("ui-roster-reading", file=path.name),
                    self._preview,
                    self.services.roster_import.preview,
                    path,
                    answers["school"],
                )

        self.station.push_screen(Form(self.words("ui-roster-import-title", file=path.name), fields), named)

    def _preview(self, preview: RosterPreview) -> None:
        from station.ui.screens.roster_preview import RosterPreviewScreen

        self.station.push_screen(RosterPreviewScreen(preview), self._imported)

    def _imported(self, _none: None) -> None:
        newest = self.services.rosters.schools()
        if self.school is None and newest:
            self.school = newest[0]
        self._draw()
