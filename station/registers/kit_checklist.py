"""The dated checklist of a kit before it leaves: what was exercised and what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.registers.document import Cell, Column, Document, Facts, Kind, Table
from station.registers.paper import Head
from station.registers.values import clock_time

if TYPE_CHECKING:
    from station.devices.check import CheckItem, CheckReport


def build_kit_checklist(report: CheckReport, head: Head) -> Document:
    """Return the result of a kit check as a signed checklist."""
    columns = (
        Column("number", head.words("number"), Kind.MARK, 9),
        Column("item", head.words("item"), Kind.TEXT, 50),
        Column("device", head.words("device"), Kind.TEXT, 40),
        Column("verdict", head.words("verdict"), Kind.TEXT, 24),
        Column("remarks", head.words("remarks"), Kind.TEXT, 70),
    )
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            "number": str(index),
            "item": head.catalogue.first(*item.titles),
            "device": item.name,
            "verdict": head.words(f"verdict-{item.verdict.value}"),
            "remarks": _remarks(item, head),
        }
        for index, item in enumerate(report.items, start=1)
    )
    started = report.started_at.astimezone(head.made_at.tzinfo)
    facts = Facts(
        (
            (head.words("kit"), report.kit_id),
            (head.words("day"), f"{head.catalogue.long_date(started.date())}, {clock_time(started)}"),
            (head.words("verdict"), head.words("kit-go" if report.go else "kit-stop")),
        )
    )
    table = Table(columns, rows, empty_text=head.words("none"))
    signatures = head.signed_by(("field-operator", ""), day=started.date())
    return head.document("kit", f"{report.kit_id}-{started.date().isoformat()}", (facts, table, signatures))


def _remarks(item: CheckItem, head: Head) -> str:
    causes = [head.catalogue.reason(cause, **{"device": item.name, **item.params}) for cause in item.causes]
    facts = [f"{head.catalogue.text(name)} {value}" for name, value in item.facts.items()]
    return "\n".join(causes + facts)
