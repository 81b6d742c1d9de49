"""The staff who work on kits: kept here, told to every kit by a signed roster that ends after two weeks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import cbor2
from argon2 import PasswordHasher
from sqlalchemy import Connection, and_, delete, select, update

from station.domain.errors import BadInput, NotFound
from station.domain.sample import Finger
from station.domain.staff import Role
from station.keys.sealing import open_sealed
from station.office.context import Office
from station.office.database import insert_new
from station.office.kits import REVOKED
from station.office.letters import content_digest, ends_soon, forget_sent, send_letter
from station.office.tables import field_finger, field_staff, kit, letter

KIND = "staff_roster"
SHORTEST_PASSWORD = 8
_LOGIN = re.compile(r"[a-z0-9._-]{2,32}")
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=2)


@dataclass(frozen=True, slots=True)
class FieldStaff:
    """One member of the field staff; `fingers` counts those enrolled at a kit."""

    staff_id: str
    login: str
    name: str
    roles: tuple[str, ...]
    active: bool
    fingers: int = 0


@dataclass(frozen=True, slots=True)
class RosterSent:
    """The roster a kit was sent last: its number and its end."""

    kit_id: str
    serial: int
    expires_at: datetime


def add_staff(office: Office, by: str, login: str, name: str, password: str, roles: frozenset[Role]) -> FieldStaff:
    """Register somebody and tell every kit; raises BadInput."""
    login, name = login.strip().lower(), " ".join(name.split())
    if not _LOGIN.fullmatch(login):
        raise BadInput("office-staff-login-wrong", login=login)
    if not name or not roles:
        raise BadInput("office-staff-incomplete")
    member = FieldStaff(office.ids.new(), login, name[:80], _sorted(roles), active=True)
    values = {
        "login": login,
        "name": member.name,
        "roles": ",".join(member.roles),
        "secret": _secret(password),
        "active": True,
        **_changed(office, by),
    }
    with office.database.write() as connection:
        taken = connection.execute(select(field_staff.c.staff_id).where(field_staff.c.login == login)).first()
        if taken is not None or not insert_new(connection, field_staff, staff_id=member.staff_id, **values):
            raise BadInput("office-account-exists", login=login)
    publish_staff(office)
    return member


def change_staff(
    office: Office,
    by: str,
    login: str,
    *,
    roles: frozenset[Role] | None = None,
    active: bool | None = None,
    password: str | None = None,
) -> None:
    """Change roles, close or reopen, or set a new password, and tell every kit; raises NotFound, BadInput."""
    values: dict[str, Any] = _changed(office, by)
    if roles is not None:
        if not roles:
            raise BadInput("office-staff-incomplete")
        values["roles"] = ",".join(_sorted(roles))
    if active is not None:
        values["active"] = active
    if password is not None:
        values["secret"] = _secret(password)
    with office.database.write() as connection:
        done = connection.execute(update(field_staff).where(field_staff.c.login == login).values(**values))
        if done.rowcount != 1:
            raise NotFound("office-staff-unknown", login=login)
    publish_staff(office)


def list_staff(office: Office) -> list[FieldStaff]:
    """Return the field staff by name."""
    with office.database.read() as connection:
        fingers: dict[str, int] = {}
        for staff_id in connection.execute(select(field_finger.c.staff_id)).scalars():
            fingers[staff_id] = fingers.get(staff_id, 0) + 1
        rows = connection.execute(select(field_staff).order_by(field_staff.c.name)).all()
    return [
        FieldStaff(
            row.staff_id,
            row.login,
            row.name,
            tuple(row.roles.split(",")),
            bool(row.active),
            fingers.get(row.staff_id, 0),
        )
        for row in rows
    ]


def rosters_sent(office: Office) -> list[RosterSent]:
    """Return the newest roster of every kit."""
    with office.database.read() as connection:
        rows = connection.execute(select(letter).where(letter.c.subject == KIND).order_by(letter.c.kit_id)).all()
    return [RosterSent(row.kit_id, int(row.serial), datetime.fromisoformat(row.expires_at)) for row in rows]


def publish_staff(office: Office) -> int:
    """Send the roster to every kit that has an older one, or one that ends soon; return to how many.

    Nothing is sent before the first member is registered: kits go on with the accounts made on them.
    """
    sent = 0
    with office.database.write() as connection:
        content = _content(office, connection)
        if not content["staff"]:
            return 0
        for kit_id, recipient in _due(office, connection, content_digest(content)):
            sent += send_letter(office, connection, KIND, KIND, kit_id, recipient, content)
    return sent


def take_finger(office: Office, connection: Connection, kit_id: str, body: dict[str, Any], at: str) -> None:
    """Keep a finger that was enrolled on a kit; it goes to the other kits with the next roster."""
    sealed = bytes(body["sealed"])
    found = cbor2.loads(open_sealed(sealed, office.secrets.sealing_identity))
    staff_id, finger = str(found["staff_id"]), int(Finger(int(found["finger"])))
    known = connection.execute(select(field_staff.c.staff_id).where(field_staff.c.staff_id == staff_id)).first()
    if known is None:
        raise NotFound("office-staff-unknown", login="")
    connection.execute(delete(field_finger).where(field_finger.c.staff_id == staff_id, field_finger.c.finger == finger))
    insert_new(connection, field_finger, staff_id=staff_id, finger=finger, sealed=sealed, kit_id=kit_id, at=at)


def send_again(connection: Connection, kit_id: str) -> None:
    """Let the next round send the roster to a kit that asked for it."""
    forget_sent(connection, kit_id, KIND)


def _due(office: Office, connection: Connection, digest: bytes) -> list[tuple[str, str]]:
    """Return identifier and recipient of the kits that want a roster, in one query however many kits there are."""
    now = office.clock.now()
    of_kit = and_(letter.c.kit_id == kit.c.kit_id, letter.c.subject == KIND)
    query = select(kit.c.kit_id, kit.c.sealing_recipient, letter.c.digest, letter.c.expires_at)
    rows = connection.execute(query.outerjoin(letter, of_kit).where(kit.c.state != REVOKED)).all()
    return [
        (row.kit_id, row.sealing_recipient)
        for row in rows
        if row.digest is None or bytes(row.digest) != digest or ends_soon(row.expires_at, now)
    ]


def _content(office: Office, connection: Connection) -> dict[str, Any]:
    fingers: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(select(field_finger).order_by(field_finger.c.at, field_finger.c.finger)):
        kept = cbor2.loads(open_sealed(bytes(row.sealed), office.secrets.sealing_identity))
        entry = {"finger": int(row.finger), "template": kept["template"], "quality": kept["quality"]}
        fingers.setdefault(row.staff_id, []).append(entry)
    rows = connection.execute(select(field_staff).order_by(field_staff.c.staff_id))
    staff = [
        {
            "id": row.staff_id,
            "login": row.login,
            "name": row.name,
            "roles": row.roles.split(","),
            "password_hash": row.secret,
            "active": bool(row.active),
            "fingers": fingers.get(row.staff_id, []),
        }
        for row in rows
    ]
    return {"staff": staff}


def roles_named(names: list[str]) -> frozenset[Role]:
    """Return roles by their codes; raises BadInput for one that is none."""
    try:
        return frozenset(Role(name) for name in names if name)
    except ValueError as error:
        raise BadInput("office-staff-role-unknown", known=", ".join(role.value for role in Role)) from error


def _sorted(roles: frozenset[Role]) -> tuple[str, ...]:
    return tuple(sorted(role.value for role in roles))


def _secret(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput("office-password-short", length=SHORTEST_PASSWORD)
    return _hasher.hash(password)


def _changed(office: Office, by: str) -> dict[str, Any]:
    return {"changed_at": office.clock.now().isoformat(), "changed_by": by[:64]}
