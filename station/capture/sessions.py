"""One school visit: opened, attended, reconciled, backed up, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import cbor2

from station.capture.attendance import (
    AttendanceList,
    AttendanceRow,
    Outcome,
    PostponeReason,
    Progress,
    Reconciliation,
    RefusalReason,
    counts,
    progress,
)
from station.capture.session_states import SessionEvent, SessionState, advance
from station.capture.sitting import SittingState
from station.domain.clock import Clock, local_date
from station.domain.errors import BadInput, NotFound, Refused
from station.domain.identifiers import IdSource
from station.domain.nik import NikProblem, parse_nik
from station.domain.person import Sex
from station.domain.staff import Actor
from station.staff.audit import AuditLog
from station.staff.permission import RECORDERS, REVIEWERS, require, require_second
from station.store import outbox, rosters
from station.store import recordings as register_rows
from station.store import sessions as rows
from station.store import sittings as sitting_rows
from station.store.database import Database, Transaction
from station.store.rosters import Student


@dataclass(frozen=True, slots=True)
class Session:
    """One session; `operators` are staff identifiers."""

    session_id: str
    school_id: str
    school_name: str
    day: date
    state: SessionState
    operators: tuple[str, ...]
    opened_at: datetime
    closed_at: datetime | None
    override_reason: str


@dataclass(frozen=True, slots=True)
class CloseOverride:
    """Why a session is closed without a verified backup, and the second person who takes it on."""

    reason: str
    second: Actor


class SessionBook:
    """Keeps sessions and attendance."""

    def __init__(
        self, database: Database, clock: Clock, ids: IdSource, audit: AuditLog, zone: ZoneInfo, kit_id: str = ""
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._zone = zone
        self._kit_id = kit_id

    def open(self, actor: Actor, school_id: str, day: date | None = None, operators: tuple[str, ...] = ()) -> Session:
        """Open a session at a school; the day is today unless another is said. One open session per school and day."""
        require(actor, *RECORDERS)
        day = day or local_date(self._clock.now(), self._zone)
        with self._database.write() as connection:
            if rosters.school_by_id(connection, school_id) is None:
                raise NotFound("session-school-unknown")
            for other in rows.sessions(connection):
                if (other.school_id, other.day) == (school_id, day) and other.state != SessionState.CLOSED.value:
                    raise Refused("session-open-already", day=day)
            row = rows.SessionRow(
                session_id=self._ids.new(),
                school_id=school_id,
                day=day,
                state=SessionState.OPENED.value,
                operators=operators or (actor.staff_id,),
                kit_id=self._kit_id,
                opened_at=self._clock.now(),
                opened_by=actor.staff_id,
                closed_at=None,
                override_reason="",
            )
            rows.insert_session(connection, row)
            self._audit.write(actor.staff_id, "session-opened", row.session_id, school=school_id)
            opened = self._session(row)
            self._announce(connection, opened)
            return opened

    def _announce(self, connection: Transaction, opened: Session) -> None:
        """Tell the office which school this session is at; packets carry its number only."""
        body = {"session_id": opened.session_id, "school": opened.school_name, "day": opened.day.isoformat()}
        encoded = cbor2.dumps(body, canonical=True)
        outbox.enqueue(connection, self._ids.new(), "event", "session", encoded, len(encoded), self._clock.now())

    def list(self) -> list[Session]:
        """Return every session, newest first."""
        with self._database.read() as connection:
            return [self._session(row) for row in rows.sessions(connection)]

    def get(self, session_id: str) -> Session:
        """Return one session; raises NotFound."""
        with self._database.read():
            return self._session(self._existing(session_id))

    def attend(self, actor: Actor, session_id: str, student_id: str) -> None:
        """Note that a student came; a student who was settled before waits again. Repeating it is harmless."""
        require(actor, *RECORDERS)
        with self._database.write() as connection:
            self._work(session_id)
            if rosters.student_by_id(connection, student_id) is None:
                raise NotFound("session-student-unknown")
            row = rows.attendance_of(connection, session_id, student_id)
            if row is not None and row.outcome in {Outcome.WAITING.value, Outcome.RECORDED.value}:
                return
            self._settle(actor, session_id, student_id, Outcome.WAITING, "", "")

    def add_walk_in(
        self,
        actor: Actor,
        session_id: str,
        *,
        nik: str,
        name: str,
        birth_place: str,
        birth_date: date,
        sex: Sex,
        class_name: str = "",
    ) -> Student:
        """Add a student who is not on the school's list, and note that they came."""
        require(actor, *RECORDERS)
        problem = parse_nik(nik)
        if isinstance(problem, NikProblem):
            raise BadInput(problem.message_id)
        if not name.strip():
            raise BadInput("session-walk-in-name")
        with self._database.write() as connection:
            session = self._existing(session_id)
            if any(known.school_id == session.school_id for known in rosters.students_with_nik(connection, nik)):
                raise Refused("session-walk-in-listed")
            student = Student(
                student_id=self._ids.new(),
                school_id=session.school_id,
                number=rosters.highest_number(connection, session.school_id) + 1,
                nik=nik,
                name=" ".join(name.upper().split()),
                birth_place=birth_place.strip().upper(),
                birth_date=birth_date,
                sex=sex,
                class_name=class_name.strip(),
            )
            rosters.add_students(connection, [student], "walk_in", actor.staff_id, self._clock.now())
            self.attend(actor, session_id, student.student_id)
        return student

    def refuse(self, actor: Actor, session_id: str, student_id: str, reason: RefusalReason, note: str = "") -> None:
        """Settle a student who may not be recorded."""
        require(actor, *RECORDERS)
        with self._database.write():
            self._work(session_id)
            self._settle(actor, session_id, student_id, Outcome.REFUSED, reason.value, note)

    def postpone(self, actor: Actor, session_id: str, student_id: str, reason: PostponeReason, note: str = "") -> None:
        """Settle a student who is recorded another day; what was captured of them is kept."""
        require(actor, *RECORDERS)
        with self._database.write() as connection:
            self._work(session_id)
            self._settle(actor, session_id, student_id, Outcome.POSTPONED, reason.value, note)
            for sitting in sitting_rows.sittings_of_session(connection, session_id):
                if sitting.student_id == student_id and sitting.state == SittingState.RECORDING.value:
                    sitting_rows.change_sitting(connection, sitting.sitting_id, state=SittingState.POSTPONED.value)

    def attendance(self, session_id: str) -> AttendanceList:
        """Return who came, in order of arrival."""
        with self._database.read() as connection:
            self._existing(session_id)
            numbers = {row.student_id: row.running_number for row in register_rows.register(connection, session_id)}
            came = rows.attended(connection, session_id)
            students = rosters.students_by_id(connection, [row.student_id for row in came])
        if len(students) < len(came):
            raise NotFound("session-student-unknown")
        return [
            AttendanceRow(
                student=students[row.student_id],
                outcome=Outcome(row.outcome),
                reason=row.reason,
                note=row.note,
                attended_at=row.attended_at,
                settled_at=row.settled_at,
                running_number=numbers.get(row.student_id),
            )
            for row in came
        ]

    def progress(self, session_id: str) -> Progress:
        """Return the counts of the class, students per hour and the estimated end."""
        with self._database.read() as connection:
            session = self._existing(session_id)
            listed = rosters.count_students(connection, session.school_id)
            known = rows.outcome_counts(connection, session_id)
            moments = register_rows.recorded_at(connection, session_id)
        count = {outcome: known.get(outcome.value, 0) for outcome in Outcome}
        return progress(listed, count, moments, self._clock.now())

    def reconcile(self, actor: Actor, session_id: str) -> Reconciliation:
        """Check that attended = recorded + refused + postponed; only then the session moves on."""
        require(actor, *RECORDERS)
        with self._database.write() as connection:
            state = SessionState(self._existing(session_id).state)
            follower = advance(state, SessionEvent.RECONCILE)
            attendance = self.attendance(session_id)
            open_sittings = [
                sitting
                for sitting in sitting_rows.sittings_of_session(connection, session_id)
                if sitting.state == SittingState.RECORDING.value
            ]
            count = counts(attendance)
            result = Reconciliation(
                attended=len(attendance),
                recorded=count[Outcome.RECORDED],
                refused=count[Outcome.REFUSED],
                postponed=count[Outcome.POSTPONED],
                unsettled=tuple(row for row in attendance if row.outcome is Outcome.WAITING),
                unfinished_sittings=len(open_sittings),
            )
            if result.balanced:
                rows.set_state(connection, session_id, follower.value)
                self._audit.write(actor.staff_id, "session-reconciled", session_id, attended=result.attended)
        return result

    def close(self, actor: Actor, session_id: str, override: CloseOverride | None = None) -> Session:
        """Close a session that has a verified backup, or for a stated reason with a second person without one."""
        require(actor, *RECORDERS)
        if override is not None:
            require_second(actor, override.second, *REVIEWERS)
            if not override.reason.strip():
                raise BadInput("session-override-reason")
        event = SessionEvent.CLOSE if override is None else SessionEvent.CLOSE_BY_OVERRIDE
        with self._database.write() as connection:
            state = advance(SessionState(self._existing(session_id).state), event)
            rows.set_state(connection, session_id, state.value)
            reason = "" if override is None else override.reason.strip()
            second = "" if override is None else override.second.staff_id
            rows.note_closing(connection, session_id, actor.staff_id, self._clock.now(), reason, second)
            self._audit.write(actor.staff_id, "session-closed", session_id, override=bool(override), second=second)
            return self._session(self._existing(session_id))

    def _work(self, session_id: str) -> None:
        with self._database.write() as connection:
            state = advance(SessionState(self._existing(session_id).state), SessionEvent.WORK)
            rows.set_state(connection, session_id, state.value)

    def _settle(self, actor: Actor, session_id: str, student_id: str, outcome: Outcome, reason: str, note: str) -> None:
        with self._database.write() as connection:
            row = rows.attendance_of(connection, session_id, student_id)
            if row is None and outcome is not Outcome.WAITING:
                raise Refused("session-not-attended")
            if row is not None and row.outcome == Outcome.RECORDED.value:
                raise Refused("session-recorded-already")
            now = self._clock.now()
            rows.put_attendance(connection, session_id, student_id, outcome.value, actor.staff_id, now, reason, note)
            self._audit.write(
                actor.staff_id, f"attendance-{outcome.name.lower()}", student_id, session=session_id, reason=reason
            )

    def _existing(self, session_id: str) -> rows.SessionRow:
        with self._database.read() as connection:
            row = rows.session_by_id(connection, session_id)
        if row is None:
            raise NotFound("session-unknown")
        return row

    def _session(self, row: rows.SessionRow) -> Session:
        with self._database.read() as connection:
            school = rosters.school_by_id(connection, row.school_id)
        return Session(
            session_id=row.session_id,
            school_id=row.school_id,
            school_name="" if school is None else school.name,
            day=row.day,
            state=SessionState(row.state),
            operators=row.operators,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            override_reason=row.override_reason,
        )
