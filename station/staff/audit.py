"""The audit log: every action of a person, chained by hash and signed by the kit.

Entries name identifiers only, never a name, a NIK or anything biometric. The tables
forbid change; the chain shows it if someone goes around them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import cbor2

from station.domain.clock import Clock
from station.domain.errors import Tampered
from station.keys.signing import Signer, verify
from station.store import audit as rows
from station.store.audit import AuditRow
from station.store.database import Database

_FIRST_PREVIOUS = bytes(32)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action: when, who, what, on which subject, with which details."""

    position: int
    at: datetime
    actor_id: str
    action: str
    subject: str
    details: dict[str, object]


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What a check of the whole log found; `broken_at` is the first position that does not fit, or None."""

    entries: int
    broken_at: int | None
    head: bytes

    @property
    def whole(self) -> bool:
        """Tell whether every entry fits the one before it and carries the kit's signature."""
        return self.broken_at is None


class AuditLog:
    """Writes and checks the log of this kit."""

    def __init__(self, database: Database, clock: Clock, signer: Signer) -> None:
        self._database = database
        self._clock = clock
        self._signer = signer

    def write(self, actor_id: str, action: str, subject: str, **details: object) -> None:
        """Append an entry; inside an open transaction of the same thread it stands and falls with it."""
        with self._database.write() as connection:
            before = rows.last(connection)
            position = 1 if before is None else before.position + 1
            previous = _FIRST_PREVIOUS if before is None else before.hash
            at = self._clock.now()
            body = cbor2.dumps(details, canonical=True)
            digest = _digest(position, at, actor_id, action, subject, body, previous)
            signature = self._signer.sign(b"", digest)
            rows.append(
                connection, AuditRow(position, at, actor_id, action, subject, body, previous, digest, signature)
            )

    def about(self, subject: str) -> list[AuditEntry]:
        """Return what happened to one subject, oldest first."""
        with self._database.read() as connection:
            return [_entry(row) for row in rows.about(connection, subject)]

    def entries(self, after: int = 0) -> list[AuditEntry]:
        """Return the entries behind position `after`, oldest first."""
        with self._database.read() as connection:
            return [_entry(row) for row in rows.entries(connection, after)]

    def head(self) -> tuple[int, bytes]:
        """Return position and hash of the newest entry: what a packet or a backup bears witness to."""
        with self._database.read() as connection:
            row = rows.last(connection)
        return (0, _FIRST_PREVIOUS) if row is None else (row.position, row.hash)

    def verify(self) -> AuditVerdict:
        """Recompute every hash and signature; names the first entry that was changed, removed or moved."""
        previous, position = _FIRST_PREVIOUS, 0
        with self._database.read() as connection:
            for row in rows.entries(connection):
                position += 1
                if row.position != position or row.previous_hash != previous or not self._fits(row):
                    return AuditVerdict(position, position, previous)
                previous = row.hash
        return AuditVerdict(position, None, previous)

    def _fits(self, row: AuditRow) -> bool:
        digest = _digest(row.position, row.at, row.actor_id, row.action, row.subject, row.details, row.previous_hash)
        if digest != row.hash:
            return False
        try:
            verify(row.signature, self._signer.public_der, digest)
        except Tampered:
            return False
        return True


def _digest(
    position: int, at: datetime, actor_id: str, action: str, subject: str, details: bytes, previous: bytes
) -> bytes:
    fields = [position, at.isoformat(), actor_id, action, subject, details, previous]
    return hashlib.sha256(cbor2.dumps(fields, canonical=True)).digest()


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.position, row.at, row.actor_id, row.action, row.subject, cbor2.loads(row.details))
