"""Rows of the audit log: append-only, each with the hash of the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, LargeBinary, Row, String, Table, func, select

from station.store.database import metadata
from station.store.schema import append_only

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("at", String(40), nullable=False),
    Column("actor_id", String(32), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("details", LargeBinary, nullable=False),
    Column("previous_hash", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
append_only("audit_entry")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry as stored; `details` is canonical CBOR."""

    position: int
    at: datetime
    actor_id: str
    action: str
    subject: str
    details: bytes
    previous_hash: bytes
    hash: bytes
    signature: bytes


def last(connection: Connection) -> AuditRow | None:
    """Return the newest entry."""
    query = select(audit_entry).order_by(audit_entry.c.position.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _row(row)


def append(connection: Connection, row: AuditRow) -> None:
    """Add an entry."""
    connection.execute(
        audit_entry.insert().values(
            position=row.position,
            at=row.at.isoformat(),
            actor_id=row.actor_id,
            action=row.action,
            subject=row.subject,
            details=row.details,
            previous_hash=row.previous_hash,
            hash=row.hash,
            signature=row.signature,
        )
    )


def entries(connection: Connection, after: int = 0) -> Iterator[AuditRow]:
    """Yield entries in order, from the one behind position `after`."""
    query = select(audit_entry).where(audit_entry.c.position > after).order_by(audit_entry.c.position)
    for row in connection.execute(query):
        yield _row(row)


def latest_moment(connection: Connection, after: int) -> datetime | None:
    """Return the latest moment that any entry behind position `after` names: the clock may have been set back since."""
    query = select(func.max(audit_entry.c.at)).where(audit_entry.c.position > after)
    found = connection.execute(query).scalar()
    return None if found is None else datetime.fromisoformat(found)


def about(connection: Connection, subject: str) -> list[AuditRow]:
    """Return the entries of one subject (a sitting, a session, an account)."""
    query = select(audit_entry).where(audit_entry.c.subject == subject).order_by(audit_entry.c.position)
    return [_row(row) for row in connection.execute(query)]


def newest_positions(connection: Connection, action: str) -> dict[str, int]:
    """Return, for each subject of an action, where the newest entry of it stands: an order that no clock disturbs."""
    newest = func.max(audit_entry.c.position).label("newest")
    query = select(audit_entry.c.subject, newest).where(audit_entry.c.action == action).group_by(audit_entry.c.subject)
    return {row.subject: row.newest for row in connection.execute(query)}


def _row(row: Row[Any]) -> AuditRow:
    values = row._asdict()
    values["at"] = datetime.fromisoformat(values["at"])
    return AuditRow(**values)
