"""The staff of this kit: accounts, sign-in by password, waiting times and locks.

Works offline. A wrong password doubles the waiting time; after `LOCK_AFTER` wrong
ones in a row the account is locked until a supervisor opens it. Sign-in by finger is
a second factor on top and is done by whoever holds the scanner; here the templates are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from station.domain.clock import Clock
from station.domain.errors import BadInput, NotAllowed, NotFound
from station.domain.identifiers import IdSource
from station.domain.sample import Finger
from station.domain.staff import Actor, Role
from station.staff.audit import AuditLog
from station.staff.permission import require
from station.store import staff as rows
from station.store import staff_roster
from station.store.database import Database, Transaction
from station.store.staff import FingerRow, StaffRow

SHORTEST_PASSWORD = 8
FREE_FAILURES = 2
LOCK_AFTER = 8
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = FIRST_WAIT * 2 ** (LOCK_AFTER - FREE_FAILURES)


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the staff list."""

    actor: Actor
    login: str
    active: bool
    locked: bool
    fingers: tuple[Finger, ...]
    from_office: bool = False


class StaffBook:
    """Keeps the accounts of this kit."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: IdSource,
        audit: AuditLog | None = None,
        hasher: PasswordHasher | None = None,
        tell_finger: Callable[[Transaction, FingerRow], None] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._tell_finger = tell_finger
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=2)
        self._nobody = self._hasher.hash("nobody signs in with this")

    def is_empty(self) -> bool:
        """Tell whether nobody has an account yet: the first start sets up an administrator."""
        with self._database.read() as connection:
            return rows.count(connection) == 0

    def create_administrator(self, name: str, login: str, password: str) -> Actor:
        """Make the first account; refused once there is any."""
        with self._database.write() as connection:
            if rows.count(connection):
                raise NotAllowed("staff-administrator-exists")
            return self._insert("", name, login, password, frozenset({Role.ADMINISTRATOR}))

    def add(self, actor: Actor, name: str, login: str, password: str, roles: frozenset[Role]) -> Actor:
        """Make an account; administrators only."""
        require(actor, Role.ADMINISTRATOR)
        if not roles:
            raise BadInput("staff-no-role")
        self._refuse_if_office_keeps_list()
        with self._database.write():
            return self._insert(actor.staff_id, name, login, password, roles)

    def sign_in(self, login: str, password: str) -> Actor:
        """Return who the person is; raises NotAllowed with the cause (wrong, waiting, locked, closed)."""
        with self._database.read() as connection:
            row = rows.by_login(connection, login.strip().lower())
        if row is None:
            self._matches(self._nobody, password)
            raise NotAllowed("staff-sign-in-wrong")
        self._refuse_if_shut(row)
        if not self._matches(row.password_hash, password):
            raise self._count_failure(row)
        from_office = self._refuse_if_of_no_account_any_more(row)
        with self._database.write() as connection:
            rows.note_attempts(connection, row.actor.staff_id, 0, None, locked=False)
            if not from_office and self._hasher.check_needs_rehash(row.password_hash):
                rows.set_password(connection, row.actor.staff_id, self._hasher.hash(password))
            self._log(row.actor.staff_id, "staff-signed-in", row.actor.staff_id)
        return row.actor

    def list(self) -> list[Account]:
        """Return every account by name."""
        with self._database.read() as connection:
            of_office = staff_roster.of_office(connection)
            fingers: dict[str, list[Finger]] = {}
            for kept in rows.fingers(connection):
                fingers.setdefault(kept.staff_id, []).append(Finger(kept.finger))
            return [
                Account(
                    row.actor,
                    row.login,
                    row.active,
                    row.locked,
                    tuple(fingers.get(row.actor.staff_id, ())),
                    row.actor.staff_id in of_office,
                )
                for row in rows.everyone(connection)
            ]

    def unlock(self, actor: Actor, staff_id: str) -> None:
        """Open a locked account again; supervisors and administrators, never for oneself."""
        require(actor, Role.SUPERVISOR, Role.ADMINISTRATOR)
        if actor.staff_id == staff_id:
            raise NotAllowed("staff-second-person-needed")
        with self._database.write() as connection:
            rows.note_attempts(connection, self._existing(staff_id).actor.staff_id, 0, None, locked=False)
            self._log(actor.staff_id, "staff-unlocked", staff_id)

    def change_access(self, actor: Actor, staff_id: str, roles: frozenset[Role], active: bool) -> None:
        """Change roles, close or reopen an account; an administrator cannot close their own."""
        require(actor, Role.ADMINISTRATOR)
        if staff_id == actor.staff_id and not (active and Role.ADMINISTRATOR in roles):
            raise NotAllowed("staff-own-account")
        self._refuse_if_of_office(staff_id)
        with self._database.write() as connection:
            self._existing(staff_id)
            rows.set_access(connection, staff_id, roles, active)
            self._log(actor.staff_id, "staff-access-changed", staff_id, active=active)

    def change_password(self, actor: Actor, staff_id: str, password: str) -> None:
        """Set a new password: one's own, or as administrator anybody's."""
        if staff_id != actor.staff_id:
            require(actor, Role.ADMINISTRATOR)
        self._refuse_if_of_office(staff_id)
        with self._database.write() as connection:
            self._existing(staff_id)
            rows.set_password(connection, staff_id, self._hash(password))
            self._log(actor.staff_id, "staff-password-changed", staff_id)

    def set_finger(self, actor: Actor, staff_id: str, finger: Finger, template: bytes, quality: int) -> None:
        """Keep the template of a finger a member of staff signs in with; administrators only."""
        require(actor, Role.ADMINISTRATOR)
        with self._database.write() as connection:
            self._existing(staff_id)
            row = FingerRow(staff_id, int(finger), template, quality)
            rows.put_finger(connection, row, self._clock.now())
            if self._tell_finger is not None:
                self._tell_finger(connection, row)
            self._log(actor.staff_id, "staff-finger-set", staff_id, finger=int(finger), quality=quality)

    def forget_fingers(self, actor: Actor, staff_id: str) -> None:
        """Forget every finger of a member of staff; administrators only."""
        require(actor, Role.ADMINISTRATOR)
        with self._database.write() as connection:
            self._existing(staff_id)
            rows.remove_fingers(connection, staff_id)
            self._log(actor.staff_id, "staff-fingers-forgotten", staff_id)

    def confirm(self, actor: Actor, password: str) -> Actor:
        """Let the person signed in show their password once more; raises NotAllowed, and counts, as at sign-in."""
        with self._database.read():
            login = self._existing(actor.staff_id).login
        return self.sign_in(login, password)

    def fingers_of(self, staff_id: str) -> dict[Finger, bytes]:
        """Return the templates of a member of staff by finger, the one enrolled first on top."""
        with self._database.read() as connection:
            return {Finger(row.finger): row.template for row in rows.fingers(connection, staff_id)}

    def fingers_of_others(self, staff_id: str) -> tuple[bytes, ...]:
        """Return the templates of everybody else: nobody may sign in as two persons."""
        with self._database.read() as connection:
            return tuple(row.template for row in rows.fingers(connection) if row.staff_id != staff_id)

    def lock(self, staff_id: str) -> None:
        """Lock an account until a supervisor opens it."""
        with self._database.write() as connection:
            rows.note_attempts(connection, staff_id, LOCK_AFTER, None, locked=True)

    def _insert(self, by: str, name: str, login: str, password: str, roles: frozenset[Role]) -> Actor:
        login, name = login.strip().lower(), name.strip()
        if not login or not name:
            raise BadInput("staff-name-missing")
        with self._database.write() as connection:
            if rows.by_login(connection, login) is not None:
                raise BadInput("staff-login-taken", login=login)
            actor = Actor(self._ids.new(), name, roles)
            rows.insert(connection, actor, login, self._hash(password), self._clock.now())
            self._log(by or actor.staff_id, "staff-added", actor.staff_id, roles=sorted(role.value for role in roles))
        return actor

    def _hash(self, password: str) -> str:
        if len(password) < SHORTEST_PASSWORD:
            raise BadInput("staff-password-short", shortest=SHORTEST_PASSWORD)
        return self._hasher.hash(password)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _refuse_if_office_keeps_list(self) -> None:
        with self._database.read() as connection:
            if staff_roster.in_force(connection) is not None:
                raise NotAllowed("staff-office-keeps-list")

    def _refuse_if_of_office(self, staff_id: str) -> None:
        with self._database.read() as connection:
            if staff_id in staff_roster.of_office(connection):
                raise NotAllowed("staff-office-account")

    def _refuse_if_of_no_account_any_more(self, row: StaffRow) -> bool:
        """Tell whether the office keeps the account; one made here ends with the first roster, but administrators."""
        with self._database.read() as connection:
            from_office = row.actor.staff_id in staff_roster.of_office(connection)
            roster = staff_roster.in_force(connection)
        if not from_office and roster is not None and not row.actor.has(Role.ADMINISTRATOR):
            raise NotAllowed("staff-account-local")
        return from_office

    def _refuse_if_shut(self, row: StaffRow) -> None:
        if not row.active:
            raise NotAllowed("staff-account-closed")
        if row.locked:
            raise NotAllowed("staff-account-locked")
        wait = timedelta() if row.barred_until is None else row.barred_until - self._clock.now()
        if timedelta() < wait <= LONGEST_WAIT:  # a longer one means that the clock was set back
            raise NotAllowed("staff-wait", seconds=1 + int(wait.total_seconds()))

    def _count_failure(self, row: StaffRow) -> NotAllowed:
        failures = row.failures + 1
        locked = failures >= LOCK_AFTER
        over = failures - FREE_FAILURES
        until = self._clock.now() + FIRST_WAIT * 2 ** (over - 1) if over > 0 else None
        with self._database.write() as connection:
            rows.note_attempts(connection, row.actor.staff_id, failures, until, locked)
            self._log(row.actor.staff_id, "staff-sign-in-failed", row.actor.staff_id, failures=failures)
        return NotAllowed("staff-account-locked" if locked else "staff-sign-in-wrong")

    def _existing(self, staff_id: str) -> StaffRow:
        with self._database.read() as connection:
            row = rows.by_id(connection, staff_id)
        if row is None:
            raise NotFound("staff-unknown")
        return row

    def _log(self, actor_id: str, action: str, subject: str, **details: object) -> None:
        if self._audit is not None:
            self._audit.write(actor_id, action, subject, **details)
