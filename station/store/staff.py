"""Rows of the people who may sign in on this kit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    delete,
    func,
    inspect,
    select,
    update,
)

from station.domain.staff import Actor, Role
from station.store.database import metadata

LONGEST_LOGIN = 40

staff = Table(
    "staff",
    metadata,
    Column("staff_id", String(32), primary_key=True),
    Column("login", String(LONGEST_LOGIN), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("barred_until", String(40), nullable=False, default=""),
    Column("locked", Boolean, nullable=False, default=False),
    Column("finger", Integer, nullable=False, default=0),  # empty since schema 2: see staff_finger
    Column("finger_template", LargeBinary),
    Column("created_at", String(40), nullable=False),
)

staff_finger = Table(
    "staff_finger",
    metadata,
    Column("staff_id", String(32), primary_key=True),
    Column("finger", Integer, primary_key=True),
    Column("template", LargeBinary, nullable=False),
    Column("quality", Integer, nullable=False),
    Column("enrolled_at", String(40), nullable=False),
)


@dataclass(frozen=True, slots=True)
class FingerRow:
    """A finger somebody signs in with; quality 0-100 of the print its template was made of."""

    staff_id: str
    finger: int
    template: bytes
    quality: int


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One account; `barred_until` is the end of the waiting time after wrong passwords, or None."""

    actor: Actor
    login: str
    password_hash: str
    active: bool
    failures: int
    barred_until: datetime | None
    locked: bool


def count(connection: Connection) -> int:
    """Return how many accounts exist."""
    return int(connection.execute(select(func.count()).select_from(staff)).scalar_one())


def insert(connection: Connection, actor: Actor, login: str, password_hash: str, at: datetime) -> None:
    """Add an account."""
    connection.execute(
        staff.insert().values(
            staff_id=actor.staff_id,
            login=login,
            name=actor.name,
            roles=_roles_text(actor.roles),
            password_hash=password_hash,
            created_at=at.isoformat(),
        )
    )


def by_login(connection: Connection, login: str) -> StaffRow | None:
    """Return the account of a login name."""
    row = connection.execute(select(staff).where(staff.c.login == login)).one_or_none()
    return None if row is None else _row(row)


def by_id(connection: Connection, staff_id: str) -> StaffRow | None:
    """Return an account."""
    row = connection.execute(select(staff).where(staff.c.staff_id == staff_id)).one_or_none()
    return None if row is None else _row(row)


def everyone(connection: Connection) -> list[StaffRow]:
    """Return all accounts by name."""
    return [_row(row) for row in connection.execute(select(staff).order_by(staff.c.name))]


def note_attempts(
    connection: Connection, staff_id: str, failures: int, barred_until: datetime | None, locked: bool
) -> None:
    """Keep the count of wrong passwords and what follows from it."""
    until = "" if barred_until is None else barred_until.isoformat()
    connection.execute(
        update(staff).where(staff.c.staff_id == staff_id).values(failures=failures, barred_until=until, locked=locked)
    )


def set_password(connection: Connection, staff_id: str, password_hash: str) -> None:
    """Replace the password hash."""
    connection.execute(update(staff).where(staff.c.staff_id == staff_id).values(password_hash=password_hash))


def put_finger(connection: Connection, row: FingerRow, at: datetime) -> None:
    """Keep a finger of somebody; the same finger anew replaces the old template."""
    key = (staff_finger.c.staff_id == row.staff_id, staff_finger.c.finger == row.finger)
    connection.execute(delete(staff_finger).where(*key))
    connection.execute(
        staff_finger.insert().values(
            staff_id=row.staff_id,
            finger=row.finger,
            template=row.template,
            quality=row.quality,
            enrolled_at=at.isoformat(),
        )
    )


def remove_fingers(connection: Connection, staff_id: str) -> None:
    """Forget every finger of somebody."""
    connection.execute(delete(staff_finger).where(staff_finger.c.staff_id == staff_id))


def remove_fingers_enrolled_before(connection: Connection, staff_id: str, at: datetime) -> None:
    """Forget the fingers of somebody that were enrolled at `at` or before."""
    for row in connection.execute(select(staff_finger).where(staff_finger.c.staff_id == staff_id)).all():
        if datetime.fromisoformat(row.enrolled_at) <= at:
            key = (staff_finger.c.staff_id == staff_id, staff_finger.c.finger == row.finger)
            connection.execute(delete(staff_finger).where(*key))


def fingers(connection: Connection, staff_id: str | None = None) -> list[FingerRow]:
    """Return the fingers of somebody, the one enrolled first on top, or of everybody."""
    query = select(staff_finger).order_by(staff_finger.c.enrolled_at, staff_finger.c.finger)
    if staff_id is not None:
        query = query.where(staff_finger.c.staff_id == staff_id)
    return [
        FingerRow(row.staff_id, int(row.finger), bytes(row.template), int(row.quality))
        for row in connection.execute(query)
    ]


def move_fingers_out_of_accounts(connection: Connection) -> None:
    """Bring a database of schema 1 forward: it had room for one finger, in the account itself."""
    if not inspect(connection).has_table("staff"):
        return
    staff_finger.create(connection, checkfirst=True)
    old = select(staff.c.staff_id, staff.c.finger, staff.c.finger_template, staff.c.created_at)
    for row in connection.execute(old.where(staff.c.finger_template.is_not(None))).all():
        moved = FingerRow(row.staff_id, int(row.finger), bytes(row.finger_template), 0)
        put_finger(connection, moved, datetime.fromisoformat(row.created_at))
    connection.execute(update(staff).values(finger=0, finger_template=None))


def set_access(connection: Connection, staff_id: str, roles: frozenset[Role], active: bool) -> None:
    """Change roles, or close and reopen an account."""
    values = {"roles": _roles_text(roles), "active": active}
    connection.execute(update(staff).where(staff.c.staff_id == staff_id).values(**values))


def _roles_text(roles: frozenset[Role]) -> str:
    return ",".join(sorted(role.value for role in roles))


def _row(row: Row[Any]) -> StaffRow:
    values = row._asdict()
    roles = frozenset(Role(value) for value in values["roles"].split(",") if value)
    until = values["barred_until"]
    return StaffRow(
        actor=Actor(values["staff_id"], values["name"], roles),
        login=values["login"],
        password_hash=values["password_hash"],
        active=bool(values["active"]),
        failures=values["failures"],
        barred_until=datetime.fromisoformat(until) if until else None,
        locked=bool(values["locked"]),
    )
