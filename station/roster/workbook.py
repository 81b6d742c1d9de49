"""Reads a workbook or text table into sheets of plain cells; knows nothing of students.

XLSX, XLS and ODS through calamine; CSV with the encodings and separators that office
programs write. A value merged downwards is repeated in every row it covers.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from station.domain.errors import BadInput

Cell = str | int | float | bool | date | datetime | time | timedelta

LARGEST_FILE_BYTES = 64 * 1024 * 1024
_WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_TEXT_ENDINGS = (".csv", ".tsv", ".txt")
_SEPARATORS = ";,\t|"
_SAMPLE_LINES = 30


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `rows` start at row 1 of the sheet, whatever is empty there."""

    name: str
    rows: list[list[Cell]]


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a file; raises BadInput with the reason when it cannot be read."""
    ending = path.suffix.lower()
    if ending not in _WORKBOOK_ENDINGS + _TEXT_ENDINGS:
        raise BadInput("roster-file-kind", file=path.name)
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise BadInput("roster-file-too-large", file=path.name)
        if ending in _TEXT_ENDINGS:
            return [Sheet("", _text_rows(path.read_bytes()))]
        return _workbook_sheets(path)
    except FileNotFoundError as error:
        raise BadInput("roster-file-missing", file=path.name) from error
    except PasswordError as error:
        raise BadInput("roster-file-locked", file=path.name) from error
    except (OSError, CalamineError, csv.Error) as error:
        raise BadInput("roster-file-unreadable", file=path.name, reason=str(error)) from error


def _workbook_sheets(path: Path) -> list[Sheet]:
    with CalamineWorkbook.from_path(path) as workbook:
        return [_sheet(workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]


def _sheet(sheet: CalamineSheet) -> Sheet:
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if left != right or top >= len(rows) or left >= len(rows[top]):
            continue
        for index in range(top + 1, min(bottom + 1, len(rows))):
            rows[index][left] = rows[top][left]
    return Sheet(sheet.name, rows)


def _text_rows(content: bytes) -> list[list[Cell]]:
    text = _decoded(content)
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == len("sep=;"):
        separator, lines = lines[0][-1], ["", *lines[1:]]
    else:
        separator = _separator(lines[:_SAMPLE_LINES])
    return [list(row) for row in csv.reader(lines, delimiter=separator)]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _separator(lines: list[str]) -> str:
    """Return the separator that most lines have, and have equally often."""

    def agreement(separator: str) -> int:
        counts = [line.count(separator) for line in lines if separator in line]
        return max((counts.count(count) * count for count in set(counts)), default=0)

    return max(_SEPARATORS, key=agreement)
