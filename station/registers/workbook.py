"""Writes a document as XLSX: same text and numbers as on paper, with formulas that recompute what follows from others.

Every formula carries its value, so that a reader that does not calculate shows the
same. Helper columns stand right of the printed area.
"""

from __future__ import annotations

import math
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from station.keys.keystore import write_durably
from station.messages.catalogue import Catalogue
from station.registers.document import BarChart, Document, Facts, Kind, Paragraph, Signatures, Table
from station.registers.logo import picture_size
from station.registers.sheet_formats import Formats, column_characters, line_count, row_points
from station.registers.sheet_table import TableWriter

_PLAIN_WIDTHS = (15.0,) * 6
_PIXELS_PER_CHARACTER, _PIXELS_PER_ROW = 7, 20
_WIDEST_CHART, _CHART_STEP = 760, 24
_LABEL_SHARE = 0.3
_LOGO_PIXELS = 56


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
    """Writes the blocks one under the other on one sheet, as wide as the first table."""

    def __init__(self, workbook: Workbook, document: Document) -> None:
        self._workbook = workbook
        self._document = document
        self._catalogue = Catalogue(document.language)
        self._formats = Formats(workbook)
        self._sheet: Worksheet = workbook.add_worksheet(document.name[:31])
        self._row = 0
        first = document.tables[0].printed_columns if document.tables else ()
        self._widths = tuple(column_characters(column) for column in first) or _PLAIN_WIDTHS

    def write(self) -> None:
        self._set_up_page()
        self._logo(self._document.letterhead.logo)
        for line in (*self._document.letterhead.lines, self._document.letterhead.address):
            self._across(line, self._formats.head)
        self._row += 1
        self._across(self._document.title, self._formats.title)
        for line in self._document.subtitles:
            self._across(line, self._formats.centred)
        self._row += 1
        for block in self._document.blocks:
            if isinstance(block, Table):
                self._table(block)
            elif isinstance(block, BarChart):
                self._chart(block)
            elif isinstance(block, Facts):
                for name, value in block.pairs:
                    self._across(f"{name}: {value}", self._formats.paragraph)
            elif isinstance(block, Paragraph):
                self._across(block.text, self._formats.paragraph)
            elif isinstance(block, Signatures):
                self._signatures(block)
            self._row += 1
        self._sheet.print_area(0, 0, max(self._row, 1), max(len(self._widths) - 1, 1))

    def _set_up_page(self) -> None:
        sheet = self._sheet
        sheet.set_paper(9)
        sheet.set_landscape() if self._document.landscape else sheet.set_portrait()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L{self._document.footer}&R&P/&N")
        sheet.hide_gridlines(2)
        for index, characters in enumerate(self._widths):
            sheet.set_column(index, index, characters)
        helpers = [column for table in self._document.tables[:1] for column in table.columns if column.helper]
        for index, column in enumerate(helpers, start=len(self._widths) + 1):
            sheet.set_column(index, index, column_characters(column))

    def _logo(self, logo: bytes) -> None:
        """Put the office's picture over the left end of the letterhead, as high as its three lines."""
        if logo:
            scale = _LOGO_PIXELS / max(picture_size(logo))
            options = {"image_data": BytesIO(logo), "x_scale": scale, "y_scale": scale, "x_offset": 4, "y_offset": 2}
            self._sheet.insert_image(0, 0, "logo.png", options)

    def _across(self, text: str, look: Any) -> None:
        """Write text over the whole width and make the row as high as it needs."""
        lines = line_count(text, sum(self._widths))
        if lines > 1:
            self._sheet.set_row(self._row, row_points(lines))
        self._merged(self._row, 0, len(self._widths) - 1, text, look)
        self._row += 1

    def _merged(self, row: int, left: int, right: int, text: str, look: Any) -> None:
        if left == right:
            self._sheet.write_string(row, left, text, look)
        else:
            self._sheet.merge_range(row, left, row, right, text, look)

    def _signatures(self, block: Signatures) -> None:
        spans = self._spans(max(2, len(block.people)))
        self._merged(self._row, *spans[-1], block.place_and_date, self._formats.centred)
        places = spans[-1:] if len(block.people) == 1 else spans
        for person, (left, right) in zip(block.people, places, strict=False):
            number = f"NIP {person.number}" if person.number else ""
            lines = (person.title, "", "", "", person.name or "." * 30, person.rank, number)
            for offset, line in enumerate(lines, start=1):
                self._merged(self._row + offset, left, right, line, self._formats.centred)
        self._row += 8

    def _spans(self, count: int) -> list[tuple[int, int]]:
        """Split the columns into parts of about the same width; a part has at least one column."""
        total, spans, left = sum(self._widths), [], 0
        count = min(count, len(self._widths))
        for number in range(1, count + 1):
            right = left
            while right + 1 < len(self._widths) - (count - number) and (
                sum(self._widths[: right + 1]) < total * number / count
            ):
                right += 1
            spans.append((left, right if number < count else len(self._widths) - 1))
            left = right + 1
        return spans

    def _chart(self, block: BarChart) -> None:
        self._across(block.title, self._formats.bold)
        total = sum(self._widths)
        last_label = next(
            index for index in range(len(self._widths)) if sum(self._widths[: index + 1]) >= total * _LABEL_SHARE
        )
        last_label = min(last_label, len(self._widths) - 2)
        first = self._row
        for label, value in block.bars:
            self._merged(self._row, 0, last_label, label, self._formats.plain)
            self._sheet.write_number(self._row, last_label + 1, value, self._formats.of(Kind.NUMBER))
            self._row += 1
        name, last = self._sheet.get_name(), self._row - 1
        chart: Any = self._workbook.add_chart({"type": "bar"})
        chart.add_series({"categories": [name, first, 0, last, 0],
                          "values": [name, first, last_label + 1, last, last_label + 1],
                          "data_labels": {"value": True}, "fill": {"color": "#999999"}})  # fmt: skip
        chart.set_legend({"none": True})
        chart.set_title({"none": True})
        chart.set_y_axis({"reverse": True})
        height = 60 + _CHART_STEP * len(block.bars)
        chart.set_size({"width": min(_WIDEST_CHART, int(total * _PIXELS_PER_CHARACTER)), "height": height})
        self._sheet.insert_chart(self._row, 0, chart)
        self._row += math.ceil(height / _PIXELS_PER_ROW)

    def _table(self, block: Table) -> None:
        if block.caption:
            self._sheet.write_string(self._row, 0, block.caption, self._formats.bold)
            self._row += 1
        self._row = TableWriter(self._sheet, self._formats, self._catalogue, block, self._row).write()
