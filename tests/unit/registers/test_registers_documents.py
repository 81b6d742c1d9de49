"""Every register and record: whole on paper, same in the workbook, right words."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from station.capture.attendance import Outcome
from station.config import LetterheadConfig
from station.devices.check import Verdict
from station.domain.card import PrintReason, SpoilCause
from station.domain.clock import WITA
from station.domain.errors import BadInput, NotFound, Refused
from station.domain.identifiers import CountedIds
from station.domain.sample import ExceptionReason
from station.domain.status import RecordStatus
from station.ledger.posting import Document as Paper
from station.ledger.usage import UsageRow
from station.messages.catalogue import LANGUAGES, Catalogue
from station.print.handover import HandOverWay
from station.registers.allocation import build_handover_records, propose
from station.registers.daily_text import ServiceDay, daily_service_text
from station.registers.document import Signatures
from station.registers.needs import Need, average_per_day
from station.registers.pdf import pdf_bytes
from station.registers.screen import screen_lines
from station.registers.values import cell_text, clock_time, date_in_words, in_words, pieces, roman_month
from station.registers.workbook import xlsx_bytes
from station.registers.writer import RegisterWriter
from station.roster.importing import RosterImport
from tests.unit.ledger.ledger_desk import CUSTODIAN, FIRST_DAY, HEAD, Desk
from tests.unit.registers.register_samples import (
    DAY,
    every_document,
    paper_head,
    sample_allocation,
    sample_needs,
    session_documents,
    work_a_bad_day,
)
from tests.unit.registers.sheet_reader import sheet_of

INDONESIAN = Catalogue("id")
EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_is_made_in_every_form(desk: Desk, language: str) -> None:
    for document in every_document(desk, paper_head(language)):
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf_bytes(document))).pages)
        squeezed = re.sub(r"\s+", "", text)
        assert re.sub(r"\s+", "", document.title) in squeezed
        assert sheet_of(xlsx_bytes(document), cached=True).max_row > 5
        assert document.title in screen_lines(document)
        assert "registers-" not in text
        for table in document.tables:
            for row in table.rows:
                first = table.columns[0]
                words = cell_text(row[first.key], first.kind, Catalogue(language))
                assert re.sub(r"\s+", "", words) in squeezed


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_document_shows_a_code_of_the_program(desk: Desk, language: str) -> None:
    for document in every_document(desk, paper_head(language)):
        shown = "\n".join(screen_lines(document, 200))
        assert re.findall(r"\b[A-Z]+_[A-Z_]+\b|\b[a-z]+_[a-z_]+\b|\b(?:finger|iris|verify|room|point):", shown) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("status", RecordStatus),
        ("reason", PrintReason),
        ("cause", SpoilCause),
        ("missing", ExceptionReason),
        ("way", HandOverWay),
        ("outcome", Outcome),
        ("verdict", Verdict),
    ],
)
def test_every_code_of_a_register_has_words(language: str, group: str, codes: type[Enum]) -> None:
    for code in codes:
        words = f"registers-{group}-{code.value.lower().replace('_', '-')}"
        assert Catalogue(language).has(words), words


def test_everybody_signs_a_record_once(desk: Desk) -> None:
    for document in every_document(desk, paper_head()):
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf_bytes(document))).pages)
        titles = [person.title for block in document.blocks if isinstance(block, Signatures) for person in block.people]
        for title in set(titles) & {"Pejabat kedua", "Disetujui oleh", "Pelaksana"}:
            assert text.count(title) == titles.count(title), document.name
    assert titles == ["Operator Perekaman"]


def test_a_loan_record_says_what_was_outstanding_then(desk: Desk) -> None:
    desk.at(DAY)
    desk.receive(500)
    lent = desk.book.lend(CUSTODIAN, Paper("BA-PP/1/2025", DAY), "Kabupaten Misal", 100)
    part = desk.book.receive_repayment(CUSTODIAN, Paper("BA-PP/2/2025", DAY), "Kabupaten Misal", 30)
    rest = desk.book.receive_repayment(CUSTODIAN, Paper("BA-PP/3/2025", DAY), "Kabupaten Misal", 70)
    borrowed = desk.book.borrow(CUSTODIAN, Paper("BA-PP/4/2025", DAY), "Kabupaten Misal", 40)
    writer = writer_of(desk)
    left = [" ".join(screen_lines(writer.official_record(one.entry_id))) for one in (lent, part, rest, borrowed)]
    for text, words in zip(left, ("100 (seratus)", "70 (tujuh puluh)", "0 (nol)", "40 (empat puluh)"), strict=True):
        assert f"Sisa pinjam pakai setelah penyerahan ini: {words} keping" in text


def test_a_shortage_record_is_of_the_day_of_the_count(desk: Desk) -> None:
    desk.at(DAY)
    short = desk.receive(498, paper=500)
    text = " ".join(screen_lines(writer_of(desk).official_record(short.entry_id), 1000))
    assert "tanggal enam, bulan Januari" in text
    assert f"Nomor: {short.station}/{short.seq}" in text
    assert "Pada berita acara serah terima 001/BAST/2025" in text


def test_lists_that_stay_at_a_school_mask_the_nik() -> None:
    attendance, register, _recap = session_documents(paper_head())
    assert attendance.tables[0].rows[0]["nik"] == "6311********0001"
    assert re.fullmatch(r"\d{16}", str(register.tables[0].rows[0]["nik"]))


def test_numbers_and_dates_are_written_as_offices_write_them() -> None:
    words = "seratus dua puluh satu juta sembilan ratus sembilan puluh lima ribu dua ratus sembilan puluh lima"
    assert in_words(121_995_295, INDONESIAN) == words
    assert pieces(1500, INDONESIAN) == "1.500 (seribu lima ratus) keping"
    assert INDONESIAN.number(1_616_917) == "1.616.917"
    assert INDONESIAN.number(96.1704, 2) == "96,17"
    expected = "hari Senin, tanggal enam, bulan Januari, tahun dua ribu dua puluh lima (06-01-2025)"
    assert date_in_words(DAY, INDONESIAN) == expected
    assert clock_time(paper_head().made_at) == "16.05 WITA"
    assert roman_month(date(2019, 8, 26)) == "VIII"


def daily_row(desk: Desk) -> UsageRow:
    desk.at(FIRST_DAY, 7)
    desk.book.open_book(CUSTODIAN, HEAD, 120, Paper("SA/2025", FIRST_DAY))
    desk.at(FIRST_DAY)
    desk.receive(500)
    desk.issue(60)
    desk.print_cards(new=40, lost=5, damaged=3, changed=8, spoiled=1)
    desk.bring_back()
    return desk.book.usage_row(FIRST_DAY)


def test_the_daily_text_has_the_figures_of_the_reports_row(desk: Desk) -> None:
    service = ServiceDay(date(2025, 1, 6), {"SMAN 1 Contoh": 48}, 4, 37, 12, 1, 0, 0, 0, "", "Operator A")
    assert daily_service_text(service, daily_row(desk), paper_head()) == (
        "*LAPORAN HARIAN PELAYANAN KTP-EL*\n"
        "Kab. Balangan (63.11)\n"
        "Senin, 6 Januari 2025\n"
        "\n"
        "*Perekaman*: 52\n"
        "- di sekolah: 48 (SMAN 1 Contoh)\n"
        "- di kantor: 4\n"
        "*Status*: PRR 37 | SFE 12 | DUP 1 | Gagal 0\n"
        "*Cetak KTP-el*: 56\n"
        "- Baru 40\n"
        "- Hilang 5\n"
        "- Rusak 3\n"
        "- Perubahan data 8\n"
        "*Blangko rusak/invalid*: 1\n"
        "*Suket*: hari ini 0 | total 0\n"
        "*Blangko*\n"
        "- Saldo awal 120\n"
        "- Masuk 500 (001/BAST/2025)\n"
        "- Sisa 563\n"
        "Kendala: -\n"
        "Petugas: Operator A"
    )


def test_the_daily_text_stays_under_a_thousand_characters(desk: Desk) -> None:
    row = daily_row(desk)
    many = ServiceDay(DAY, {f"SMA Negeri Contoh Yang Panjang {index}": 10 for index in range(30)})
    text = daily_service_text(many, row, paper_head())
    assert len(text) < 1000
    assert "300 (30 sekolah)" in text
    with pytest.raises(BadInput):
        daily_service_text(ServiceDay(DAY, obstacles="x" * 900), row, paper_head())


def test_the_need_follows_the_formula_of_the_field() -> None:
    need = Need("Kab. Contoh", 120, 12.5, 300, 10)
    assert need.until(DAY, date(2025, 1, 16)) == 300 + 10 + 125 - 120
    assert need.days_left() == 9
    assert Need("K", 5000, 1.0, 0, 0).until(DAY, date(2025, 1, 16)) == 0
    assert Need("K", 5, 0.0, 0, 0).days_left() is None
    with pytest.raises(BadInput):
        need.until(DAY, date(2025, 1, 1))
    assert average_per_day({DAY: 30, date(2024, 11, 1): 900}, DAY, 30) == 1.0


def test_a_share_out_keeps_floor_cap_and_sum_and_is_edited_until_approved() -> None:
    allocation = sample_allocation()
    shares = {share.need.name: share.pieces for share in allocation.shares}
    assert sum(shares.values()) == 1000
    assert all(50 <= amount <= 500 for amount in shares.values())
    assert shares["KABUPATEN REKAAN"] > shares["KABUPATEN UMPAMA"] > shares["KOTA MISAL"]
    with pytest.raises(Refused):
        allocation.edited("KOTA MISAL", shares["KOTA MISAL"] + 1)
    edited = allocation.edited("KABUPATEN CONTOH", 300)
    assert edited.rest == shares["KABUPATEN CONTOH"] - 300
    with pytest.raises(Refused):
        build_handover_records(edited, "001/BAST/2025", DAY, paper_head())
    approved = edited.approved("Nama Contoh")
    with pytest.raises(Refused):
        approved.edited("KOTA MISAL", 1)
    assert len(build_handover_records(approved, "001/BAST/2025", DAY, paper_head())) == 4


@pytest.mark.parametrize(("quantity", "floor", "cap"), [(0, 0, 500), (7, 50, 500), (100_000, 0, 500), (333, 10, 120)])
def test_a_share_out_never_gives_more_than_there_is(quantity: int, floor: int, cap: int) -> None:
    allocation = propose(sample_needs(), quantity, floor, cap)
    assert 0 <= allocation.rest <= quantity
    assert all(0 <= share.pieces <= cap for share in allocation.shares)
    assert propose([], quantity, floor, cap).rest == quantity


def test_the_nineteen_steps_add_up_to_the_standard_time(desk: Desk) -> None:
    steps = next(document for document in every_document(desk, paper_head()) if "langkah" in document.name)
    table = steps.tables[0]
    assert len(table.rows) == 19
    assert table.total(table.columns[2]) == 3525


def writer_of(desk: Desk) -> RegisterWriter:
    return RegisterWriter(desk.database, desk.book, INDONESIAN, LetterheadConfig(), WITA, desk.clock)


def test_the_writer_makes_every_register_of_an_empty_station(desk: Desk, tmp_path: Path) -> None:
    desk.at(DAY)
    school = RosterImport(desk.database, desk.clock, CountedIds())
    imported = school.commit(CUSTODIAN, school.preview(EXAMPLES / "roster-tidy.xlsx", "SMAN 1 Contoh"))
    writer = writer_of(desk)
    documents = [
        *writer.day_documents(DAY),
        writer.usage_report(2025, 1),
        writer.recording_register(),
        writer.envelope_list(imported.school.school_id),
        writer.school_recap(imported.school.school_id),
        writer.programme_report(FIRST_DAY, DAY),
        writer.need_report(date(2025, 2, 1)),
    ]
    paths = writer.write_all(documents, tmp_path / "laporan")
    assert len(paths) == 2 * len(documents)
    assert len({path.name for path in paths}) == len(paths)
    assert "Terdaftar" in "\n".join(screen_lines(documents[7]))
    with pytest.raises(NotFound):
        writer.attendance_list("0" * 32)


def test_the_writer_makes_official_records_of_the_entries_that_need_one(desk: Desk, tmp_path: Path) -> None:
    work_a_bad_day(desk)
    writer = writer_of(desk)
    made = []
    for entry in desk.book.entries_of_day(DAY):
        try:
            made.append(writer.official_record(entry.entry_id))
        except NotFound:
            continue
    kinds = [
        "ba-kekurangan",
        "ba-pinjam-pakai",
        "ba-selisih",
        "ba-penghapusan",
        "ba-pinjam-pakai",
        "ba-pemusnahan",
    ]
    assert [document.name.split("-2025")[0] for document in made] == kinds
    assert "500 (lima ratus) keping" in " ".join(screen_lines(made[0]))
    assert "100 (seratus) keping" in " ".join(screen_lines(made[1]))
    written_off = desk.book.write_off(CUSTODIAN, HEAD, 1, "tidak ditemukan", Paper("BA/10/2025", DAY))
    made.append(writer.official_record(written_off.entry_id))
    assert "1 (satu) keping" in " ".join(screen_lines(made[-1]))
    assert len(writer.write_all(made, tmp_path / "ba")) == 2 * len(made)
    assert len(writer.write_usage_report(2025, 1, tmp_path)) == 2
    assert "Sisa" in writer.daily_text(writer.service_day(DAY))
