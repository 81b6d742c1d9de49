"""Shows a document as plain text lines, so that a report is seen before it is written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from station.messages.catalogue import Catalogue
from station.registers.document import BarChart, Block, Document, Facts, Kind, Paragraph, Signatures, Table
from station.registers.values import cell_text

_WIDEST_CELL = 28


def screen_lines(document: Document, width: int = 80) -> list[str]:
    """Return the document as lines of at most `width`; tables may be wider, the viewer scrolls sideways."""
    catalogue = Catalogue(document.language)
    heads = (document.title, *document.subtitles)
    lines = [*(line for head in heads for line in textwrap.wrap(head, width)), ""]
    for block in document.blocks:
        lines += [*_block(block, catalogue, width), ""]
    return lines


def _block(block: Block, catalogue: Catalogue, width: int) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from textwrap.wrap(block.text, width)
    elif isinstance(block, Facts):
        yield from _facts(block, width)
    elif isinstance(block, Table):
        yield from _table(block, catalogue)
    elif isinstance(block, BarChart):
        yield from _bars(block, catalogue, width)
    elif isinstance(block, Signatures):
        yield block.place_and_date
        yield from textwrap.wrap("   ".join(person.title for person in block.people), width)


def _facts(block: Facts, width: int) -> Iterator[str]:
    """Yield name and value side by side, long values under each other; on a narrow page the value stands below."""
    longest = min(max((len(name) for name, _value in block.pairs), default=0), width // 2)
    for name, value in block.pairs:
        lead, indent = f"{name:<{longest}} : ", " " * (longest + 3)
        yield from textwrap.wrap(lead + value, width, subsequent_indent=indent, drop_whitespace=False) or [lead]


def _table(block: Table, catalogue: Catalogue) -> Iterator[str]:
    columns = block.printed_columns
    head = [str(column.number) if column.number else column.title for column in columns]
    carried = [block.carried] if block.carried is not None else []
    rows = [
        [cell_text(row.get(column.key), column.kind, catalogue).replace("\n", "; ") for column in columns]
        for row in [*carried, *block.rows]
    ]
    if block.total_title:
        totals = [block.total(column) for column in columns]
        words = ["" if total is None else cell_text(total, Kind.NUMBER, catalogue) for total in totals]
        rows.append([block.total_title, *words[1:]])
    widths = [
        min(_WIDEST_CELL, max([len(head[index]), *(len(row[index]) for row in rows)])) for index in range(len(columns))
    ]
    if block.caption:
        yield block.caption
    for row in [head, ["-" * size for size in widths], *rows]:
        cells = zip(columns, row, widths, strict=True)
        yield " ".join(_cell(column.kind, text, size) for column, text, size in cells).rstrip()
    if not block.rows:
        yield block.empty_text


def _cell(kind: Kind, text: str, size: int) -> str:
    short = text if len(text) <= size else text[: size - 1] + "…"
    return short.rjust(size) if kind in (Kind.NUMBER, Kind.PERCENT) else short.ljust(size)


def _bars(block: BarChart, catalogue: Catalogue, width: int) -> Iterator[str]:
    yield block.title
    longest = max((value for _label, value in block.bars), default=0) or 1
    label_width = min(_WIDEST_CELL, max((len(label) for label, _value in block.bars), default=0))
    room = max(4, width - label_width - 14)
    for label, value in block.bars:
        bar = "#" * round(room * value / longest)
        yield f"{label[:label_width]:<{label_width}} {bar} {catalogue.number(value)}"
