"""The staff roster of the office: who works on this kit, for how long, and what holds when it has run out.

A roster with a lower number than the one in force is refused, however it comes. It ends by the latest moment this kit
has ever seen since it came, so that a clock set back wins no time. Until the first one comes the accounts made here
work; from then on of these only administrators do, for the day when the office cannot be reached.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import cbor2

from station.domain.clock import Clock
from station.domain.errors import NotAllowed, Refused, Tampered
from station.domain.identifiers import IdSource
from station.domain.sample import Finger
from station.domain.staff import Actor, Role
from station.keys.letters import Letter, LetterBox
from station.keys.sealing import seal
from station.staff.audit import AuditLog
from station.store import audit as audit_rows
from station.store import outbox, staff_roster
from station.store import staff as staff_rows
from station.store.database import Database, Transaction
from station.store.staff import FingerRow
from station.store.staff_roster import Member, RosterRow

KIND = "staff_roster"
FINGER_TOPIC = "staff_finger"
WARN_BEFORE = timedelta(days=4)
OFFICE = "office"
LOCAL_SUFFIX = "@kit"
_LOGIN = re.compile(r"[a-z0-9._-]{2,32}")
_HASH = re.compile(r"\$argon2id\$[\x21-\x7e]{20,190}")
_IDENTIFIER = re.compile(r"[0-9a-f]{32}")


class RosterState(Enum):
    """How a roster stands; NONE: the office never sent one, accounts made here work."""

    NONE = "none"
    CURRENT = "current"
    ENDING = "ending"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class RosterStanding:
    """The roster in force: its number, its end, and how much of it is left (negative: over)."""

    state: RosterState
    serial: int = 0
    expires_at: datetime | None = None
    left: timedelta = timedelta()


class StaffRoster:
    """Applies rosters of the office, and tells whether the one in force still holds."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource, audit: AuditLog, letters: LetterBox) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._letters = letters

    def apply(self, connection: Transaction, body: dict[str, Any], at: datetime) -> None:
        """Take one roster from the feed, in the caller's transaction.

        Raises Tampered for one that is not this office's or not for this kit, Refused for an older one.
        """
        letter = self._letters.opened(KIND, body)
        present = staff_roster.in_force(connection)
        if present is not None and letter.serial <= present.serial:
            raise Refused("staff-roster-older", serial=letter.serial, present=present.serial)
        members, fingers = _members(letter)
        renamed = staff_roster.free_logins(connection, frozenset(one.login for one in members), LOCAL_SUFFIX)
        for member in members:
            staff_roster.put_member(connection, member, at)
        staff_roster.close_members(connection, frozenset(member.actor.staff_id for member in members))
        known_until = self._told_until(connection, letter.issued_at)
        for member in members:
            staff_rows.remove_fingers_enrolled_before(connection, member.actor.staff_id, known_until)
        for row in fingers:
            staff_rows.put_finger(connection, row, letter.issued_at)
        for staff_id in renamed:
            self._audit.write(OFFICE, "staff-login-moved", staff_id)
        self._audit.write(OFFICE, "staff-roster-applied", str(letter.serial), staff=len(members))
        newest = audit_rows.last(connection)
        position = 0 if newest is None else newest.position
        staff_roster.put(connection, RosterRow(letter.serial, letter.issued_at, letter.expires_at, position))

    @staticmethod
    def _told_until(connection: Transaction, issued_at: datetime) -> datetime:
        """Return until when the office knew the fingers enrolled here: a later one is not missing on its list."""
        waiting = outbox.items(connection, outbox.OutboxState.WAITING, "event")
        untold = [item.created_at - timedelta(microseconds=1) for item in waiting if item.topic == FINGER_TOPIC]
        return min([issued_at, *untold])

    def standing(self) -> RosterStanding:
        """Tell how the roster stands at the latest moment this kit has seen."""
        with self._database.read() as connection:
            row = staff_roster.in_force(connection)
            if row is None:
                return RosterStanding(RosterState.NONE)
            seen = audit_rows.latest_moment(connection, row.audit_position)
        now = max(moment for moment in (self._clock.now(), row.issued_at, seen) if moment is not None)
        left = row.expires_at - now
        state = RosterState.CURRENT if left > WARN_BEFORE else RosterState.ENDING
        if left <= timedelta():
            state = RosterState.EXPIRED
        return RosterStanding(state, row.serial, row.expires_at, left)

    def require_current(self) -> None:
        """Refuse to begin recording somebody with a roster that has run out; what was begun may be finished."""
        standing = self.standing()
        if standing.state is RosterState.EXPIRED:
            raise NotAllowed("staff-roster-expired", at=standing.expires_at)

    def ask_again(self, actor: Actor) -> None:
        """Ask the office for a fresh roster with the next contact; raises NotAllowed when this kit is not paired."""
        self._letters.trust()
        with self._database.write() as connection:
            self._say(connection, "staff_roster_request", {"at": self._clock.now().isoformat()})
            self._audit.write(actor.staff_id, "staff-roster-asked", "")

    def tell_finger(self, connection: Transaction, row: FingerRow) -> None:
        """Let the office know a finger that was enrolled here for one of its accounts, sealed to it."""
        if row.staff_id not in staff_roster.of_office(connection):
            return
        finger = {"staff_id": row.staff_id, "finger": row.finger, "template": row.template, "quality": row.quality}
        sealed = seal(cbor2.dumps(finger, canonical=True), (self._letters.trust().recipient,))
        self._say(connection, FINGER_TOPIC, {"sealed": sealed})

    def _say(self, connection: Transaction, topic: str, body: dict[str, Any]) -> None:
        encoded = cbor2.dumps(body, canonical=True)
        outbox.enqueue(connection, self._ids.new(), "event", topic, encoded, len(encoded), self._clock.now())


def _members(letter: Letter) -> tuple[list[Member], list[FingerRow]]:
    """Read the accounts of a roster; one that makes no sense spoils the whole: nothing of it is applied."""
    members: list[Member] = []
    fingers: list[FingerRow] = []
    try:
        for entry in letter.content["staff"]:
            members.append(_member(entry))
            for kept in entry["fingers"]:
                number, template = int(Finger(int(kept["finger"]))), bytes(kept["template"])
                fingers.append(FingerRow(str(entry["id"]), number, template, int(kept["quality"])))
    except (KeyError, TypeError, ValueError) as error:
        raise Tampered("letter-malformed") from error
    if len({member.login for member in members}) != len(members):
        raise Tampered("letter-malformed")
    return members, fingers


def _member(entry: dict[str, Any]) -> Member:
    staff_id, login, secret = str(entry["id"]), str(entry["login"]), str(entry["password_hash"])
    fits = _IDENTIFIER.fullmatch(staff_id) and _LOGIN.fullmatch(login) and _HASH.fullmatch(secret)
    if not fits or type(entry["active"]) is not bool:
        raise ValueError("member")
    known = {role.value for role in Role}
    roles = frozenset(Role(value) for value in entry["roles"] if value in known)  # a newer office may know more
    return Member(Actor(staff_id, str(entry["name"])[:80], roles), login, secret, bool(entry["active"]))
