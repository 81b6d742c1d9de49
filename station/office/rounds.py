"""What the office does by the clock: the daily checkpoint, staff rosters, and the centre's policy when it changes."""

from __future__ import annotations

from datetime import timedelta

from station.office.checkpoint import make_checkpoint
from station.office.context import Office
from station.office.field_staff import publish_staff
from station.office.incoming import forget_abandoned
from station.office.policy import pass_policy_on

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
