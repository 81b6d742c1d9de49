"""The centre's policy in force, and which kit was told: each one once, a new one first thing after pairing.

Which policy a kit was told is kept with the kit, so a kit that pairs late hears what was decided before it came, and
any number of workers tell it once.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, select, update

from station.domain.errors import StationError
from station.office import feed
from station.office.context import Office
from station.office.database import insert_new
from station.office.kits import REVOKED
from station.office.tables import kit, policy
from station.sync.wire import dumps

NEVER_TOLD = ""
_CARD_TRUST = "card_trust"


def pass_policy_on(office: Office) -> int:
    """Ask the centre for its policy and put it in the feed of every kit that has another; return how many were told."""
    try:
        found = office.centre.policy()
    except StationError:
        return 0
    told = 0
    with office.database.write() as connection:
        _keep(office, connection, found)
        body = _in_force(connection)
        if body is None:
            return 0
        other = (kit.c.state != REVOKED, kit.c.policy_digest != _digest(body))
        for kit_id in connection.execute(select(kit.c.kit_id).where(*other).order_by(kit.c.kit_id)).scalars().all():
            told += _tell(office, connection, kit_id, body)
    return told


def tell_new_kit(office: Office, connection: Connection, kit_id: str) -> None:
    """Put the policy in force in the feed of a kit that pairs, in the transaction that pairs it."""
    body = _in_force(connection)
    if body is not None:
        _tell(office, connection, kit_id, body)


def _keep(office: Office, connection: Connection, found: dict[str, Any]) -> None:
    """Keep a policy under its number; one that decides nothing and names no card signers is none."""
    number = int(found.get("number") or 0)
    if not number and not found.get(_CARD_TRUST):
        return
    body, at = dumps(found), office.clock.now().isoformat()
    if not insert_new(connection, policy, number=number, body=body, at=at):
        changed = (policy.c.number == number, policy.c.body != body)
        connection.execute(update(policy).where(*changed).values(body=body, at=at))


def _in_force(connection: Connection) -> bytes | None:
    """Return the policy with the highest number: a centre that was set back does not set kits back."""
    body = connection.execute(select(policy.c.body).order_by(policy.c.number.desc()).limit(1)).scalar()
    return None if body is None else bytes(body)


def _tell(office: Office, connection: Connection, kit_id: str, body: bytes) -> bool:
    """Append the policy unless the kit has it; the update decides, so that two workers tell it once."""
    digest = _digest(body)
    mine = (kit.c.kit_id == kit_id, kit.c.policy_digest != digest)
    if connection.execute(update(kit).where(*mine).values(policy_digest=digest)).rowcount != 1:
        return False
    feed.append(connection, kit_id, "policy", body, office.clock.now())
    return True


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
