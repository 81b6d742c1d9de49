"""Schools and their students: what a roster workbook becomes, read by recording, printing and the registers.

A student row may be corrected by a later import; what was recorded about the student
lives elsewhere and keeps its own copy. Every function takes the caller's connection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, Connection, Integer, Row, String, Table, UniqueConstraint, delete, func, select, update

from station.domain.person import Sex
from station.store.database import metadata


@dataclass(frozen=True, slots=True)
class School:
    """A school that is visited; `name` is unique without regard to case and spaces."""

    school_id: str
    name: str
    district: str = ""


@dataclass(frozen=True, slots=True)
class Student:
    """One student as the school lists them; `number` is the position on the list, from 1."""

    student_id: str
    school_id: str
    number: int
    nik: str
    name: str
    birth_place: str
    birth_date: date
    sex: Sex
    class_name: str


school = Table(
    "school",
    metadata,
    Column("school_id", String(32), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("folded_name", String(120), nullable=False, unique=True),
    Column("district", String(80), nullable=False, default=""),
    Column("created_at", String(40), nullable=False),
)

student = Table(
    "student",
    metadata,
    Column("student_id", String(32), primary_key=True),
    Column("school_id", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("nik", String(16), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("birth_place", String(80), nullable=False),
    Column("birth_date", String(10), nullable=False),
    Column("sex", String(16), nullable=False),
    Column("class_name", String(40), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("added_by", String(32), nullable=False),
    Column("added_at", String(40), nullable=False),
    UniqueConstraint("school_id", "nik"),
)

school_letter = Table(
    "school_letter",
    metadata,
    Column("school_id", String(32), primary_key=True),
    Column("serial", Integer, nullable=False),
)


def folded(name: str) -> str:
    """Return a school's name as it is compared: upper case, single spaces."""
    return " ".join(name.upper().split())


def schools(connection: Connection) -> list[School]:
    """Return every school by name."""
    query = select(school).order_by(school.c.folded_name)
    return [School(row.school_id, row.name, row.district) for row in connection.execute(query)]


def school_named(connection: Connection, name: str) -> School | None:
    """Return the school of that name, whatever its case and spaces."""
    row = connection.execute(select(school).where(school.c.folded_name == folded(name))).first()
    return None if row is None else School(row.school_id, row.name, row.district)


def school_by_id(connection: Connection, school_id: str) -> School | None:
    """Return one school."""
    row = connection.execute(select(school).where(school.c.school_id == school_id)).first()
    return None if row is None else School(row.school_id, row.name, row.district)


def add_school(connection: Connection, new: School, at: datetime) -> None:
    """Add a school; the name must not be there yet."""
    connection.execute(
        school.insert().values(
            school_id=new.school_id,
            name=" ".join(new.name.split()),
            folded_name=folded(new.name),
            district=new.district,
            created_at=at.isoformat(),
        )
    )


def students(connection: Connection, school_id: str) -> list[Student]:
    """Return a school's students by class, then position on the list."""
    query = (
        select(student)
        .where(student.c.school_id == school_id)
        .order_by(student.c.class_name, student.c.number, student.c.name)
    )
    return [_student(row) for row in connection.execute(query)]


def student_by_id(connection: Connection, student_id: str) -> Student | None:
    """Return one student."""
    row = connection.execute(select(student).where(student.c.student_id == student_id)).first()
    return None if row is None else _student(row)


def students_by_id(connection: Connection, student_ids: Collection[str]) -> dict[str, Student]:
    """Return these students by their identifier, in one query."""
    query = select(student).where(student.c.student_id.in_(student_ids))
    return {row.student_id: _student(row) for row in connection.execute(query)}


def count_students(connection: Connection, school_id: str) -> int:
    """Return how many students a school lists."""
    query = select(func.count()).select_from(student).where(student.c.school_id == school_id)
    return int(connection.execute(query).scalar_one())


def students_with_nik(connection: Connection, nik: str) -> list[Student]:
    """Return the entries of one NIK, in every school."""
    return [_student(row) for row in connection.execute(select(student).where(student.c.nik == nik))]


def schools_of_niks(connection: Connection) -> dict[str, list[str]]:
    """Return for every known NIK the names of the schools that list it."""
    query = select(student.c.nik, school.c.name).join(school, school.c.school_id == student.c.school_id)
    found: dict[str, list[str]] = {}
    for nik, name in connection.execute(query):
        found.setdefault(nik, []).append(name)
    return found


def add_students(connection: Connection, new: list[Student], origin: str, added_by: str, at: datetime) -> None:
    """Add students; `origin` is `roster` or `walk_in`."""
    if new:
        rows = [_values(one) | {"origin": origin, "added_by": added_by, "added_at": at.isoformat()} for one in new]
        connection.execute(student.insert(), rows)


def update_student(connection: Connection, changed: Student) -> None:
    """Replace what the list says about a student who is known already."""
    connection.execute(update(student).where(student.c.student_id == changed.student_id).values(**_values(changed)))


def highest_number(connection: Connection, school_id: str) -> int:
    """Return the highest position used in a school, 0 when it has no students."""
    query = select(func.max(student.c.number)).where(student.c.school_id == school_id)
    return int(connection.execute(query).scalar_one() or 0)


def letter_serial(connection: Connection, school_id: str) -> int:
    """Return the number of the newest list of this school that the office sent, 0 when it sent none."""
    query = select(school_letter.c.serial).where(school_letter.c.school_id == school_id)
    return int(connection.execute(query).scalar() or 0)


def put_letter_serial(connection: Connection, school_id: str, serial: int) -> None:
    """Keep the number of the list that is applied now."""
    connection.execute(delete(school_letter).where(school_letter.c.school_id == school_id))
    connection.execute(school_letter.insert().values(school_id=school_id, serial=serial))


def _values(one: Student) -> dict[str, object]:
    return {
        "student_id": one.student_id,
        "school_id": one.school_id,
        "number": one.number,
        "nik": one.nik,
        "name": one.name,
        "birth_place": one.birth_place,
        "birth_date": one.birth_date.isoformat(),
        "sex": one.sex.value,
        "class_name": one.class_name,
    }


def _student(row: Row[tuple[object, ...]]) -> Student:
    return Student(
        student_id=row.student_id,
        school_id=row.school_id,
        number=row.number,
        nik=row.nik,
        name=row.name,
        birth_place=row.birth_place,
        birth_date=date.fromisoformat(row.birth_date),
        sex=Sex(row.sex),
        class_name=row.class_name,
    )
