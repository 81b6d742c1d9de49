"""The parts of a printed page: tables with grouped headings, facts, bars, signatures."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Image, Spacer
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

from station.messages.catalogue import Catalogue
from station.registers.document import BarChart, Cell, Column, Facts, Kind, Signatures, Table
from station.registers.values import cell_text

_HEAD_GREY = colors.Color(0.88, 0.88, 0.88)
_TOTAL_GREY = colors.Color(0.94, 0.94, 0.94)
_RIGHT = (Kind.NUMBER, Kind.PERCENT)
_MIDDLE = (Kind.DATE, Kind.TIME, Kind.MARK)

_ROWS_WITH_FOOT = 4
_PICTURE_HEIGHT = 7 * mm
_LOGO = 17 * mm
_LABEL_SIZE = 7.5

Styles = dict[str, ParagraphStyle]


def table(block: Table, width: float, catalogue: Catalogue, styles: Styles, foot: Grid | None = None) -> Grid:
    """Return a table as wide as the page; its heading repeats on every page, rows are not split.

    `foot` (the signatures) is kept on one page with the last rows.
    """
    columns = block.printed_columns
    heading, spans = _heading(block, styles["head"])
    rows = [_row(columns, row, catalogue, styles) for row in block.rows]
    if block.carried is not None:
        rows.insert(0, _row(columns, block.carried, catalogue, styles))
    if not rows:
        rows = [[Text(escape(block.empty_text), styles["middle"])] + [""] * (len(columns) - 1)]
        spans.append(("SPAN", (0, len(heading)), (-1, len(heading))))
    commands: list[Any] = [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.black),
        ("BOX", (0, 0), (-1, -1), 0.9, colors.black),
        ("BACKGROUND", (0, 0), (-1, len(heading) - 1), _HEAD_GREY),
        ("VALIGN", (0, 0), (-1, len(heading) - 1), "MIDDLE"),
        ("VALIGN", (0, len(heading)), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1.2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8),
        *spans,
    ]
    if block.total_title:
        rows.append(_totals(block, columns, catalogue, styles))
        commands.append(("BACKGROUND", (0, -1), (-1, -1), _TOTAL_GREY))
        commands.append(("SPAN", (0, -1), (block.title_width - 1, -1)))
    if foot is not None:
        commands = [_above_foot(command) for command in commands]
        commands += [("SPAN", (0, -1), (-1, -1)), ("NOSPLIT", (0, -_ROWS_WITH_FOOT), (-1, -1)),
                     ("TOPPADDING", (0, -1), (-1, -1), 14)]  # fmt: skip
        rows.append([foot] + [""] * (len(columns) - 1))
    scale = width / sum(column.width_mm for column in columns)
    widths = [column.width_mm * scale for column in columns]
    return Grid([*heading, *rows], colWidths=widths, repeatRows=len(heading), style=commands)


def _above_foot(command: Any) -> Any:
    """Return a style command that leaves the last row, the signatures, alone."""
    name, (left, top), (right, bottom), *rest = command
    moved_top, moved_bottom = (row - 1 if row < 0 else row for row in (top, bottom))
    return (name, (left, moved_top), (right, moved_bottom), *rest)


def beside_logo(logo: bytes, lines: list[Flowable], width: float) -> Grid:
    """Return the letterhead's lines in the middle of the page, the office's picture left of them."""
    picture = Image(BytesIO(logo), width=_LOGO, height=_LOGO, kind="proportional", hAlign="CENTER")
    style = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("TOPPADDING", (0, 0), (-1, -1), 0),
             ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]  # fmt: skip
    side = _LOGO + 4 * mm
    return Grid([[picture, lines, ""]], colWidths=[side, width - 2 * side, side], style=style)


def facts(block: Facts, style: ParagraphStyle) -> Grid:
    """Return name and value pairs, one a line."""
    rows = [[Text(escape(name), style), Text(":", style), Text(escape(value), style)] for name, value in block.pairs]
    grid = Grid(rows, colWidths=[58 * mm, 4 * mm, None], hAlign="LEFT")
    grid.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 0),
                   ("BOTTOMPADDING", (0, 0), (-1, -1), 1), ("LEFTPADDING", (0, 0), (-1, -1), 0)])  # fmt: skip
    return grid


def bars(block: BarChart, width: float, catalogue: Catalogue) -> Drawing:
    """Return a bar chart with every number written at its bar; grey on white."""
    step, label_width, number_width = 14.0, width * 0.32, 60.0
    drawing = Drawing(width, step * len(block.bars) + 6)
    longest = max((value for _label, value in block.bars), default=0) or 1
    room = width - label_width - number_width
    for index, (label, value) in enumerate(block.bars):
        bottom = step * (len(block.bars) - index - 1) + 4
        length = max(0.5, room * value / longest)
        words = _shortened(label, label_width - 8)
        drawing.add(
            String(label_width - 4, bottom + 2.5, words, fontName="Vera", fontSize=_LABEL_SIZE, textAnchor="end")
        )
        bar = Rect(label_width, bottom, length, step - 4)
        bar.fillColor, bar.strokeColor, bar.strokeWidth = colors.Color(0.6, 0.6, 0.6), colors.black, 0.4
        drawing.add(bar)
        words = f"{catalogue.number(value)} {block.unit}".strip()
        drawing.add(String(label_width + length + 4, bottom + 2.5, words, fontName="Vera", fontSize=_LABEL_SIZE))
    return drawing


def _shortened(label: str, width: float) -> str:
    """Return a label that fits its room, its middle left out where it is too long: beginnings repeat, ends differ."""
    for kept in range(len(label), 5, -1):
        words = label if kept == len(label) else f"{label[: kept * 2 // 3]}…{label[-(kept // 3) :]}"
        if stringWidth(words, "Vera", _LABEL_SIZE) <= width:
            return words
    return label[:5]


def signatures(block: Signatures, width: float, style: ParagraphStyle) -> Grid:
    """Return the people who sign, side by side; one alone stands at the right."""
    people = list(block.people)
    lead = 1 if len(people) == 1 else 0
    count = max(2, len(people))
    place = [""] * (count - 1) + [Text(escape(block.place_and_date), style)]
    names: list[Any] = []
    titles: list[Any] = []
    for person in people:
        titles.append(Text(escape(person.title), style))
        lines = [f"<b><u>{escape(person.name)}</u></b>" if person.name else "(" + "." * 34 + ")"]
        lines += [escape(line) for line in (person.rank, f"NIP {person.number}" if person.number else "") if line]
        names.append(Text("<br/>".join(lines), style))
    blank = [""] * lead
    rows = [place, blank + titles, [Spacer(1, 18 * mm)] + [""] * (count - 1), blank + names]
    return Grid(rows, colWidths=[width / count] * count, style=[("VALIGN", (0, 0), (-1, -1), "TOP")])


def _heading(block: Table, style: ParagraphStyle) -> tuple[list[list[Any]], list[Any]]:
    columns = block.printed_columns
    grouped = any(column.group for column in columns)
    upper: list[Any] = []
    spans: list[Any] = []
    start = 0
    for index, column in enumerate(columns):
        same = index > 0 and column.group and column.group == columns[index - 1].group
        start = start if same else index
        if same:
            upper.append("")
        else:
            upper.append(Text(escape(column.group or column.title), style))
        if grouped and not column.group:
            spans.append(("SPAN", (index, 0), (index, 1)))
        elif column.group and (index + 1 == len(columns) or columns[index + 1].group != column.group):
            spans.append(("SPAN", (start, 0), (index, 0)))
    rows = [upper]
    if grouped:
        rows.append([Text(escape(column.title), style) if column.group else "" for column in columns])
    if block.is_numbered:
        rows.append([Text(str(column.number or ""), style) for column in columns])
    return rows, spans


def _row(columns: tuple[Column, ...], row: Mapping[str, Cell], catalogue: Catalogue, styles: Styles) -> list[Any]:
    cells: list[Any] = []
    for column in columns:
        value = row.get(column.key)
        if isinstance(value, bytes) and value:
            cells.append(Image(BytesIO(value), width=3 * _PICTURE_HEIGHT, height=_PICTURE_HEIGHT, kind="proportional"))
        else:
            words = escape(cell_text(value, column.kind, catalogue)).replace("\n", "<br/>")
            cells.append(Text(words, styles[_alignment(column.kind)]))
    return cells


def _totals(block: Table, columns: tuple[Column, ...], catalogue: Catalogue, styles: Styles) -> list[Any]:
    cells: list[Any] = []
    for index, column in enumerate(columns):
        total = block.total(column)
        if index == 0:
            cells.append(Text(escape(block.total_title), styles["bold"]))
        else:
            words = "" if total is None else cell_text(total, column.kind, catalogue)
            cells.append(Text(escape(words), styles["bold_right"]))
    return cells


def _alignment(kind: Kind) -> str:
    if kind in _RIGHT:
        return "right"
    return "middle" if kind in _MIDDLE else "left"
