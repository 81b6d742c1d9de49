"""Rows of what SIAK says: the extract kept on this kit, and requests to correct it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, Text, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from station.domain.person import Biodata
from station.store.database import metadata

siak_record = Table(
    "siak_record",
    metadata,
    Column("nik", String(16), primary_key=True),
    Column("biodata", Text, nullable=False),
    Column("learnt_at", String(40), nullable=False),
)

siak_missing = Table(
    "siak_missing",
    metadata,
    Column("nik", String(16), primary_key=True),
    Column("learnt_at", String(40), nullable=False),
)

correction_request = Table(
    "correction_request",
    metadata,
    Column("request_id", String(32), primary_key=True),
    Column("nik", String(16), nullable=False, index=True),
    Column("student_id", String(32), nullable=False),
    Column("certificate_no", String(60), nullable=False),
    Column("differences", Text, nullable=False),
    Column("asked_at", String(40), nullable=False),
    Column("asked_by", String(32), nullable=False),
)


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One request to correct SIAK; `differences` maps a field to SIAK's value and the certificate's."""

    request_id: str
    nik: str
    student_id: str
    certificate_no: str
    differences: dict[str, list[str]]
    asked_at: datetime
    asked_by: str


def put_record(connection: Connection, biodata: Biodata, at: datetime) -> None:
    """Keep what SIAK says about a person; it replaces what it said before."""
    values = {"biodata": json.dumps(biodata.as_dict(), ensure_ascii=False), "learnt_at": at.isoformat()}
    statement = upsert(siak_record).values(nik=biodata.nik, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["nik"], set_=values))
    connection.execute(delete(siak_missing).where(siak_missing.c.nik == biodata.nik))


def put_missing(connection: Connection, nik: str, at: datetime) -> None:
    """Keep that SIAK does not know a NIK."""
    values = {"learnt_at": at.isoformat()}
    statement = upsert(siak_missing).values(nik=nik, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["nik"], set_=values))


def record_of(connection: Connection, nik: str) -> tuple[Biodata, datetime] | None:
    """Return what SIAK said about a NIK and when this kit learnt it."""
    row = connection.execute(select(siak_record).where(siak_record.c.nik == nik)).first()
    return None if row is None else (Biodata.from_dict(json.loads(row.biodata)), datetime.fromisoformat(row.learnt_at))


def is_missing(connection: Connection, nik: str) -> bool:
    """Tell whether SIAK was asked and does not know the NIK."""
    return connection.execute(select(siak_missing).where(siak_missing.c.nik == nik)).first() is not None


def known(connection: Connection) -> set[str]:
    """Return every NIK with a SIAK record on this kit."""
    return set(connection.execute(select(siak_record.c.nik)).scalars())


def insert_correction(connection: Connection, row: CorrectionRow) -> None:
    """Keep a request to correct SIAK."""
    connection.execute(
        correction_request.insert().values(
            request_id=row.request_id,
            nik=row.nik,
            student_id=row.student_id,
            certificate_no=row.certificate_no,
            differences=json.dumps(row.differences, ensure_ascii=False),
            asked_at=row.asked_at.isoformat(),
            asked_by=row.asked_by,
        )
    )


def corrections(connection: Connection, nik: str) -> list[CorrectionRow]:
    """Return the requests about a NIK, oldest first."""
    query = select(correction_request).where(correction_request.c.nik == nik)
    return [
        CorrectionRow(
            request_id=row.request_id,
            nik=row.nik,
            student_id=row.student_id,
            certificate_no=row.certificate_no,
            differences=json.loads(row.differences),
            asked_at=datetime.fromisoformat(row.asked_at),
            asked_by=row.asked_by,
        )
        for row in connection.execute(query.order_by(correction_request.c.asked_at))
    ]
