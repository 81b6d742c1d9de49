"""The books of a recording session: attendance list, recording register, recap per school."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from station.domain.nik import masked_nik
from station.domain.person import Sex, age_on
from station.registers.document import BarChart, Cell, Column, Document, Facts, Kind, Table
from station.registers.paper import Head

RECORDED, REFUSED, POSTPONED = "terekam", "ditolak", "tunda"


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """The session a list belongs to."""

    session_id: str
    school: str
    day: date
    operators: tuple[str, ...]
    kit_id: str


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """One student who came; `reason` is in words, times are local."""

    nik: str
    name: str
    class_name: str
    sex: Sex
    birth_date: date
    family_card_seen: bool
    certificate_seen: bool
    attended_at: datetime
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordingLine:
    """One line of the recording register; `may_have_card_from` is the day the person turns 17 (or None)."""

    number: int
    recorded_at: datetime
    nik: str
    name: str
    birth_place: str
    birth_date: date
    sex: Sex
    school: str
    status: str
    exceptions: str
    may_have_card_from: date | None
    operator: str
    kit_id: str
    packet_id: str


def build_attendance_list(session: SessionFacts, lines: Sequence[AttendanceLine], head: Head) -> Document:
    """Return the attendance list, which stays at the school: NIKs are masked."""
    columns = (
        Column("number", head.words("number"), Kind.MARK, 8),
        Column("nik", "NIK", Kind.TEXT, 29),
        Column("name", head.words("name"), Kind.TEXT, 46),
        Column("class_name", head.words("class"), Kind.TEXT, 18),
        Column("sex", head.words("sex"), Kind.MARK, 9),
        Column("birth_date", head.words("birth-date"), Kind.DATE, 19),
        Column("family_card", head.words("family-card"), Kind.MARK, 12),
        Column("certificate", head.words("certificate"), Kind.MARK, 12),
        Column("attended", head.words("arrived"), Kind.TIME, 14),
        Column("outcome", head.words("outcome"), Kind.TEXT, 20),
        Column("reason", head.words("reason"), Kind.TEXT, 34),
        Column("initials", head.words("initials"), Kind.TEXT, 18),
    )
    rows: list[dict[str, Cell]] = [
        {
            "number": str(index),
            "nik": masked_nik(line.nik),
            "name": line.name,
            "class_name": line.class_name,
            "sex": sex_letter(line.sex),
            "birth_date": line.birth_date,
            "family_card": _tick(line.family_card_seen, head),
            "certificate": _tick(line.certificate_seen, head),
            "attended": line.attended_at,
            "outcome": head.words(f"outcome-{line.outcome}"),
            "reason": line.reason,
        }
        for index, line in enumerate(lines, start=1)
    ]
    table = Table(columns, tuple(rows), empty_text=head.words("none"), small=True)
    return head.document(
        "attendance",
        f"{session.day.isoformat()}-{_file_word(session.school)}",
        (_facts(session, head), table, head.signed_by(("headmaster", ""), ("field-operator", _first(session)))),
        landscape=True,
    )


def build_recording_register(
    lines: Sequence[RecordingLine], head: Head, session: SessionFacts | None = None
) -> Document:
    """Return the recording register, kept by the office: full NIKs."""
    columns = (
        Column("number", head.words("number"), Kind.MARK, 10),
        Column("recorded", head.words("day-and-time"), Kind.MARK, 24),
        Column("nik", "NIK", Kind.TEXT, 30),
        Column("name", head.words("name"), Kind.TEXT, 38),
        Column("birth", head.words("birth-place-and-date"), Kind.TEXT, 34),
        Column("sex", head.words("sex"), Kind.MARK, 8),
        Column("school", head.words("school"), Kind.TEXT, 30),
        Column("status", head.words("status"), Kind.TEXT, 24),
        Column("exceptions", head.words("exceptions"), Kind.TEXT, 24),
        Column("card_from", head.words("card-from"), Kind.DATE, 19),
        Column("operator", head.words("operator"), Kind.TEXT, 25),
        Column("packet", head.words("packet"), Kind.TEXT, 20),
        Column("remarks", head.words("remarks"), Kind.TEXT, 16),
    )
    rows: list[dict[str, Cell]] = [
        {
            "number": str(line.number),
            "recorded": line.recorded_at,
            "nik": line.nik,
            "name": line.name,
            "birth": f"{line.birth_place}, {head.catalogue.short_date(line.birth_date)}",
            "sex": sex_letter(line.sex),
            "school": line.school,
            "status": line.status,
            "exceptions": line.exceptions,
            "card_from": line.may_have_card_from,
            "operator": line.operator,
            "packet": line.packet_id[:8],
            "remarks": line.kit_id,
        }
        for line in lines
    ]
    table = Table(columns, tuple(rows), empty_text=head.words("none"), small=True)
    suffix = f"{session.day.isoformat()}-{_file_word(session.school)}" if session else ""
    facts = (_facts(session, head),) if session else ()
    return head.document("recording", suffix, (*facts, table, head.office_head()), landscape=True)


def build_school_recap(school: str, listed: int, lines: Sequence[tuple[date, AttendanceLine]], head: Head) -> Document:
    """Return the recap of a school: by outcome, day, sex and age, with the share of the list that is recorded."""
    recorded = [(day, line) for day, line in lines if line.outcome == RECORDED]
    number = head.catalogue.number
    outcomes = Counter(line.outcome for _day, line in lines)
    share = 100.0 * len(recorded) / listed if listed else 0.0
    figures = Facts(
        (
            (head.words("school"), school),
            (head.words("recap-listed"), number(listed)),
            (head.words("recap-attended"), number(len(lines))),
            (head.words("recap-recorded"), f"{number(len(recorded))} ({number(share, 2)}%)"),
            (head.words("recap-not-recorded"), number(max(0, listed - len(recorded)))),
        )
    )
    chart = BarChart(
        head.words("recap-by-outcome"),
        tuple((head.words(f"outcome-{name}"), outcomes.get(name, 0)) for name in (RECORDED, POSTPONED, REFUSED)),
    )
    tables = (
        _counts(head, "recap-by-day", recorded, lambda day, _line: head.catalogue.short_date(day)),
        _counts(head, "recap-by-sex", recorded, lambda _day, line: line.sex.value),
        _counts(head, "recap-by-age", recorded, lambda day, line: str(age_on(line.birth_date, day))),
        _counts(head, "recap-by-reason", [pair for pair in lines if pair[1].outcome != RECORDED],
                lambda _day, line: f"{head.words(f'outcome-{line.outcome}')}: {line.reason or '-'}"),
    )  # fmt: skip
    return head.document("recap", _file_word(school), (figures, chart, *tables, head.office_head()))


def _counts(
    head: Head,
    caption: str,
    lines: Sequence[tuple[date, AttendanceLine]],
    group: Callable[[date, AttendanceLine], str],
) -> Table:
    counted = Counter(group(day, line) for day, line in lines)
    rows: tuple[dict[str, Cell], ...] = tuple(
        {"group": name, "count": count} for name, count in sorted(counted.items())
    )
    columns = (
        Column("group", head.words(caption), Kind.TEXT, 120),
        Column("count", head.words("count"), Kind.NUMBER, 30, total=True),
    )
    return Table(columns, rows, total_title=head.words("total"), empty_text=head.words("none"))


def sex_letter(sex: Sex) -> str:
    """Return L or P, as lists write it."""
    return "L" if sex is Sex.MALE else "P"


def _facts(session: SessionFacts, head: Head) -> Facts:
    return Facts(
        (
            (head.words("school"), session.school),
            (head.words("day"), f"{head.catalogue.long_date(session.day)}"),
            (head.words("operators"), ", ".join(session.operators)),
            (head.words("kit"), session.kit_id),
        )
    )


def _first(session: SessionFacts) -> str:
    return session.operators[0] if session.operators else ""


def _tick(seen: bool, head: Head) -> str:
    return head.words("yes") if seen else "-"


def _file_word(text: str) -> str:
    """Return a text as part of a file name."""
    return "-".join("".join(sign if sign.isalnum() else " " for sign in text.lower()).split())
