"""Registers made of the rows that recording, printing and hand-over really store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import station.store.print_cards
import station.store.records
import station.store.siak
import station.store.sittings  # noqa: F401 - the tables must exist
from station.config import LetterheadConfig
from station.domain.clock import WITA
from station.domain.identifiers import CountedIds
from station.messages.catalogue import Catalogue
from station.registers.document import Cell, Document
from station.registers.writer import RegisterWriter
from station.roster.importing import RosterImport
from station.store import (
    print_cards,
    print_intents,
    print_jobs,
    recordings,
    records,
    rosters,
    sessions,
    sittings,
    staff,
)
from station.store.print_cards import ReceiptRow
from station.store.print_intents import IntentRow
from station.store.print_jobs import JobRow
from station.store.recordings import RegisterRow
from station.store.rosters import Student
from station.store.sessions import SessionRow
from station.store.sittings import ExceptionRow, SittingRow
from tests.unit.ledger.ledger_desk import CUSTODIAN, HEAD, PRINTER, Desk, open_desk

DAY = date(2025, 1, 6)
MORNING = datetime(2025, 1, 6, 0, 30, tzinfo=UTC)
SESSION = "5" * 32
EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    desk.at(DAY)
    yield desk
    desk.database.close()


@pytest.fixture
def students(desk: Desk) -> list[Student]:
    """A school day: three came, one is recorded, printed and has the card; one was postponed; one refused."""
    importer = RosterImport(desk.database, desk.clock, CountedIds())
    school = importer.commit(CUSTODIAN, importer.preview(EXAMPLES / "roster-tidy.xlsx", "SMAN 1 Contoh")).school
    with desk.database.write() as connection:
        for person in (CUSTODIAN, HEAD, PRINTER):
            staff.insert(connection, person, person.name, "x", MORNING)
        operators = (PRINTER.staff_id, HEAD.staff_id)
        row = SessionRow(
            SESSION, school.school_id, DAY, "berjalan", operators, "KIT-1", MORNING, PRINTER.staff_id, None, ""
        )
        sessions.insert_session(connection, row)
        listed = rosters.students(connection, school.school_id)[:4]
        for student, outcome, reason in zip(
            listed, ("terekam", "tunda", "ditolak"), ("", "alat_rusak", "belum_cukup_umur"), strict=False
        ):
            sessions.put_attendance(
                connection, SESSION, student.student_id, outcome, PRINTER.staff_id, MORNING, reason, ""
            )
        _record(desk, listed[0])
        _print(desk, listed[0], "job-1", "04AA", "baru")
        _print(desk, listed[1], "job-2", "04BB", "rusak", documents="ktp_lama")
        _spoil(desk, "job-2")
        _hand_over(desk, "job-2")
        records.set_status(connection, listed[0].nik, "p" * 32, "PRINT_READY_RECORD", MORNING, "", MORNING)
    return listed


def _record(desk: Desk, student: Student) -> None:
    sitting = SittingRow(
        sitting_id="7" * 32, session_id=SESSION, student_id=student.student_id, nik=student.nik, state="selesai",
        operator_id=PRINTER.staff_id, biodata="{}", documents={"family_card": True, "birth_certificate": False},
        journal_key=None, photo_approved=True, thumbnail=None, problem="", packet_id="p" * 32, place="",
        started_at=MORNING, finished_at=MORNING,
    )  # fmt: skip
    register = RegisterRow(
        0, "7" * 32, SESSION, student.student_id, student.nik, student.name, PRINTER.staff_id, "p" * 32, MORNING
    )
    missing = ExceptionRow("7" * 32, "finger:1", "missing", "tidak_ada", True, "", HEAD.staff_id, MORNING)
    with desk.database.write() as connection:
        sittings.insert_sitting(connection, sitting)
        sittings.put_exception(connection, missing)
        recordings.insert_register_row(connection, register)


def _print(desk: Desk, student: Student, job_id: str, serial: str, reason: str, documents: str = "") -> None:
    job = JobRow(
        job_id, f"record-{job_id}", student.nik, student.name, "2008-01-05", "BELUM KAWIN", reason, "dicetak",
        documents, False, "", "", MORNING,
    )  # fmt: skip
    with desk.database.write() as connection:
        print_jobs.add_job(connection, job)
    _intent(desk, f"intent-{job_id}", job_id, serial, reason, ("ejected", "ok"), {})


def _spoil(desk: Desk, job_id: str) -> None:
    _intent(desk, "intent-spoiled", job_id, "04CC", "rusak", ("encoded", "spoiled"), {"cause": "macet"})


def _intent(
    desk: Desk, intent_id: str, job_id: str, serial: str, reason: str, states: tuple[str, ...], details: dict[str, str]
) -> None:
    row = IntentRow(
        intent_id, job_id, "", "KIT-1", PRINTER.staff_id, "HDP-SIM", 1, 165, reason, MORNING, "reserved", ""
    )
    with desk.database.write() as connection:
        print_intents.add_intent(connection, row)
        for number, state in enumerate(("reserved", *states)):
            at = MORNING + timedelta(minutes=number)
            content = details if state == states[-1] else {}
            print_intents.add_event(connection, intent_id, state, serial, PRINTER.staff_id, at, content)


def _hand_over(desk: Desk, job_id: str) -> None:
    receipt = ReceiptRow(
        "9" * 32, job_id, "04BB", "", "", "sidik_jari", 80.0, "", b"", PRINTER.staff_id, MORNING, MORNING
    )
    with desk.database.write() as connection:
        print_cards.add_receipt(connection, receipt)


@pytest.fixture
def writer(desk: Desk) -> RegisterWriter:
    return RegisterWriter(desk.database, desk.book, Catalogue("id"), LetterheadConfig(), WITA, desk.clock)


def rows_of(document: Document, *keys: str) -> list[tuple[Cell, ...]]:
    return [tuple(row.get(key) for key in keys) for row in document.tables[0].rows]


@pytest.mark.usefixtures("students")
def test_the_attendance_list_shows_what_became_of_each(writer: RegisterWriter) -> None:
    rows = rows_of(writer.attendance_list(SESSION), "family_card", "certificate", "outcome", "reason")
    assert rows == [
        ("Ada", "-", "Terekam", ""),
        ("-", "-", "Tunda", "alat rusak"),
        ("-", "-", "Ditolak", "belum cukup umur"),
    ]


def test_the_recording_register_knows_status_and_exceptions(students: list[Student], writer: RegisterWriter) -> None:
    rows = rows_of(writer.recording_register(SESSION), "nik", "status", "exceptions", "operator", "school")
    assert rows == [(students[0].nik, "Siap cetak (PRR)", "ibu jari kanan (tidak ada)", PRINTER.name, "SMAN 1 Contoh")]
    assert rows == rows_of(writer.recording_register(), "nik", "status", "exceptions", "operator", "school")


@pytest.mark.usefixtures("students")
def test_the_print_log_has_every_blank(writer: RegisterWriter) -> None:
    rows = rows_of(writer.print_log(DAY, DAY), "serial", "reason", "last_step", "outcome", "cause")
    assert rows == [
        ("04AA", "Baru", "Keluar", "Baik", ""),
        ("04BB", "Rusak", "Keluar", "Baik", ""),
        ("04CC", "Rusak", "Cip ditulis", "Rusak", "Macet"),
    ]
    assert rows_of(writer.print_log(DAY + timedelta(days=1), DAY + timedelta(days=1)), "serial") == []


def test_cards_handed_over_leave_the_envelope_list(students: list[Student], writer: RegisterWriter) -> None:
    assert rows_of(writer.receipt_register(DAY, DAY), "serial", "way") == [("04BB", "Sidik jari")]
    assert rows_of(writer.surrendered_cards(DAY, DAY), "nik", "reason") == [(students[1].nik, "Rusak")]
    assert rows_of(writer.envelope_list(students[0].school_id), "serial") == [("04AA",)]


def test_recap_programme_and_daily_text_agree(students: list[Student], writer: RegisterWriter) -> None:
    recap = writer.school_recap(students[0].school_id)
    assert "Terekam" in str(recap.blocks[0])
    assert rows_of(writer.programme_report(DAY, DAY), "listed", "attended", "recorded", "printed", "handed") == [
        (120, 3, 1, 2, 1)
    ]
    text = writer.daily_text(writer.service_day(DAY, officer="Operator Contoh"))
    assert "*Perekaman*: 1\n- di sekolah: 1 (SMAN 1 Contoh)" in text
    assert "PRR 1 | SFE 0" in text
    assert [document.name for document in writer.session_documents(SESSION)] == [
        "daftar-hadir-2025-01-06-sman-1-contoh",
        "buku-perekaman-2025-01-06-sman-1-contoh",
        "rekap-sman-1-contoh",
    ]
