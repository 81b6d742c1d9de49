"""The kits of this office: pairing by one-time code, who is asking, witnessed ledger heads, revocation."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, select, update

from station.domain.errors import BadInput, NotAllowed, NotFound, Refused
from station.keys.certificates import facts_of
from station.office.context import Office
from station.office.database import insert_new
from station.office.tables import evidence, kit, pairing_code
from station.sync.wire import LedgerHead, SessionClaim, claimed_kit, open_session, session_token

PAIRED, REVOKED, QUARANTINED = "paired", "revoked", "quarantined"
CODE_LIFE = timedelta(hours=24)
CLOCK_TOLERANCE = timedelta(minutes=15)
FINGERPRINT_BYTES = 10
_SECRET_BYTES = 10
_KIT_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class KnownKit:
    """A kit as the office knows it."""

    kit_id: str
    state: str
    signing_public: bytes
    sealing_recipient: str
    prints_at: str
    ledger: LedgerHead
    witnessed: LedgerHead


class ClockWrong(NotAllowed):
    """The kit's clock is too far off; the reply carries the office's time."""


def new_code(office: Office, kit_id: str) -> str:
    """Return a fresh one-time pairing code for a kit, good for a day; an unused older one is void.

    The code carries a secret and the fingerprint of the office's authority, so that neither
    side can be impersonated to the other.
    """
    if not _KIT_ID.fullmatch(kit_id):
        raise BadInput("office-kit-name-wrong", kit=kit_id)
    secret = secrets.token_bytes(_SECRET_BYTES)
    print_of_authority = facts_of(office.secrets.authority.certificate_pem).fingerprint[:FINGERPRINT_BYTES]
    values = {
        "code_hash": hashlib.sha256(secret).digest(),
        "expires_at": (office.clock.now() + CODE_LIFE).isoformat(),
        "used_at": "",
    }
    with office.database.write() as connection:
        if not insert_new(connection, pairing_code, kit_id=kit_id, **values):
            connection.execute(update(pairing_code).where(pairing_code.c.kit_id == kit_id).values(**values))
    letters = base64.b32encode(secret + print_of_authority).decode()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def use_code(connection: Connection, secret: bytes, now: datetime) -> str:
    """Spend a pairing code and return the kit it was made for; raises NotAllowed."""
    digest = hashlib.sha256(secret).digest()
    row = connection.execute(select(pairing_code).where(pairing_code.c.code_hash == digest).with_for_update()).first()
    if row is None or not hmac.compare_digest(bytes(row.code_hash), digest):
        raise NotAllowed("office-code-wrong")
    if row.used_at:
        raise NotAllowed("office-code-used")
    if datetime.fromisoformat(row.expires_at) < now:
        raise NotAllowed("office-code-expired")
    connection.execute(update(pairing_code).where(pairing_code.c.kit_id == row.kit_id).values(used_at=now.isoformat()))
    return str(row.kit_id)


def identify(office: Office, authorization: str, certificate: bytes) -> KnownKit:
    """Return the kit that signed this session over this certificate, and witness its ledger head."""
    token = session_token(authorization)
    with office.database.read() as connection:
        known = find_kit(connection, claimed_kit(token))
    claim = open_session(token, known.signing_public)
    facts = facts_of(certificate)
    if facts.name != known.kit_id or claim.kit_id != known.kit_id or claim.certificate != facts.fingerprint[:16]:
        raise NotAllowed("office-certificate-other-kit")
    skew = claim.at - office.clock.now()
    with office.database.write() as connection:
        values = {"last_seen_at": office.clock.now().isoformat(), "clock_skew_s": int(skew.total_seconds())}
        connection.execute(update(kit).where(kit.c.kit_id == known.kit_id).values(**values))
        if abs(skew) <= CLOCK_TOLERANCE:
            witness(office, connection, known, claim, token)
    if abs(skew) > CLOCK_TOLERANCE:
        raise ClockWrong("office-clock-wrong", seconds=int(skew.total_seconds()))
    return known


def witness(office: Office, connection: Connection, known: KnownKit, claim: SessionClaim, token: bytes) -> None:
    """Compare a kit's ledger head with the newest one seen; an older or different one is a fork."""
    head, seen = claim.head, known.witnessed
    if head.seq > seen.seq:
        values = {"witness_seq": head.seq, "witness_hash": head.hash}
        connection.execute(update(kit).where(kit.c.kit_id == known.kit_id).values(**values))
        record_evidence(office, connection, known.kit_id, "head", token, f"{head.seq}:{head.hash.hex()}")
    elif head != seen:
        detail = f"seen {seen.seq}:{seen.hash.hex()} shown {head.seq}:{head.hash.hex()}"
        quarantine(office, connection, known.kit_id, "office-ledger-forked", token, detail)


def quarantine(office: Office, connection: Connection, kit_id: str, reason: str, message: bytes, detail: str) -> None:
    """Set a kit apart and keep what it said as evidence; its packets are still taken, so that nothing is lost."""
    record_evidence(office, connection, kit_id, "fork", message, detail)
    connection.execute(
        update(kit).where(kit.c.kit_id == kit_id, kit.c.state == PAIRED).values(state=QUARANTINED, reason=reason)
    )


def record_evidence(
    office: Office, connection: Connection, kit_id: str, kind: str, message: bytes, detail: str
) -> None:
    """Keep a signed message once; its identifier is its hash."""
    identifier = hashlib.sha256(kind.encode() + message).hexdigest()[:32]
    at = office.clock.now().isoformat()
    insert_new(
        connection, evidence, kit_id=kit_id, evidence_id=identifier, kind=kind, message=message, detail=detail, at=at
    )


def revoke(office: Office, kit_id: str, reason: str) -> None:
    """Refuse a kit from now on; takes effect with its next request. Raises NotFound."""
    with office.database.write() as connection:
        done = connection.execute(update(kit).where(kit.c.kit_id == kit_id).values(state=REVOKED, reason=reason[:400]))
        if done.rowcount != 1:
            raise NotFound("office-kit-unknown", kit=kit_id)


def release(office: Office, kit_id: str) -> None:
    """Take a kit out of quarantine after a recount: the head it shows next becomes the known one.

    Raises NotFound for a kit that is not in quarantine: a revoked one must be paired anew under another name.
    """
    values = {"state": PAIRED, "reason": "", "witness_seq": 0, "witness_hash": b""}
    with office.database.write() as connection:
        row = kit.c.kit_id == kit_id
        done = connection.execute(update(kit).where(row, kit.c.state == QUARANTINED).values(**values))
        if done.rowcount != 1:
            raise NotFound("office-kit-not-quarantined", kit=kit_id)


def find_kit(connection: Connection, kit_id: str) -> KnownKit:
    """Return a kit that may speak; raises NotAllowed for one unknown or revoked."""
    row = connection.execute(select(kit).where(kit.c.kit_id == kit_id)).first()
    if row is None:
        raise NotAllowed("office-kit-unknown")
    if row.state == REVOKED:
        raise NotAllowed("office-kit-revoked", reason=row.reason)
    return _known(row)


def require_ledger_rights(known: KnownKit) -> None:
    """Refuse ledger batches of a kit in quarantine."""
    if known.state == QUARANTINED:
        raise Refused("office-kit-quarantined")


def _known(row: Row[tuple[object, ...]]) -> KnownKit:
    values = row._mapping  # noqa: SLF001 - the public name of a row's mapping in SQLAlchemy
    return KnownKit(
        kit_id=values["kit_id"],
        state=values["state"],
        signing_public=bytes(values["signing_public"]),
        sealing_recipient=values["sealing_recipient"],
        prints_at=values["prints_at"],
        ledger=LedgerHead(values["ledger_seq"], bytes(values["ledger_hash"])),
        witnessed=LedgerHead(values["witness_seq"], bytes(values["witness_hash"])),
    )
