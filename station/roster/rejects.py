"""Writes the rows that could not be imported, with their reasons, so that the school can mend and send them again."""

from __future__ import annotations

from pathlib import Path

from station.domain.errors import StorageFailure
from station.messages.catalogue import Catalogue
from station.roster.preview import RosterPreview

_WIDEST_COLUMN = 60


def write_rejects_workbook(preview: RosterPreview, path: Path, catalogue: Catalogue) -> None:
    """Write an XLSX workbook: sheet, row, reasons, then the cells as found; raises StorageFailure."""
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    workbook = Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False})
    sheet = workbook.add_worksheet(catalogue.text("roster-rejects-sheet"))
    bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    plain = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    rows = _rows(preview, catalogue)
    for index, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(index, column, text, plain if index else bold)
    for column in range(max(len(row) for row in rows)):
        longest = max(len(row[column]) for row in rows if column < len(row))
        sheet.set_column(column, column, min(_WIDEST_COLUMN, longest + 2))
    sheet.freeze_panes(1, 0)
    try:
        workbook.close()
    except (OSError, XlsxWriterException) as error:
        raise StorageFailure("roster-rejects-not-written", path=str(path)) from error


def _rows(preview: RosterPreview, catalogue: Catalogue) -> list[list[str]]:
    first = preview.rejected[0].sheet if preview.rejected else ""
    titles = [catalogue.text(f"roster-column-{name}") for name in ("sheet", "row", "reasons")]
    rows = [titles + list(preview.headings.get(first, ()))]
    for rejected in preview.rejected:
        reasons = "; ".join(
            catalogue.text(problem.message_id, **problem.params)
            for problem in preview.problems_of(rejected.sheet, rejected.row)
            if problem.refuses
        )
        rows.append([rejected.sheet, str(rejected.row), reasons, *rejected.cells])
    return rows
