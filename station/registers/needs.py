"""How many blanks are needed until a day: stock, average use, print-ready records, substitute letters. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from station.domain.errors import BadInput
from station.registers.document import BarChart, Document, Facts, Paragraph, Style
from station.registers.paper import Head


@dataclass(frozen=True, slots=True)
class Need:
    """What an office has and will need; pieces, and pieces per calendar day."""

    name: str
    stock: int
    average_per_day: float
    print_ready: int
    suket: int

    def days_left(self) -> int | None:
        """Return how many days the stock lasts at the average use, or None when nothing is used."""
        return math.floor(self.stock / self.average_per_day) if self.average_per_day > 0 else None

    def until(self, today: date, day: date) -> int:
        """Return the pieces missing until a day: `max(0, PRR + suket + average x days - stock)`."""
        if day < today:
            raise BadInput("registers-forecast-past")
        wanted = self.print_ready + self.suket + math.ceil(self.average_per_day * (day - today).days)
        return max(0, wanted - self.stock)


def average_per_day(printed_by_day: dict[date, int], last: date, days: int = 30) -> float:
    """Return printed and spoiled pieces per calendar day over the window of `days` that ends with `last`."""
    first = last - timedelta(days=days - 1)
    return sum(count for day, count in printed_by_day.items() if first <= day <= last) / days


def build_need_report(need: Need, today: date, until: date, head: Head) -> Document:
    """Return stock, use and forecast of one office."""
    number = head.catalogue.number
    days_left = need.days_left()
    facts = Facts(
        (
            (head.words("need-stock"), number(need.stock)),
            (head.words("need-average"), number(need.average_per_day, 2)),
            (head.words("need-print-ready"), number(need.print_ready)),
            (head.words("need-suket"), number(need.suket)),
            (head.words("need-days-left"), "-" if days_left is None else number(days_left)),
            (head.words("need-until", day=head.catalogue.long_date(until)), number(need.until(today, until))),
        )
    )
    steps = [today + timedelta(days=step) for step in (7, 14, 30, 60, 90)]
    chart = BarChart(
        head.words("need-chart"),
        tuple((head.catalogue.short_date(day), float(need.until(today, day))) for day in steps),
        head.words("pieces-unit"),
    )
    note = Paragraph(head.words("need-formula"), Style.NOTE)
    return head.document("need", today.isoformat(), (facts, chart, note, head.office_head(today)), (need.name,))
