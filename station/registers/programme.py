"""The programme's report: schools, students listed, recorded, printed, handed over; with charts that print well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from station.registers.document import BarChart, Block, Cell, Column, Document, Facts, Kind, Table
from station.registers.paper import Head


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school of the programme, in persons."""

    school: str
    listed: int
    attended: int
    recorded: int
    printed: int
    handed_over: int


def build_programme_report(
    first: date, last: date, lines: Sequence[SchoolLine], statuses: Sequence[tuple[str, int]], head: Head
) -> Document:
    """Return what the programme reached in a period; shares are of the listed students."""
    number = head.catalogue.number
    total = SchoolLine("", *(sum(getattr(line, name) for line in lines) for name in _FIELDS))
    facts = Facts(
        (
            (head.words("programme-schools"), number(len(lines))),
            (head.words("recap-listed"), number(total.listed)),
            (head.words("recap-recorded"), f"{number(total.recorded)} ({number(_share(total), 2)}%)"),
            (head.words("programme-printed"), number(total.printed)),
            (head.words("programme-handed"), number(total.handed_over)),
        )
    )
    columns = (
        Column("number", head.words("number"), Kind.MARK, 9),
        Column("school", head.words("school"), Kind.TEXT, 56),
        Column("listed", head.words("recap-listed"), Kind.NUMBER, 20, total=True),
        Column("attended", head.words("recap-attended"), Kind.NUMBER, 20, total=True),
        Column("recorded", head.words("recap-recorded"), Kind.NUMBER, 20, total=True),
        Column("share", head.words("share"), Kind.PERCENT, 18),
        Column("printed", head.words("programme-printed"), Kind.NUMBER, 20, total=True),
        Column("handed", head.words("programme-handed"), Kind.NUMBER, 24, total=True),
    )
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            "number": str(index),
            "school": line.school,
            "listed": line.listed,
            "attended": line.attended,
            "recorded": line.recorded,
            "share": _share(line),
            "printed": line.printed,
            "handed": line.handed_over,
        }
        for index, line in enumerate(lines, start=1)
    )
    charts = (
        BarChart(head.words("programme-chart"), tuple((line.school, float(line.recorded)) for line in lines)),
        BarChart(head.words("programme-statuses"), tuple((code, float(count)) for code, count in statuses)),
    )
    table = Table(columns, rows, total_title=head.words("total"), empty_text=head.words("none"))
    blocks: tuple[Block, ...] = (facts, table, *(chart for chart in charts if chart.bars), head.office_head())
    subtitle = head.words("period", first=head.catalogue.long_date(first), last=head.catalogue.long_date(last))
    return head.document("programme", last.isoformat(), blocks, (subtitle,))


_FIELDS = ("listed", "attended", "recorded", "printed", "handed_over")


def _share(line: SchoolLine) -> float:
    return 100.0 * line.recorded / line.listed if line.listed else 0.0
