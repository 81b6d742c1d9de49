"""Rows of the province's share-outs: every version of every share-out, and the steps of the procedure that are done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, Row, String, Table, Text, func, select

from station.store.database import metadata
from station.store.schema import append_only

allocation_version = Table(
    "allocation_version",
    metadata,
    Column("allocation_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("actor_id", String(32), nullable=False),
    Column("second_id", String(32), nullable=False, default=""),
    Column("content", Text, nullable=False),
)
allocation_step = Table(
    "allocation_step",
    metadata,
    Column("allocation_id", String(32), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("actor_id", String(32), nullable=False),
)
append_only("allocation_version")
append_only("allocation_step")


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One version; `second_id` is who approved it, `content` JSON."""

    allocation_id: str
    version: int
    at: datetime
    actor_id: str
    second_id: str
    content: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the procedure that was done."""

    step: int
    at: datetime
    actor_id: str


def insert_version(connection: Connection, row: AllocationRow) -> None:
    """Keep a version; versions are never changed."""
    connection.execute(
        allocation_version.insert().values(
            allocation_id=row.allocation_id,
            version=row.version,
            at=row.at.isoformat(),
            actor_id=row.actor_id,
            second_id=row.second_id,
            content=row.content,
        )
    )


def newest_versions(connection: Connection) -> list[AllocationRow]:
    """Return the newest version of every share-out, newest share-out first."""
    table = allocation_version.c
    newest = (
        select(table.allocation_id, func.max(table.version).label("version")).group_by(table.allocation_id).subquery()
    )
    query = select(allocation_version).join(
        newest, (table.allocation_id == newest.c.allocation_id) & (table.version == newest.c.version)
    )
    return [_row(row) for row in connection.execute(query.order_by(table.at.desc()))]


def versions(connection: Connection, allocation_id: str) -> list[AllocationRow]:
    """Return every version of a share-out, oldest first."""
    table = allocation_version.c
    query = select(allocation_version).where(table.allocation_id == allocation_id).order_by(table.version)
    return [_row(row) for row in connection.execute(query)]


def insert_step(connection: Connection, allocation_id: str, row: StepRow) -> None:
    """Note that a step was done."""
    values = {"allocation_id": allocation_id, "step": row.step, "at": row.at.isoformat(), "actor_id": row.actor_id}
    connection.execute(allocation_step.insert().values(**values))


def steps(connection: Connection, allocation_id: str) -> dict[int, StepRow]:
    """Return the steps done, by number."""
    query = select(allocation_step).where(allocation_step.c.allocation_id == allocation_id)
    return {
        row.step: StepRow(row.step, datetime.fromisoformat(row.at), row.actor_id) for row in connection.execute(query)
    }


def _row(row: Row[Any]) -> AllocationRow:
    at = datetime.fromisoformat(row.at)
    return AllocationRow(row.allocation_id, row.version, at, row.actor_id, row.second_id, row.content)
