"""The books of the cards: print log, receipt register, surrendered cards, envelope list of a school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from station.domain.nik import masked_nik
from station.registers.document import Cell, Column, Document, Facts, Kind, Table
from station.registers.paper import Head


@dataclass(frozen=True, slots=True)
class PrintLine:
    """What became of one blank; words are those of the catalogue already, times local."""

    at: datetime
    serial: str
    nik: str
    reason: str
    last_step: str
    outcome: str
    cause: str
    operator: str
    printer: str
    temperature_c: float | None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One card handed to its holder; `way` is finger or signature in words."""

    nik: str
    name: str
    serial: str
    printed_on: date
    received_at: datetime
    way: str
    officer: str
    remarks: str
    signature_png: bytes = b""


@dataclass(frozen=True, slots=True)
class SurrenderedLine:
    """One old card that was handed in; it is no blank and has its own destruction."""

    handed_in_on: date
    nik: str
    name: str
    reason: str
    officer: str


@dataclass(frozen=True, slots=True)
class EnvelopeLine:
    """One card in the envelope for a school; `problem` says why it may not be given yet."""

    nik: str
    name: str
    class_name: str
    serial: str
    printed_on: date
    problem: str


def build_print_log(first: date, last: date, lines: Sequence[PrintLine], head: Head) -> Document:
    """Return the print log: one line for every blank that left the hopper."""
    columns = (
        Column("at", head.words("day-and-time"), Kind.MARK, 24),
        Column("serial", head.words("serial"), Kind.TEXT, 32),
        Column("nik", "NIK", Kind.TEXT, 30),
        Column("reason", head.words("print-reason"), Kind.TEXT, 22),
        Column("last_step", head.words("last-step"), Kind.TEXT, 24),
        Column("outcome", head.words("outcome"), Kind.TEXT, 18),
        Column("cause", head.words("cause"), Kind.TEXT, 26),
        Column("operator", head.words("operator"), Kind.TEXT, 28),
        Column("printer", head.words("printer"), Kind.TEXT, 22),
        Column("temperature", head.words("temperature"), Kind.NUMBER, 13),
    )
    rows: list[dict[str, Cell]] = [
        {
            "at": line.at,
            "serial": line.serial,
            "nik": line.nik,
            "reason": line.reason,
            "last_step": line.last_step,
            "outcome": line.outcome,
            "cause": line.cause,
            "operator": line.operator,
            "printer": line.printer,
            "temperature": line.temperature_c,
        }
        for line in lines
    ]
    table = Table(columns, tuple(rows), empty_text=head.words("none"), small=True)
    return head.document(
        "prints", first.isoformat(), (table, head.office_head()), (_period(first, last, head),), landscape=True
    )


def build_receipt_register(first: date, last: date, lines: Sequence[ReceiptLine], head: Head) -> Document:
    """Return the receipt register of cards handed over in person."""
    columns = (
        Column("number", head.words("number"), Kind.MARK, 9),
        Column("nik", "NIK", Kind.TEXT, 30),
        Column("name", head.words("name"), Kind.TEXT, 44),
        Column("serial", head.words("serial"), Kind.TEXT, 30),
        Column("printed", head.words("printed-on"), Kind.DATE, 19),
        Column("received", head.words("received-at"), Kind.MARK, 24),
        Column("way", head.words("way"), Kind.TEXT, 22),
        Column("signature", head.words("receiver-signature"), Kind.PICTURE, 26),
        Column("officer", head.words("officer"), Kind.TEXT, 28),
        Column("remarks", head.words("remarks"), Kind.TEXT, 22),
    )
    rows: list[dict[str, Cell]] = [
        {
            "number": str(index),
            "nik": line.nik,
            "name": line.name,
            "serial": line.serial,
            "printed": line.printed_on,
            "received": line.received_at,
            "way": line.way,
            "signature": line.signature_png,
            "officer": line.officer,
            "remarks": line.remarks,
        }
        for index, line in enumerate(lines, start=1)
    ]
    table = Table(columns, tuple(rows), empty_text=head.words("none"), small=True)
    return head.document(
        "receipts", first.isoformat(), (table, head.office_head()), (_period(first, last, head),), landscape=True
    )


def build_surrendered_cards(first: date, last: date, lines: Sequence[SurrenderedLine], head: Head) -> Document:
    """Return the list of old cards handed in; they are not in the 14 columns."""
    columns = (
        Column("number", head.words("number"), Kind.MARK, 10),
        Column("day", head.words("day"), Kind.DATE, 22),
        Column("nik", "NIK", Kind.TEXT, 34),
        Column("name", head.words("name"), Kind.TEXT, 50),
        Column("reason", head.words("print-reason"), Kind.TEXT, 30),
        Column("officer", head.words("officer"), Kind.TEXT, 34),
    )
    rows: list[dict[str, Cell]] = [
        {
            "number": str(index),
            "day": line.handed_in_on,
            "nik": line.nik,
            "name": line.name,
            "reason": line.reason,
            "officer": line.officer,
        }
        for index, line in enumerate(lines, start=1)
    ]
    table = Table(columns, tuple(rows), empty_text=head.words("none"))
    signatures = head.signed_by(("custodian", ""), ("division-head", ""))
    return head.document("surrendered", first.isoformat(), (table, signatures), (_period(first, last, head),))


def build_envelope_list(school: str, lines: Sequence[EnvelopeLine], head: Head) -> Document:
    """Return what is in the envelope for a school; the list goes along, so NIKs are masked."""
    columns = (
        Column("number", head.words("number"), Kind.MARK, 9),
        Column("nik", "NIK", Kind.TEXT, 32),
        Column("name", head.words("name"), Kind.TEXT, 48),
        Column("class_name", head.words("class"), Kind.TEXT, 20),
        Column("serial", head.words("serial"), Kind.TEXT, 30),
        Column("printed", head.words("printed-on"), Kind.DATE, 20),
        Column("problem", head.words("remarks"), Kind.TEXT, 24),
    )
    rows: list[dict[str, Cell]] = [
        {
            "number": str(index),
            "nik": masked_nik(line.nik),
            "name": line.name,
            "class_name": line.class_name,
            "serial": line.serial,
            "printed": line.printed_on,
            "problem": line.problem,
        }
        for index, line in enumerate(lines, start=1)
    ]
    table = Table(columns, tuple(rows), empty_text=head.words("none"))
    facts = Facts(
        (
            (head.words("school"), school),
            (head.words("envelope-count"), head.catalogue.number(len(lines))),
        )
    )
    stem = "-".join("".join(sign if sign.isalnum() else " " for sign in school.lower()).split())
    people = head.signed_by(("giver", ""), ("school-receiver", ""))
    return head.document("envelopes", stem, (facts, table, people))


def _period(first: date, last: date, head: Head) -> str:
    if first == last:
        return head.catalogue.long_date(first)
    return head.words("period", first=head.catalogue.long_date(first), last=head.catalogue.long_date(last))
