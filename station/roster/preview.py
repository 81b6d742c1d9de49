"""Turns the sheets of a roster into students and doubts, before anything is stored.

A row with a refusing doubt is not imported; a row with only lesser doubts is, and
says so. The same person twice is imported once; one NIK with two names not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from station.domain.card import RECORDING_AGE
from station.domain.errors import BadInput
from station.domain.nik import NikParts, parse_nik
from station.domain.person import Sex, age_on, birthday_in_year
from station.roster.cells import Doubt, clean_text, read_date, read_name, read_nik, read_sex, split_place_and_date
from station.roster.headings import Field, Heading, find_heading, looks_like_heading
from station.roster.school_name import school_name
from station.workbooks.reading import Cell, Sheet, read_sheets

_OLDEST_STUDENT = 25
_LEAST_NIK_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Problem:
    """One doubt about one cell: where it is, which column, and the message for the operator."""

    sheet: str
    row: int
    column: str
    field: Field | None
    message_id: str
    params: dict[str, object]
    refuses: bool


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row that can be imported; `row` counts from 1 as the spreadsheet shows it."""

    sheet: str
    row: int
    number: int
    nik: str
    name: str
    birth_place: str
    birth_date: date
    sex: Sex
    class_name: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be imported, with its cells as they were found."""

    sheet: str
    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """What one sheet gave; `heading_row` is 0 when no student list was found on it."""

    name: str
    heading_row: int
    fields: tuple[Field, ...]
    good: int
    rejected: int


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """Everything an import would do, for the operator to see first."""

    path: Path
    school: str
    rows: tuple[RosterRow, ...]
    rejected: tuple[RejectedRow, ...]
    problems: tuple[Problem, ...]
    sheets: tuple[SheetSummary, ...]
    headings: Mapping[str, tuple[str, ...]]

    def problems_of(self, sheet: str, row: int) -> list[Problem]:
        """Return the doubts about one row."""
        return [problem for problem in self.problems if (problem.sheet, problem.row) == (sheet, row)]


@dataclass(slots=True)
class _Draft:
    sheet: str
    row: int
    cells: tuple[str, ...]
    columns: Mapping[Field, int]
    values: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(problem.refuses for problem in self.problems)


def preview_workbook(path: Path, school: str, today: date, known: Mapping[str, list[str]]) -> RosterPreview:
    """Read a file and tell every doubt; `known` names for each NIK the other schools that list it.

    Raises BadInput without a school's name or with too long a one, and when there is no student list in the file.
    """
    builder = _PreviewBuilder(school_name(school), today, known)
    for sheet in read_sheets(path):
        builder.add_sheet(sheet)
    found = builder.result(path)
    if not any(sheet.heading_row for sheet in found.sheets):
        raise BadInput("roster-no-heading", file=path.name)
    return found


class _PreviewBuilder:
    """Reads sheets one after the other."""

    def __init__(self, school: str, today: date, known: Mapping[str, list[str]]) -> None:
        self._school = school
        self._today = today
        self._known = known
        self._drafts: list[_Draft] = []
        self._sheets: list[tuple[str, Heading | None]] = []
        self._headings: dict[str, tuple[str, ...]] = {}

    def add_sheet(self, sheet: Sheet) -> None:
        """Read one sheet; one without a heading is noted and passed over."""
        heading = find_heading(sheet.rows)
        self._sheets.append((sheet.name, heading))
        if heading is None:
            return
        self._headings[sheet.name] = tuple(clean_text(cell) for cell in sheet.rows[heading.row + heading.height - 1])
        start = heading.row + heading.height
        for index, row in enumerate(sheet.rows[start:], start=start):
            if _is_student_row(row, heading):
                self._drafts.append(self._draft(sheet.name, index + 1, row, heading))

    def result(self, path: Path) -> RosterPreview:
        """Compare the rows with each other and return the preview."""
        self._note_duplicates()
        self._note_twins()
        good = [draft for draft in self._drafts if not draft.refused]
        bad = [draft for draft in self._drafts if draft.refused]
        return RosterPreview(
            path=path,
            school=self._school,
            rows=tuple(_row(draft) for draft in good),
            rejected=tuple(RejectedRow(draft.sheet, draft.row, draft.cells) for draft in bad),
            problems=tuple(problem for draft in self._drafts for problem in draft.problems),
            sheets=tuple(
                SheetSummary(
                    name=name,
                    heading_row=0 if heading is None else heading.row + 1,
                    fields=() if heading is None else tuple(heading.columns),
                    good=sum(draft.sheet == name for draft in good),
                    rejected=sum(draft.sheet == name for draft in bad),
                )
                for name, heading in self._sheets
            ),
            headings=self._headings,
        )

    def _draft(self, sheet: str, row_number: int, row: list[Cell], heading: Heading) -> _Draft:
        draft = _Draft(sheet, row_number, tuple(clean_text(cell) for cell in row), heading.columns)
        reader = _RowReader(draft, row, self._today)
        reader.read(sheet)
        nik = draft.values.get("nik")
        if isinstance(nik, str):
            self._compare_nik(reader, nik)
        return draft

    def _compare_nik(self, reader: _RowReader, nik: str) -> None:
        values, parts = reader.draft.values, parse_nik(nik)
        born, sex = values.get("birth_date"), values.get("sex")
        if not isinstance(parts, NikParts):
            return
        if isinstance(born, date) and not parts.could_be_born_on(born):
            said = f"{parts.day:02d}-{parts.month:02d}-{parts.year_of_century:02d}"
            reader.note(Field.BIRTH_DATE, Doubt("roster-birth-date-differs", False, {"date": born, "nik_date": said}))
        if sex is None and not reader.has_doubt(Field.SEX):
            values["sex"] = parts.sex
            reader.note(Field.SEX, Doubt("roster-sex-from-nik", False, {"sex": parts.sex.value}))
        elif isinstance(sex, Sex) and sex is not parts.sex:
            reader.note(Field.SEX, Doubt("roster-sex-differs", False, {"sex": sex.value}))
        for school in self._known.get(nik, []):
            reader.note(Field.NIK, Doubt("roster-nik-other-school", False, {"school": school}))

    def _note_duplicates(self) -> None:
        by_nik: dict[str, list[_Draft]] = defaultdict(list)
        for draft in self._drafts:
            if isinstance(draft.values.get("nik"), str):
                by_nik[str(draft.values["nik"])].append(draft)
        for drafts in by_nik.values():
            first, others = drafts[0], drafts[1:]
            same = all(_person(draft) == _person(first) for draft in others)
            for draft in others if same else drafts:
                other = first if draft is not first else others[0] if others else first
                if other is draft:
                    continue
                message = "roster-duplicate-row" if same else "roster-nik-two-persons"
                _note(draft, Field.NIK, Doubt(message, True, _place_of(other)))

    def _note_twins(self) -> None:
        by_person: dict[tuple[object, object], list[_Draft]] = defaultdict(list)
        for draft in self._drafts:
            if not draft.refused:
                by_person[_person(draft)].append(draft)
        for drafts in by_person.values():
            for draft in drafts[1:]:
                _note(draft, Field.NAME, Doubt("roster-same-name-and-date", False, _place_of(drafts[0])))


class _RowReader:
    """Reads the fields of one row into a draft."""

    def __init__(self, draft: _Draft, row: list[Cell], today: date) -> None:
        self.draft = draft
        self._row = row
        self._columns = draft.columns
        self._today = today

    def read(self, sheet: str) -> None:
        nik, doubts = read_nik(self._cell(Field.NIK))
        self._take("nik", Field.NIK, nik, doubts)
        name, doubts = read_name(self._cell(Field.NAME))
        self._take("name", Field.NAME, name, doubts)
        self._read_birth()
        self._read_sex()
        self.draft.values["class_name"] = clean_text(self._cell(Field.CLASS)) or sheet
        number = clean_text(self._cell(Field.NUMBER)).rstrip(".")
        self.draft.values["number"] = int(number) if number.isascii() and number.isdigit() else 0

    def note(self, about: Field, doubt: Doubt) -> None:
        _note(self.draft, about, doubt)

    def has_doubt(self, about: Field) -> bool:
        return any(problem.field is about for problem in self.draft.problems)

    def _read_birth(self) -> None:
        place, day = clean_text(self._cell(Field.BIRTH_PLACE)), self._cell(Field.BIRTH_DATE)
        if Field.BIRTH_PLACE_AND_DATE in self._columns:
            joined_place, joined_day = split_place_and_date(self._cell(Field.BIRTH_PLACE_AND_DATE))
            place = place or joined_place
            day = day if clean_text(day) else joined_day
            if not clean_text(day) and Field.BIRTH_DATE not in self._columns:
                day = self._cell_after(Field.BIRTH_PLACE_AND_DATE)
        born, doubts = read_date(day, self._today)
        self._take("birth_date", Field.BIRTH_DATE, born, doubts)
        self.draft.values["birth_place"] = place.upper()
        if not place:
            self.note(Field.BIRTH_PLACE, Doubt("roster-birth-place-missing", False))
        if born is not None:
            self._note_age(born)

    def _note_age(self, born: date) -> None:
        age = age_on(born, self._today)
        if age < RECORDING_AGE:
            day = birthday_in_year(born, RECORDING_AGE)
            self.note(Field.BIRTH_DATE, Doubt("roster-under-age", False, {"age": age, "day": day}))
        elif age > _OLDEST_STUDENT:
            self.note(Field.BIRTH_DATE, Doubt("roster-old-student", False, {"age": age}))

    def _read_sex(self) -> None:
        sex, doubts = read_sex(self._cell(Field.SEX))
        if Field.MALE_MARK in self._columns:
            male, female = (clean_text(self._cell(mark)) for mark in (Field.MALE_MARK, Field.FEMALE_MARK))
            if bool(male) != bool(female):
                sex = Sex.MALE if male else Sex.FEMALE
        self._take("sex", Field.SEX, sex, doubts)

    def _take(self, name: str, about: Field, value: object, doubts: list[Doubt]) -> None:
        self.draft.values[name] = value
        for doubt in doubts:
            self.note(about, doubt)

    def _cell(self, about: Field) -> Cell:
        column = self._columns.get(about)
        return "" if column is None or column >= len(self._row) else self._row[column]

    def _cell_after(self, about: Field) -> Cell:
        """Return the cell right of a heading merged over two columns, unless that column has its own heading."""
        column = self._columns[about] + 1
        taken = column in self._columns.values() or column >= len(self._row)
        return "" if taken else self._row[column]


def column_letters(index: int) -> str:
    """Return a spreadsheet's name of a column: 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters = chr(ord("A") + rest) + letters
        index -= 1
    return letters


def _is_student_row(row: list[Cell], heading: Heading) -> bool:
    """Tell whether a row is meant to be a student: not empty, no repeated heading, no column numbers, no footnote."""
    within = {field: column for field, column in heading.columns.items() if column < len(row)}
    filled = [field for field, column in within.items() if field is not Field.NUMBER and clean_text(row[column])]
    if not filled or filled == [Field.CLASS] or looks_like_heading(row):
        return False
    texts = [clean_text(cell).strip("()") for cell in row if clean_text(cell)]
    if len(texts) >= 3 and texts == [str(number) for number in range(1, len(texts) + 1)]:
        return False
    telling = bool({Field.BIRTH_DATE, Field.BIRTH_PLACE_AND_DATE} & set(filled))
    if Field.NIK in filled:
        telling = telling or sum(sign.isdigit() for sign in clean_text(row[within[Field.NIK]])) >= _LEAST_NIK_DIGITS
    numbered = Field.NUMBER in within and clean_text(row[within[Field.NUMBER]]).rstrip(".").isdigit()
    return telling or (numbered and Field.NAME in filled)


def _note(draft: _Draft, about: Field, doubt: Doubt) -> None:
    index = draft.columns.get(about, draft.columns.get(Field.BIRTH_PLACE_AND_DATE))
    column = "" if index is None else column_letters(index)
    draft.problems.append(Problem(draft.sheet, draft.row, column, about, doubt.message_id, doubt.params, doubt.refuses))


def _place_of(draft: _Draft) -> dict[str, object]:
    return {"sheet": draft.sheet or "-", "row": str(draft.row)}


def _person(draft: _Draft) -> tuple[object, object]:
    return draft.values.get("name"), draft.values.get("birth_date")


def _row(draft: _Draft) -> RosterRow:
    return RosterRow(sheet=draft.sheet, row=draft.row, **draft.values)  # type: ignore[arg-type]
