"""LibreOffice opens the workbooks and computes the same numbers."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from station.domain.clock import WITA
from station.registers.usage_report import build_usage_report
from station.registers.workbook import write_xlsx
from tests.unit.ledger.ledger_desk import open_desk
from tests.unit.ledger.test_ledger_months import MONTH_START, STEPS, Month, temporary_desk
from tests.unit.ledger.test_ledger_usage import work_the_golden_days
from tests.unit.registers.register_samples import every_document, paper_head, work_a_bad_day
from tests.unit.registers.sheet_reader import formulas

AFTER = datetime(2028, 3, 1, 8, tzinfo=WITA)
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice Calc (make test-peers installs it)"),
    pytest.mark.timeout(300),
]


def recalculated(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Strip the stored values, so that LibreOffice has to compute, and save again through it."""
    for path in paths:
        load_workbook(path).save(path)
    arguments = [f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx"]
    target = folder / "recalculated"
    command = [str(OFFICE), *arguments, "--outdir", str(target), *(str(path) for path in paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return [target / path.name for path in paths]


def test_libreoffice_computes_the_columns_of_the_report(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    work_the_golden_days(desk)
    work_a_bad_day(desk)
    path = tmp_path / "usage.xlsx"
    write_xlsx(build_usage_report(desk.book.usage_month(2025, 1), paper_head()), path)
    desk.database.close()
    ours = load_workbook(path, data_only=True).worksheets[0]
    cells = formulas(load_workbook(path).worksheets[0])
    theirs = load_workbook(recalculated([path], tmp_path)[0], data_only=True).worksheets[0]
    assert len(cells) > 100
    for cell in cells:
        assert theirs[cell].value == ours[cell].value, cell


def test_libreoffice_computes_the_columns_of_random_months(tmp_path: Path) -> None:
    source = random.Random(2028)
    paths = []
    for number in range(8):
        with temporary_desk() as desk:
            month = Month(desk)
            desk.receive(300)
            for _ in range(30):
                month.do(source.choice(STEPS), source.randrange(1, 60))
            path = tmp_path / f"month-{number}.xlsx"
            usage = desk.book.usage_month(MONTH_START.year, MONTH_START.month)
            write_xlsx(build_usage_report(usage, replace(paper_head(), made_at=AFTER)), path)
            paths.append(path)
    ours = [load_workbook(path, data_only=True).worksheets[0] for path in paths]
    cells = [formulas(load_workbook(path).worksheets[0]) for path in paths]
    recomputed = recalculated(paths, tmp_path)
    for sheet, names, path in zip(ours, cells, recomputed, strict=True):
        theirs = load_workbook(path, data_only=True).worksheets[0]
        assert len(names) > 100
        for cell in names:
            assert theirs[cell].value == sheet[cell].value, (path.name, cell)


def test_libreoffice_opens_every_workbook(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    documents = every_document(desk, paper_head())
    desk.database.close()
    folder = tmp_path / "all"
    for document in documents:
        write_xlsx(document, folder / f"{document.name}.xlsx")
    arguments = [f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    command = [str(OFFICE), *arguments, "--outdir", str(folder), *(str(path) for path in sorted(folder.glob("*.xlsx")))]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    assert len(list(folder.glob("*.pdf"))) == len(documents)
