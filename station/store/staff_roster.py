"""Which staff roster of the office is in force on this kit, and which accounts came with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count

from sqlalchemy import Column, Connection, Integer, String, Table, delete, select

from station.domain.staff import Actor
from station.store.database import metadata
from station.store.staff import LONGEST_LOGIN, staff

_ONLY_ROW = 1

staff_roster = Table(
    "staff_roster",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("issued_at", String(40), nullable=False),
    Column("expires_at", String(40), nullable=False),
    Column("audit_position", Integer, nullable=False),
)

staff_of_office = Table("staff_of_office", metadata, Column("staff_id", String(32), primary_key=True))


@dataclass(frozen=True, slots=True)
class RosterRow:
    """The roster in force; `audit_position` is the newest entry of the audit log when it was applied."""

    serial: int
    issued_at: datetime
    expires_at: datetime
    audit_position: int


@dataclass(frozen=True, slots=True)
class Member:
    """One account as the office keeps it."""

    actor: Actor
    login: str
    password_hash: str
    active: bool


def in_force(connection: Connection) -> RosterRow | None:
    """Return the roster in force, or None while there never was one."""
    row = connection.execute(select(staff_roster)).one_or_none()
    if row is None:
        return None
    issued_at, expires_at = datetime.fromisoformat(row.issued_at), datetime.fromisoformat(row.expires_at)
    return RosterRow(int(row.serial), issued_at, expires_at, int(row.audit_position))


def put(connection: Connection, row: RosterRow) -> None:
    """Let a roster be the one in force."""
    connection.execute(delete(staff_roster))
    connection.execute(
        staff_roster.insert().values(
            row=_ONLY_ROW,
            serial=row.serial,
            issued_at=row.issued_at.isoformat(),
            expires_at=row.expires_at.isoformat(),
            audit_position=row.audit_position,
        )
    )


def of_office(connection: Connection) -> frozenset[str]:
    """Return the identifiers of the accounts the office keeps."""
    return frozenset(connection.execute(select(staff_of_office.c.staff_id)).scalars())


def free_logins(connection: Connection, wanted: frozenset[str], suffix: str) -> list[str]:
    """Take the logins the office gives out away from accounts made here: they go on with the suffix.

    Accounts of the office let go of theirs too, so that two of them may swap. Returns who was renamed.
    """
    own = of_office(connection)
    accounts = connection.execute(select(staff.c.staff_id, staff.c.login)).all()
    taken = {str(row.login) for row in accounts} | wanted
    renamed = []
    for row in accounts:
        if row.staff_id in own:
            _rename(connection, row.staff_id, f"~{row.staff_id}")
        elif row.login in wanted:
            login = _free_login(str(row.login), suffix, taken)
            _rename(connection, row.staff_id, login)
            taken.add(login)
            renamed.append(str(row.staff_id))
    return renamed


def put_member(connection: Connection, member: Member, at: datetime) -> None:
    """Add an account of the office or bring it up to date; waiting times and locks stay as they are."""
    values = {
        "login": member.login,
        "name": member.actor.name,
        "roles": ",".join(sorted(role.value for role in member.actor.roles)),
        "password_hash": member.password_hash,
        "active": member.active,
    }
    key = member.actor.staff_id
    known = connection.execute(select(staff.c.staff_id).where(staff.c.staff_id == key)).first()
    if known is None:
        connection.execute(staff.insert().values(staff_id=key, created_at=at.isoformat(), **values))
    else:
        connection.execute(staff.update().where(staff.c.staff_id == key).values(**values))
    connection.execute(delete(staff_of_office).where(staff_of_office.c.staff_id == key))
    connection.execute(staff_of_office.insert().values(staff_id=key))


def close_members(connection: Connection, but: frozenset[str]) -> None:
    """Close every account of the office that its newest roster names no more."""
    gone = of_office(connection) - but
    if gone:
        connection.execute(staff.update().where(staff.c.staff_id.in_(gone)).values(active=False))


def _free_login(login: str, suffix: str, taken: set[str]) -> str:
    """Return the login with the suffix, and with a number where an account moved earlier has that one."""
    endings = chain([suffix], (f"{suffix}{number}" for number in count(2)))
    logins = (f"{login[: LONGEST_LOGIN - len(ending)]}{ending}" for ending in endings)
    return next(found for found in logins if found not in taken)


def _rename(connection: Connection, staff_id: str, login: str) -> None:
    connection.execute(staff.update().where(staff.c.staff_id == staff_id).values(login=login))
