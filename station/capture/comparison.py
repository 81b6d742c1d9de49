"""Compares the school's list with SIAK, field by field; a difference is shown, never repaired here."""

from __future__ import annotations

from dataclasses import dataclass

from station.domain.nik import NikParts, parse_nik
from station.domain.person import Biodata
from station.store.rosters import Student

COMPARED_FIELDS = ("nik", "name", "birth_place", "birth_date", "sex")


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field as the list and as SIAK have it; `message_id` names the field in the catalogue."""

    field: str
    message_id: str
    roster_value: str
    siak_value: str
    same: bool


def compare_fields(student: Student, siak: Biodata | None) -> list[FieldComparison]:
    """Return every compared field; without a SIAK record its side is empty and nothing is the same."""
    roster = {
        "nik": student.nik,
        "name": student.name,
        "birth_place": student.birth_place,
        "birth_date": student.birth_date.isoformat(),
        "sex": student.sex.value,
    }
    registry = {} if siak is None else siak.as_dict()
    return [
        FieldComparison(
            field=field,
            message_id=f"field-{field.replace('_', '-')}",
            roster_value=roster[field],
            siak_value=registry.get(field, ""),
            same=folded(roster[field]) == folded(registry.get(field, "")),
        )
        for field in COMPARED_FIELDS
    ]


def folded(value: str) -> str:
    """Return a value as it is compared: upper case, letters and digits with single spaces."""
    kept = "".join(sign if sign.isalnum() else " " for sign in value.upper())
    return " ".join(kept.split())


def nik_agrees(biodata: Biodata) -> bool:
    """Tell whether the birth date in the NIK is that of SIAK; a difference is a warning only."""
    parts = parse_nik(biodata.nik)
    return isinstance(parts, NikParts) and parts.could_be_born_on(biodata.birth_date)
