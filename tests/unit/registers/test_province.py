"""The province gathers files, proposes, edits and approves; every step is kept and the approved list is final."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from station.domain.clock import ManualClock
from station.domain.errors import NotAllowed, Refused, StationError
from station.domain.identifiers import CountedIds
from station.domain.staff import Actor, Role
from station.keys.signing import SoftwareSigner
from station.registers.audit_extract import write_audit_extract
from station.registers.pdf import pdf_bytes
from station.registers.province import Province, gather
from station.registers.regency_files import RegencyMonth, read_audit_extract
from station.registers.usage_report import build_usage_report
from station.registers.workbook import write_xlsx, xlsx_bytes
from station.staff.audit import AuditLog
from tests.unit.ledger.ledger_desk import CUSTODIAN, HEAD, Desk
from tests.unit.registers.register_samples import paper_head

OPERATOR = Actor("f" * 32, "Operator Contoh", frozenset({Role.FIELD_OPERATOR}))
BOTH = Actor("9" * 32, "Kabid Kedua", frozenset({Role.DIVISION_HEAD, Role.CUSTODIAN}))
DAY = date(2025, 2, 3)
MONTHS = (
    RegencyMonth("KABUPATEN CONTOH", "Januari 2025", 100, 0, 0, 60, 2, 38, 20, 31),
    RegencyMonth("KOTA MISAL", "Januari 2025", 500, 0, 0, 31, 0, 469, 20, 31),
    RegencyMonth("KABUPATEN UMPAMA", "Januari 2025", 10, 0, 0, 10, 0, 0, 5, 31),
)


@pytest.fixture
def province(desk: Desk) -> Iterator[Province]:
    clock = ManualClock(paper_head().made_at)
    audit = AuditLog(desk.database, clock, SoftwareSigner.generate())
    yield Province(desk.database, audit, clock, CountedIds(), paper_head)
    assert audit.verify().whole


def write_report(desk: Desk, path: Path, regency: str = "KABUPATEN BALANGAN") -> Path:
    head = replace(paper_head(), config=replace(paper_head().config, regency=regency))
    write_xlsx(build_usage_report(desk.book.usage_month(2025, 1), head), path)
    return path


def change_cell(path: Path, cell: str, value: str | int) -> None:
    from openpyxl import load_workbook

    book = load_workbook(path, data_only=True)
    book.worksheets[0][cell] = value
    book.save(path)


def test_files_that_cannot_be_used_are_told_by_file_sheet_and_cell(golden: Desk, tmp_path: Path) -> None:
    good = write_report(golden, tmp_path / "a.xlsx")
    again = write_report(golden, tmp_path / "b.xlsx")
    letters = write_report(golden, tmp_path / "c.xlsx", "KOTA MISAL")
    change_cell(letters, "H15", "empat puluh")
    sums = write_report(golden, tmp_path / "d.xlsx", "KOTA REKAAN")
    change_cell(sums, "D15", 621)
    (tmp_path / "e.xlsx").write_bytes(b"")
    (tmp_path / "f.docx").write_bytes(b"x")
    files = [good, again, letters, sums, tmp_path / "e.xlsx", tmp_path / "f.docx", tmp_path / "g.xlsx"]
    found = gather(files)
    assert [month.name for month in found.months] == ["KABUPATEN BALANGAN"]
    told = [paper_head().catalogue.error(error) for error in found.refusals]
    assert told[0].startswith("KABUPATEN BALANGAN ada dua kali: di a.xlsx dan b.xlsx")
    assert told[1].startswith('c.xlsx, lembar laporan-blangko-2025-01, sel H15: isinya "empat puluh"')
    assert "sel D15: isinya 621, padahal hitungan barisnya 620" in told[2]
    assert told[3].startswith("e.xlsx tidak dapat dibaca")
    assert "f.docx" in told[4]
    assert told[5] == "Berkas g.xlsx tidak ada."


def test_a_workbook_that_unpacks_without_end_is_never_opened(golden: Desk, tmp_path: Path) -> None:
    path = write_report(golden, tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/x.xml", "w") as member:
        for _ in range(600):
            member.write(bytes(1024 * 1024))
    (refusal,) = gather([path]).refusals
    assert refusal.message_id == "workbooks-too-much"


def test_an_audit_extract_gives_the_same_month_as_the_report(golden: Desk, tmp_path: Path) -> None:
    write_audit_extract(golden.book, tmp_path / "a.json")
    found = read_audit_extract(tmp_path / "a.json", 2025, 1)
    report = gather([write_report(golden, tmp_path / "a.xlsx")]).months[0]
    figures = ("opening", "received", "lent", "printed", "spoiled", "closing", "days_with_prints")
    assert [getattr(found, name) for name in figures] == [getattr(report, name) for name in figures]
    assert found.days == 5


@pytest.mark.parametrize("member", ["quantity", "hash", "signature", "end"])
def test_a_changed_audit_extract_is_refused(golden: Desk, tmp_path: Path, member: str) -> None:
    path = tmp_path / "a.json"
    write_audit_extract(golden.book, path)
    document = json.loads(path.read_text())
    if member == "quantity":
        document["entries"][3]["values"][8] += 1
    elif member == "hash":
        document["entries"][3]["hash"] = "00" * 32
    elif member == "signature":
        document["heads"][-1]["signature"] = "00" * 64
    else:
        document["entries"].pop()
    path.write_text(json.dumps(document))
    with pytest.raises(StationError) as raised:
        read_audit_extract(path)
    assert raised.value.message_id == "registers-extract-broken"


def test_a_share_out_goes_from_files_to_hand_over_records(province: Province) -> None:
    made = province.start(CUSTODIAN, MONTHS)
    assert [share.need.stock for share in made.allocation.shares] == [38, 469, 0]
    assert made.allocation.shares[0].need.average_per_day == 2.0
    province.set_figures(CUSTODIAN, made.allocation_id, "KABUPATEN CONTOH", 150, 12)
    proposed = province.propose(CUSTODIAN, made.allocation_id, 200, floor=20, cap=120, days=30)
    given = [share.pieces for share in proposed.allocation.shares]
    assert given == [120, 20, 20]
    assert proposed.allocation.rest == 40
    edited = province.edit(CUSTODIAN, made.allocation_id, "KABUPATEN UMPAMA", 60)
    assert edited.allocation.rest == 0
    with pytest.raises(Refused):
        province.edit(CUSTODIAN, made.allocation_id, "KABUPATEN UMPAMA", 61)
    with pytest.raises(NotAllowed):
        province.approve(OPERATOR, made.allocation_id)
    approved = province.approve(HEAD, made.allocation_id)
    assert (approved.version, approved.second_id) == (5, HEAD.staff_id)
    changes: tuple[Callable[[], object], ...] = (
        lambda: province.edit(CUSTODIAN, made.allocation_id, "KOTA MISAL", 1),
        lambda: province.propose(CUSTODIAN, made.allocation_id, 10),
        lambda: province.approve(BOTH, made.allocation_id),
    )
    for change in changes:
        with pytest.raises(Refused) as raised:
            change()
        assert raised.value.message_id == "registers-allocation-approved"
    papers = province.documents(made.allocation_id, "012/BAST/2025", DAY, date(2025, 3, 31))
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf_bytes(papers[4]))).pages).split())
    assert len(papers) == 4 + 3
    assert "012/BAST/2025/1" in text
    assert "120 (seratus dua puluh) keping" in text
    assert "NAMA CONTOH" in text.upper()
    for paper in papers:
        assert xlsx_bytes(paper)
    assert province.share_outs()[0] == approved


def test_whoever_proposed_or_edited_does_not_approve(province: Province) -> None:
    made = province.start(BOTH, MONTHS)
    province.propose(CUSTODIAN, made.allocation_id, 100)
    with pytest.raises(NotAllowed) as raised:
        province.approve(BOTH, made.allocation_id)
    assert raised.value.message_id == "ledger-second-person"


def test_regencies_whose_files_come_later_are_added_once(province: Province) -> None:
    made = province.start(CUSTODIAN, MONTHS[:1])
    added = province.add_months(CUSTODIAN, made.allocation_id, MONTHS[1:])
    assert [share.need.name for share in added.allocation.shares] == [month.name for month in MONTHS]
    with pytest.raises(StationError) as raised:
        province.add_months(CUSTODIAN, made.allocation_id, MONTHS[:1])
    assert raised.value.message_id == "registers-regency-known"


def test_steps_of_the_procedure_stay_done_with_their_time(province: Province) -> None:
    made = province.start(CUSTODIAN, MONTHS)
    province.tick(CUSTODIAN, made.allocation_id, [1, 2])
    done = province.tick(HEAD, made.allocation_id, [2, 19])
    assert {step: row.actor_id for step, row in done.items()} == {
        1: CUSTODIAN.staff_id, 2: CUSTODIAN.staff_id, 19: HEAD.staff_id,
    }  # fmt: skip
    checklist = province.documents(made.allocation_id, "", DAY, DAY)[3].tables[0]
    assert [row["done"] for row in checklist.rows][:3] == ["31-01-2025 16.05", "31-01-2025 16.05", ""]
    assert checklist.total(checklist.columns[2]) == 3525
    with pytest.raises(StationError):
        province.tick(CUSTODIAN, made.allocation_id, [20])


def test_only_those_who_keep_blanks_share_them_out(province: Province) -> None:
    with pytest.raises(NotAllowed):
        province.start(OPERATOR, MONTHS)
    with pytest.raises(StationError):
        province.start(CUSTODIAN, ())
