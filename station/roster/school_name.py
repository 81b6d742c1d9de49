"""A school's name as every place takes it: the importer, a school added by hand, the office's list, a letter of it."""

from __future__ import annotations

from station.domain.errors import BadInput

LONGEST_SCHOOL_NAME = 120


def school_name(text: str) -> str:
    """Return the name with single spaces; raises BadInput when there is none or it is too long for lists and cards."""
    name = " ".join(text.split())
    if not name:
        raise BadInput("roster-school-missing")
    if len(name) > LONGEST_SCHOOL_NAME:
        raise BadInput("roster-school-too-long", count=len(name), most=LONGEST_SCHOOL_NAME)
    return name
