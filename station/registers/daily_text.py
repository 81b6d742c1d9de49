"""The daily service text for the messaging group: plain text, under 1,000 characters, no citizen in it.

The figures are those of the day's row of the 14-column report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from station.domain.errors import BadInput
from station.ledger.usage import UsageRow
from station.registers.paper import Head
from station.registers.values import weekday

LONGEST_TEXT = 999


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """What was served on a day besides blanks; `by_school` names schools and their recordings."""

    day: date
    by_school: Mapping[str, int] = field(default_factory=dict)
    at_office: int = 0
    print_ready: int = 0
    sent_for_enrolment: int = 0
    duplicates: int = 0
    failed: int = 0
    suket_today: int = 0
    suket_total: int = 0
    obstacles: str = ""
    officer: str = ""

    @property
    def recorded(self) -> int:
        """Return all recordings of the day."""
        return sum(self.by_school.values()) + self.at_office


def daily_service_text(service: ServiceDay, row: UsageRow, head: Head) -> str:
    """Return the text to paste into the group; raises BadInput when it would be too long."""
    schools: Mapping[str, int] = service.by_school
    text = _text(service, row, head, schools)
    if len(text) > LONGEST_TEXT and schools:
        text = _text(service, row, head, {head.words("text-schools", count=len(schools)): sum(schools.values())})
    if len(text) > LONGEST_TEXT:
        raise BadInput("registers-text-too-long", longest=LONGEST_TEXT)
    return text


def _text(service: ServiceDay, row: UsageRow, head: Head, schools: Mapping[str, int]) -> str:
    catalogue, number = head.catalogue, head.catalogue.number
    lines = [
        f"*{head.words('text-title')}*",
        f"{_regency(head.config.regency)} ({head.config.regency_code})",
        f"{weekday(service.day, catalogue)}, {catalogue.long_date(service.day)}",
        "",
        f"*{head.words('text-recorded')}*: {number(service.recorded)}",
        *(f"- {head.words('text-at-school')}: {number(count)} ({name})" for name, count in schools.items()),
        f"- {head.words('text-at-office')}: {number(service.at_office)}",
        _status(service, head),
        f"*{head.words('text-printed')}*: {number(row.printed)}",
        f"- {head.words('usage-new')} {number(row.printed_new)}",
        f"- {head.words('usage-lost')} {number(row.printed_lost)}",
        f"- {head.words('usage-damaged')} {number(row.printed_damaged)}",
        f"- {head.words('text-data-change')} {number(row.printed_data_change)}",
        f"*{head.words('text-spoiled')}*: {number(row.spoiled)}",
        f"*Suket*: {head.words('text-today')} {number(service.suket_today)} | total {number(service.suket_total)}",
        f"*{head.words('text-blanks')}*",
        f"- {head.words('text-opening')} {number(row.opening + row.carried)}",
        *_movements(row, head),
        f"- {head.words('text-left')} {number(row.closing + row.division_remainder - row.returned)}",
        f"{head.words('text-obstacles')}: {service.obstacles or '-'}",
        f"{head.words('text-officer')}: {service.officer or '-'}",
    ]
    return "\n".join(lines)


def _status(service: ServiceDay, head: Head) -> str:
    counts = (
        ("PRR", service.print_ready),
        ("SFE", service.sent_for_enrolment),
        ("DUP", service.duplicates),
        (head.words("text-failed"), service.failed),
    )
    words = " | ".join(f"{name} {head.catalogue.number(count)}" for name, count in counts)
    return f"*{head.words('text-status')}*: {words}"


def _movements(row: UsageRow, head: Head) -> list[str]:
    number = head.catalogue.number
    lines = []
    if row.received:
        documents = ", ".join(line.number for line in row.receipts)
        lines.append(f"- {head.words('text-in')} {number(row.received)} ({documents})")
    if row.lent:
        lines.append(f"- {head.words('text-lent')} {number(row.lent)}")
    if row.store_adjustment + row.division_adjustment:
        lines.append(f"- {head.words('text-adjusted')} {number(row.store_adjustment + row.division_adjustment)}")
    return lines


def _regency(name: str) -> str:
    kind, _, rest = name.title().partition(" ")
    return f"Kab. {rest}" if kind == "Kabupaten" else f"{kind} {rest}".strip()
