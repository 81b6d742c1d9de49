"""The 14-column report on paper and as a workbook says what the book says."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from pypdf import PdfReader

from station.domain.errors import BadInput
from station.registers.consolidated import build_consolidated
from station.registers.document import Document
from station.registers.pdf import pdf_bytes
from station.registers.regency_files import read_usage_workbook
from station.registers.screen import screen_lines
from station.registers.usage_report import build_usage_report
from station.registers.workbook import write_xlsx, xlsx_bytes
from station.workbooks.reading import read_sheets
from tests.unit.ledger.ledger_desk import Desk
from tests.unit.ledger.test_ledger_months import ACTIONS, MONTH_START, Month, temporary_desk
from tests.unit.ledger.test_ledger_usage import GOLDEN
from tests.unit.registers.register_samples import paper_head, work_a_bad_day
from tests.unit.registers.sheet_reader import formulas, recomputed, sheet_of


def report(desk: Desk, year: int = 2025, month: int = 1) -> Document:
    head = replace(paper_head(), made_at=paper_head().made_at.replace(year=max(year, 2025), month=month + 1, day=1))
    return build_usage_report(desk.book.usage_month(year, month), head)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def check_formulas(content: bytes) -> None:
    """Every formula, computed anew, gives the value that is stored beside it."""
    live, cached = sheet_of(content, cached=False), sheet_of(content, cached=True)
    found = formulas(live)
    assert len(found) > 100
    for cell in found:
        assert recomputed(live, cell) == cached[cell].value, cell


def test_the_workbook_recomputes_the_golden_example(golden: Desk) -> None:
    content = xlsx_bytes(report(golden))
    check_formulas(content)
    sheet = sheet_of(content, cached=True)
    first = next(row for row in range(1, 40) if sheet.cell(row, 2).value == "Saldo bulan lalu") + 1
    columns = (3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 20)
    for offset, expected in enumerate(GOLDEN):
        assert [sheet.cell(first + offset, column).value for column in columns] == list(expected[1:])
    total = first + 31
    assert sheet.cell(total, 1).value == "Jumlah"
    assert [sheet.cell(total, column).value for column in (3, 5, 7, 8, 9, 10, 11, 12)] == [
        700, 220, 100, 143, 16, 9, 39, 6,
    ]  # fmt: skip
    assert sheet.cell(total, 4).value is None
    assert sheet.cell(total, 13).value is None


def test_the_paper_carries_the_same_numbers(golden: Desk) -> None:
    content = pdf_bytes(report(golden))
    reader = PdfReader(BytesIO(content))
    text = text_of(content)
    assert all(float(page.mediabox.width) > float(page.mediabox.height) for page in reader.pages)
    lines = [line.split() for page in reader.pages for line in page.extract_text(extraction_mode="layout").splitlines()]
    for expected in GOLDEN:
        numbers = [str(number) for number in expected[:-1]]
        assert any([word for word in line if word.isdigit()][: len(numbers)] == numbers for line in lines)
    assert "LAPORAN PENGGUNAAN BLANGKO KTP-EL" in text
    assert "Bulan: Januari 2025" in text
    assert "NIP 000000000000000000" in text
    assert "Halaman 1 dari 2" in text
    assert "001/BAST/2025 tgl 01-01-2025" in text


def test_days_that_have_not_come_stay_empty(golden: Desk) -> None:
    head = replace(paper_head(), made_at=paper_head().made_at.replace(day=5))
    document = build_usage_report(golden.book.usage_month(2025, 1), head)
    rows = document.tables[0].rows
    assert rows[4]["store_balance"] == 577
    assert rows[5] == {"day": "6"}
    assert document.tables[0].total(document.tables[0].columns[2]) == 700
    pdf_bytes(document)


def test_the_same_report_gives_the_same_bytes(golden: Desk) -> None:
    assert pdf_bytes(report(golden)) == pdf_bytes(report(golden))
    assert xlsx_bytes(report(golden)) == xlsx_bytes(report(golden))


def test_the_screen_shows_the_same_row(golden: Desk) -> None:
    lines = screen_lines(report(golden))
    row = next(line for line in lines if line.startswith("1 ") and "BAST" in line)
    assert [word for word in row.split() if word.isdigit()] == [*map(str, GOLDEN[0][:-1]), "120"]


def test_what_the_columns_cannot_say_is_in_the_remarks(desk: Desk) -> None:
    work_a_bad_day(desk)
    text = text_of(pdf_bytes(report(desk)))
    for words in ("surat 500, terhitung 498", "Selisih kurang 2", "Dimusnahkan 4"):
        assert words in " ".join(text.split())
    check_formulas(xlsx_bytes(report(desk)))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTIONS)
def test_the_workbook_of_any_month_recomputes(actions: list[tuple[str, int]]) -> None:
    with temporary_desk() as desk:
        month = Month(desk)
        desk.receive(300)
        for step, amount in actions[:30]:
            month.do(step, amount)
        check_formulas(xlsx_bytes(report(desk, MONTH_START.year, MONTH_START.month)))


def test_the_province_reads_reports_back_and_adds_them_up(golden: Desk, tmp_path: Path) -> None:
    write_xlsx(report(golden), tmp_path / "a.xlsx")
    found = read_usage_workbook(tmp_path / "a.xlsx")
    assert (found.name, found.month) == ("KABUPATEN BALANGAN", "Januari 2025")
    assert (found.opening, found.received, found.lent, found.printed, found.spoiled, found.closing) == (
        120, 700, 100, 207, 6, 507,
    )  # fmt: skip
    document = build_consolidated([found, found], paper_head())
    table = document.tables[0]
    assert [table.total(column) for column in table.columns if column.total] == [240, 1400, 200, 414, 12, 1014]
    pdf_bytes(document)


def test_a_report_saved_as_text_may_end_in_short_and_empty_lines(golden: Desk, tmp_path: Path) -> None:
    write_xlsx(report(golden), tmp_path / "a.xlsx")
    rows = read_sheets(tmp_path / "a.xlsx")[0].rows
    last = max(index for index, row in enumerate(rows) if re.fullmatch(r"\d+(\.0)?", str(row[0])))
    text = [";".join(f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in row) for row in rows]
    (tmp_path / "a.csv").write_text("\n".join([*text[: last + 1], "31", "", "Mengetahui"]), encoding="utf-8")
    assert read_usage_workbook(tmp_path / "a.csv") == read_usage_workbook(tmp_path / "a.xlsx")


def test_a_report_that_does_not_add_up_is_refused(golden: Desk, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "a.xlsx"
    write_xlsx(report(golden), path)
    book = load_workbook(path, data_only=True)
    sheet = book.worksheets[0]
    first = next(row for row in range(1, 40) if sheet.cell(row, 2).value == "Saldo bulan lalu") + 1
    sheet.cell(first, 8).value = 41
    book.save(path)
    with pytest.raises(BadInput) as raised:
        read_usage_workbook(path)
    assert raised.value.message_id == "registers-cell-differs"
    assert raised.value.params["cell"] == f"M{first}"
    sheet.cell(first, 8).value = 1e300
    book.save(path)
    with pytest.raises(BadInput, match="registers-cell-no-number"):
        read_usage_workbook(path)
    (tmp_path / "b.xlsx").write_bytes(b"nothing")
    with pytest.raises(BadInput):
        read_usage_workbook(tmp_path / "b.xlsx")


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTIONS)
def test_the_paper_of_any_month_says_what_the_book_says(actions: list[tuple[str, int]]) -> None:
    with temporary_desk() as desk:
        month = Month(desk)
        desk.receive(300)
        for step, amount in actions[:30]:
            month.do(step, amount)
        usage = desk.book.usage_month(MONTH_START.year, MONTH_START.month)
        pages = PdfReader(BytesIO(pdf_bytes(report(desk, MONTH_START.year, MONTH_START.month)))).pages
    printed = set()
    for page in pages:
        for line in page.extract_text(extraction_mode="layout").splitlines():
            numbers = [word.replace(".", "") for word in line.split() if word.replace(".", "").isdigit()]
            printed.add(tuple(numbers[:11]))
    for row in usage.rows:
        assert tuple(str(number) for number in row.columns) in printed, row.day
