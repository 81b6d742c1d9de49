"""Rows of sittings: what was captured of one person, where in the journal, how good, with which exceptions.

The captured bytes are in the sitting's journal file; `journal_key` opens it and is
wiped once the packet is sealed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from station.store.database import metadata

sitting = Table(
    "sitting",
    metadata,
    Column("sitting_id", String(32), primary_key=True),
    Column("session_id", String(32), nullable=False, index=True),
    Column("student_id", String(32), nullable=False, index=True),
    Column("nik", String(16), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("operator_id", String(32), nullable=False),
    Column("biodata", Text, nullable=False),
    Column("documents", Text, nullable=False),
    Column("journal_key", LargeBinary),
    Column("photo_approved", Boolean, nullable=False, default=False),
    Column("thumbnail", LargeBinary),
    Column("problem", String(60), nullable=False, default=""),
    Column("packet_id", String(32), nullable=False, default=""),
    Column("place", String(200), nullable=False, default=""),
    Column("started_at", String(40), nullable=False),
    Column("finished_at", String(40), nullable=False, default=""),
)

sitting_capture = Table(
    "sitting_capture",
    metadata,
    Column("sitting_id", String(32), primary_key=True),
    Column("record", Integer, primary_key=True),
    Column("part", String(16), primary_key=True),
    Column("step", String(16), nullable=False),
    Column("score", Integer, nullable=False),
    Column("causes", String(400), nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("captured_at", String(40), nullable=False),
    Column("voided", Boolean, nullable=False, default=False),
)

sitting_exception = Table(
    "sitting_exception",
    metadata,
    Column("sitting_id", String(32), primary_key=True),
    Column("part", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("permanent", Boolean, nullable=False),
    Column("note", String(400), nullable=False),
    Column("confirmed_by", String(32), nullable=False),
    Column("at", String(40), nullable=False),
)

sitting_finding = Table(
    "sitting_finding",
    metadata,
    Column("finding_id", String(32), primary_key=True),
    Column("sitting_id", String(32), nullable=False, index=True),
    Column("message_id", String(60), nullable=False),
    Column("params", Text, nullable=False),
    Column("found_at", String(40), nullable=False),
    Column("confirmed_by", String(32), nullable=False, default=""),
    Column("note", String(400), nullable=False, default=""),
)

sitting_template = Table(
    "sitting_template",
    metadata,
    Column("sitting_id", String(32), primary_key=True),
    Column("part", String(16), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SittingRow:
    """One sitting as stored."""

    sitting_id: str
    session_id: str
    student_id: str
    nik: str
    state: str
    operator_id: str
    biodata: str
    documents: dict[str, Any]
    journal_key: bytes | None
    photo_approved: bool
    thumbnail: bytes | None
    problem: str
    packet_id: str
    place: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """One part of one journal record: its score 0-100, causes, whether it was good enough, whether taken back."""

    sitting_id: str
    record: int
    part: str
    step: str
    score: int
    causes: tuple[str, ...]
    accepted: bool
    seconds: float
    captured_at: datetime
    voided: bool = False


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """A part without a good capture, on purpose: `kind` is `missing` or `low_quality`."""

    sitting_id: str
    part: str
    kind: str
    reason: str
    permanent: bool
    note: str
    confirmed_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Something the kit noticed that a second person must look at."""

    finding_id: str
    sitting_id: str
    message_id: str
    params: dict[str, Any]
    found_at: datetime
    confirmed_by: str
    note: str


def insert_sitting(connection: Connection, row: SittingRow) -> None:
    """Add a sitting."""
    connection.execute(
        sitting.insert().values(
            sitting_id=row.sitting_id,
            session_id=row.session_id,
            student_id=row.student_id,
            nik=row.nik,
            state=row.state,
            operator_id=row.operator_id,
            biodata=row.biodata,
            documents=json.dumps(row.documents),
            journal_key=row.journal_key,
            started_at=row.started_at.isoformat(),
        )
    )


def sitting_by_id(connection: Connection, sitting_id: str) -> SittingRow | None:
    """Return one sitting."""
    row = connection.execute(select(sitting).where(sitting.c.sitting_id == sitting_id)).first()
    return None if row is None else _sitting(row)


def sittings_in_state(connection: Connection, *states: str) -> list[SittingRow]:
    """Return the sittings in any of the states, oldest first."""
    query = select(sitting).where(sitting.c.state.in_(states)).order_by(sitting.c.started_at)
    return [_sitting(row) for row in connection.execute(query)]


def sittings_of_session(connection: Connection, session_id: str) -> list[SittingRow]:
    """Return a session's sittings, oldest first."""
    query = select(sitting).where(sitting.c.session_id == session_id).order_by(sitting.c.started_at)
    return [_sitting(row) for row in connection.execute(query)]


def sittings_of_nik(connection: Connection, nik: str) -> list[SittingRow]:
    """Return every sitting of a NIK on this kit, oldest first."""
    query = select(sitting).where(sitting.c.nik == nik).order_by(sitting.c.started_at)
    return [_sitting(row) for row in connection.execute(query)]


def change_sitting(connection: Connection, sitting_id: str, **values: object) -> None:
    """Change columns of a sitting (state, photo_approved, thumbnail, problem, packet_id, finished_at, ...)."""
    connection.execute(update(sitting).where(sitting.c.sitting_id == sitting_id).values(**values))


def insert_captures(connection: Connection, rows: list[CaptureRow]) -> None:
    """Add the parts of a journal record; parts that are there already are left."""
    for row in rows:
        statement = upsert(sitting_capture).values(
            sitting_id=row.sitting_id,
            record=row.record,
            part=row.part,
            step=row.step,
            score=row.score,
            causes=",".join(row.causes),
            accepted=row.accepted,
            seconds=row.seconds,
            captured_at=row.captured_at.isoformat(),
        )
        connection.execute(statement.on_conflict_do_nothing())


def remove_captures(connection: Connection, sitting_id: str, records: set[int]) -> None:
    """Take away rows whose journal record is not there."""
    table = sitting_capture
    connection.execute(table.delete().where(table.c.sitting_id == sitting_id, table.c.record.in_(records)))


def captures(connection: Connection, sitting_id: str) -> list[CaptureRow]:
    """Return everything captured in a sitting, in order."""
    table = sitting_capture
    query = select(table).where(table.c.sitting_id == sitting_id).order_by(table.c.record, table.c.part)
    return [
        CaptureRow(
            sitting_id=row.sitting_id,
            record=row.record,
            part=row.part,
            step=row.step,
            score=row.score,
            causes=tuple(item for item in row.causes.split(",") if item),
            accepted=bool(row.accepted),
            seconds=row.seconds,
            captured_at=datetime.fromisoformat(row.captured_at),
            voided=bool(row.voided),
        )
        for row in connection.execute(query)
    ]


def void_captures(connection: Connection, sitting_id: str, parts: frozenset[str]) -> None:
    """Take captures of some parts back: they stay in the journal and count no more; their templates go."""
    here = sitting_capture.c.sitting_id == sitting_id
    connection.execute(update(sitting_capture).where(here, sitting_capture.c.part.in_(parts)).values(voided=True))
    table = sitting_template
    connection.execute(table.delete().where(table.c.sitting_id == sitting_id, table.c.part.in_(parts)))


def put_exception(connection: Connection, row: ExceptionRow) -> None:
    """Keep why a part has no good capture; a later reason replaces it."""
    values = {
        "kind": row.kind,
        "reason": row.reason,
        "permanent": row.permanent,
        "note": row.note,
        "confirmed_by": row.confirmed_by,
        "at": row.at.isoformat(),
    }
    statement = upsert(sitting_exception).values(sitting_id=row.sitting_id, part=row.part, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["sitting_id", "part"], set_=values))


def remove_exception(connection: Connection, sitting_id: str, part: str) -> None:
    """Take an exception back: the part can be captured after all."""
    table = sitting_exception
    connection.execute(table.delete().where(table.c.sitting_id == sitting_id, table.c.part == part))


def exceptions(connection: Connection, sitting_id: str) -> list[ExceptionRow]:
    """Return the exceptions of a sitting by part."""
    query = select(sitting_exception).where(sitting_exception.c.sitting_id == sitting_id)
    return [
        ExceptionRow(
            sitting_id=row.sitting_id,
            part=row.part,
            kind=row.kind,
            reason=row.reason,
            permanent=bool(row.permanent),
            note=row.note,
            confirmed_by=row.confirmed_by,
            at=datetime.fromisoformat(row.at),
        )
        for row in connection.execute(query.order_by(sitting_exception.c.part))
    ]


def insert_finding(connection: Connection, row: FindingRow) -> None:
    """Keep something that a second person must look at."""
    connection.execute(
        sitting_finding.insert().values(
            finding_id=row.finding_id,
            sitting_id=row.sitting_id,
            message_id=row.message_id,
            params=json.dumps(row.params),
            found_at=row.found_at.isoformat(),
        )
    )


def confirm_finding(connection: Connection, finding_id: str, confirmed_by: str, note: str) -> None:
    """Keep that a second person looked and what they say."""
    query = update(sitting_finding).where(sitting_finding.c.finding_id == finding_id)
    connection.execute(query.values(confirmed_by=confirmed_by, note=note))


def findings(connection: Connection, sitting_id: str) -> list[FindingRow]:
    """Return what was noticed in a sitting, oldest first."""
    query = select(sitting_finding).where(sitting_finding.c.sitting_id == sitting_id)
    return [
        FindingRow(
            finding_id=row.finding_id,
            sitting_id=row.sitting_id,
            message_id=row.message_id,
            params=json.loads(row.params),
            found_at=datetime.fromisoformat(row.found_at),
            confirmed_by=row.confirmed_by,
            note=row.note,
        )
        for row in connection.execute(query.order_by(sitting_finding.c.found_at))
    ]


def put_template(connection: Connection, sitting_id: str, part: str, data: bytes) -> None:
    """Keep the template of a part; a better capture replaces it."""
    statement = upsert(sitting_template).values(sitting_id=sitting_id, part=part, data=data)
    connection.execute(statement.on_conflict_do_update(index_elements=["sitting_id", "part"], set_={"data": data}))


def templates(connection: Connection, sitting_id: str) -> dict[str, bytes]:
    """Return a sitting's templates by part."""
    query = select(sitting_template).where(sitting_template.c.sitting_id == sitting_id)
    return {row.part: row.data for row in connection.execute(query)}


def templates_of_part(connection: Connection, part: str, but: str) -> list[tuple[str, bytes]]:
    """Return sitting and template of one part in every sitting but one."""
    table = sitting_template
    query = select(table.c.sitting_id, table.c.data).where(table.c.part == part, table.c.sitting_id != but)
    return [(row.sitting_id, row.data) for row in connection.execute(query)]


def remove_templates(connection: Connection, sitting_id: str) -> None:
    """Forget a sitting's templates."""
    connection.execute(sitting_template.delete().where(sitting_template.c.sitting_id == sitting_id))


def _sitting(row: Row[Any]) -> SittingRow:
    return SittingRow(
        sitting_id=row.sitting_id,
        session_id=row.session_id,
        student_id=row.student_id,
        nik=row.nik,
        state=row.state,
        operator_id=row.operator_id,
        biodata=row.biodata,
        documents=json.loads(row.documents),
        journal_key=row.journal_key,
        photo_approved=bool(row.photo_approved),
        thumbnail=row.thumbnail,
        problem=row.problem,
        packet_id=row.packet_id,
        place=row.place,
        started_at=datetime.fromisoformat(row.started_at),
        finished_at=datetime.fromisoformat(row.finished_at) if row.finished_at else None,
    )
