"""A document as plain values: letterhead, paragraphs, tables, charts, signatures. Knows neither paper nor spreadsheet.

Builders make documents from rows; writers turn one and the same document into PDF,
workbook or screen text, so that the numbers cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

Cell = str | int | float | date | datetime | bytes | None


class Kind(Enum):
    """How a column's values are written; a picture is a PNG file as bytes."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    MARK = "mark"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` names its cell in a row, `group` stands above neighbours that share it.

    `formula` says how a spreadsheet recomputes the cell: `{key}` is a cell of the same
    row, `{key<}` of the row before, `{opening}` the cell of the carried-forward line. A
    `helper` column is only in the workbook, right of the printed area.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    width_mm: float = 20.0
    group: str = ""
    total: bool = False
    formula: str = ""
    first_formula: str = ""
    helper: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `carried` is a line above the first row, `numbered` adds a row of column numbers."""

    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    caption: str = ""
    carried: Mapping[str, Cell] | None = None
    total_title: str = ""
    empty_text: str = ""
    small: bool = False

    @property
    def printed_columns(self) -> tuple[Column, ...]:
        """Return the columns that are on paper."""
        return tuple(column for column in self.columns if not column.helper)

    @property
    def is_numbered(self) -> bool:
        """Tell whether the columns carry official numbers."""
        return any(column.number for column in self.columns)

    @property
    def title_width(self) -> int:
        """Return over how many columns the title of the totals may spread."""
        columns = self.printed_columns
        return max(1, next((index for index, column in enumerate(columns) if column.total), len(columns)))

    def total(self, column: Column) -> int | float | None:
        """Return the sum of a column, or None when it has none."""
        if not column.total:
            return None
        values = [row.get(column.key) for row in self.rows]
        return sum(value for value in values if isinstance(value, int | float))


class Style(Enum):
    """How a paragraph is set."""

    BODY = "body"
    CENTRED = "centred"
    HEADING = "heading"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str
    style: Style = Style.BODY


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of name and value, one a line: school, day, operator."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars with their numbers written out, so that black and white print says the same."""

    title: str
    bars: tuple[tuple[str, float], ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Someone who signs: role, name, rank, staff number (NIP); an empty name leaves a line to write on."""

    title: str
    name: str = ""
    rank: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signs, side by side, under place and date."""

    place_and_date: str
    people: tuple[Signature, ...]


Block = Paragraph | Facts | Table | BarChart | Signatures


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of official paper, line by line; the last line is the address; `logo` is a PNG file, empty for none."""

    lines: tuple[str, ...]
    address: str
    logo: bytes = b""


@dataclass(frozen=True, slots=True)
class Document:
    """One document: `name` is the stem of its file names."""

    name: str
    title: str
    letterhead: Letterhead
    blocks: tuple[Block, ...]
    subtitles: tuple[str, ...] = ()
    landscape: bool = False
    footer: str = ""
    language: str = "id"
    made_at: datetime | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return the tables in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))
