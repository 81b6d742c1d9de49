"""Writes a document as XLSX: same text and numbers as on paper, with formulas that recompute what follows from others.

Every formula carries its value, so that a reader that does not calculate shows the
same. Helper columns stand right of the printed area.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from station.keys.keystore import write_durably
from station.messages.catalogue import Catalogue
from station.registers.document import BarChart, Cell, Column, Document, Facts, Kind, Paragraph, Signatures, Table
from station.registers.sheet_formats import Formats

_MM_PER_CHARACTER = 1.9
_PICTURE_ROW_POINTS = 26
_REFERENCE = re.compile(r"\{(\w+)(<?)\}")


def write_xlsx(document: Document, path: Path) -> None:
    """Write a document as a workbook, whole or not at all; raises StorageFailure."""
    write_durably(path, xlsx_bytes(document))


def xlsx_bytes(document: Document) -> bytes:
    """Return a document as a workbook."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = Workbook(target, options)
    if document.made_at is not None:
        workbook.set_properties({"title": document.title, "created": document.made_at.replace(tzinfo=None)})
    _SheetWriter(workbook, document).write()
    workbook.close()
    return target.getvalue()


class _SheetWriter:
    """Writes the blocks one under the other on one sheet."""

    def __init__(self, workbook: Workbook, document: Document) -> None:
        self._workbook = workbook
        self._document = document
        self._catalogue = Catalogue(document.language)
        self._formats = Formats(workbook)
        self._sheet: Worksheet = workbook.add_worksheet(document.name[:31])
        self._row = 0
        self._width = max((len(table.printed_columns) for table in document.tables), default=6)

    def write(self) -> None:
        self._set_up_page()
        for line in (*self._document.letterhead.lines, self._document.letterhead.address):
            self._centred(line, self._formats.head)
        self._row += 1
        self._centred(self._document.title, self._formats.title)
        for line in self._document.subtitles:
            self._centred(line, self._formats.centred)
        self._row += 1
        for block in self._document.blocks:
            if isinstance(block, Table):
                self._table(block)
            elif isinstance(block, BarChart):
                self._chart(block)
            elif isinstance(block, Facts):
                self._facts(block)
            elif isinstance(block, Paragraph):
                self._paragraph(block)
            elif isinstance(block, Signatures):
                self._signatures(block)
            self._row += 1
        self._sheet.print_area(0, 0, max(self._row, 1), max(self._width - 1, 1))

    def _set_up_page(self) -> None:
        sheet = self._sheet
        sheet.set_paper(9)
        sheet.set_landscape() if self._document.landscape else sheet.set_portrait()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L{self._document.footer}&R&P/&N")
        sheet.hide_gridlines(2)
        if self._document.tables:
            columns = self._document.tables[0].columns
            for index, column in enumerate(columns):
                at = index if not column.helper else index + 1
                sheet.set_column(at, at, max(5.0, column.width_mm / _MM_PER_CHARACTER))

    def _centred(self, text: str, look: Any) -> None:
        if self._width > 1:
            self._sheet.merge_range(self._row, 0, self._row, self._width - 1, text, look)
        else:
            self._sheet.write_string(self._row, 0, text, look)
        self._row += 1

    def _paragraph(self, block: Paragraph) -> None:
        columns = self._document.tables[0].printed_columns if self._document.tables else ()
        characters = sum(column.width_mm for column in columns) / _MM_PER_CHARACTER or 60.0
        self._sheet.set_row(self._row, 15.0 * (int(len(block.text) / max(characters, 1.0)) + 1))
        self._centred(block.text, self._formats.paragraph)

    def _facts(self, block: Facts) -> None:
        for name, value in block.pairs:
            self._sheet.write_string(self._row, 0, f"{name}: {value}", self._formats.plain)
            self._row += 1

    def _signatures(self, block: Signatures) -> None:
        last = max(self._width - 1, 1)
        self._sheet.write_string(self._row, max(0, last - 2), block.place_and_date, self._formats.plain)
        count = len(block.people)
        for index, person in enumerate(block.people):
            column = max(0, last - 2) if count == 1 else index * last // count
            lines = (person.title, "", "", "", person.name or "." * 30, person.rank,
                     f"NIP {person.number}" if person.number else "")  # fmt: skip
            for offset, line in enumerate(lines, start=1):
                self._sheet.write_string(self._row + offset, column, line, self._formats.plain)
        self._row += 9

    def _chart(self, block: BarChart) -> None:
        first = self._row
        self._sheet.write_string(first, 0, block.title, self._formats.bold)
        for index, (label, value) in enumerate(block.bars, start=1):
            self._sheet.write_string(first + index, 0, label, self._formats.plain)
            self._sheet.write_number(first + index, 1, value, self._formats.of(Kind.NUMBER))
        chart: Any = self._workbook.add_chart({"type": "bar"})
        name, last = self._sheet.get_name(), first + len(block.bars)
        chart.add_series({"categories": [name, first + 1, 0, last, 0], "values": [name, first + 1, 1, last, 1],
                          "data_labels": {"value": True}, "fill": {"color": "#999999"}})  # fmt: skip
        chart.set_legend({"none": True})
        chart.set_title({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 480, "height": 40 + 24 * len(block.bars)})
        self._sheet.insert_chart(first, 3, chart)
        self._row = first + len(block.bars) + max(2, len(block.bars) // 2 + 2)

    def _table(self, block: Table) -> None:
        if block.caption:
            self._sheet.write_string(self._row, 0, block.caption, self._formats.bold)
            self._row += 1
        _TableWriter(self._sheet, self._formats, self._catalogue, block, self._row).write()
        self._row += _table_height(block)


class _TableWriter:
    """Writes one table: heading, carried-forward line, rows with formulas, totals."""

    def __init__(self, sheet: Worksheet, formats: Formats, catalogue: Catalogue, block: Table, top: int) -> None:
        self._sheet = sheet
        self._formats = formats
        self._catalogue = catalogue
        self._block = block
        self._top = top
        gap = len(block.printed_columns)
        order = [*block.printed_columns, *(column for column in block.columns if column.helper)]
        self._at = {column.key: index + (index >= gap) for index, column in enumerate(order)}

    def write(self) -> None:
        row = self._heading()
        first = row
        if self._block.carried is not None:
            self._line(row, self._block.carried, formulas=False)
            row, first = row + 1, row + 1
        for values in self._block.rows:
            self._line(row, values, formulas=True, is_first=row == first)
            row += 1
        if not self._block.rows:
            self._sheet.write_string(row, 0, self._block.empty_text, self._formats.plain)
            row += 1
        if self._block.total_title:
            self._totals(row, first)

    def _heading(self) -> int:
        columns, row = self._block.columns, self._top
        grouped = any(column.group for column in columns)
        start = 0
        for index, column in enumerate(columns):
            at = self._at[column.key]
            if column.helper or not column.group:
                self._sheet.write_string(row, at, column.title, self._formats.heading)
                if grouped and not column.helper:
                    self._sheet.merge_range(row, at, row + 1, at, column.title, self._formats.heading)
                continue
            self._sheet.write_string(row + 1, at, column.title, self._formats.heading)
            start = index if index == 0 or columns[index - 1].group != column.group else start
            if index + 1 == len(columns) or columns[index + 1].group != column.group:
                self._group(row, self._at[columns[start].key], at, column.group)
        row += 2 if grouped else 1
        if self._block.is_numbered:
            for column in self._block.printed_columns:
                self._sheet.write_number(row, self._at[column.key], column.number, self._formats.heading)
            row += 1
        self._sheet.repeat_rows(self._top, row - 1)
        return row

    def _group(self, row: int, left: int, right: int, title: str) -> None:
        if left == right:
            self._sheet.write_string(row, left, title, self._formats.heading)
        else:
            self._sheet.merge_range(row, left, row, right, title, self._formats.heading)

    def _line(self, row: int, values: Mapping[str, Cell], formulas: bool, is_first: bool = False) -> None:
        for column in self._block.columns:
            value, look = values.get(column.key), self._formats.of(column.kind)
            formula = (column.first_formula or column.formula) if is_first else column.formula
            at = self._at[column.key]
            if formulas and formula and value is not None:
                self._sheet.write_formula(row, at, "=" + self._filled(formula, row), look, value)
            else:
                self._cell(row, at, value, column, look)

    def _cell(self, row: int, at: int, value: Cell, column: Column, look: Any) -> None:
        if value is None or value in ("", b""):
            self._sheet.write_blank(row, at, None, look)
        elif isinstance(value, bytes):
            self._sheet.write_blank(row, at, None, look)
            self._sheet.set_row(row, _PICTURE_ROW_POINTS)
            options = {"image_data": BytesIO(value), "x_scale": 0.2, "y_scale": 0.2, "object_position": 1}
            self._sheet.insert_image(row, at, f"{column.key}.png", options)
        elif isinstance(value, datetime):
            self._sheet.write_datetime(row, at, value.replace(tzinfo=None), look)
        elif isinstance(value, date):
            self._sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001 - cells have no zone
        elif isinstance(value, int | float) and column.kind is Kind.PERCENT:
            self._sheet.write_number(row, at, value / 100, look)
        elif isinstance(value, int | float):
            self._sheet.write_number(row, at, value, look)
        else:
            self._sheet.write_string(row, at, value, look)

    def _totals(self, row: int, first: int) -> None:
        span = self._block.title_width
        if span > 1:
            self._sheet.merge_range(row, 0, row, span - 1, self._block.total_title, self._formats.total)
        else:
            self._sheet.write_string(row, 0, self._block.total_title, self._formats.total)
        for column in self._block.printed_columns[span:]:
            at, total = self._at[column.key], self._block.total(column)
            if total is None or not self._block.rows:
                self._sheet.write_blank(row, at, None, self._formats.total)
            else:
                name = xl_col_to_name(at)
                formula = f"=SUM({name}{first + 1}:{name}{row})"
                self._sheet.write_formula(row, at, formula, self._formats.total, total)

    def _filled(self, formula: str, row: int) -> str:
        def cell(match: re.Match[str]) -> str:
            return str(xl_rowcol_to_cell(row - (match[2] == "<"), self._at[match[1]]))

        return _REFERENCE.sub(cell, formula)


def _table_height(block: Table) -> int:
    heading = 1 + any(column.group for column in block.columns) + block.is_numbered
    return heading + (block.carried is not None) + max(1, len(block.rows)) + bool(block.total_title)
