"""Rows of sealed packets: their place in the kit's chain, their file, and when it may be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, LargeBinary, Row, String, Table, select, update

from station.store.database import metadata

packet = Table(
    "packet",
    metadata,
    Column("kit_sequence", Integer, primary_key=True, autoincrement=False),
    Column("packet_id", String(32), nullable=False, unique=True),
    Column("sitting_id", String(32), nullable=False, unique=True),
    Column("session_id", String(32), nullable=False, index=True),
    Column("file_name", String(80), nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("previous_sha256", LargeBinary(32), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed_at", String(40), nullable=False),
    Column("acknowledged_at", String(40), nullable=False, default=""),
    Column("purged_at", String(40), nullable=False, default=""),
)


@dataclass(frozen=True, slots=True)
class PacketRow:
    """One sealed packet; `sha256` is of the whole file, size in bytes."""

    kit_sequence: int
    packet_id: str
    sitting_id: str
    session_id: str
    file_name: str
    sha256: bytes
    previous_sha256: bytes
    size: int
    sealed_at: datetime
    acknowledged_at: datetime | None = None
    purged_at: datetime | None = None


def insert_packet(connection: Connection, row: PacketRow) -> None:
    """Add a packet to the chain."""
    connection.execute(
        packet.insert().values(
            kit_sequence=row.kit_sequence,
            packet_id=row.packet_id,
            sitting_id=row.sitting_id,
            session_id=row.session_id,
            file_name=row.file_name,
            sha256=row.sha256,
            previous_sha256=row.previous_sha256,
            size=row.size,
            sealed_at=row.sealed_at.isoformat(),
        )
    )


def last_packet(connection: Connection) -> PacketRow | None:
    """Return the newest packet of the chain."""
    row = connection.execute(select(packet).order_by(packet.c.kit_sequence.desc()).limit(1)).first()
    return None if row is None else _packet(row)


def packets(connection: Connection, session_id: str | None = None) -> list[PacketRow]:
    """Return the packets of a session, or all, in the order of the chain."""
    query = select(packet).order_by(packet.c.kit_sequence)
    if session_id is not None:
        query = query.where(packet.c.session_id == session_id)
    return [_packet(row) for row in connection.execute(query)]


def note_acknowledged(connection: Connection, packet_id: str, at: datetime) -> None:
    """Keep when the office's receipt was first seen here."""
    connection.execute(update(packet).where(packet.c.packet_id == packet_id).values(acknowledged_at=at.isoformat()))


def note_purged(connection: Connection, packet_id: str, at: datetime) -> None:
    """Keep when the file was deleted."""
    connection.execute(update(packet).where(packet.c.packet_id == packet_id).values(purged_at=at.isoformat()))


def _packet(row: Row[Any]) -> PacketRow:
    return PacketRow(
        kit_sequence=row.kit_sequence,
        packet_id=row.packet_id,
        sitting_id=row.sitting_id,
        session_id=row.session_id,
        file_name=row.file_name,
        sha256=row.sha256,
        previous_sha256=row.previous_sha256,
        size=row.size,
        sealed_at=datetime.fromisoformat(row.sealed_at),
        acknowledged_at=datetime.fromisoformat(row.acknowledged_at) if row.acknowledged_at else None,
        purged_at=datetime.fromisoformat(row.purged_at) if row.purged_at else None,
    )
