"""Rows of photos taken when a card was given: the name of the sealed file, its digest, and when it was forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, LargeBinary, String, Table, select, update

from station.store.database import metadata

card_photo = Table(
    "card_photo",
    metadata,
    Column("receipt_id", String(32), primary_key=True),
    Column("file_name", String(80), nullable=False),
    Column("sealed_sha256", LargeBinary(32), nullable=False),
    Column("sealed_bytes", Integer, nullable=False),
    Column("taken_at", String(40), nullable=False),
    Column("purged_at", String(40), nullable=False, default=""),
)


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """One photo that is still kept."""

    receipt_id: str
    file_name: str
    sealed_sha256: bytes
    taken_at: datetime


def add_photo(connection: Connection, receipt_id: str, file_name: str, digest: bytes, size: int, at: datetime) -> None:
    """Name the photo of a receipt; there is at most one."""
    connection.execute(
        card_photo.insert().values(
            receipt_id=receipt_id,
            file_name=file_name,
            sealed_sha256=digest,
            sealed_bytes=size,
            taken_at=at.isoformat(),
        )
    )


def kept_photos(connection: Connection) -> dict[str, PhotoRow]:
    """Return the photos that are kept, by receipt."""
    rows = connection.execute(select(card_photo).where(card_photo.c.purged_at == ""))
    return {
        row.receipt_id: PhotoRow(row.receipt_id, row.file_name, row.sealed_sha256, datetime.fromisoformat(row.taken_at))
        for row in rows
    }


def note_purged(connection: Connection, receipt_id: str, at: datetime) -> None:
    """Note that a photo was forgotten; its file goes after this is durable."""
    connection.execute(update(card_photo).where(card_photo.c.receipt_id == receipt_id).values(purged_at=at.isoformat()))
