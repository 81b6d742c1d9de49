"""Rows of recording sessions and of who attended them, with what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, LargeBinary, Row, String, Table, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from station.store.database import metadata

recording_session = Table(
    "recording_session",
    metadata,
    Column("session_id", String(32), primary_key=True),
    Column("school_id", String(32), nullable=False),
    Column("day", String(10), nullable=False),
    Column("state", String(16), nullable=False),
    Column("operators", String(400), nullable=False),
    Column("kit_id", String(40), nullable=False),
    Column("opened_at", String(40), nullable=False),
    Column("opened_by", String(32), nullable=False),
    Column("closed_at", String(40), nullable=False, default=""),
    Column("closed_by", String(32), nullable=False, default=""),
    Column("override_reason", String(200), nullable=False, default=""),
    Column("override_by", String(32), nullable=False, default=""),
)

attendance = Table(
    "attendance",
    metadata,
    Column("session_id", String(32), primary_key=True),
    Column("student_id", String(32), primary_key=True),
    Column("outcome", String(16), nullable=False),
    Column("reason", String(40), nullable=False, default=""),
    Column("note", String(400), nullable=False, default=""),
    Column("attended_at", String(40), nullable=False),
    Column("settled_at", String(40), nullable=False, default=""),
    Column("actor_id", String(32), nullable=False),
)

session_backup = Table(
    "session_backup",
    metadata,
    Column("backup_id", String(32), primary_key=True),
    Column("session_id", String(32), nullable=False, index=True),
    Column("path", String(400), nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("packets", Integer, nullable=False),
    Column("made_at", String(40), nullable=False),
    Column("made_by", String(32), nullable=False),
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session; `operators` are staff identifiers."""

    session_id: str
    school_id: str
    day: date
    state: str
    operators: tuple[str, ...]
    kit_id: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    override_reason: str


@dataclass(frozen=True, slots=True)
class AttendedRow:
    """One student who came, and what became of them."""

    session_id: str
    student_id: str
    outcome: str
    reason: str
    note: str
    attended_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class BackupRow:
    """One verified backup of a session; `packets` is how many packets of the session it holds."""

    backup_id: str
    session_id: str
    path: str
    sha256: bytes
    packets: int
    made_at: datetime


def insert_session(connection: Connection, row: SessionRow) -> None:
    """Add a session."""
    connection.execute(
        recording_session.insert().values(
            session_id=row.session_id,
            school_id=row.school_id,
            day=row.day.isoformat(),
            state=row.state,
            operators=",".join(row.operators),
            kit_id=row.kit_id,
            opened_at=row.opened_at.isoformat(),
            opened_by=row.opened_by,
        )
    )


def session_by_id(connection: Connection, session_id: str) -> SessionRow | None:
    """Return one session."""
    query = select(recording_session).where(recording_session.c.session_id == session_id)
    row = connection.execute(query).first()
    return None if row is None else _session(row)


def sessions(connection: Connection) -> list[SessionRow]:
    """Return every session, newest first."""
    query = select(recording_session).order_by(recording_session.c.opened_at.desc())
    return [_session(row) for row in connection.execute(query)]


def set_state(connection: Connection, session_id: str, state: str) -> None:
    """Keep a session's new state."""
    query = update(recording_session).where(recording_session.c.session_id == session_id)
    connection.execute(query.values(state=state))


def note_closing(
    connection: Connection, session_id: str, actor_id: str, at: datetime, override_reason: str, override_by: str
) -> None:
    """Keep who closed a session, when, and the reason when a rule was overridden."""
    query = update(recording_session).where(recording_session.c.session_id == session_id)
    values = {"closed_at": at.isoformat(), "closed_by": actor_id}
    connection.execute(query.values(**values, override_reason=override_reason, override_by=override_by))


def put_attendance(
    connection: Connection,
    session_id: str,
    student_id: str,
    outcome: str,
    actor_id: str,
    at: datetime,
    reason: str = "",
    note: str = "",
) -> None:
    """Note that a student came, or what became of them; the moment of arrival is kept."""
    settled = {"outcome": outcome, "reason": reason, "note": note, "settled_at": at.isoformat(), "actor_id": actor_id}
    statement = upsert(attendance).values(
        session_id=session_id, student_id=student_id, attended_at=at.isoformat(), **settled
    )
    statement = statement.on_conflict_do_update(index_elements=["session_id", "student_id"], set_=settled)
    connection.execute(statement)


def attended(connection: Connection, session_id: str) -> list[AttendedRow]:
    """Return who came to a session, in order of arrival."""
    query = select(attendance).where(attendance.c.session_id == session_id).order_by(attendance.c.attended_at)
    return [_attended(row) for row in connection.execute(query)]


def outcome_counts(connection: Connection, session_id: str) -> dict[str, int]:
    """Return how many of those who came have each outcome."""
    query = select(attendance.c.outcome, func.count()).where(attendance.c.session_id == session_id)
    return {outcome: int(count) for outcome, count in connection.execute(query.group_by(attendance.c.outcome))}


def attendance_of(connection: Connection, session_id: str, student_id: str) -> AttendedRow | None:
    """Return a student's attendance in a session."""
    query = select(attendance).where(attendance.c.session_id == session_id, attendance.c.student_id == student_id)
    row = connection.execute(query).first()
    return None if row is None else _attended(row)


def insert_backup(connection: Connection, row: BackupRow, actor_id: str) -> None:
    """Keep that a backup was made and read back."""
    connection.execute(
        session_backup.insert().values(
            backup_id=row.backup_id,
            session_id=row.session_id,
            path=row.path,
            sha256=row.sha256,
            packets=row.packets,
            made_at=row.made_at.isoformat(),
            made_by=actor_id,
        )
    )


def backups(connection: Connection, session_id: str) -> list[BackupRow]:
    """Return a session's verified backups, newest first."""
    query = select(session_backup).where(session_backup.c.session_id == session_id)
    return [_backup(row) for row in connection.execute(query.order_by(session_backup.c.made_at.desc()))]


def last_backup(connection: Connection) -> BackupRow | None:
    """Return the newest verified backup of this kit."""
    row = connection.execute(select(session_backup).order_by(session_backup.c.made_at.desc()).limit(1)).first()
    return None if row is None else _backup(row)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _session(row: Row[Any]) -> SessionRow:
    return SessionRow(
        session_id=row.session_id,
        school_id=row.school_id,
        day=date.fromisoformat(row.day),
        state=row.state,
        operators=tuple(item for item in row.operators.split(",") if item),
        kit_id=row.kit_id,
        opened_at=datetime.fromisoformat(row.opened_at),
        opened_by=row.opened_by,
        closed_at=_moment(row.closed_at),
        override_reason=row.override_reason,
    )


def _attended(row: Row[Any]) -> AttendedRow:
    return AttendedRow(
        session_id=row.session_id,
        student_id=row.student_id,
        outcome=row.outcome,
        reason=row.reason,
        note=row.note,
        attended_at=datetime.fromisoformat(row.attended_at),
        settled_at=_moment(row.settled_at),
    )


def _backup(row: Row[Any]) -> BackupRow:
    return BackupRow(
        backup_id=row.backup_id,
        session_id=row.session_id,
        path=row.path,
        sha256=row.sha256,
        packets=row.packets,
        made_at=datetime.fromisoformat(row.made_at),
    )
