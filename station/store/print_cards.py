"""Rows of printed cards on their way to the holder: custody events and receipts, append-only; and the print log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import cbor2
from sqlalchemy import Column, Connection, Float, Integer, LargeBinary, Row, String, Table, select

from station.store.card_photos import kept_photos
from station.store.database import metadata
from station.store.print_intents import print_intent, print_intent_event, print_intent_head
from station.store.print_jobs import print_job
from station.store.schema import append_only

PROXY_REFUSED = "kuasa_ditolak"  # an event of a card that moves it nowhere

card_custody = Table(
    "card_custody",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(32), nullable=False, index=True),
    Column("event", String(20), nullable=False),
    Column("note", String(200), nullable=False),
    Column("actor_id", String(32), nullable=False),
    Column("at", String(40), nullable=False),
)

card_receipt = Table(
    "card_receipt",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("receipt_id", String(32), nullable=False, unique=True),
    Column("job_id", String(32), nullable=False, unique=True),
    Column("serial", String(32), nullable=False),
    Column("way", String(20), nullable=False),
    Column("score", Float, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("signature_png", LargeBinary, nullable=False),
    Column("actor_id", String(32), nullable=False),
    Column("at", String(40), nullable=False),
)

for _table in ("card_custody", "card_receipt"):
    append_only(_table)


@dataclass(frozen=True, slots=True)
class CardRow:
    """One printed card: its job, its chip and when it was confirmed."""

    job_id: str
    record_id: str
    intent_id: str
    serial: str
    nik: str
    name: str
    reason: str
    state: str
    printed_at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One hand-over as the receipt register shows it; `photo` names the sealed file, empty without one."""

    receipt_id: str
    job_id: str
    serial: str
    nik: str
    name: str
    way: str
    score: float
    reason: str
    signature_png: bytes
    actor_id: str
    printed_at: datetime
    at: datetime
    photo: str = ""


@dataclass(frozen=True, slots=True)
class PrintLogRow:
    """One line of the print log: what became of one blank."""

    at: datetime
    serial: str
    nik: str
    name: str
    reason: str
    last_step: str
    outcome: str
    cause: str
    actor_id: str
    printer_serial: str
    temperature_c: int
    intent_id: str
    retry_of: str


def card(connection: Connection, job_id: str) -> CardRow | None:
    """Return the printed card of one job."""
    row = connection.execute(_cards().where(print_job.c.job_id == job_id)).first()
    return None if row is None else _card(row)


def cards(connection: Connection, *states: str) -> list[CardRow]:
    """Return printed cards whose job is in one of `states` (all when none is given), oldest first."""
    query = _cards()
    if states:
        query = query.where(print_job.c.state.in_(states))
    return [_card(row) for row in connection.execute(query)]


def _cards() -> Any:
    event, job = print_intent_event, print_job
    return (
        select(
            job.c.job_id,
            job.c.record_id,
            event.c.intent_id,
            event.c.serial,
            job.c.nik,
            job.c.name,
            job.c.reason,
            job.c.state,
            event.c.at,
        )
        .select_from(
            event.join(print_intent, print_intent.c.intent_id == event.c.intent_id).join(
                job, job.c.job_id == print_intent.c.job_id
            )
        )
        .where(event.c.state == "ok")
        .order_by(event.c.position)
    )


def _card(row: Row[Any]) -> CardRow:
    return CardRow(
        row.job_id,
        row.record_id,
        row.intent_id,
        row.serial,
        row.nik,
        row.name,
        row.reason,
        row.state,
        datetime.fromisoformat(row.at),
    )


def add_custody(connection: Connection, job_id: str, event: str, note: str, actor_id: str, at: datetime) -> None:
    """Note where a card went, or that it was looked at."""
    connection.execute(
        card_custody.insert().values(job_id=job_id, event=event, note=note, actor_id=actor_id, at=at.isoformat())
    )


def newest_custody(connection: Connection) -> dict[str, str]:
    """Return for every card the newest event that says where it is."""
    tells = card_custody.c.event != PROXY_REFUSED
    query = select(card_custody.c.job_id, card_custody.c.event).where(tells).order_by(card_custody.c.position)
    return {row.job_id: str(row.event) for row in connection.execute(query)}


def custody_of(connection: Connection, job_id: str) -> list[tuple[str, str, datetime]]:
    """Return event, note and moment of one card's way, oldest first."""
    query = select(card_custody).where(card_custody.c.job_id == job_id).order_by(card_custody.c.position)
    return [(row.event, row.note, datetime.fromisoformat(row.at)) for row in connection.execute(query)]


def add_receipt(connection: Connection, row: ReceiptRow) -> None:
    """Write a hand-over; a card has at most one."""
    connection.execute(
        card_receipt.insert().values(
            receipt_id=row.receipt_id,
            job_id=row.job_id,
            serial=row.serial,
            way=row.way,
            score=row.score,
            reason=row.reason,
            signature_png=row.signature_png,
            actor_id=row.actor_id,
            at=row.at.isoformat(),
        )
    )


def receipts(connection: Connection) -> list[ReceiptRow]:
    """Return the receipt register, oldest first."""
    printed = {card.job_id: card for card in cards(connection)}
    photos = {key: row.file_name for key, row in kept_photos(connection).items()}
    rows = connection.execute(select(card_receipt).order_by(card_receipt.c.position))
    return [_receipt(row, printed[row.job_id], photos.get(row.receipt_id, "")) for row in rows if row.job_id in printed]


def print_log(connection: Connection, start: datetime, end: datetime) -> list[PrintLogRow]:
    """Return what became of every blank in the half-open time range, by the moment of its outcome."""
    event, head = print_intent_event, print_intent_head
    final = ("ok", "spoiled", "unresolved")
    joined = (
        event.join(head, head.c.intent_id == event.c.intent_id)
        .join(print_intent, print_intent.c.intent_id == event.c.intent_id)
        .join(print_job, print_job.c.job_id == print_intent.c.job_id)
    )
    query = (
        select(event, print_intent, print_job.c.nik, print_job.c.name, event.c.actor_id.label("by"))
        .select_from(joined)
        .where(event.c.state == head.c.state, event.c.state.in_(final))
        .where(event.c.at >= start.isoformat(), event.c.at < end.isoformat())
        .order_by(event.c.position)
    )
    return [_log_row(connection, row) for row in connection.execute(query)]


def _log_row(connection: Connection, row: Row[Any]) -> PrintLogRow:
    steps = select(print_intent_event.c.state).where(
        print_intent_event.c.intent_id == row.intent_id, print_intent_event.c.position < row.position
    )
    last = connection.execute(steps.order_by(print_intent_event.c.position.desc()).limit(1)).scalar()
    return PrintLogRow(
        at=datetime.fromisoformat(row.at),
        serial=row.serial,
        nik=row.nik,
        name=row.name,
        reason=row.reason,
        last_step=str(last or ""),
        outcome=row.state,
        cause=str(cbor2.loads(row.details).get("cause", "")),
        actor_id=row.by,
        printer_serial=row.printer_serial,
        temperature_c=row.temperature_c,
        intent_id=row.intent_id,
        retry_of=row.retry_of,
    )


def _receipt(row: Row[Any], card: CardRow, photo: str) -> ReceiptRow:
    return ReceiptRow(
        row.receipt_id,
        row.job_id,
        row.serial,
        card.nik,
        card.name,
        row.way,
        row.score,
        row.reason,
        row.signature_png,
        row.actor_id,
        card.printed_at,
        datetime.fromisoformat(row.at),
        photo,
    )
