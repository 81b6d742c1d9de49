"""Imports a roster workbook: preview first, then the good rows, then the rejected rows as a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from station.domain.clock import WITA, Clock, local_date
from station.domain.errors import NotFound
from station.domain.identifiers import IdSource
from station.domain.staff import Actor
from station.messages.catalogue import Catalogue
from station.roster.preview import RosterPreview, RosterRow, preview_workbook
from station.roster.rejects import write_rejects_workbook
from station.store import rosters
from station.store.database import Database, Transaction
from station.store.rosters import School, Student


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: students added, changed, unchanged, and rows left out."""

    school: School
    added: int
    updated: int
    unchanged: int
    rejected: int


class RosterImport:
    """Reads rosters into the local database; nothing is stored before `commit`."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource, zone: ZoneInfo = WITA) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._zone = zone

    def preview(self, path: Path, school: str) -> RosterPreview:
        """Read a file and tell what an import would do; raises BadInput when there is no student list in it."""
        today = local_date(self._clock.now(), self._zone)
        return preview_workbook(path, school, today, self._other_schools(school))

    def commit(self, actor: Actor, preview: RosterPreview) -> ImportResult:
        """Store the good rows in one transaction; a student known already is updated, none is ever removed."""
        with self._database.write() as connection:
            done = store_rows(connection, preview.school, preview.rows, self._ids, actor.staff_id, self._clock.now())
        return replace(done, rejected=len(preview.rejected))

    def write_rejects(self, preview: RosterPreview, path: Path, catalogue: Catalogue | None = None) -> None:
        """Write the rows left out as a workbook: every cell as found, and the reasons in words."""
        write_rejects_workbook(preview, path, catalogue or Catalogue("id"))

    def _other_schools(self, name: str) -> Mapping[str, list[str]]:
        with self._database.read() as connection:
            found = rosters.schools_of_niks(connection)
        here = rosters.folded(name)
        return {nik: [school for school in names if rosters.folded(school) != here] for nik, names in found.items()}


def store_rows(
    connection: Transaction, school_name: str, found: Iterable[RosterRow], ids: IdSource, added_by: str, at: datetime
) -> ImportResult:
    """Store the rows of a school's list in the caller's transaction; a known student is updated, none is removed."""
    school = rosters.school_named(connection, school_name)
    if school is None:
        school = School(ids.new(), school_name)
        rosters.add_school(connection, school, at)
    known = {student.nik: student for student in rosters.students(connection, school.school_id)}
    done: Counter[str] = Counter()
    new: list[Student] = []
    number = rosters.highest_number(connection, school.school_id)
    for row in found:
        before = known.get(row.nik)
        number = number if row.number else number + 1
        student = _student(row, school, before.student_id if before else ids.new(), row.number or number)
        if before is None:
            new.append(student)
        elif replace(before, number=student.number) == student:
            done["unchanged"] += 1
        else:
            rosters.update_student(connection, student)
            done["updated"] += 1
    rosters.add_students(connection, new, "roster", added_by, at)
    return ImportResult(school, len(new), done["updated"], done["unchanged"], 0)


def _student(row: RosterRow, school: School, student_id: str, number: int) -> Student:
    return Student(
        student_id=student_id,
        school_id=school.school_id,
        number=number,
        nik=row.nik,
        name=row.name,
        birth_place=row.birth_place,
        birth_date=row.birth_date,
        sex=row.sex,
        class_name=row.class_name,
    )


def known_school(database: Database, school_id: str) -> School:
    """Return a school; raises NotFound."""
    with database.read() as connection:
        school = rosters.school_by_id(connection, school_id)
    if school is None:
        raise NotFound("roster-school-unknown")
    return school
