"""Looks up schools and students, finds a student by a half-heard name, adds one who was not on the list."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from station.domain.clock import WITA, Clock, local_date
from station.domain.errors import BadInput, Refused
from station.domain.identifiers import IdSource
from station.domain.nik import NikProblem, parse_nik
from station.domain.person import Sex
from station.domain.staff import Actor
from station.roster.importing import known_school
from station.roster.school_name import school_name
from station.store import rosters
from station.store.database import Database
from station.store.rosters import School, Student

_LEAST_LIKENESS = 55
_LEAST_DIGITS = 3
_MOST_LIST_DIGITS = 4


def find_among(everyone: list[Student], text: str, limit: int = 20) -> list[Student]:
    """Return the students like `text`, best first: digits are a list number or part of a NIK, words a name."""
    wanted = " ".join(text.split()).upper()
    if not wanted:
        return everyone[:limit]
    if wanted.isdigit():
        listed = [one for one in everyone if len(wanted) <= _MOST_LIST_DIGITS and one.number == int(wanted)]
        by_nik = [one for one in everyone if len(wanted) >= _LEAST_DIGITS and wanted in one.nik and one not in listed]
        return (listed + by_nik)[:limit]
    names = [student.name for student in everyone]
    scored = process.extract(wanted, names, scorer=fuzz.WRatio, limit=limit, score_cutoff=_LEAST_LIKENESS)
    return [everyone[index] for _name, _score, index in scored]


class Rosters:
    """The schools and their students."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource, zone: ZoneInfo = WITA) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._zone = zone

    def schools(self) -> list[School]:
        """Return every school by name."""
        with self._database.read() as connection:
            return rosters.schools(connection)

    def school_named(self, name: str) -> School | None:
        """Return the school of that name, whatever its case and spaces."""
        with self._database.read() as connection:
            return rosters.school_named(connection, name)

    def students(self, school_id: str) -> list[Student]:
        """Return a school's students by class and position."""
        with self._database.read() as connection:
            return rosters.students(connection, school_id)

    def find(self, school_id: str, text: str, limit: int = 20) -> list[Student]:
        """Return students like `text`, best first: digits are a list number or part of a NIK, words a name."""
        return find_among(self.students(school_id), text, limit)

    def add_school(self, actor: Actor, name: str, district: str = "") -> School:
        """Add a school by hand, or return the one that has this name."""
        del actor  # a school names no person and decides nothing; who imported its students is kept with them
        wanted = school_name(name)
        with self._database.write() as connection:
            known = rosters.school_named(connection, wanted)
            if known is not None:
                return known
            school = School(self._ids.new(), wanted, district)
            rosters.add_school(connection, school, self._clock.now())
        return school

    def add_walk_in(
        self,
        actor: Actor,
        school_id: str,
        nik: str,
        name: str,
        birth_place: str,
        birth_date: date,
        sex: Sex,
        class_name: str = "",
    ) -> Student:
        """Add a student who stands here but is not on the list; raises BadInput or Refused."""
        problem = parse_nik(nik)
        if isinstance(problem, NikProblem):
            raise BadInput(problem.message_id)
        if not name.strip():
            raise BadInput("roster-name-missing")
        if birth_date > local_date(self._clock.now(), self._zone):
            raise BadInput("roster-birth-date-out-of-range", found=birth_date)
        known_school(self._database, school_id)
        with self._database.write() as connection:
            if any(student.school_id == school_id for student in rosters.students_with_nik(connection, nik)):
                raise Refused("roster-walk-in-known")
            student = Student(
                student_id=self._ids.new(),
                school_id=school_id,
                number=rosters.highest_number(connection, school_id) + 1,
                nik=nik,
                name=" ".join(name.upper().split()),
                birth_place=" ".join(birth_place.upper().split()),
                birth_date=birth_date,
                sex=sex,
                class_name=" ".join(class_name.split()),
            )
            rosters.add_students(connection, [student], "walk_in", actor.staff_id, self._clock.now())
        return student
