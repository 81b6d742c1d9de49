"""Makes every register and report from what the station knows, and writes it as PDF and workbook.

Each method returns a document, which the app shows first (`screen_lines`); `write`
puts one on disk in both forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from station.config import LetterheadConfig
from station.domain.clock import Clock, SystemClock
from station.domain.errors import NotFound
from station.ledger.accounts import STORE
from station.ledger.book import BlankBook
from station.ledger.entry import Entry, Movement
from station.messages.catalogue import Catalogue
from station.registers import blank_records, card_lists, needs, session_lists
from station.registers.daily_text import ServiceDay, daily_service_text
from station.registers.document import Document
from station.registers.kit_checklist import build_kit_checklist
from station.registers.needs import Need, average_per_day
from station.registers.paper import Head
from station.registers.programme import build_programme_report
from station.registers.sources import Sources
from station.registers.usage_report import build_usage_report
from station.store.database import Database

if TYPE_CHECKING:
    from station.devices.check import CheckReport

_LOANS = {Movement.LOAN_OUT, Movement.LOAN_OUT_REPAID, Movement.LOAN_IN, Movement.LOAN_IN_REPAID}
_AVERAGE_DAYS = 30


class RegisterWriter:
    """The registers and reports of one station."""

    def __init__(
        self,
        database: Database,
        book: BlankBook,
        catalogue: Catalogue,
        letterhead: LetterheadConfig,
        zone: ZoneInfo,
        clock: Clock | None = None,
    ) -> None:
        self._book = book
        self._catalogue = catalogue
        self._letterhead = letterhead
        self._zone = zone
        self._clock = clock or SystemClock()
        self._sources = Sources(database, catalogue, zone)

    @property
    def head(self) -> Head:
        """Return letterhead, language and the present local time for a new document."""
        return Head(self._letterhead, self._catalogue, self._clock.now().astimezone(self._zone))

    def write(self, document: Document, folder: Path) -> list[Path]:
        """Write a document as workbook and PDF into a folder and return both paths; raises StorageFailure."""
        from station.registers.pdf import write_pdf
        from station.registers.workbook import write_xlsx

        workbook, paper = folder / f"{document.name}.xlsx", folder / f"{document.name}.pdf"
        write_xlsx(document, workbook)
        write_pdf(document, paper)
        return [workbook, paper]

    def write_all(self, documents: Iterable[Document], folder: Path) -> list[Path]:
        """Write several documents."""
        return [path for document in documents for path in self.write(document, folder)]

    def usage_report(self, year: int, month: int) -> Document:
        """Return the 14-column report of a month."""
        return build_usage_report(self._book.usage_month(year, month), self.head)

    def write_usage_report(self, year: int, month: int, folder: Path) -> list[Path]:
        """Write the 14-column report of a month."""
        return self.write(self.usage_report(year, month), folder)

    def attendance_list(self, session_id: str) -> Document:
        """Return a session's attendance list (NIKs masked: it stays at the school)."""
        return session_lists.build_attendance_list(
            self._sources.session(session_id), self._sources.attendance(session_id), self.head
        )

    def recording_register(self, session_id: str | None = None) -> Document:
        """Return the recording register, whole or of one session."""
        session = self._sources.session(session_id) if session_id else None
        return session_lists.build_recording_register(self._sources.recordings(session_id), self.head, session)

    def school_recap(self, school_id: str) -> Document:
        """Return the recap of a school: by outcome, day, sex and age."""
        listed = next((line for line in self._sources.school_sizes() if line[0] == school_id), None)
        if listed is None:
            raise NotFound("roster-school-unknown")
        return session_lists.build_school_recap(
            listed[1], listed[2], self._sources.school_attendance(school_id), self.head
        )

    def programme_report(self, first: date, last: date) -> Document:
        """Return the programme's report with its charts."""
        statuses = self._sources.statuses_in_words()
        return build_programme_report(first, last, self._sources.schools(), statuses, self.head)

    def print_log(self, first: date, last: date) -> Document:
        """Return what became of every blank from `first` to `last`."""
        return card_lists.build_print_log(first, last, self._sources.prints(first, last), self.head)

    def receipt_register(self, first: date, last: date) -> Document:
        """Return the cards handed over from `first` to `last`."""
        return card_lists.build_receipt_register(first, last, self._sources.receipts(first, last), self.head)

    def surrendered_cards(self, first: date, last: date) -> Document:
        """Return old cards handed in from `first` to `last`."""
        return card_lists.build_surrendered_cards(first, last, self._sources.surrendered(first, last), self.head)

    def envelope_list(self, school_id: str) -> Document:
        """Return the cards that wait for a school (NIKs masked: the list goes along)."""
        school, lines = self._sources.envelopes(school_id)
        return card_lists.build_envelope_list(school, lines, self.head)

    def daily_handover(self, day: date) -> Document:
        """Return the day's hand-over of blanks between custodian and division."""
        row, entries = self._book.usage_row(day), self._book.entries_of_day(day)
        return blank_records.build_daily_handover(row, entries, self._sources.names(), self.head)

    def recorded_entries(self) -> list[Entry]:
        """Return the entries that have an official record, newest first."""
        kinds = (*_LOANS, Movement.DESTROYED, Movement.WRITE_OFF, Movement.DIFFERENCE, Movement.RECEIPT)
        found = self._book.entries_of(*kinds)
        return [
            one for one in reversed(found) if one.movement is not Movement.RECEIPT or "paper_quantity" in one.detail
        ]

    def official_record(self, entry_id: str) -> Document:
        """Return the official record of a loan, destruction, discrepancy, shortage or write-off.

        Raises NotFound for entries that have none.
        """
        entry, names = self._book.entry(entry_id), self._sources.names()
        if entry.movement in _LOANS:
            return blank_records.build_loan_record(entry, self._book.outstanding_after(entry), self.head)
        if entry.movement is Movement.DESTROYED:
            return blank_records.build_destruction_record(entry, names, self.head)
        if entry.movement is Movement.WRITE_OFF:
            return blank_records.build_write_off_record(entry, names, self.head)
        if entry.movement is Movement.RECEIPT and "paper_quantity" in entry.detail:
            return blank_records.build_shortage_record(entry, names, self.head)
        if entry.movement is Movement.DIFFERENCE:
            return blank_records.build_discrepancy_record(entry, names, self.head)
        raise NotFound("registers-no-record")

    def kit_checklist(self, report: CheckReport) -> Document:
        """Return the checklist of a kit check."""
        return build_kit_checklist(report, self.head)

    def write_kit_checklist(self, report: CheckReport, path: Path) -> None:
        """Write the checklist of a kit check as PDF."""
        from station.registers.pdf import write_pdf

        write_pdf(self.kit_checklist(report), path)

    def need(self, name: str = "") -> Need:
        """Return stock, average use over the last 30 days, print-ready records and substitute letters."""
        today = self.head.made_at.date()
        used = self._book.printed_by_day(today - timedelta(days=_AVERAGE_DAYS - 1), today)
        issued, _extended = self._book.suket_count(date(today.year, 1, 1), today)
        return Need(
            name=name or self._letterhead.regency,
            stock=self._book.balance(STORE),
            average_per_day=average_per_day(used, today, _AVERAGE_DAYS),
            print_ready=self._sources.statuses().get("PRINT_READY_RECORD", 0),
            suket=issued,
        )

    def need_report(self, until: date) -> Document:
        """Return the need for blanks until a day."""
        return needs.build_need_report(self.need(), self.head.made_at.date(), until, self.head)

    def service_day(self, day: date, obstacles: str = "", officer: str = "", at_office: int = 0) -> ServiceDay:
        """Return what was served on a day, as the station knows it."""
        statuses = self._sources.statuses()
        suket_today, _extended = self._book.suket_count(day)
        suket_total, _extended = self._book.suket_count(date(day.year, 1, 1), day)
        return ServiceDay(
            day=day,
            by_school=self._sources.recorded_by_school(day),
            at_office=at_office,
            print_ready=statuses.get("PRINT_READY_RECORD", 0),
            sent_for_enrolment=statuses.get("SENT_FOR_ENROLLMENT", 0),
            duplicates=statuses.get("DUPLICATE_RECORD", 0),
            failed=sum(count for code, count in statuses.items() if "FAILURE" in code),
            suket_today=suket_today,
            suket_total=suket_total,
            obstacles=obstacles,
            officer=officer,
        )

    def daily_text(self, service: ServiceDay) -> str:
        """Return the daily service text for the messaging group, under 1,000 characters."""
        return daily_service_text(service, self._book.usage_row(service.day), self.head)

    def session_documents(self, session_id: str) -> list[Document]:
        """Return what a session leaves on paper: attendance list, recording register, recap of the school."""
        school_id = self._sources.school_of(session_id)
        return [
            self.attendance_list(session_id),
            self.recording_register(session_id),
            self.school_recap(school_id),
        ]

    def day_documents(self, day: date) -> list[Document]:
        """Return what a day at the office leaves on paper: prints, receipts, old cards, hand-over of blanks."""
        return [
            self.print_log(day, day),
            self.receipt_register(day, day),
            self.surrendered_cards(day, day),
            self.daily_handover(day),
        ]

    def write_audit_extract(self, path: Path) -> int:
        """Write the blank book as one file that anybody can verify; return how many entries it has."""
        from station.registers.audit_extract import write_audit_extract

        return write_audit_extract(self._book, path)
