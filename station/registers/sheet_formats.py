"""The one look of all workbooks: fonts, borders, number and date formats."""

from __future__ import annotations

import math
from typing import Any

from xlsxwriter import Workbook

from station.registers.document import Column, Kind

_MM_PER_CHARACTER = 1.9
_NARROWEST = 5.0
_POINTS_PER_LINE = 13.5

_NUMBER_FORMATS = {
    Kind.TEXT: "@",
    Kind.NUMBER: "#,##0",
    Kind.PERCENT: "0.00%",
    Kind.DATE: "dd-mm-yyyy",
    Kind.TIME: 'hh"."mm',
    Kind.MARK: "@",
    Kind.PICTURE: "@",
}
_CENTRED = (Kind.DATE, Kind.TIME, Kind.MARK)


class Formats:
    """The formats of one workbook."""

    def __init__(self, workbook: Workbook) -> None:
        base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        self.head: Any = workbook.add_format(base | {"bold": True, "align": "center"})
        self.title: Any = workbook.add_format(base | {"bold": True, "align": "center", "font_size": 12})
        self.centred: Any = workbook.add_format(base | {"align": "center"})
        self.plain: Any = workbook.add_format(base)
        self.bold: Any = workbook.add_format(base | {"bold": True})
        self.paragraph: Any = workbook.add_format(base | {"text_wrap": True, "align": "left"})
        framed = base | {"border": 1}
        grey = {"bg_color": "#E0E0E0", "bold": True}
        self.heading: Any = workbook.add_format(
            framed | grey | {"align": "center", "valign": "vcenter", "text_wrap": True}
        )
        self.total: Any = workbook.add_format(framed | grey | {"num_format": _NUMBER_FORMATS[Kind.NUMBER]})
        self._by_kind: dict[Kind, Any] = {
            kind: workbook.add_format(
                framed
                | {"num_format": pattern, "text_wrap": kind is Kind.TEXT}
                | ({"align": "center"} if kind in _CENTRED else {})
            )
            for kind, pattern in _NUMBER_FORMATS.items()
        }

        self.moment: Any = workbook.add_format(framed | {"num_format": 'dd-mm-yyyy hh"."mm', "align": "center"})

    def of(self, kind: Kind) -> Any:
        """Return the format of a column's cells."""
        return self._by_kind[kind]


def column_characters(column: Column) -> float:
    """Return a column's width in characters, as spreadsheets count."""
    return max(_NARROWEST, column.width_mm / _MM_PER_CHARACTER)


def line_count(text: str, characters: float) -> int:
    """Return how many lines a text takes in a cell of this width."""
    return sum(max(1, math.ceil(len(line) / characters - 0.1)) for line in text.split("\n"))


def row_points(lines: int) -> float:
    """Return the height of a row in points."""
    return _POINTS_PER_LINE * lines + 2
