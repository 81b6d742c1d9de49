"""What the office told this kit and how far sync has come: statuses, inbox, cursors, data use.

A status code that is not known here is kept as text and shown as it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, LargeBinary, Row, String, Table, delete, select
from sqlalchemy.dialects.sqlite import insert

from station.domain.status import RecordStatus
from station.store.database import metadata


@dataclass(frozen=True, slots=True)
class RecordStatusRow:
    """The latest status of one record; `at` is when it took that status at its owner."""

    nik: str
    packet_id: str
    status: str
    at: datetime
    note: str
    learnt_at: datetime


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One thing the office sent: its place in this kit's feed, its kind and its CBOR body."""

    number: int
    kind: str
    body: bytes
    at: datetime


record_status = Table(
    "record_status",
    metadata,
    Column("nik", String(16), primary_key=True),
    Column("packet_id", String(32), nullable=False),
    Column("status", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Column("note", String(400), nullable=False, default=""),
    Column("learnt_at", String(40), nullable=False),
)

record_status_history = Table(
    "record_status_history",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("nik", String(16), nullable=False, index=True),
    Column("packet_id", String(32), nullable=False),
    Column("status", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Column("note", String(400), nullable=False, default=""),
)

inbox_refused = Table(
    "inbox_refused",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", String(40), nullable=False),
    Column("reason", String(400), nullable=False),
)

sync_state = Table(
    "sync_state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

sync_usage = Table(
    "sync_usage",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("link", String(8), primary_key=True),
    Column("wire_bytes", Integer, nullable=False),
)


def set_status(
    connection: Connection, nik: str, packet_id: str, status: str, at: datetime, note: str, learnt_at: datetime
) -> None:
    """Note a status that others tell; one that is older than what is known goes to the history only.

    What others say of a packet comes after its recording, whatever this kit's clock said when it was recorded.
    """
    known = connection.execute(select(record_status).where(record_status.c.nik == nik)).first()
    values = _note_in_history(connection, nik, packet_id, status, at, note)
    if known is not None and datetime.fromisoformat(known.at) > at:
        recorded_here = RecordStatus.BIO_CAPTURED.value, packet_id
        if (known.status, known.packet_id) != recorded_here:
            return
    _put_status(connection, values, learnt_at)


def set_own_status(connection: Connection, nik: str, packet_id: str, status: str, at: datetime) -> None:
    """Note a status that came about on this kit just now: it is the newest, even when the clock was set back."""
    _put_status(connection, _note_in_history(connection, nik, packet_id, status, at, ""), at)


def _note_in_history(
    connection: Connection, nik: str, packet_id: str, status: str, at: datetime, note: str
) -> dict[str, str]:
    values = {"nik": nik, "packet_id": packet_id, "status": status, "at": at.isoformat(), "note": note[:400]}
    connection.execute(record_status_history.insert().values(**values))
    return values


def _put_status(connection: Connection, values: dict[str, str], learnt_at: datetime) -> None:
    values = {**values, "learnt_at": learnt_at.isoformat()}
    statement = insert(record_status).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["nik"], set_=values))


def status_of(connection: Connection, nik: str) -> RecordStatusRow | None:
    """Return the latest status of a NIK, or None when there is no record."""
    row = connection.execute(select(record_status).where(record_status.c.nik == nik)).first()
    return None if row is None else _status_row(row)


def statuses(connection: Connection) -> list[RecordStatusRow]:
    """Return the latest status of every record, oldest change first."""
    return [_status_row(row) for row in connection.execute(select(record_status).order_by(record_status.c.at))]


def history_of(connection: Connection, nik: str) -> list[tuple[str, datetime, str]]:
    """Return status, moment and note of everything learnt about a NIK, in the order learnt."""
    table = record_status_history
    query = select(table).where(table.c.nik == nik).order_by(table.c.position)
    return [(row.status, datetime.fromisoformat(row.at), row.note) for row in connection.execute(query)]


def refuse_inbox(connection: Connection, item: InboxItem, reason: str) -> None:
    """Set a feed item aside that could not be applied; the rest of the feed goes on."""
    values = {"kind": item.kind, "body": item.body, "at": item.at.isoformat(), "reason": reason[:400]}
    statement = insert(inbox_refused).values(number=item.number, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=values))


def refused_inbox(connection: Connection) -> list[tuple[InboxItem, str]]:
    """Return the feed items that were set aside, each with its reason."""
    query = select(inbox_refused).order_by(inbox_refused.c.number)
    return [
        (InboxItem(row.number, row.kind, row.body, datetime.fromisoformat(row.at)), row.reason)
        for row in connection.execute(query)
    ]


def forget_refused(connection: Connection, number: int) -> None:
    """Drop a set-aside item after it was applied at last."""
    connection.execute(delete(inbox_refused).where(inbox_refused.c.number == number))


def get_state(connection: Connection, name: str) -> bytes | None:
    """Return a value kept by `put_state`."""
    value = connection.execute(select(sync_state.c.value).where(sync_state.c.name == name)).scalar()
    return None if value is None else bytes(value)


def put_state(connection: Connection, name: str, value: bytes | None) -> None:
    """Keep a small value by name; None forgets it."""
    if value is None:
        connection.execute(delete(sync_state).where(sync_state.c.name == name))
        return
    statement = insert(sync_state).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def add_usage(connection: Connection, day: str, link: str, wire_bytes: int) -> None:
    """Count bytes that crossed a link on a local day (ISO 8601)."""
    statement = insert(sync_usage).values(day=day, link=link, wire_bytes=wire_bytes)
    total = {"wire_bytes": sync_usage.c.wire_bytes + wire_bytes}
    connection.execute(statement.on_conflict_do_update(index_elements=["day", "link"], set_=total))


def usage(connection: Connection, day: str, link: str) -> int:
    """Return the bytes that crossed a link on a local day."""
    query = select(sync_usage.c.wire_bytes).where(sync_usage.c.day == day, sync_usage.c.link == link)
    return int(connection.execute(query).scalar() or 0)


def _status_row(row: Row[Any]) -> RecordStatusRow:
    return RecordStatusRow(
        nik=row.nik,
        packet_id=row.packet_id,
        status=row.status,
        at=datetime.fromisoformat(row.at),
        note=row.note,
        learnt_at=datetime.fromisoformat(row.learnt_at),
    )
