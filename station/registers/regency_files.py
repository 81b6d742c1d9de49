"""Reads what regencies send to the province: 14-column workbooks and audit extracts. Every row is computed again.

What does not fit is refused by file, sheet and cell, so that the sender can be told where to look.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from station.domain.errors import BadInput
from station.ledger.batch import Batch
from station.ledger.consolidation import Consolidation
from station.ledger.entry import Entry, check_chain, entry_from_values, genesis
from station.messages.catalogue import LANGUAGES, Catalogue
from station.registers.audit_extract import FORMAT as EXTRACT_FORMAT
from station.registers.audit_extract import check_heads
from station.workbooks.reading import LARGEST_FILE_BYTES, Cell, Sheet, read_sheets

_NUMBERED = 14
_TOO_MANY_PIECES = 10**9
_RECEIVED, _STORE, _ISSUED, _LENT, _SPOILED, _REMAINDER = 2, 3, 4, 6, 11, 12
_PRINTED = slice(7, 11)
_CARRIED, _RETURNED, _STORE_CHANGE, _DIVISION_CHANGE, _CLOSING = range(_NUMBERED + 1, _NUMBERED + 6)
_COUNTED = (_RECEIVED, _STORE, _ISSUED, _LENT, 7, 8, 9, 10, _SPOILED, _REMAINDER, _CARRIED, _RETURNED, _CLOSING)


@dataclass(frozen=True, slots=True)
class RegencyMonth:
    """A month of one regency, in pieces; `days` of the month are over, cards were made on `days_with_prints`."""

    name: str
    month: str
    opening: int
    received: int
    lent: int
    printed: int
    spoiled: int
    closing: int
    days_with_prints: int
    days: int = 0
    suket: int = 0

    @property
    def average_per_day(self) -> float:
        """Return printed and spoiled pieces per calendar day."""
        return (self.printed + self.spoiled) / self.days if self.days else 0.0


def read_regency_file(path: Path, year: int | None = None, month: int | None = None) -> RegencyMonth:
    """Read a usage workbook or an audit extract (of the month named, or its newest); raises BadInput."""
    if path.suffix.lower() == ".json":
        return read_audit_extract(path, year, month)
    return read_usage_workbook(path)


def read_usage_workbook(path: Path) -> RegencyMonth:
    """Read a report that a station wrote; a cell that is no number or does not follow from its row is named."""
    for sheet in read_sheets(path):
        start = next((index for index, row in enumerate(sheet.rows) if _is_number_row(row)), None)
        if start is not None and start + 1 < len(sheet.rows):
            return _month_of(_Report(path.name, sheet, start + 1))
    raise BadInput("registers-not-a-report", file=path.name)


@dataclass(frozen=True, slots=True)
class _Report:
    """The table of one sheet; `carried` is the index of the carried-forward line."""

    file: str
    sheet: Sheet
    carried: int

    def number(self, row: int, column: int) -> int:
        """Return a cell as a whole number, nothing as 0; raises BadInput."""
        cells = self.sheet.rows[row]
        value = cells[column] if column < len(cells) else ""
        if value in ("", None):
            return 0
        whole = _whole(value)
        if whole is None or (column in _COUNTED and whole < 0):
            raise self.wrong("registers-cell-no-number", row, column, value=str(value)[:40])
        return whole

    def must_be(self, row: int, column: int, wanted: int) -> None:
        """Compare a cell with what its row gives; raises BadInput."""
        found = self.number(row, column)
        if found != wanted:
            raise self.wrong("registers-cell-differs", row, column, value=found, wanted=wanted)

    def wrong(self, message_id: str, row: int, column: int, **params: object) -> BadInput:
        """Return the error that names file, sheet and cell."""
        cell = xl_rowcol_to_cell(row, column)
        return BadInput(message_id, file=self.file, sheet=self.sheet.name, cell=cell, **params)


def _month_of(report: _Report) -> RegencyMonth:
    name, month = _titles(report.sheet.rows[: report.carried])
    if not name:
        raise BadInput("registers-report-nameless", file=report.file, sheet=report.sheet.name)
    opening = report.number(report.carried, _STORE)
    closing, left = opening, report.number(report.carried, _REMAINDER)
    days: list[dict[int, int]] = []
    for index in range(report.carried + 1, len(report.sheet.rows)):
        row = report.sheet.rows[index]
        if not row or _whole(row[0]) is None:
            break
        if len(row) <= _STORE or row[_STORE] == "":
            continue
        day = _checked_day(report, index, closing, left)
        closing, left = day[_CLOSING], day[_REMAINDER] - day[_RETURNED]
        days.append(day)
    return RegencyMonth(
        name=name,
        month=month,
        opening=opening,
        received=sum(day[_RECEIVED] for day in days),
        lent=sum(day[_LENT] for day in days),
        printed=sum(_printed(day) for day in days),
        spoiled=sum(day[_SPOILED] for day in days),
        closing=closing,
        days_with_prints=sum(_printed(day) > 0 for day in days),
        days=len(days),
    )


def _checked_day(report: _Report, index: int, closing: int, left: int) -> dict[int, int]:
    """Return one row's numbers after recomputing columns 4 and 13 and the close of the day."""
    columns = (*_COUNTED, _STORE_CHANGE, _DIVISION_CHANGE)
    day = {column: report.number(index, column) for column in columns}
    report.must_be(index, _STORE, closing + day[_RECEIVED])
    report.must_be(index, _CARRIED, left)
    used = _printed(day) + day[_SPOILED]
    report.must_be(index, _REMAINDER, left + day[_ISSUED] - used + day[_DIVISION_CHANGE])
    outgoing = day[_ISSUED] + day[_LENT]
    report.must_be(index, _CLOSING, day[_STORE] - outgoing + day[_RETURNED] + day[_STORE_CHANGE])
    return day


def _printed(day: dict[int, int]) -> int:
    return sum(day[column] for column in range(_PRINTED.start, _PRINTED.stop))


def read_audit_extract(path: Path, year: int | None = None, month: int | None = None) -> RegencyMonth:
    """Read an audit extract, verify chain and signatures, and return a month of it; raises BadInput.

    The regency is named by its station; nothing is known of a key but that it signed the whole book.
    """
    document = _extract_document(path)
    try:
        station = str(document["station"])
        entries = [_entry(line) for line in document["entries"]]
        problems = check_chain(entries, genesis(station))
        strangers = any(entry.station != station for entry in entries)
        whole = not problems and not strangers and check_heads(document, {entry.seq: entry.hash for entry in entries})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput("registers-not-an-extract", file=path.name) from error
    if not entries or not whole:
        raise BadInput("registers-extract-broken", file=path.name, seq=problems[0].seq if problems else len(entries))
    return _month_of_book(station, entries, year, month)


def _month_of_book(station: str, entries: Sequence[Entry], year: int | None, month: int | None) -> RegencyMonth:
    book = Consolidation()
    book.add(Batch(station, genesis(station), tuple(entries)))
    last = entries[-1].day
    first = date(year or last.year, month or last.month, 1)
    usage = book.usage_month(first.year, first.month)
    rows = [row for row in usage.rows if row.day <= last]
    suket = sum(entry.quantity for entry in entries if entry.movement.value == "suket" and entry.reason == "baru")
    return RegencyMonth(
        name=station,
        month=f"{first:%m-%Y}",
        opening=usage.opening,
        received=usage.total("received"),
        lent=usage.total("lent"),
        printed=sum(row.printed for row in usage.rows),
        spoiled=usage.total("spoiled"),
        closing=usage.closing,
        days_with_prints=sum(row.printed > 0 for row in usage.rows),
        days=len(rows),
        suket=suket,
    )


def _extract_document(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise BadInput("workbooks-too-large", file=path.name)
        document = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise BadInput("workbooks-missing", file=path.name) from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput("registers-not-an-extract", file=path.name) from error
    if not isinstance(document, dict) or document.get("format") != EXTRACT_FORMAT:
        raise BadInput("registers-not-an-extract", file=path.name)
    return document


def _entry(line: dict[str, Any]) -> Entry:
    return entry_from_values(line["values"], bytes.fromhex(line["hash"]))


def _is_number_row(row: Sequence[Cell]) -> bool:
    numbers = list(range(1, _NUMBERED + 1))
    return len(row) >= _NUMBERED + 6 and [_whole(cell) for cell in row[:_NUMBERED]] == numbers


def _whole(cell: object) -> int | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return int(cell) if abs(cell) < _TOO_MANY_PIECES and cell == int(cell) else None
    text = str(cell).strip()
    return int(text) if re.fullmatch(r"-?\d{1,9}", text, re.ASCII) else None


def _titles(rows: Sequence[Sequence[Cell]]) -> tuple[str, str]:
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
