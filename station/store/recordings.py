"""Rows of the recording register: one line and one running number for each person recorded on this kit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, Row, String, Table, func, select

from station.store.database import metadata

recording_register = Table(
    "recording_register",
    metadata,
    Column("running_number", Integer, primary_key=True, autoincrement=True),
    Column("sitting_id", String(32), nullable=False, unique=True),
    Column("session_id", String(32), nullable=False, index=True),
    Column("student_id", String(32), nullable=False),
    Column("nik", String(16), nullable=False),
    Column("name", String(120), nullable=False),
    Column("operator_id", String(32), nullable=False),
    Column("packet_id", String(32), nullable=False),
    Column("recorded_at", String(40), nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the recording register."""

    running_number: int
    sitting_id: str
    session_id: str
    student_id: str
    nik: str
    name: str
    operator_id: str
    packet_id: str
    recorded_at: datetime


def insert_register_row(connection: Connection, row: RegisterRow) -> int:
    """Add a line to the recording register and return its running number; `running_number` of the row is ignored."""
    result = connection.execute(
        recording_register.insert().values(
            sitting_id=row.sitting_id,
            session_id=row.session_id,
            student_id=row.student_id,
            nik=row.nik,
            name=row.name,
            operator_id=row.operator_id,
            packet_id=row.packet_id,
            recorded_at=row.recorded_at.isoformat(),
        )
    )
    number = result.lastrowid
    return int(number)


def register(connection: Connection, session_id: str | None = None) -> list[RegisterRow]:
    """Return the recording register, of one session or whole, by running number."""
    query = select(recording_register).order_by(recording_register.c.running_number)
    if session_id is not None:
        query = query.where(recording_register.c.session_id == session_id)
    return [_register(row) for row in connection.execute(query)]


def recorded_at(connection: Connection, session_id: str) -> list[datetime]:
    """Return when a session's recordings were finished, in order."""
    query = select(recording_register.c.recorded_at).where(recording_register.c.session_id == session_id)
    moments = connection.execute(query.order_by(recording_register.c.running_number)).scalars()
    return [datetime.fromisoformat(moment) for moment in moments]


def register_row(connection: Connection, sitting_id: str) -> RegisterRow | None:
    """Return a sitting's line in the register."""
    query = select(recording_register).where(recording_register.c.sitting_id == sitting_id)
    row = connection.execute(query).first()
    return None if row is None else _register(row)


def registered_between(connection: Connection, start: datetime, end: datetime) -> int:
    """Return how many recordings the register has from `start` (included) to `end` (not included)."""
    column = recording_register.c.recorded_at
    query = select(func.count()).where(column >= start.isoformat(), column < end.isoformat())
    return int(connection.execute(query).scalar_one())


def _register(row: Row[Any]) -> RegisterRow:
    return RegisterRow(
        running_number=row.running_number,
        sitting_id=row.sitting_id,
        session_id=row.session_id,
        student_id=row.student_id,
        nik=row.nik,
        name=row.name,
        operator_id=row.operator_id,
        packet_id=row.packet_id,
        recorded_at=datetime.fromisoformat(row.recorded_at),
    )
