"""The province's view: the months of several regencies under each other, with their totals. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from station.registers.document import BarChart, Cell, Column, Document, Kind, Table
from station.registers.paper import Head
from station.registers.regency_files import RegencyMonth


def build_consolidated(months: Sequence[RegencyMonth], head: Head) -> Document:
    """Return the regencies' months under each other with their totals."""
    columns = (
        Column("number", head.words("number"), Kind.MARK, 9),
        Column("name", head.words("regency"), Kind.TEXT, 48),
        Column("month", head.words("month"), Kind.TEXT, 28),
        Column("opening", head.words("consolidated-opening"), Kind.NUMBER, 20, total=True),
        Column("received", head.words("figure-received"), Kind.NUMBER, 20, total=True),
        Column("lent", head.words("figure-lent"), Kind.NUMBER, 20, total=True),
        Column("printed", head.words("figure-printed"), Kind.NUMBER, 20, total=True),
        Column("spoiled", head.words("figure-spoiled"), Kind.NUMBER, 20, total=True),
        Column("closing", head.words("consolidated-closing"), Kind.NUMBER, 20, total=True),
    )
    rows: tuple[dict[str, Cell], ...] = tuple(
        {"number": str(index)} | {column.key: getattr(month, column.key) for column in columns[1:]}
        for index, month in enumerate(months, start=1)
    )
    table = Table(columns, rows, total_title=head.words("total"), empty_text=head.words("none"))
    chart = BarChart(
        head.words("consolidated-closing"),
        tuple((month.name, float(month.closing)) for month in months),
        head.words("pieces-unit"),
    )
    return head.document(
        "consolidated", head.made_at.date().isoformat(), (table, chart, head.office_head()), landscape=True
    )
