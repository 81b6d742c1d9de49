"""Finds the heading of a student list: many spellings, title rows above, headings of two rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from rapidfuzz import fuzz

from station.workbooks.reading import Cell

ROWS_SEARCHED = 40
_LEAST_FIELDS = 3
_TYPING_ERROR_RATIO = 88
_SHORTEST_FUZZY = 6


class Field(Enum):
    """What a column of a roster can hold; the value names the column in the catalogue."""

    NUMBER = "number"
    NIK = "nik"
    NAME = "name"
    BIRTH_PLACE = "birth-place"
    BIRTH_DATE = "birth-date"
    BIRTH_PLACE_AND_DATE = "birth-place-and-date"
    SEX = "sex"
    MALE_MARK = "male-mark"
    FEMALE_MARK = "female-mark"
    CLASS = "class"


_SPELLINGS: dict[Field, tuple[str, ...]] = {
    Field.NUMBER: ("no", "nomor", "nomor urut", "no urut", "nmr", "urut", "number"),
    Field.NIK: (
        "nik", "no nik", "nomor nik", "no ktp", "nomor ktp", "ktp", "no induk kependudukan", "nik siswa", "no id",
        "nomor induk kependudukan", "nik ktp", "nik ktp el", "nik kk", "national id", "nik peserta didik", "id number",
    ),
    Field.NAME: (
        "nama", "nama lengkap", "nama siswa", "nama peserta didik", "nama murid", "nama santri", "nama lengkap siswa",
        "nama siswa siswi", "nama pd", "name", "full name", "student name", "nama anak", "nama penduduk",
    ),
    Field.BIRTH_PLACE: ("tempat lahir", "tmp lahir", "tmpt lahir", "tpt lahir", "kota lahir", "birth place",
                        "place of birth", "tempat", "tempat kelahiran"),
    Field.BIRTH_DATE: (
        "tanggal lahir", "tgl lahir", "tgl lhr", "tanggal kelahiran", "birth date", "date of birth", "dob", "tanggal",
        "tgl", "lahir",
    ),
    Field.BIRTH_PLACE_AND_DATE: (
        "tempat tanggal lahir", "tempat tgl lahir", "ttl", "tempat dan tanggal lahir", "tmp tgl lahir",
        "tmpt tgl lahir", "tempat tgl lhr", "tempat dan tgl lahir", "place and date of birth", "t t l", "tpt tgl lahir",
    ),
    Field.SEX: ("jenis kelamin", "jk", "l p", "lp", "sex", "gender", "kelamin", "j k", "jns kelamin", "jenis klmn",
                "p l"),
    Field.MALE_MARK: ("l", "laki laki", "lk"),
    Field.FEMALE_MARK: ("p", "perempuan", "pr"),
    Field.CLASS: ("kelas", "rombel", "kls", "tingkat", "kelas rombel", "class", "rombongan belajar", "ruang",
                  "kelas saat ini", "rombel saat ini", "nama rombel"),
}  # fmt: skip
_FIELD_OF = {spelling: field for field, spellings in _SPELLINGS.items() for spelling in spellings}


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the heading is and which column holds what; indexes count from 0."""

    row: int
    height: int
    columns: dict[Field, int]


def plain(cell: Cell) -> str:
    """Return a cell's text in lower case, letters and digits only, single spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", str(cell).lower()).split())


def field_of(cell: Cell) -> Field | None:
    """Return what a heading cell announces; a small typing error in a longer heading is forgiven."""
    text = plain(cell)
    if not text or not isinstance(cell, str):
        return None
    if text in _FIELD_OF:
        return _FIELD_OF[text]
    if len(text) < _SHORTEST_FUZZY or len(text) > 2 * len("tempat dan tanggal lahir"):
        return None
    best, field = max((fuzz.ratio(text, spelling), field.value) for spelling, field in _FIELD_OF.items())
    return Field(field) if best >= _TYPING_ERROR_RATIO else None


def find_heading(rows: list[list[Cell]]) -> Heading | None:
    """Return the best heading among the first rows, or None when the sheet is no student list."""
    best: Heading | None = None
    for index in range(min(ROWS_SEARCHED, len(rows))):
        for height in (1, 2):
            found = _heading_at(rows, index, height)
            if found is not None and (best is None or _rank(found) > _rank(best)):
                best = found
    return best


def _rank(heading: Heading) -> tuple[int, int]:
    """Order headings: more fields first, then one row rather than two."""
    return len(heading.columns), -heading.height


def looks_like_heading(row: list[Cell]) -> bool:
    """Tell whether a row repeats the heading, as lists printed page by page do."""
    return len({_FIELD_OF.get(plain(cell)) for cell in row if isinstance(cell, str)} - {None}) >= _LEAST_FIELDS


def _heading_at(rows: list[list[Cell]], index: int, height: int) -> Heading | None:
    below = rows[index + 1] if height == 2 and index + 1 < len(rows) else []
    if height == 2 and not any(field_of(cell) for cell in below):
        return None
    columns: dict[Field, int] = {}
    for column in range(max(len(rows[index]), len(below))):
        field = _field_of_column(_at(rows[index], column), _at(below, column))
        if field is not None:
            columns.setdefault(field, column)
    _drop_lonely_marks(columns)
    has_birth = Field.BIRTH_DATE in columns or Field.BIRTH_PLACE_AND_DATE in columns
    if len(columns) < _LEAST_FIELDS or Field.NAME not in columns or not (Field.NIK in columns or has_birth):
        return None
    return Heading(index, height, columns)


def _field_of_column(above: Cell, below: Cell) -> Field | None:
    """Read one column of a heading; the lower row is the finer one, both together may make the name."""
    upper, lower = field_of(above), field_of(below)
    if lower is None or above == below:
        return upper
    together = field_of(f"{above} {below}") if upper is not None else None
    return together or lower


def _drop_lonely_marks(columns: dict[Field, int]) -> None:
    if not {Field.MALE_MARK, Field.FEMALE_MARK} <= columns.keys():
        columns.pop(Field.MALE_MARK, None)
        columns.pop(Field.FEMALE_MARK, None)


def _at(row: list[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else ""
