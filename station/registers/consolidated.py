"""The province's view: reads the 14-column workbooks of several regencies and puts them under each other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from station.domain.errors import BadInput
from station.messages.catalogue import LANGUAGES, Catalogue
from station.registers.document import BarChart, Cell, Column, Document, Kind, Table
from station.registers.paper import Head

_NUMBERED = 14


@dataclass(frozen=True, slots=True)
class RegencyMonth:
    """A month of one regency, in pieces; `days_with_prints` counts the days on which cards were made."""

    name: str
    month: str
    opening: int
    received: int
    lent: int
    printed: int
    spoiled: int
    closing: int
    days_with_prints: int


def read_usage_workbook(path: Path) -> RegencyMonth:
    """Read a report that a station wrote; every row is recomputed, a report that does not add up is refused."""
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise BadInput("registers-not-a-report", file=path.name) from error
    start = next((index for index, row in enumerate(rows) if _is_number_row(row)), None)
    if start is None or start + 1 >= len(rows):
        raise BadInput("registers-not-a-report", file=path.name)
    name, month = _titles(rows[:start])
    days = []
    for row in rows[start + 2 :]:
        if not str(row[0]).strip().isdigit():
            break
        if row[3] == "":
            continue
        days.append([int(cell) if isinstance(cell, int | float) else 0 for cell in row])
    opening = int(float(str(rows[start + 1][3] or 0)))
    closing = days[-1][_NUMBERED + 5] if days else opening
    received, lent = sum(row[2] for row in days), sum(row[6] for row in days)
    printed, spoiled = sum(sum(row[7:11]) for row in days), sum(row[11] for row in days)
    found = RegencyMonth(name, month, opening, received, lent, printed, spoiled, closing,
                         sum(any(row[7:11]) for row in days))  # fmt: skip
    adjusted = sum(row[_NUMBERED + 3] + row[_NUMBERED + 4] for row in days)
    left = days[-1][12] - days[-1][_NUMBERED + 2] if days else 0
    carried = days[0][_NUMBERED + 1] if days else 0
    if closing + left != opening + carried + received - lent - printed - spoiled + adjusted:
        raise BadInput("registers-report-wrong", file=path.name)
    return found


def build_consolidated(months: Sequence[RegencyMonth], head: Head) -> Document:
    """Return the regencies' months under each other with their totals."""
    columns = (
        Column("number", head.words("number"), Kind.MARK, 9),
        Column("name", head.words("regency"), Kind.TEXT, 48),
        Column("month", head.words("month"), Kind.TEXT, 28),
        Column("opening", head.words("consolidated-opening"), Kind.NUMBER, 20, total=True),
        Column("received", head.words("figure-received"), Kind.NUMBER, 20, total=True),
        Column("lent", head.words("figure-lent"), Kind.NUMBER, 20, total=True),
        Column("printed", head.words("figure-printed"), Kind.NUMBER, 20, total=True),
        Column("spoiled", head.words("figure-spoiled"), Kind.NUMBER, 20, total=True),
        Column("closing", head.words("consolidated-closing"), Kind.NUMBER, 20, total=True),
    )
    rows: tuple[dict[str, Cell], ...] = tuple(
        {"number": str(index)} | {column.key: getattr(month, column.key) for column in columns[1:]}
        for index, month in enumerate(months, start=1)
    )
    table = Table(columns, rows, total_title=head.words("total"), empty_text=head.words("none"))
    chart = BarChart(
        head.words("consolidated-closing"),
        tuple((month.name, float(month.closing)) for month in months),
        head.words("pieces-unit"),
    )
    return head.document(
        "consolidated", head.made_at.date().isoformat(), (table, chart, head.office_head()), landscape=True
    )


def _is_number_row(row: Sequence[object]) -> bool:
    numbers = list(range(1, _NUMBERED + 1))
    return len(row) >= _NUMBERED + 6 and [_whole(cell) for cell in row[:_NUMBERED]] == numbers


def _whole(cell: object) -> int | None:
    return int(cell) if isinstance(cell, int | float) and cell == int(cell) else None


def _titles(rows: Sequence[Sequence[object]]) -> tuple[str, str]:
    """Return regency and month from the two lines under the title, in either language."""
    found = {"usage-regency": "", "usage-month": ""}
    for language in LANGUAGES:
        catalogue = Catalogue(language)
        for name in found:
            empty = catalogue.text(f"registers-{name}", regency="", month="").strip()
            for row in rows:
                text = str(row[0]) if row else ""
                if text.startswith(empty):
                    found[name] = text[len(empty) :].strip()
    return found["usage-regency"], found["usage-month"]
