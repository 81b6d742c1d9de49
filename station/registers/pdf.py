"""Sets a document on A4 paper: letterhead, tables that repeat their heading, page numbers, signatures kept together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    KeepTogether,
    SimpleDocTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as Text

from station.keys.keystore import write_durably
from station.messages.catalogue import Catalogue
from station.registers.document import BarChart, Block, Document, Facts, Paragraph, Signatures, Style, Table
from station.registers.pdf_parts import bars, beside_logo, facts, signatures, table

MARGIN = 15 * mm
FONT, BOLD = "Vera", "VeraBd"
_FRAME_PADDING = 12
Alignment = Literal[0, 1, 2]
_LEFT: Alignment = 0
_CENTRE: Alignment = 1
_RIGHT: Alignment = 2


def write_pdf(document: Document, path: Path) -> None:
    """Write a document as PDF, whole or not at all; raises StorageFailure."""
    write_durably(path, pdf_bytes(document))


def pdf_bytes(document: Document) -> bytes:
    """Return a document as PDF; the same document gives the same bytes."""
    _load_fonts()
    catalogue = Catalogue(document.language)
    size = landscape(A4) if document.landscape else A4
    target = BytesIO()
    template = SimpleDocTemplate(
        target,
        pagesize=size,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=12 * mm,
        bottomMargin=16 * mm,
        title=document.title,
        author=document.letterhead.lines[-1] if document.letterhead.lines else "",
        invariant=True,
    )
    width = size[0] - 2 * MARGIN - _FRAME_PADDING
    story = [*_head(document, width), *_body(document, width, catalogue)]
    template.build(story, canvasmaker=_page_numbers(document, catalogue))
    return target.getvalue()


def text_style(
    size: float = 9, bold: bool = False, alignment: Alignment = _LEFT, space_after: float = 0
) -> ParagraphStyle:
    """Return a paragraph style of the one font family that all documents use."""
    return ParagraphStyle(
        f"{size}-{bold}-{alignment}-{space_after}",
        fontName=BOLD if bold else FONT,
        fontSize=size,
        leading=size * 1.25,
        alignment=alignment,
        spaceAfter=space_after,
    )


def _head(document: Document, width: float) -> Iterator[Flowable]:
    paper = document.letterhead
    lines: list[Flowable] = [
        Text(escape(line), text_style(12 if index else 11, bold=True, alignment=_CENTRE))
        for index, line in enumerate(paper.lines)
    ]
    lines.append(Text(escape(paper.address), text_style(8, alignment=_CENTRE)))
    yield from [beside_logo(paper.logo, lines, width)] if paper.logo else lines
    yield Spacer(1, 2 * mm)
    yield HRFlowable(width="100%", thickness=1.6, color="black", spaceAfter=0.6)
    yield HRFlowable(width="100%", thickness=0.5, color="black", spaceAfter=4 * mm)
    yield Text(escape(document.title), text_style(11, bold=True, alignment=_CENTRE))
    for line in document.subtitles:
        yield Text(escape(line), text_style(9, alignment=_CENTRE))
    yield Spacer(1, 4 * mm)


def _body(document: Document, width: float, catalogue: Catalogue) -> Iterator[Flowable]:
    """Set the blocks; signatures stay on one page with the end of what is signed."""
    for block, signed in _with_signatures(document.blocks):
        is_table = isinstance(block, Table)
        if isinstance(block, Table):
            yield from _table(block, signed[0] if signed else None, width, catalogue)
        parts = [] if is_table else list(_parts(block, width, catalogue))
        for people in signed[is_table:]:
            parts += [Spacer(1, 3 * mm), *_parts(people, width, catalogue)]
        yield KeepTogether(parts)
        yield Spacer(1, 3 * mm)


def _with_signatures(blocks: Sequence[Block]) -> list[tuple[Block, list[Signatures]]]:
    """Return every block with the rows of signatures that follow it."""
    grouped: list[tuple[Block, list[Signatures]]] = []
    for block in blocks:
        if isinstance(block, Signatures) and grouped:
            grouped[-1][1].append(block)
        else:
            grouped.append((block, []))
    return grouped


def _table(block: Table, signed: Signatures | None, width: float, catalogue: Catalogue) -> Iterator[Flowable]:
    """Set a table; signatures that follow it never stand alone on a page."""
    if block.caption:
        yield Text(escape(block.caption), text_style(9, bold=True, space_after=4))
    foot = None if signed is None else signatures(signed, width, text_style(9, alignment=_CENTRE))
    yield table(block, width, catalogue, _table_styles(block), foot)


def _parts(block: Block, width: float, catalogue: Catalogue) -> Iterator[Flowable]:
    if isinstance(block, Paragraph):
        yield _paragraph(block)
    elif isinstance(block, Facts):
        yield facts(block, text_style(9))
    elif isinstance(block, BarChart):
        yield Text(escape(block.title), text_style(9, bold=True))
        yield bars(block, width, catalogue)
    elif isinstance(block, Signatures):
        yield Spacer(1, 4 * mm)
        yield signatures(block, width, text_style(9, alignment=_CENTRE))


def _paragraph(block: Paragraph) -> Text:
    styles = {
        Style.BODY: text_style(9.5, space_after=2),
        Style.CENTRED: text_style(9.5, alignment=_CENTRE),
        Style.HEADING: text_style(10, bold=True, space_after=2),
        Style.NOTE: text_style(7.5),
    }
    return Text(escape(block.text), styles[block.style])


def _table_styles(block: Table) -> dict[str, ParagraphStyle]:
    size = 6.6 if block.small else 8.0
    return {
        "head": text_style(size, bold=True, alignment=_CENTRE),
        "left": text_style(size),
        "right": text_style(size, alignment=_RIGHT),
        "middle": text_style(size, alignment=_CENTRE),
        "bold": text_style(size, bold=True),
        "bold_right": text_style(size, bold=True, alignment=_RIGHT),
    }


def _page_numbers(document: Document, catalogue: Catalogue) -> Any:
    """Return a canvas class that knows at the end how many pages there are."""
    width = (landscape(A4) if document.landscape else A4)[0]

    class NumberedCanvas(Canvas):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - named by the library
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for number, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self._foot(number, len(self._pages))
                super().showPage()
            super().save()

        def _foot(self, number: int, count: int) -> None:
            self.setFont(FONT, 7)
            words = catalogue.text("registers-page", number=number, count=count)
            self.drawRightString(width - MARGIN, 9 * mm, words)
            self.drawString(MARGIN, 9 * mm, document.footer)

    return NumberedCanvas


@lru_cache(maxsize=1)
def _load_fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)
