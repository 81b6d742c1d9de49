"""The province's view: the months of several regencies under each other, with their totals. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from station.registers.document import BarChart, Cell, Column, Document, Kind, Paragraph, Style, Table
from station.registers.needs import Need
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


def build_forecast(needs: Sequence[Need], today: date, until: date, head: Head) -> Document:
    """Return every regency's stock, use, waiting cards and what it lacks until a day; the total is the request."""
    columns = (
        Column("number", head.words("number"), Kind.MARK, 9),
        Column("name", head.words("regency"), Kind.TEXT, 62),
        Column("stock", head.words("need-stock"), Kind.NUMBER, 26, total=True),
        Column("average", head.words("need-average"), Kind.NUMBER, 30),
        Column("print_ready", "PRR", Kind.NUMBER, 26, total=True),
        Column("suket", "Suket", Kind.NUMBER, 26, total=True),
        Column("days_left", head.words("need-days-left"), Kind.NUMBER, 30),
        Column("wanted", head.words("allocation-wanted"), Kind.NUMBER, 28, total=True),
    )
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            "number": str(index),
            "name": need.name,
            "stock": need.stock,
            "average": need.average_per_day,
            "print_ready": need.print_ready,
            "suket": need.suket,
            "days_left": need.days_left(),
            "wanted": need.until(today, until),
        }
        for index, need in enumerate(needs, start=1)
    )
    table = Table(columns, rows, total_title=head.words("total"), empty_text=head.words("none"))
    note = Paragraph(head.words("need-formula"), Style.NOTE)
    subtitle = head.words("forecast-until", day=head.catalogue.long_date(until))
    blocks = (note, table, head.office_head(today))
    return head.document("forecast", today.isoformat(), blocks, (subtitle,), landscape=True)
