"""Reads a foreign workbook or text table into sheets of plain cells; knows nothing of students or blanks.

XLSX, XLS and ODS in a process of their own (see `child`), with a deadline; CSV with the
encodings and separators that office programs write. A value merged downwards is
repeated in every row it covers.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import cbor2

from station.domain.errors import BadInput
from station.workbooks import child

Cell = str | int | float | bool | date | datetime | time | timedelta

LARGEST_FILE_BYTES = 32 * 1024 * 1024
_READING_TIMEOUT_S = 60.0
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
        raise BadInput("workbooks-kind", file=path.name)
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise BadInput("workbooks-too-large", file=path.name)
        if ending in _TEXT_ENDINGS:
            return [Sheet("", _text_rows(path.read_bytes()))]
        return _workbook_sheets(path)
    except FileNotFoundError as error:
        raise BadInput("workbooks-missing", file=path.name) from error
    except (OSError, csv.Error) as error:
        raise BadInput("workbooks-unreadable", file=path.name, reason=str(error)) from error


def _workbook_sheets(path: Path) -> list[Sheet]:
    command = [sys.executable, "-m", child.__name__, str(path.resolve())]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_READING_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BadInput("workbooks-took-too-long", file=path.name) from error
    if done.returncode == child.TOLD_WHY:
        raise _refusal(path, done.stderr.decode(errors="replace").strip())
    if done.returncode:
        raise BadInput("workbooks-too-much", file=path.name)
    return [_sheet(name, rows, merged) for name, rows, merged in cbor2.loads(done.stdout)]


def _refusal(path: Path, reason: str) -> BadInput:
    why, _, sheet = reason.partition(" ")
    if why == child.LOCKED:
        return BadInput("workbooks-locked", file=path.name)
    if why == child.TOO_LARGE and sheet:
        return BadInput("workbooks-sheet-too-large", sheet=sheet, file=path.name)
    if why == child.TOO_LARGE:
        return BadInput("workbooks-too-much", file=path.name)
    return BadInput("workbooks-unreadable", file=path.name, reason=reason[:120] or "-")


def _sheet(name: str, raw: list[list[Any]], merged: list[list[list[int]]]) -> Sheet:
    rows: list[list[Cell]] = [[_cell(value) for value in row] for row in raw]
    for (top, left), (bottom, right) in merged:
        if left != right or top >= len(rows) or left >= len(rows[top]):
            continue
        for index in range(top + 1, min(bottom + 1, len(rows))):
            rows[index][left] = rows[top][left]
    return Sheet(name, rows)


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        kind, text = value
        return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text)
    plain: Cell = value
    return plain


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
