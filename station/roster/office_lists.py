"""A school's list that the office sends: checked like one from a workbook, then stored the same way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from station.domain.clock import Clock
from station.domain.errors import BadInput, Refused, Tampered
from station.domain.identifiers import IdSource
from station.domain.nik import NikParts, parse_nik
from station.domain.person import Sex
from station.keys.letters import LetterBox
from station.roster.importing import store_rows
from station.roster.preview import RosterRow
from station.roster.school_name import school_name
from station.staff.audit import AuditLog
from station.staff.roster import OFFICE
from station.store import rosters
from station.store.database import Transaction

KIND = "school_roster"
MOST_STUDENTS = 5_000


class OfficeLists:
    """Applies the school lists of the feed."""

    def __init__(self, clock: Clock, ids: IdSource, audit: AuditLog, letters: LetterBox) -> None:
        self._clock, self._ids = clock, ids
        self._audit = audit
        self._letters = letters

    def apply(self, connection: Transaction, body: dict[str, Any], at: datetime) -> None:
        """Take one list, in the caller's transaction; students known already are updated, none is removed.

        Raises Tampered for a letter that is not this office's or not for this kit or makes no sense, Refused for one
        that is older than the list in use, or over.
        """
        letter = self._letters.opened(KIND, body)
        if letter.expires_at <= max(self._clock.now(), letter.issued_at):
            raise Refused("roster-letter-over", at=letter.expires_at)
        name, found = _rows(letter.content)
        known = rosters.school_named(connection, name)
        if known is not None and letter.serial <= rosters.letter_serial(connection, known.school_id):
            raise Refused("roster-letter-older", school=name)
        done = store_rows(connection, name, found, self._ids, OFFICE, at)
        rosters.put_letter_serial(connection, done.school.school_id, letter.serial)
        counts = {"added": done.added, "updated": done.updated}
        self._audit.write(OFFICE, "school-roster-applied", done.school.school_id, serial=letter.serial, **counts)


def list_content(school: str, found: tuple[RosterRow, ...]) -> dict[str, Any]:
    """Return a school's list as the content of a letter."""
    students = [
        {
            "number": row.number,
            "nik": row.nik,
            "name": row.name,
            "birth_place": row.birth_place,
            "birth_date": row.birth_date.isoformat(),
            "sex": row.sex.value,
            "class_name": row.class_name,
        }
        for row in found
    ]
    return {"school": school, "students": students}


def _rows(content: dict[str, Any]) -> tuple[str, list[RosterRow]]:
    """Read a list; one student who makes no sense spoils the whole: the office checked it before it was sent."""
    try:
        name = school_name(str(content["school"]))
        students = list(content["students"])
        found = [_row(number, entry) for number, entry in enumerate(students, 1)]
    except (KeyError, TypeError, ValueError, BadInput) as error:
        raise Tampered("letter-malformed") from error
    if not 0 < len(found) <= MOST_STUDENTS:
        raise Tampered("letter-malformed")
    if len({row.nik for row in found}) != len(found):
        raise Tampered("letter-malformed")
    return name, found


def _row(position: int, entry: dict[str, Any]) -> RosterRow:
    nik = str(entry["nik"])
    if not isinstance(parse_nik(nik), NikParts):
        raise Tampered("letter-malformed")
    return RosterRow(
        sheet="",
        row=position,
        number=int(entry["number"]),
        nik=nik,
        name=str(entry["name"])[:120],
        birth_place=str(entry["birth_place"])[:80],
        birth_date=date.fromisoformat(str(entry["birth_date"])),
        sex=Sex(entry["sex"]),
        class_name=str(entry["class_name"])[:40],
    )
