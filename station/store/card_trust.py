"""Rows of the centre's signed lists of who may sign cards; append-only, the highest number counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, Integer, LargeBinary, String, Table, select

from station.store.database import metadata
from station.store.schema import append_only

card_trust = Table(
    "card_trust",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("message", LargeBinary, nullable=False),
    Column("received_at", String(40), nullable=False),
)
append_only("card_trust")


def add_trust(connection: Connection, number: int, message: bytes, at: datetime) -> bool:
    """Keep a list; False when this number was there already."""
    if connection.execute(select(card_trust.c.number).where(card_trust.c.number == number)).first() is not None:
        return False
    connection.execute(card_trust.insert().values(number=number, message=message, received_at=at.isoformat()))
    return True


def newest_trust(connection: Connection) -> bytes | None:
    """Return the list with the highest number, None before one came."""
    row = connection.execute(select(card_trust.c.message).order_by(card_trust.c.number.desc()).limit(1)).first()
    return None if row is None else bytes(row.message)
