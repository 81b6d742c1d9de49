"""Lists of the office for download, as CSV and as XLSX: packets with their status, blanks per place. No NIK."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from station.domain.errors import NotFound
from station.messages.catalogue import Catalogue
from station.office.context import Office
from station.office.overview import packet_rows, read_overview
from station.office.wording import Wording

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Download:
    """A file as a browser saves it."""

    name: str
    content: bytes
    media_type: str


def make_download(office: Office, catalogue: Catalogue, report: str, form: str) -> Download:
    """Return a list as a file; raises NotFound for a list or form that is not offered."""
    heads, rows = _table(office, catalogue, report)
    name = f"{catalogue.text(f'office-list-{report}')}.{form}"
    if form == "csv":
        return Download(name, _csv(heads, rows), CSV_TYPE)
    if form == "xlsx":
        return Download(name, _xlsx(heads, rows), XLSX_TYPE)
    raise NotFound("office-list-unknown", name=f"{report}.{form}"[:40])


def _table(office: Office, catalogue: Catalogue, report: str) -> tuple[list[str], list[Sequence[object]]]:
    say, words = catalogue.text, Wording(catalogue, office.zone)
    if report == "packets":
        names: tuple[str, ...] = ("kit", "packet", "session", "received", "status", "since")
        with office.database.read() as connection:
            found = packet_rows(connection)
        return [say(f"office-page-{name}") for name in names], [
            (kit, packet, session, words.moment_of(received), words.status(status), words.moment_of(at))
            for kit, packet, session, received, status, at in found
        ]
    if report == "blanks":
        names = ("kit", "place", "pieces")
        stock = read_overview(office).stock
        rows: list[Sequence[object]] = [(line.kit_id, words.place(line.account), line.balance) for line in stock]
        return [say(f"office-page-{name}") for name in names], rows
    raise NotFound("office-list-unknown", name=report[:40])


def _csv(heads: list[str], rows: list[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(heads: list[str], rows: list[Sequence[object]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, heads, book.add_format({"bold": True, "bottom": 1}))
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
        sheet.set_column(0, len(heads) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)
    return out.getvalue()
