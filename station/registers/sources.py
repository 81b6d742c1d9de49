"""Reads the rows that registers show from the tables of the other rooms, in words and local time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from station.domain.card import CARD_AGE
from station.domain.errors import NotFound
from station.domain.person import Sex, birthday_in_year
from station.domain.status import RecordStatus
from station.messages.body_parts import part_words
from station.messages.catalogue import Catalogue
from station.registers.card_lists import EnvelopeLine, PrintLine, ReceiptLine, SurrenderedLine
from station.registers.programme import SchoolLine
from station.registers.session_lists import RECORDED, AttendanceLine, RecordingLine, SessionFacts
from station.store import print_cards, print_jobs, recordings, records, rosters, sessions, sittings, staff
from station.store.database import Database, Transaction
from station.store.rosters import Student

_OLD_CARD = "ktp_lama"
_UNKNOWN = Student("", "", 0, "", "-", "", date(1900, 1, 1), Sex.MALE, "")


class Sources:
    """The lines of every register."""

    def __init__(self, database: Database, catalogue: Catalogue, zone: ZoneInfo) -> None:
        self._database = database
        self._catalogue = catalogue
        self._zone = zone

    def names(self) -> dict[str, str]:
        """Return the names of the staff by identifier."""
        with self._database.read() as connection:
            return _names(connection)

    def session(self, session_id: str) -> SessionFacts:
        """Return what stands above a session's lists; raises NotFound."""
        with self._database.read() as connection:
            row = sessions.session_by_id(connection, session_id)
            if row is None:
                raise NotFound("registers-session-unknown")
            school, names = rosters.school_by_id(connection, row.school_id), _names(connection)
        operators = tuple(names.get(one, "-") for one in row.operators)
        return SessionFacts(session_id, school.name if school else "-", row.day, operators, row.kit_id)

    def school_of(self, session_id: str) -> str:
        """Return the school of a session; raises NotFound."""
        with self._database.read() as connection:
            row = sessions.session_by_id(connection, session_id)
        if row is None:
            raise NotFound("registers-session-unknown")
        return row.school_id

    def school_sizes(self) -> list[tuple[str, str, int]]:
        """Return identifier, name and number of listed students of every school."""
        with self._database.read() as connection:
            return [
                (school.school_id, school.name, len(rosters.students(connection, school.school_id)))
                for school in rosters.schools(connection)
            ]

    def attendance(self, session_id: str) -> list[AttendanceLine]:
        """Return who came to a session, in order of arrival."""
        with self._database.read() as connection:
            papers = {row.student_id: row.documents for row in sittings.sittings_of_session(connection, session_id)}
            rows = sessions.attended(connection, session_id)
            students = {row.student_id: rosters.student_by_id(connection, row.student_id) for row in rows}
        return [
            self._attendance_line(row, students[row.student_id] or _UNKNOWN, papers.get(row.student_id, {}))
            for row in rows
        ]

    def school_attendance(self, school_id: str) -> list[tuple[date, AttendanceLine]]:
        """Return the last word on every student of a school who ever came, with the session's day."""
        with self._database.read() as connection:
            visits = [row for row in sessions.sessions(connection) if row.school_id == school_id]
        last: dict[str, tuple[date, AttendanceLine]] = {}
        for visit in sorted(visits, key=lambda row: row.opened_at):
            for line in self.attendance(visit.session_id):
                if line.nik not in last or last[line.nik][1].outcome != RECORDED:
                    last[line.nik] = (visit.day, line)
        return list(last.values())

    def recordings(self, session_id: str | None = None) -> list[RecordingLine]:
        """Return the recording register, whole or of one session."""
        with self._database.read() as connection:
            names = _names(connection)
            schools = {school.school_id: school.name for school in rosters.schools(connection)}
            kits = {row.session_id: row.kit_id for row in sessions.sessions(connection)}
            known = {row.nik: row.status for row in records.statuses(connection)}
            lines = []
            for row in recordings.register(connection, session_id):
                student = rosters.student_by_id(connection, row.student_id) or _UNKNOWN
                missing = sittings.exceptions(connection, row.sitting_id)
                lines.append(
                    RecordingLine(
                        number=row.running_number,
                        recorded_at=row.recorded_at.astimezone(self._zone),
                        nik=row.nik,
                        name=row.name,
                        birth_place=student.birth_place,
                        birth_date=student.birth_date,
                        sex=student.sex,
                        school=schools.get(student.school_id, "-"),
                        status=self._word("status", known.get(row.nik, "BIO_CAPTURED")),
                        exceptions=", ".join(self._exception(one) for one in missing),
                        may_have_card_from=birthday_in_year(student.birth_date, CARD_AGE),
                        operator=names.get(row.operator_id, "-"),
                        kit_id=kits.get(row.session_id, ""),
                        packet_id=row.packet_id,
                    )
                )
        return lines

    def prints(self, first: date, last: date) -> list[PrintLine]:
        """Return what became of every blank from `first` to `last`."""
        with self._database.read() as connection:
            names = _names(connection)
            rows = print_cards.print_log(connection, *self._range(first, last))
        return [
            PrintLine(
                at=row.at.astimezone(self._zone),
                serial=row.serial,
                nik=row.nik,
                reason=self._word("reason", row.reason),
                last_step=self._word("step", row.last_step),
                outcome=self._word("blank", row.outcome),
                cause=self._word("cause", row.cause),
                operator=names.get(row.actor_id, "-"),
                printer=row.printer_serial,
                temperature_c=row.temperature_c,
            )
            for row in rows
        ]

    def receipts(self, first: date, last: date) -> list[ReceiptLine]:
        """Return the cards handed over from `first` to `last`."""
        start, end = self._range(first, last)
        with self._database.read() as connection:
            names = _names(connection)
            rows = [row for row in print_cards.receipts(connection) if start <= row.at < end]
        photo = self._catalogue.text("registers-photo-kept")
        return [
            ReceiptLine(
                nik=row.nik,
                name=row.name,
                serial=row.serial,
                printed_on=row.printed_at.astimezone(self._zone).date(),
                received_at=row.at.astimezone(self._zone),
                way=self._word("way", row.way),
                officer=names.get(row.actor_id, "-"),
                remarks=", ".join(part for part in (row.reason, photo if row.photo else "") if part),
                signature_png=row.signature_png,
            )
            for row in rows
        ]

    def surrendered(self, first: date, last: date) -> list[SurrenderedLine]:
        """Return old cards seen and kept when the new one was handed over from `first` to `last`."""
        start, end = self._range(first, last)
        with self._database.read() as connection:
            names = _names(connection)
            jobs = {row.job_id: row for row in print_jobs.jobs(connection)}
            given = [row for row in print_cards.receipts(connection) if start <= row.at < end]
        return [
            SurrenderedLine(
                handed_in_on=row.at.astimezone(self._zone).date(),
                nik=row.nik,
                name=row.name,
                reason=self._word("reason", jobs[row.job_id].reason),
                officer=names.get(row.actor_id, "-"),
            )
            for row in given
            if row.job_id in jobs and _OLD_CARD in jobs[row.job_id].documents.split(",")
        ]

    def envelopes(self, school_id: str) -> tuple[str, list[EnvelopeLine]]:
        """Return a school's name and the printed cards of its students that are not handed over."""
        with self._database.read() as connection:
            school = rosters.school_by_id(connection, school_id)
            listed = {student.nik: student for student in rosters.students(connection, school_id)}
            cards = [card for card in print_cards.cards(connection) if card.nik in listed]
            given = {row.job_id for row in print_cards.receipts(connection)}
        lines = [
            EnvelopeLine(
                nik=card.nik,
                name=card.name,
                class_name=listed[card.nik].class_name,
                serial=card.serial,
                printed_on=card.printed_at.astimezone(self._zone).date(),
                problem="",
            )
            for card in cards
            if card.job_id not in given
        ]
        return (school.name if school else "-"), sorted(lines, key=lambda line: (line.class_name, line.name))

    def schools(self) -> list[SchoolLine]:
        """Return what was reached at every school."""
        with self._database.read() as connection:
            schools = rosters.schools(connection)
            lists = {school.school_id: rosters.students(connection, school.school_id) for school in schools}
            printed = {card.nik for card in print_cards.cards(connection)}
            given = {row.nik for row in print_cards.receipts(connection)}
        lines = []
        for school in schools:
            niks = {student.nik for student in lists[school.school_id]}
            came = self.school_attendance(school.school_id)
            lines.append(
                SchoolLine(
                    school=school.name,
                    listed=len(niks),
                    attended=len(came),
                    recorded=sum(line.outcome == RECORDED for _day, line in came),
                    printed=len(niks & printed),
                    handed_over=len(niks & given),
                )
            )
        return lines

    def statuses(self) -> dict[str, int]:
        """Return how many records have which status at the centre."""
        counted: dict[str, int] = {}
        with self._database.read() as connection:
            for row in records.statuses(connection):
                counted[row.status] = counted.get(row.status, 0) + 1
        return counted

    def statuses_in_words(self) -> list[tuple[str, int]]:
        """Return how many records have which status, named as people read it, in the order of a record's life."""
        counted = self.statuses()
        known = [status.value for status in RecordStatus if status.value in counted]
        strange = sorted(counted.keys() - set(known))
        return [(self._word("status", code), counted[code]) for code in (*known, *strange)]

    def recorded_by_school(self, day: date) -> dict[str, int]:
        """Return the recordings of a day by school."""
        counted: dict[str, int] = {}
        for line in self.recordings():
            if line.recorded_at.date() == day:
                counted[line.school] = counted.get(line.school, 0) + 1
        return counted

    def _attendance_line(self, row: sessions.AttendedRow, student: Student, papers: object) -> AttendanceLine:
        seen = papers if isinstance(papers, dict) else {}
        reason = self._catalogue.text(f"attendance-reason-{row.reason}") if row.reason else ""
        return AttendanceLine(
            nik=student.nik,
            name=student.name,
            class_name=student.class_name,
            sex=student.sex,
            birth_date=student.birth_date,
            family_card_seen=bool(seen.get("family_card")),
            certificate_seen=bool(seen.get("birth_certificate")),
            attended_at=row.attended_at.astimezone(self._zone),
            outcome=row.outcome,
            reason=" - ".join(part for part in (reason, row.note) if part),
        )

    def _exception(self, one: sittings.ExceptionRow) -> str:
        return f"{part_words(self._catalogue, one.part)} ({self._word('missing', one.reason)})"

    def _word(self, group: str, value: str) -> str:
        message = f"registers-{group}-{value.lower().replace('_', '-')}"
        return self._catalogue.text(message) if value and self._catalogue.has(message) else value

    def _range(self, first: date, last: date) -> tuple[datetime, datetime]:
        """Return the UTC moments at which the first local day begins and the last one ends."""
        start, end = (datetime.combine(day, time(), self._zone) for day in (first, last + timedelta(days=1)))
        return start.astimezone(UTC), end.astimezone(UTC)


def _names(connection: Transaction) -> dict[str, str]:
    return {row.actor.staff_id: row.actor.name for row in staff.everyone(connection)}
