"""What must hold at the end of any day, checked against the books and against the bench's physical truth."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from station.bootstrap import StationServices
from station.domain.card import may_have_card
from station.domain.clock import local_date
from station.domain.status import RecordStatus
from station.rehearse.bench_control import BenchControl
from station.rehearse.report import RehearsalReport
from station.rehearse.school_day import SchoolDay

_FOUND_TWICE = {RecordStatus.DUPLICATE_RECORD.value, RecordStatus.ADJUDICATE_RECORD.value}
_PRINTABLE = {
    RecordStatus.PRINT_READY_RECORD.value,
    RecordStatus.CARD_PRINTED.value,
    RecordStatus.CARD_ISSUED.value,
}


def check_invariants(
    services: StationServices, hands: BenchControl, school: SchoolDay, folder: Path, report: RehearsalReport
) -> None:
    """Fill in the counts that come from the statuses, and every invariant."""
    _count_statuses(services, report)
    held = report.invariants
    held["nobody-lost"] = report.students == report.recorded + report.refused + report.postponed
    held["all-acknowledged"] = report.recorded == report.acknowledged == report.packets
    held["three-counts-agree"] = services.retention.counts(school.session_id).agree
    held["outbox-empty"] = not services.sync.status().waiting and not services.sync.status().set_aside
    held["twins-found"] = _twins_found(services, hands)
    held["no-card-under-age"] = _no_card_under_age(services)
    held["cards-in-right-hands"] = report.printed == report.handed_over == len(services.handover.receipts())
    held["serials-once"] = max(Counter(row.serial for row in services.handover.receipts()).values(), default=1) == 1
    held["blanks-conserved"] = _blanks_conserved(services, hands, report)
    held["columns-add-up"] = _columns_add_up(services, report)
    held["blank-book-whole"] = services.blanks.verify().whole
    held["audit-log-whole"] = services.audit.verify().whole
    held["nobody-in-logs"] = not _names_in_files(services, school, [folder / "log"])
    held["data-encrypted"] = not _names_in_files(services, school, [services.config.data_dir, folder / "office"])


def _count_statuses(services: StationServices, report: RehearsalReport) -> None:
    statuses = Counter(row.status for row in services.sync.statuses())
    report.print_ready = sum(statuses[status] for status in _PRINTABLE)
    report.duplicates = sum(statuses[status] for status in _FOUND_TWICE)
    report.under_age_waiting = sum(
        1
        for job in services.print_queue.jobs()
        if any(gate.message_id == "print-gate-under-age" for gate in job.closed)
    )


def _twins_found(services: StationServices, hands: BenchControl) -> bool:
    """Everybody who was recorded under two numbers is found once, and nobody else is accused."""
    statuses = {row.nik: row.status for row in services.sync.statuses()}
    accused = {nik for nik, status in statuses.items() if status in _FOUND_TWICE}
    groups = [[nik for nik in group if nik in statuses] for group in hands.ask("same_bodies")["groups"]]
    guilty = [set(group) for group in groups if len(group) > 1]
    return all(len(accused & group) == len(group) - 1 for group in guilty) and accused <= set().union(*guilty)


def _no_card_under_age(services: StationServices) -> bool:
    day = local_date(services.clock.now(), services.config.time_zone)
    holders = {row.nik for row in services.handover.receipts()}
    return all(
        biodata is not None and may_have_card(biodata.birth_date, biodata.marital_status, day)
        for biodata in map(services.extracts.of_nik, holders)
    )


def _blanks_conserved(services: StationServices, hands: BenchControl, report: RehearsalReport) -> bool:
    """Compare the book with what is physically there: store, cards on the table, nothing in the machine."""
    truth, blanks = hands.ask("truth"), report.blanks
    return (
        truth["store"] == blanks.store
        and truth["picked"] == blanks.printed + blanks.spoiled
        and truth["inside"] == truth["hopper"] == truth["tray"] == 0
        and blanks.received == blanks.store + blanks.printed + blanks.spoiled
        and sum(services.blanks.balances().values()) == 0
    )


def _columns_add_up(services: StationServices, report: RehearsalReport) -> bool:
    row = services.blanks.usage_row(local_date(services.clock.now(), services.config.time_zone))
    return (
        row.issued == row.printed + row.spoiled + row.division_remainder
        and row.printed == report.printed
        and row.spoiled == report.spoiled
        and row.closing == report.blanks.store
    )


def _names_in_files(services: StationServices, school: SchoolDay, folders: list[Path]) -> list[Path]:
    """Return the files in which a student's number or name can be read."""
    session = services.sessions.get(school.session_id)
    students = services.rosters.students(session.school_id)
    needles = [text.encode() for student in students for text in (student.nik, student.name)]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(needle in content for content in [path.read_bytes()] for needle in needles)]
