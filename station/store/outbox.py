"""What waits to be sent: written in the same transaction as what it announces.

A `packet` item names a sealed file; an `event` item carries a small CBOR body. The
identifier is made here and stays the same on every repeat.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import Column, Connection, Integer, LargeBinary, String, Table, select, update

from station.store.database import metadata


class OutboxState(Enum):
    """Life of an item: waiting, delivered (receipt held), or set aside with its reason."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One thing to send; `body` is CBOR for events, the file path for packets."""

    item_id: str
    kind: str
    topic: str
    body: bytes
    size: int
    state: OutboxState
    tries: int
    reason: str
    created_at: datetime


outbox = Table(
    "outbox",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("item_id", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("topic", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("reason", String(200), nullable=False, default=""),
    Column("created_at", String(40), nullable=False),
    Column("receipt", LargeBinary),
)


def enqueue(connection: Connection, item_id: str, kind: str, topic: str, body: bytes, size: int, at: datetime) -> None:
    """Add an item to send, in the caller's transaction."""
    connection.execute(
        outbox.insert().values(
            item_id=item_id,
            kind=kind,
            topic=topic,
            body=body,
            size=size,
            state=OutboxState.WAITING.value,
            created_at=at.isoformat(),
        )
    )


def items(connection: Connection, state: OutboxState, kind: str | None = None) -> list[OutboxItem]:
    """Return items in one state, oldest first."""
    query = select(outbox).where(outbox.c.state == state.value).order_by(outbox.c.position)
    if kind is not None:
        query = query.where(outbox.c.kind == kind)
    return [
        OutboxItem(
            item_id=row.item_id,
            kind=row.kind,
            topic=row.topic,
            body=row.body,
            size=row.size,
            state=OutboxState(row.state),
            tries=row.tries,
            reason=row.reason,
            created_at=datetime.fromisoformat(row.created_at),
        )
        for row in connection.execute(query)
    ]


def mark_delivered(connection: Connection, item_id: str, receipt: bytes) -> None:
    """Keep the office's signed receipt; only then may anything be deleted."""
    connection.execute(
        update(outbox)
        .where(outbox.c.item_id == item_id)
        .values(state=OutboxState.DELIVERED.value, receipt=receipt, reason="")
    )


def note_failure(connection: Connection, item_id: str, reason: str, set_aside: bool) -> None:
    """Count a try; a poison item steps aside with its reason and never blocks the rest."""
    state = OutboxState.SET_ASIDE if set_aside else OutboxState.WAITING
    connection.execute(
        update(outbox)
        .where(outbox.c.item_id == item_id)
        .values(state=state.value, tries=outbox.c.tries + 1, reason=reason)
    )


def retry_set_aside(connection: Connection, item_id: str) -> None:
    """Put an item that stepped aside back in the queue."""
    connection.execute(
        update(outbox)
        .where(outbox.c.item_id == item_id, outbox.c.state == OutboxState.SET_ASIDE.value)
        .values(state=OutboxState.WAITING.value, reason="")
    )
