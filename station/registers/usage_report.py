"""The blank usage report of 14 columns: one month, one row a day, for signature by the head of the office."""

from __future__ import annotations

from datetime import date

from station.ledger.entry import Movement
from station.ledger.usage import DocumentLine, Remark, UsageMonth, UsageRow
from station.messages.catalogue import Catalogue
from station.registers.document import Cell, Column, Document, Kind, Paragraph, Style, Table
from station.registers.paper import Head
from station.registers.values import month_name

_LOANS = {Movement.LOAN_IN, Movement.LOAN_OUT_REPAID, Movement.LOAN_OUT, Movement.LOAN_IN_REPAID}
_CLOSING = "{store_balance}-{issued}-{lent}+{returned}+{store_adjustment}"
_REMAINDER = (
    "{carried}+{issued}-{printed_new}-{printed_lost}-{printed_damaged}-{printed_data_change}-{spoiled}"
    "+{division_adjustment}"
)


def build_usage_report(usage: UsageMonth, head: Head, signed_on: date | None = None) -> Document:
    """Return the month's report; columns 8 to 12 are counted from the print log, columns 4 and 13 have no total.

    Days that have not come yet stay empty.
    """
    catalogue = head.catalogue
    table = Table(
        columns=usage_columns(catalogue),
        rows=tuple(
            usage_cells(row, catalogue) if row.day <= head.made_at.date() else {"day": f"{row.day.day}"}
            for row in usage.rows
        ),
        carried={
            "receipts": head.words("usage-carried"),
            "store_balance": usage.opening,
            "closing": usage.opening,
            "returned": 0,
            "division_remainder": usage.rows[0].carried or None,
        },
        total_title=head.words("total"),
        small=True,
    )
    return head.document(
        "usage",
        f"{usage.year:04d}-{usage.month:02d}",
        (Paragraph(head.words("usage-unit"), Style.NOTE), table, head.office_head(signed_on)),
        subtitles=(
            head.words("usage-regency", regency=head.config.regency),
            head.words("usage-month", month=month_name(usage.year, usage.month, catalogue)),
        ),
        landscape=True,
    )


def usage_columns(catalogue: Catalogue) -> tuple[Column, ...]:
    """Return the 14 columns of the field and the helper columns that the formulas need."""

    def words(name: str) -> str:
        return catalogue.text(f"registers-usage-{name}")

    number, incoming, outgoing = Kind.NUMBER, words("in"), words("out")
    printed = words("printed")
    return (
        Column("day", words("day"), Kind.MARK, 9, number=1),
        Column("receipts", words("receipts"), Kind.TEXT, 40, group=incoming, number=2),
        Column("received", words("quantity"), number, 13, group=incoming, total=True, number=3),
        Column("store_balance", words("balance"), number, 15, number=4, formula="{closing<}+{received}"),
        Column("issued", words("issued"), number, 18, group=outgoing, total=True, number=5),
        Column("loans", words("loan-record"), Kind.TEXT, 34, group=outgoing, number=6),
        Column("lent", words("loan-quantity"), number, 13, group=outgoing, total=True, number=7),
        Column("printed_new", words("new"), number, 12, group=printed, total=True, number=8),
        Column("printed_lost", words("lost"), number, 12, group=printed, total=True, number=9),
        Column("printed_damaged", words("damaged"), number, 12, group=printed, total=True, number=10),
        Column("printed_data_change", words("data-change"), number, 18, group=printed, total=True, number=11),
        Column("spoiled", words("spoiled"), number, 14, total=True, number=12),
        Column("division_remainder", words("remainder"), number, 15, number=13, formula=_REMAINDER),
        Column("remarks", words("remarks"), Kind.TEXT, 40, number=14),
        Column("carried", words("carried"), number, 14, helper=True,
               formula="{division_remainder<}-{returned<}", first_formula="N({division_remainder<})-N({returned<})"),
        Column("returned", words("returned"), number, 14, helper=True),
        Column("store_adjustment", words("store-adjustment"), number, 14, helper=True),
        Column("division_adjustment", words("division-adjustment"), number, 14, helper=True),
        Column("closing", words("closing"), number, 14, helper=True, formula=_CLOSING),
    )  # fmt: skip


def usage_cells(row: UsageRow, catalogue: Catalogue) -> dict[str, Cell]:
    """Return one day as cells by column key."""
    return {
        "day": f"{row.day.day}",
        "receipts": "\n".join(_document(line, catalogue) for line in row.receipts),
        "received": row.received,
        "store_balance": row.store_balance,
        "issued": row.issued,
        "loans": "\n".join(_document(line, catalogue) for line in row.loans),
        "lent": row.lent,
        "printed_new": row.printed_new,
        "printed_lost": row.printed_lost,
        "printed_damaged": row.printed_damaged,
        "printed_data_change": row.printed_data_change,
        "spoiled": row.spoiled,
        "division_remainder": row.division_remainder,
        "remarks": "\n".join(remark_words(remark, catalogue) for remark in row.remarks),
        "carried": row.carried,
        "returned": row.returned,
        "store_adjustment": row.store_adjustment,
        "division_adjustment": row.division_adjustment,
        "closing": row.closing,
    }


def remark_words(remark: Remark, catalogue: Catalogue) -> str:
    """Return one remark of column 14."""
    return catalogue.text(remark.message_id, **remark.params)


def _document(line: DocumentLine, catalogue: Catalogue) -> str:
    day = catalogue.short_date(date.fromisoformat(line.day)) if line.day else ""
    words = catalogue.text("registers-usage-document", number=line.number, day=day)
    if line.movement in _LOANS:
        words += f" ({line.partner})"
    return words
