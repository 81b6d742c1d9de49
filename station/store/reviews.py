"""Rows of the supervisor's review of recorded sittings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, select

from station.store.database import metadata

sitting_review = Table(
    "sitting_review",
    metadata,
    Column("sitting_id", String(32), primary_key=True),
    Column("decision", String(16), nullable=False),
    Column("reason", String(400), nullable=False, default=""),
    Column("seen", String(8), nullable=False),
    Column("reviewed_by", String(32), nullable=False),
    Column("at", String(40), nullable=False),
)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One decision; `seen` is `seen` when the supervisor looked at the sitting, `sampled` when only others were."""

    sitting_id: str
    decision: str
    reason: str
    seen: str
    reviewed_by: str
    at: datetime


def insert_review(connection: Connection, row: ReviewRow) -> None:
    """Keep a decision."""
    connection.execute(
        sitting_review.insert().values(
            sitting_id=row.sitting_id,
            decision=row.decision,
            reason=row.reason,
            seen=row.seen,
            reviewed_by=row.reviewed_by,
            at=row.at.isoformat(),
        )
    )


def reviews(connection: Connection) -> dict[str, ReviewRow]:
    """Return every decision by sitting."""
    return {
        row.sitting_id: ReviewRow(
            row.sitting_id, row.decision, row.reason, row.seen, row.reviewed_by, datetime.fromisoformat(row.at)
        )
        for row in connection.execute(select(sitting_review))
    }
