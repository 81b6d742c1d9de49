"""Rows of the people who may sign in on this kit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, LargeBinary, Row, String, Table, func, select, update

from station.domain.staff import Actor, Role
from station.store.database import metadata

staff = Table(
    "staff",
    metadata,
    Column("staff_id", String(32), primary_key=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("barred_until", String(40), nullable=False, default=""),
    Column("locked", Boolean, nullable=False, default=False),
    Column("finger", Integer, nullable=False, default=0),
    Column("finger_template", LargeBinary),
    Column("created_at", String(40), nullable=False),
)


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
    finger: int
    finger_template: bytes | None


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


def set_finger(connection: Connection, staff_id: str, finger: int, template: bytes) -> None:
    """Keep the finger a member of staff signs in with."""
    values = {"finger": finger, "finger_template": template}
    connection.execute(update(staff).where(staff.c.staff_id == staff_id).values(**values))


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
        finger=values["finger"],
        finger_template=values["finger_template"],
    )
