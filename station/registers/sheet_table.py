"""Writes one table into a sheet: heading, carried-forward line, rows with formulas, totals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from station.messages.catalogue import Catalogue
from station.registers.document import Cell, Column, Kind, Table
from station.registers.sheet_formats import Formats, column_characters, line_count, row_points
from station.registers.values import cell_text

_REFERENCE = re.compile(r"\{(\w+)(<?)\}")
_PICTURE_ROW_POINTS = 30
_PICTURE_SCALE = 0.2


class TableWriter:
    """Places a table's columns, helpers after a gap, and writes it row by row."""

    def __init__(self, sheet: Worksheet, formats: Formats, catalogue: Catalogue, block: Table, top: int) -> None:
        self._sheet = sheet
        self._formats = formats
        self._catalogue = catalogue
        self._block = block
        self._top = top
        gap = len(block.printed_columns)
        order = [*block.printed_columns, *(column for column in block.columns if column.helper)]
        self._at = {column.key: index + (index >= gap) for index, column in enumerate(order)}

    def write(self) -> int:
        """Write the table and return the row after it."""
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
            row += 1
        return row

    def _heading(self) -> int:
        columns, row = self._block.columns, self._top
        words = max(line_count(column.title, column_characters(column)) for column in self._block.printed_columns)
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
        self._sheet.set_row(row - 1, row_points(words))
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
        self._set_height(row, [(column, values.get(column.key)) for column in self._block.printed_columns])
        for column in self._block.columns:
            value = values.get(column.key)
            look = self._formats.moment if isinstance(value, datetime) and column.kind is not Kind.TIME else (
                self._formats.of(column.kind)
            )  # fmt: skip
            formula = (column.first_formula or column.formula) if is_first else column.formula
            at = self._at[column.key]
            if formulas and formula and value is not None:
                self._sheet.write_formula(row, at, "=" + self._filled(formula, row), look, value)
            else:
                self._cell(row, at, value, column, look)

    def _set_height(self, row: int, cells: list[tuple[Column, Cell]]) -> None:
        lines = max(
            line_count(cell_text(value, column.kind, self._catalogue), column_characters(column))
            for column, value in cells
        )
        if lines > 1:
            self._sheet.set_row(row, row_points(lines))

    def _cell(self, row: int, at: int, value: Cell, column: Column, look: Any) -> None:
        if value is None or value in ("", b""):
            self._sheet.write_blank(row, at, None, look)
        elif isinstance(value, bytes):
            self._sheet.write_blank(row, at, None, look)
            self._sheet.set_row(row, _PICTURE_ROW_POINTS)
            options = {
                "image_data": BytesIO(value),
                "x_scale": _PICTURE_SCALE,
                "y_scale": _PICTURE_SCALE,
                "object_position": 1,
            }
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
