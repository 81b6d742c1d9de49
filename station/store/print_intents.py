"""Rows of what was done to every blank: intents, their events, counter snapshots, anomalies. All append-only.

An intent is written before a blank moves. Its events are chained by hash, so that a row
taken out or changed is found.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import cbor2
from sqlalchemy import Column, Connection, Integer, LargeBinary, Row, String, Table, and_, func, select

from station.store.database import metadata
from station.store.schema import add_statement, append_only

print_intent = Table(
    "print_intent",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("intent_id", String(32), nullable=False, unique=True),
    Column("job_id", String(32), nullable=False, index=True),
    Column("retry_of", String(32), nullable=False),
    Column("station_id", String(40), nullable=False),
    Column("actor_id", String(32), nullable=False),
    Column("printer_serial", String(40), nullable=False),
    Column("card_count", Integer, nullable=False),
    Column("temperature_c", Integer, nullable=False),
    Column("reason", String(20), nullable=False),
    Column("created_at", String(40), nullable=False),
)

print_intent_event = Table(
    "print_intent_event",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("intent_id", String(32), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("serial", String(32), nullable=False, index=True),
    Column("actor_id", String(32), nullable=False),
    Column("at", String(40), nullable=False),
    Column("details", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)

print_snapshot = Table(
    "print_snapshot",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("intent_id", String(32), nullable=False),
    Column("printer_serial", String(40), nullable=False),
    Column("card_count", Integer, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("at", String(40), nullable=False),
)

print_anomaly = Table(
    "print_anomaly",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("anomaly_id", String(32), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("intent_id", String(32), nullable=False),
    Column("serial", String(32), nullable=False),
    Column("actor_id", String(32), nullable=False),
    Column("at", String(40), nullable=False),
)

print_explanation = Table(
    "print_explanation",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("anomaly_id", String(32), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("note", String(200), nullable=False),
    Column("actor_id", String(32), nullable=False),
    Column("at", String(40), nullable=False),
)

# The present state of each intent, kept by a trigger so that finding the open ones stays quick.
print_intent_head = Table(
    "print_intent_head",
    metadata,
    Column("intent_id", String(32), primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("serial", String(32), nullable=False),
)

for _table in ("print_intent", "print_intent_event", "print_snapshot", "print_anomaly", "print_explanation"):
    append_only(_table)
add_statement(
    "CREATE TRIGGER IF NOT EXISTS print_intent_event_head AFTER INSERT ON print_intent_event BEGIN "
    "INSERT OR REPLACE INTO print_intent_head (intent_id, state, serial) "
    "VALUES (NEW.intent_id, NEW.state, NEW.serial); END"
)


@dataclass(frozen=True, slots=True)
class IntentRow:
    """One intent with its present state; `serial` is empty until a chip was read."""

    intent_id: str
    job_id: str
    retry_of: str
    station_id: str
    actor_id: str
    printer_serial: str
    card_count: int
    temperature_c: int
    reason: str
    created_at: datetime
    state: str
    serial: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One step of an intent."""

    position: int
    intent_id: str
    state: str
    serial: str
    actor_id: str
    at: datetime
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """The printer's counter at one moment, and facts such as ribbon and film."""

    kind: str
    intent_id: str
    printer_serial: str
    card_count: int
    facts: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class AnomalyRow:
    """Cards the counter or the chip shows that no intent explains; `explanation` is empty while open."""

    anomaly_id: str
    kind: str
    pieces: int
    intent_id: str
    serial: str
    actor_id: str
    at: datetime
    explanation: str


def add_intent(connection: Connection, row: IntentRow) -> None:
    """Write an intent; its first event follows in the same transaction."""
    connection.execute(
        print_intent.insert().values(
            intent_id=row.intent_id,
            job_id=row.job_id,
            retry_of=row.retry_of,
            station_id=row.station_id,
            actor_id=row.actor_id,
            printer_serial=row.printer_serial,
            card_count=row.card_count,
            temperature_c=row.temperature_c,
            reason=row.reason,
            created_at=row.created_at.isoformat(),
        )
    )


def add_event(
    connection: Connection,
    intent_id: str,
    state: str,
    serial: str,
    actor_id: str,
    at: datetime,
    details: dict[str, Any],
) -> None:
    """Append a step, chained to the newest one."""
    previous = connection.execute(
        select(print_intent_event.c.hash).order_by(print_intent_event.c.position.desc()).limit(1)
    ).scalar()
    body = cbor2.dumps(details, canonical=True)
    digest = _digest(previous or bytes(32), intent_id, state, serial, actor_id, at.isoformat(), body)
    connection.execute(
        print_intent_event.insert().values(
            intent_id=intent_id,
            state=state,
            serial=serial,
            actor_id=actor_id,
            at=at.isoformat(),
            details=body,
            hash=digest,
        )
    )


def first_broken_event(connection: Connection) -> int | None:
    """Return the position of the first event that does not fit the chain, or None."""
    previous = bytes(32)
    for row in connection.execute(select(print_intent_event).order_by(print_intent_event.c.position)):
        digest = _digest(previous, row.intent_id, row.state, row.serial, row.actor_id, row.at, row.details)
        if digest != row.hash:
            return int(row.position)
        previous = digest
    return None


def intent(connection: Connection, intent_id: str) -> IntentRow | None:
    """Return one intent with its present state."""
    row = connection.execute(_intents().where(print_intent.c.intent_id == intent_id)).first()
    return None if row is None else _intent(row)


def intents_in(connection: Connection, states: tuple[str, ...]) -> list[IntentRow]:
    """Return intents whose present state is one of `states`, oldest first."""
    query = _intents().where(print_intent_head.c.state.in_(states)).order_by(print_intent.c.position)
    return [_intent(row) for row in connection.execute(query)]


def intents_of_job(connection: Connection, job_id: str) -> list[IntentRow]:
    """Return all intents of a job, oldest first."""
    query = _intents().where(print_intent.c.job_id == job_id).order_by(print_intent.c.position)
    return [_intent(row) for row in connection.execute(query)]


def intents_of_serial(connection: Connection, serial: str) -> list[IntentRow]:
    """Return all intents that ever had the chip of this serial."""
    query = _intents().where(print_intent_head.c.serial == serial).order_by(print_intent.c.position)
    return [_intent(row) for row in connection.execute(query)]


def last_intent(connection: Connection) -> IntentRow | None:
    """Return the newest intent."""
    row = connection.execute(_intents().order_by(print_intent.c.position.desc()).limit(1)).first()
    return None if row is None else _intent(row)


def events(connection: Connection, intent_id: str) -> list[EventRow]:
    """Return the steps of an intent, oldest first."""
    query = select(print_intent_event).where(print_intent_event.c.intent_id == intent_id)
    return [_event(row) for row in connection.execute(query.order_by(print_intent_event.c.position))]


def events_between(connection: Connection, states: tuple[str, ...], start: datetime, end: datetime) -> list[EventRow]:
    """Return steps into one of `states` in the half-open time range, oldest first."""
    inside = and_(print_intent_event.c.at >= start.isoformat(), print_intent_event.c.at < end.isoformat())
    query = select(print_intent_event).where(print_intent_event.c.state.in_(states), inside)
    return [_event(row) for row in connection.execute(query.order_by(print_intent_event.c.position))]


def last_event_at(connection: Connection) -> datetime | None:
    """Return when the newest step was written."""
    query = select(print_intent_event.c.at).order_by(print_intent_event.c.position.desc()).limit(1)
    text = connection.execute(query).scalar()
    return None if text is None else datetime.fromisoformat(text)


def count_heads(connection: Connection, states: tuple[str, ...]) -> int:
    """Return how many intents are in one of the states."""
    query = select(func.count()).select_from(print_intent_head).where(print_intent_head.c.state.in_(states))
    return int(connection.execute(query).scalar_one())


def newest_states(connection: Connection, states: tuple[str, ...], most: int) -> list[str]:
    """Return the present states of the newest `most` intents that are in one of `states`, newest first."""
    joined = print_intent.join(print_intent_head, print_intent_head.c.intent_id == print_intent.c.intent_id)
    query = select(print_intent_head.c.state).select_from(joined).where(print_intent_head.c.state.in_(states))
    return list(connection.execute(query.order_by(print_intent.c.position.desc()).limit(most)).scalars())


def add_snapshot(connection: Connection, row: SnapshotRow) -> None:
    """Keep a reading of the printer's counter."""
    connection.execute(
        print_snapshot.insert().values(
            kind=row.kind,
            intent_id=row.intent_id,
            printer_serial=row.printer_serial,
            card_count=row.card_count,
            facts=cbor2.dumps(row.facts, canonical=True),
            at=row.at.isoformat(),
        )
    )


def last_snapshot(connection: Connection, kind: str | None = None) -> SnapshotRow | None:
    """Return the newest reading, of one kind when given."""
    query = select(print_snapshot).order_by(print_snapshot.c.position.desc()).limit(1)
    if kind is not None:
        query = query.where(print_snapshot.c.kind == kind)
    return _snapshot(connection.execute(query).first())


def first_snapshot_of(connection: Connection, printer_serial: str) -> SnapshotRow | None:
    """Return the oldest reading of one printer."""
    query = select(print_snapshot).where(print_snapshot.c.printer_serial == printer_serial)
    return _snapshot(connection.execute(query.order_by(print_snapshot.c.position).limit(1)).first())


def _snapshot(row: Row[Any] | None) -> SnapshotRow | None:
    if row is None:
        return None
    facts = cbor2.loads(row.facts)
    return SnapshotRow(
        row.kind, row.intent_id, row.printer_serial, row.card_count, facts, datetime.fromisoformat(row.at)
    )


def add_anomaly(connection: Connection, row: AnomalyRow) -> None:
    """Keep an anomaly; it stays open until somebody explains it."""
    connection.execute(
        print_anomaly.insert().values(
            anomaly_id=row.anomaly_id,
            kind=row.kind,
            pieces=row.pieces,
            intent_id=row.intent_id,
            serial=row.serial,
            actor_id=row.actor_id,
            at=row.at.isoformat(),
        )
    )


def explain_anomaly(connection: Connection, anomaly_id: str, kind: str, note: str, actor_id: str, at: datetime) -> None:
    """Close an anomaly with its explanation."""
    connection.execute(
        print_explanation.insert().values(
            anomaly_id=anomaly_id, kind=kind, note=note, actor_id=actor_id, at=at.isoformat()
        )
    )


def anomalies(connection: Connection) -> list[AnomalyRow]:
    """Return every anomaly with its explanation, oldest first."""
    joined = print_anomaly.outerjoin(print_explanation, print_explanation.c.anomaly_id == print_anomaly.c.anomaly_id)
    query = select(print_anomaly, print_explanation.c.kind.label("explanation")).select_from(joined)
    return [
        AnomalyRow(
            row.anomaly_id,
            row.kind,
            row.pieces,
            row.intent_id,
            row.serial,
            row.actor_id,
            datetime.fromisoformat(row.at),
            row.explanation or "",
        )
        for row in connection.execute(query.order_by(print_anomaly.c.position))
    ]


def _intents() -> Any:
    joined = print_intent.join(print_intent_head, print_intent_head.c.intent_id == print_intent.c.intent_id)
    return select(print_intent, print_intent_head.c.state, print_intent_head.c.serial).select_from(joined)


def _digest(previous: bytes, *parts: str | bytes) -> bytes:
    return hashlib.sha256(cbor2.dumps([previous, *parts], canonical=True)).digest()


def _intent(row: Row[Any]) -> IntentRow:
    return IntentRow(
        row.intent_id,
        row.job_id,
        row.retry_of,
        row.station_id,
        row.actor_id,
        row.printer_serial,
        row.card_count,
        row.temperature_c,
        row.reason,
        datetime.fromisoformat(row.created_at),
        row.state,
        row.serial,
    )


def _event(row: Row[Any]) -> EventRow:
    details = cbor2.loads(row.details)
    moment = datetime.fromisoformat(row.at)
    return EventRow(row.position, row.intent_id, row.state, row.serial, row.actor_id, moment, details)
