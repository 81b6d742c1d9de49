"""What the office does by the clock: the daily checkpoint, staff rosters, and the centre's policy when it changes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from station.domain.errors import StationError
from station.keys.keystore import write_durably
from station.office import feed
from station.office.checkpoint import make_checkpoint
from station.office.context import Office
from station.office.field_staff import publish_staff
from station.office.incoming import forget_abandoned
from station.office.kits import REVOKED
from station.office.tables import kit
from station.sync.wire import dumps

POLICY_EVERY = timedelta(seconds=5)
CHECKPOINT_EVERY = timedelta(minutes=10)
STAFF_EVERY = timedelta(seconds=5)


class Rounds:
    """Keeps its own times; `go` does what is due."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._policy_at = self._checkpoint_at = self._staff_at = office.clock.now()

    def go(self) -> None:
        """Do what is due; raises StorageFailure when the centre or the database is away."""
        now = self._office.clock.now()
        if now >= self._checkpoint_at:
            self._checkpoint_at = now + CHECKPOINT_EVERY
            make_checkpoint(self._office)
            forget_abandoned(self._office)
        if now >= self._staff_at:
            self._staff_at = now + STAFF_EVERY
            publish_staff(self._office)
        if now >= self._policy_at:
            self._policy_at = now + POLICY_EVERY
            pass_policy_on(self._office)


def pass_policy_on(office: Office) -> int:
    """Put a changed national policy in every kit's feed; return how many kits were told."""
    try:
        policy = office.centre.policy()
    except StationError:
        return 0
    known_file = office.data_dir / "policy.json"
    known: dict[str, Any] = json.loads(known_file.read_text()) if known_file.exists() else {}
    if policy == known or (not known and not policy.get("number")):
        return 0
    with office.database.write() as connection:
        kits = connection.execute(select(kit.c.kit_id).where(kit.c.state != REVOKED)).scalars().all()
        for kit_id in kits:
            feed.append(connection, kit_id, "policy", dumps(policy), office.clock.now())
    write_durably(known_file, json.dumps(policy).encode())
    return len(kits)
