"""Invented rows for every register, and every document made of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from station.config import LetterheadConfig
from station.devices.check import CheckItem, CheckReport, Verdict
from station.domain.clock import WITA
from station.domain.person import Sex
from station.ledger.book import BlankBook
from station.ledger.posting import Document as Paper
from station.messages.catalogue import Catalogue
from station.registers.allocation import (
    Allocation,
    build_allocation_list,
    build_distribution_checklist,
    build_handover_records,
    propose,
)
from station.registers.blank_records import (
    build_daily_handover,
    build_destruction_record,
    build_discrepancy_record,
    build_loan_record,
    build_shortage_record,
    build_write_off_record,
)
from station.registers.card_lists import (
    EnvelopeLine,
    PrintLine,
    ReceiptLine,
    SurrenderedLine,
    build_envelope_list,
    build_print_log,
    build_receipt_register,
    build_surrendered_cards,
)
from station.registers.consolidated import build_consolidated, build_forecast
from station.registers.document import Document
from station.registers.kit_checklist import build_kit_checklist
from station.registers.needs import Need, build_need_report
from station.registers.paper import Head
from station.registers.programme import SchoolLine, build_programme_report
from station.registers.regency_files import RegencyMonth
from station.registers.session_lists import (
    AttendanceLine,
    RecordingLine,
    SessionFacts,
    build_attendance_list,
    build_recording_register,
    build_school_recap,
)
from station.registers.usage_report import build_usage_report
from tests.unit.ledger.ledger_desk import CUSTODIAN, FIRST_DAY, HEAD, Desk

DAY = date(2025, 1, 6)
NAMES = {CUSTODIAN.staff_id: CUSTODIAN.name, HEAD.staff_id: HEAD.name}
SESSION = SessionFacts("s" * 32, "SMAN 1 Contoh Paringin", DAY, ("Operator Contoh A", "Operator Contoh B"), "KIT-1")
REASONS = ("", "", "", "", "berkas kurang - akta tertinggal di rumah", "", "belum cukup umur")


def paper_head(language: str = "id") -> Head:
    return Head(LetterheadConfig(), Catalogue(language), datetime(2025, 1, 31, 16, 5, tzinfo=WITA))


def attendance_lines(count: int) -> list[AttendanceLine]:
    outcomes = ("terekam", "terekam", "terekam", "terekam", "tunda", "terekam", "ditolak")
    return [
        AttendanceLine(
            nik=f"63110605{index % 12 + 1:02d}08{index:04d}",
            name=f"CONTOH SISWA {'PANJANG SEKALI NAMANYA ' if index % 11 == 3 else ''}KE {index}",
            class_name=f"XI IPA {index % 4 + 1}",
            sex=Sex.MALE if index % 3 else Sex.FEMALE,
            birth_date=date(2008, 1, 5) - timedelta(days=11 * index),
            family_card_seen=index % 5 != 4,
            certificate_seen=True,
            attended_at=datetime(2025, 1, 6, 8, index % 60, tzinfo=WITA),
            outcome=outcomes[index % 7],
            reason=REASONS[index % 7],
        )
        for index in range(1, count + 1)
    ]


def recording_lines(count: int) -> list[RecordingLine]:
    return [
        RecordingLine(
            number=index,
            recorded_at=datetime(2025, 1, 6, 8 + index // 20, 3 * index % 60, tzinfo=WITA),
            nik=line.nik,
            name=line.name,
            birth_place="HULU SUNGAI UTARA" if index % 4 == 0 else "PARINGIN",
            birth_date=line.birth_date,
            sex=line.sex,
            school="SMAN 1 Contoh Paringin",
            status=("Terekam", "Siap cetak (PRR)", "Dikirim ke pusat (SFE)")[index % 3],
            exceptions="ibu jari kanan (tidak ada), telunjuk kiri (dibalut)" if index % 9 == 0 else "",
            may_have_card_from=date(2025, 1, 5),
            operator="Operator Contoh A",
            kit_id="KIT-1",
            packet_id=f"{index:032x}"[::-1],
        )
        for index, line in enumerate(attendance_lines(count), start=1)
    ]


def print_lines(count: int) -> list[PrintLine]:
    return [
        PrintLine(
            at=datetime(2025, 1, 6, 9 + index // 30, index % 60, tzinfo=WITA),
            serial=f"04A1B2C3D4{index:04X}",
            nik=f"63110605010800{index:02d}",
            reason=("Baru", "Hilang", "Perubahan data")[index % 3],
            last_step="Keluar" if index % 13 else "Cip ditulis",
            outcome="Baik" if index % 13 else "Rusak",
            cause="" if index % 13 else "Macet",
            operator="Operator Cetak Contoh",
            printer="HDP5000-SIM-01",
            temperature_c=165,
        )
        for index in range(1, count + 1)
    ]


def signature_picture() -> bytes:
    """A wave as a signature, 480 x 160."""
    from io import BytesIO

    from PIL import Image, ImageDraw

    picture, target = Image.new("L", (480, 160), 255), BytesIO()
    points = [(x, 80 + 50 * ((x // 40) % 2 * 2 - 1) * (x % 40) / 40) for x in range(20, 460)]
    ImageDraw.Draw(picture).line(points, fill=0, width=4)
    picture.save(target, "PNG")
    return target.getvalue()


def card_documents(head: Head) -> list[Document]:
    received = datetime(2025, 1, 20, 10, 5, tzinfo=WITA)
    receipts = [
        ReceiptLine(f"63110605010800{index:02d}", f"CONTOH SISWA KE {index}", f"04A1B2C3D4{index:04X}", DAY,
                    received, ("Sidik jari", "Tanda tangan")[index % 2], "Operator Contoh A", "", signature_picture())
        for index in range(1, 46)
    ]  # fmt: skip
    envelopes = [
        EnvelopeLine(
            f"63110605010800{index:02d}", f"CONTOH SISWA KE {index}", "XI IPA 1", f"04A1B2C3D4{index:04X}", DAY, ""
        )
        for index in range(1, 8)
    ]
    old = [SurrenderedLine(DAY, "6311060501080001", "CONTOH SISWA KE 1", "Perubahan data", "Operator Contoh A")]
    return [
        build_print_log(DAY, DAY, print_lines(50), head),
        build_receipt_register(DAY, date(2025, 1, 31), receipts, head),
        build_surrendered_cards(DAY, DAY, old, head),
        build_envelope_list("SMAN 1 Contoh Paringin", envelopes, head),
    ]


def session_documents(head: Head) -> list[Document]:
    lines = attendance_lines(60)
    return [
        build_attendance_list(SESSION, lines, head),
        build_recording_register(recording_lines(40), head, SESSION),
        build_school_recap(
            SESSION.school, 120, [(DAY + timedelta(days=i % 2), line) for i, line in enumerate(lines)], head
        ),
    ]


def sample_needs() -> list[Need]:
    return [
        Need("KABUPATEN CONTOH", 120, 12.5, 300, 10),
        Need("KOTA MISAL", 900, 20.0, 400, 0),
        Need("KABUPATEN UMPAMA", 0, 4.2, 90, 5),
        Need("KABUPATEN REKAAN", 40, 9.0, 800, 60),
    ]


def sample_allocation() -> Allocation:
    return propose(sample_needs(), 1000, floor=50, cap=500)


def sample_months() -> list[RegencyMonth]:
    return [
        RegencyMonth(need.name, "Januari 2025", need.stock, 500, 20, 150 + index, 2, need.stock + 328 - index, 20, 31)
        for index, need in enumerate(sample_needs())
    ]


def checked_kit() -> CheckReport:
    """A kit with everything a check can say: good, doubtful, missing, and more than one cause."""
    kinds = ("fingerprint", "iris", "signature", "camera", "modem", "gnss", "display", "smartcard-desk")
    items = [
        CheckItem(
            f"check-{kind}", f"{kind}-1", Verdict.GO, {"check-identity": f"Contoh {kind} no. SIM-0001, versi 1.2.3"}
        )
        for kind in kinds
    ]
    printer = {"check-ribbon-percent": "64", "check-film-percent": "71"}
    slow: dict[str, object] = {"device": "pemindai-cadangan", "seconds": 25}
    medium: dict[str, object] = {
        "path": "/media/operator/CADANGAN-KIT-1/rekaman-sekolah",
        "reason": "hanya baca",
    }
    items += [
        CheckItem("check-printer", "pencetak-1", Verdict.GO, printer),
        CheckItem("check-fingerprint", "pemindai-cadangan", Verdict.STOP, {}, ("check-too-slow",), slow),
        CheckItem("check-clock", "-", Verdict.CARE, {}, ("check-clock-unverified",)),
        CheckItem("check-disk", "-", Verdict.GO, {"check-free-mib": "48.211"}),
        CheckItem("check-battery", "-", Verdict.CARE, {}, ("check-battery-low",), {"percent": 18}),
        CheckItem("check-backup", "CADANGAN-KIT-1", Verdict.STOP, {}, ("check-backup-unwritable",), medium),
    ]
    return CheckReport("KIT-1", datetime(2025, 1, 6, 6, 30, tzinfo=WITA), 7.8, tuple(items))


def province_documents(head: Head) -> list[Document]:
    allocation = sample_allocation().approved("Nama Contoh")
    return [
        build_need_report(sample_needs()[0], DAY, date(2025, 2, 28), head),
        build_allocation_list(allocation, DAY, head),
        *build_handover_records(allocation, "001/BAST/2025", DAY, head)[:1],
        build_consolidated(sample_months(), head),
        build_forecast(sample_needs(), DAY, date(2025, 2, 28), head),
        build_distribution_checklist(DAY, head),
        build_programme_report(
            date(2025, 1, 1),
            date(2025, 1, 31),
            [SchoolLine(f"SMA Contoh {index}", 120 + index, 100, 80 + index, 60, 40 + index) for index in range(1, 9)],
            [("Terekam", 12), ("Data ganda (DUP)", 3), ("Siap cetak (PRR)", 620)],
            head,
        ),
    ]


def work_a_bad_day(desk: Desk) -> None:
    """A day with a loan, a short count, and spoiled pieces destroyed."""
    desk.at(DAY)
    desk.receive(498, paper=500)
    desk.issue(60)
    desk.print_cards(new=20, damaged=3, spoiled=4)
    desk.book.lend(CUSTODIAN, Paper("BA-PP/7/2025", DAY), "Kabupaten Misal", 100)
    desk.bring_back()
    count = desk.book.count(CUSTODIAN, desk.book.balance("store") - 2)
    desk.book.explain_discrepancy(CUSTODIAN, HEAD, count.entry_id, "dua keping tidak ditemukan setelah hitung ulang")
    desk.book.write_off(CUSTODIAN, HEAD, 1, "tidak ditemukan sampai akhir bulan", Paper("BA/11/2025", DAY))
    desk.book.borrow(CUSTODIAN, Paper("BA-PP/8/2025", DAY), "Kota Umpama", 40)
    desk.book.destroy(CUSTODIAN, HEAD, 4, Paper("BA/9/2025", DAY), ["Saksi Contoh Satu", "Saksi Contoh Dua"])


def blank_documents(book: BlankBook, head: Head) -> list[Document]:
    entries = book.entries_of_day(DAY)
    by_kind = {entry.movement.value: entry for entry in entries}
    return [
        build_usage_report(book.usage_month(2025, 1), head),
        build_daily_handover(book.usage_row(DAY), entries, NAMES, head),
        build_loan_record(by_kind["loan_out"], 100, head),
        build_destruction_record(by_kind["destroyed"], NAMES, head),
        build_discrepancy_record(by_kind["difference"], NAMES, head),
        build_loan_record(by_kind["loan_in"], 40, head),
        build_shortage_record(by_kind["receipt"], NAMES, head),
        build_write_off_record(by_kind["write_off"], NAMES, head),
    ]


def every_document(desk: Desk, head: Head) -> list[Document]:
    desk.at(FIRST_DAY)
    work_a_bad_day(desk)
    return [
        *session_documents(head),
        *card_documents(head),
        *blank_documents(desk.book, head),
        *province_documents(head),
        build_kit_checklist(checked_kit(), head),
    ]
