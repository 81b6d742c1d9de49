"""Rows of the print queue: print-ready records from the centre, and the jobs made of them.

A record is kept as it came, with its signed authorisation. A job changes its state;
every change of hands is in the audit log and in the intents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, LargeBinary, Row, String, Table, func, select, update

from station.store.database import metadata

__all__ = ["Connection"]

print_record = Table(
    "print_record",
    metadata,
    Column("record_id", String(64), primary_key=True),
    Column("nik", String(16), nullable=False, index=True),
    Column("packet_id", String(64), nullable=False),
    Column("authorisation", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", String(40), nullable=False),
)

print_job = Table(
    "print_job",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("record_id", String(64), nullable=False),
    Column("nik", String(16), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("birth_date", String(10), nullable=False),
    Column("marital_status", String(16), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("documents", String(200), nullable=False, default=""),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("override_reason", String(200), nullable=False, default=""),
    Column("override_by", String(32), nullable=False, default=""),
    Column("created_at", String(40), nullable=False),
)

print_setting = Table(
    "print_setting",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One print-ready record; `body` is canonical CBOR of biodata, images and templates."""

    record_id: str
    nik: str
    packet_id: str
    authorisation: bytes
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job as stored; `reason` is empty until somebody states it."""

    job_id: str
    record_id: str
    nik: str
    name: str
    birth_date: str
    marital_status: str
    reason: str
    state: str
    documents: str
    urgent: bool
    override_reason: str
    override_by: str
    created_at: datetime


def add_record(connection: Connection, row: RecordRow) -> bool:
    """Keep a record; False when it was there already."""
    if record(connection, row.record_id) is not None:
        return False
    connection.execute(
        print_record.insert().values(
            record_id=row.record_id,
            nik=row.nik,
            packet_id=row.packet_id,
            authorisation=row.authorisation,
            body=row.body,
            received_at=row.received_at.isoformat(),
        )
    )
    return True


def record(connection: Connection, record_id: str) -> RecordRow | None:
    """Return one record."""
    row = connection.execute(select(print_record).where(print_record.c.record_id == record_id)).first()
    if row is None:
        return None
    return RecordRow(
        row.record_id, row.nik, row.packet_id, row.authorisation, row.body, datetime.fromisoformat(row.received_at)
    )


def add_job(connection: Connection, row: JobRow) -> None:
    """Add a job."""
    connection.execute(
        print_job.insert().values(
            job_id=row.job_id,
            record_id=row.record_id,
            nik=row.nik,
            name=row.name,
            birth_date=row.birth_date,
            marital_status=row.marital_status,
            reason=row.reason,
            state=row.state,
            documents=row.documents,
            urgent=row.urgent,
            override_reason=row.override_reason,
            override_by=row.override_by,
            created_at=row.created_at.isoformat(),
        )
    )


def change_job(connection: Connection, job_id: str, **values: object) -> None:
    """Change columns of a job."""
    connection.execute(update(print_job).where(print_job.c.job_id == job_id).values(**values))


def job(connection: Connection, job_id: str) -> JobRow | None:
    """Return one job."""
    row = connection.execute(select(print_job).where(print_job.c.job_id == job_id)).first()
    return None if row is None else _job(row)


def jobs(connection: Connection, *states: str) -> list[JobRow]:
    """Return jobs in the given states, oldest first; all when none is given."""
    query = select(print_job).order_by(print_job.c.created_at, print_job.c.job_id)
    if states:
        query = query.where(print_job.c.state.in_(states))
    return [_job(row) for row in connection.execute(query)]


def jobs_of_nik(connection: Connection, nik: str) -> list[JobRow]:
    """Return all jobs of one person, oldest first."""
    query = select(print_job).where(print_job.c.nik == nik).order_by(print_job.c.created_at, print_job.c.job_id)
    return [_job(row) for row in connection.execute(query)]


def count_by_state(connection: Connection) -> dict[str, int]:
    """Return how many jobs are in each state."""
    query = select(print_job.c.state, func.count()).group_by(print_job.c.state)
    return {state: int(count) for state, count in connection.execute(query)}


def setting(connection: Connection, name: str) -> str:
    """Return a setting of the print room, empty when it was never set."""
    row = connection.execute(select(print_setting.c.value).where(print_setting.c.name == name)).first()
    return "" if row is None else str(row.value)


def put_setting(connection: Connection, name: str, value: str) -> None:
    """Set a setting of the print room."""
    connection.execute(print_setting.delete().where(print_setting.c.name == name))
    connection.execute(print_setting.insert().values(name=name, value=value))


def _job(row: Row[Any]) -> JobRow:
    return JobRow(
        row.job_id,
        row.record_id,
        row.nik,
        row.name,
        row.birth_date,
        row.marital_status,
        row.reason,
        row.state,
        row.documents,
        row.urgent,
        row.override_reason,
        row.override_by,
        datetime.fromisoformat(row.created_at),
    )
