"""Official records about blanks: daily hand-over, loan, destruction, discrepancy; quantities in figures and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from station.ledger.entry import Entry, Movement
from station.ledger.usage import UsageRow
from station.registers.document import (
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Kind,
    Paragraph,
    Signature,
    Signatures,
    Style,
    Table,
)
from station.registers.paper import Head
from station.registers.usage_report import remark_words
from station.registers.values import date_in_words, pieces

_SILENT = {Movement.DAY_LOCKED, Movement.MONTH_LOCKED, Movement.COUNT, Movement.DAY_CONFIRMED}


def build_daily_handover(row: UsageRow, entries: Sequence[Entry], names: dict[str, str], head: Head) -> Document:
    """Return the day's issue and return of blanks between custodian and division, for two signatures."""
    columns = (
        Column("time", head.words("time"), Kind.TIME, 16),
        Column("movement", head.words("movement"), Kind.TEXT, 46),
        Column("quantity", head.words("pieces-column"), Kind.NUMBER, 20),
        Column("giver", head.words("giver"), Kind.TEXT, 38),
        Column("receiver", head.words("receiver"), Kind.TEXT, 38),
        Column("document", head.words("record"), Kind.TEXT, 30),
    )
    rows: list[dict[str, Cell]] = [
        {
            "time": entry.at.astimezone(head.made_at.tzinfo),
            "movement": head.words(f"movement-{_movement(entry)}"),
            "quantity": entry.quantity,
            "giver": entry.giver or names.get(entry.actor_id, ""),
            "receiver": names.get(entry.second_id, entry.receiver and names.get(entry.receiver, entry.receiver)),
            "document": entry.document_no,
        }
        for entry in entries
        if entry.movement not in _SILENT
    ]
    blocks: tuple[Block, ...] = (
        Paragraph(head.words("daily-opening", date=date_in_words(row.day, head.catalogue))),
        Table(columns, tuple(rows), empty_text=head.words("none")),
        day_figures(row, head),
        *(Paragraph(remark_words(remark, head.catalogue), Style.NOTE) for remark in row.remarks),
        head.signed_by(("custodian", ""), ("division-head", ""), day=row.day),
    )
    return head.document("daily", row.day.isoformat(), blocks)


def _movement(entry: Entry) -> str:
    kind = f"-{entry.reason}" if entry.movement is Movement.SUKET else ""
    return f"{entry.movement.value.replace('_', '-')}{kind}"


def day_figures(row: UsageRow, head: Head) -> Facts:
    """Return the figures of a day under each other, as the report's row has them."""
    number = head.catalogue.number
    return Facts(
        (
            (head.words("figure-opening"), number(row.opening)),
            (head.words("figure-received"), number(row.received)),
            (head.words("figure-issued"), number(row.issued)),
            (head.words("figure-lent"), number(row.lent)),
            (head.words("figure-printed"), number(row.printed)),
            (head.words("figure-spoiled"), number(row.spoiled)),
            (head.words("figure-returned"), number(row.returned)),
            (head.words("figure-closing"), number(row.closing)),
        )
    )


def build_loan_record(entry: Entry, outstanding: int, head: Head) -> Document:
    """Return the record of blanks lent to or borrowed from another regency."""
    lent = entry.movement in (Movement.LOAN_OUT, Movement.LOAN_IN_REPAID)
    us, them = head.config.office, entry.giver or entry.receiver
    text = (
        _opening(entry, head),
        head.words("loan-object", quantity=pieces(entry.quantity, head.catalogue),
                   giver=us if lent else them, receiver=them if lent else us),
        head.words(f"loan-{entry.movement.value.replace('_', '-')}"),
        head.words("loan-outstanding", quantity=pieces(outstanding, head.catalogue)),
        head.words("record-closing"),
    )  # fmt: skip
    ours, theirs = (head.words("first-party"), head.words("second-party"))[:: 1 if lent else -1]
    people = (replace(head.head_person(), title=ours), Signature(theirs))[:: 1 if lent else -1]
    return _record("loan", entry, text, people, head, head.parties(them, ours_first=lent))


def build_destruction_record(entry: Entry, names: dict[str, str], head: Head) -> Document:
    """Return the record of the destruction of spoiled pieces, with its witnesses."""
    text = (
        _opening(entry, head),
        head.words("destruction-object", quantity=pieces(entry.quantity, head.catalogue)),
        head.words("destruction-manner"),
        head.words("record-closing"),
    )
    people = (
        Signature(head.words("custodian"), names.get(entry.actor_id, "")),
        Signature(head.words("second-official"), names.get(entry.second_id, "")),
        *(Signature(head.words("witness"), str(name)) for name in entry.detail.get("witnesses", [])),
    )
    return _record("destruction", entry, text, people, head)


def build_discrepancy_record(entry: Entry, names: dict[str, str], head: Head) -> Document:
    """Return the record of a difference between book and count, by the two people who explained it."""
    short = entry.debit == "discrepancy"
    text = (
        _opening(entry, head),
        head.words("discrepancy-short" if short else "discrepancy-over",
                   quantity=pieces(entry.quantity, head.catalogue)),
        head.words("discrepancy-reason", reason=str(entry.detail.get("note", ""))),
        head.words("discrepancy-effect"),
        head.words("record-closing"),
    )  # fmt: skip
    people = (
        Signature(head.words("custodian"), names.get(entry.actor_id, "")),
        Signature(head.words("second-official"), names.get(entry.second_id, "")),
    )
    return _record("discrepancy", entry, text, people, head)


def build_shortage_record(entry: Entry, names: dict[str, str], head: Head) -> Document:
    """Return the record of a receipt whose paper and count differ; the count is booked, the paper is not mended."""
    paper, counted = int(entry.detail["paper_quantity"]), entry.quantity
    text = (
        _opening(entry, head, counted_on=entry.day),
        head.words("shortage-object", document=entry.document_no, giver=entry.giver,
                   paper=pieces(paper, head.catalogue), counted=pieces(counted, head.catalogue)),
        head.words("shortage-difference", quantity=pieces(abs(paper - counted), head.catalogue)),
        head.words("shortage-effect"),
        head.words("record-closing"),
    )  # fmt: skip
    people = (
        Signature(head.words("custodian"), names.get(entry.actor_id, "")),
        Signature(head.words("giver")),
    )
    return _record("shortage", entry._replace(document_no=""), text, people, head)


def build_write_off_record(entry: Entry, names: dict[str, str], head: Head) -> Document:
    """Return the record of missing pieces that are written off."""
    text = (
        _opening(entry, head),
        head.words("write-off-object", quantity=pieces(entry.quantity, head.catalogue)),
        head.words("discrepancy-reason", reason=str(entry.detail.get("note", ""))),
        head.words("record-closing"),
    )
    people = (
        Signature(head.words("custodian"), names.get(entry.actor_id, "")),
        Signature(head.words("second-official"), names.get(entry.second_id, "")),
    )
    return _record("write-off", entry, text, people, head)


def _opening(entry: Entry, head: Head, counted_on: date | None = None) -> str:
    """Return the opening with the record's date; a shortage is dated by its count, not by the giver's paper."""
    written = date.fromisoformat(entry.document_date) if entry.document_date else entry.day
    return head.words(
        "record-opening", date=date_in_words(counted_on or written, head.catalogue), place=head.config.city
    )


def _record(
    kind: str,
    entry: Entry,
    text: tuple[str, ...],
    people: tuple[Signature, ...],
    head: Head,
    parties: Facts | None = None,
) -> Document:
    number = entry.document_no or f"{entry.station}/{entry.seq}"
    blocks: list[Block] = [Paragraph(line) for line in text if line]
    if parties is not None:
        blocks.insert(1, parties)
    halves = [people[index : index + 2] for index in range(0, len(people), 2)]
    for index, pair in enumerate(halves):
        place = head.place_and_date(entry.day) if index == 0 else ""
        blocks.append(Signatures(place, pair))
    return head.document(
        kind, f"{entry.day.isoformat()}-{entry.seq}", tuple(blocks), (head.words("record-number", number=number),)
    )
