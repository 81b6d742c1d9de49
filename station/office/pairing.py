"""Gives a kit its place in this office against a one-time code, and renews its certificate later.

Renewal needs no valid certificate, only the kit's signature: kits stay in villages longer
than certificates live.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from station.domain.errors import BadInput, NotAllowed, Tampered
from station.keys.certificates import facts_of
from station.keys.sealing import seal
from station.keys.signing import verify
from station.office.context import Office
from station.office.database import insert_new
from station.office.kits import PAIRED, REVOKED, find_kit, use_code
from station.office.policy import NEVER_TOLD, tell_new_kit
from station.office.tables import kit
from station.sync import wire

PAIRING = b"station-pairing-1"
RENEWAL_WINDOW = timedelta(minutes=15)


def pair(office: Office, body: bytes) -> bytes:
    """Answer a pairing request (CBOR) with certificate, recipients and keys (CBOR); raises NotAllowed, BadInput."""
    secret, message = (wire.octets(value) for value in wire.fields(body, 2))
    signing_public, request, recipient = _claims(message)
    seal(b"", (recipient,))
    verify(message, signing_public, PAIRING + secret)
    now = office.clock.now()
    with office.database.write() as connection:
        kit_id = use_code(connection, secret, now)
        certificate = office.secrets.authority.issue_to_kit(request, kit_id, now)
        _note_kit(connection, kit_id, signing_public, recipient, certificate, now)
        tell_new_kit(office, connection, kit_id)
    return wire.dumps(_welcome(office, kit_id, certificate))


def renew(office: Office, message: bytes) -> bytes:
    """Answer a signed renewal request with a fresh certificate and the present keys; raises NotAllowed, Tampered."""
    kit_id = _renewing_kit(message)
    with office.database.read() as connection:
        known = find_kit(connection, kit_id)
    payload = verify(message, known.signing_public, wire.RENEWAL).payload
    _kit_id, request, at = wire.fields(payload, 3)
    now = office.clock.now()
    if abs(wire.moment(at) - now) > RENEWAL_WINDOW:
        raise NotAllowed("office-clock-wrong", seconds=int((wire.moment(at) - now).total_seconds()))
    certificate = office.secrets.authority.issue_to_kit(wire.octets(request), kit_id, now)
    values = {"certificate": certificate, "certificate_until": facts_of(certificate).not_after.isoformat()}
    with office.database.write() as connection:
        connection.execute(update(kit).where(kit.c.kit_id == kit_id).values(**values))
    return wire.dumps(_welcome(office, kit_id, certificate))


def _claims(message: bytes) -> tuple[bytes, bytes, str]:
    try:
        payload = wire.loads(message).value[2]
    except (AttributeError, IndexError, TypeError) as error:
        raise BadInput("sync-message-malformed") from error
    signing_public, request, recipient = wire.fields(wire.octets(payload), 3)
    return wire.octets(signing_public), wire.octets(request), wire.text(recipient)


def _renewing_kit(message: bytes) -> str:
    try:
        payload = wire.loads(message).value[2]
    except (AttributeError, IndexError, TypeError) as error:
        raise Tampered("signature-malformed") from error
    return wire.text(wire.fields(wire.octets(payload), 3)[0])


def _note_kit(
    connection: Connection, kit_id: str, signing_public: bytes, recipient: str, certificate: bytes, now: datetime
) -> None:
    values: dict[str, Any] = {
        "state": PAIRED,
        "reason": "",
        "signing_public": signing_public,
        "sealing_recipient": recipient,
        "certificate": certificate,
        "certificate_until": facts_of(certificate).not_after.isoformat(),
        "paired_at": now.isoformat(),
        "last_seen_at": now.isoformat(),
        "policy_digest": NEVER_TOLD,
    }
    if insert_new(
        connection,
        kit,
        kit_id=kit_id,
        prints_at=kit_id,
        feed_n=0,
        feed_acknowledged=0,
        ledger_seq=0,
        ledger_hash=b"",
        witness_seq=0,
        witness_hash=b"",
        clock_skew_s=0,
        **values,
    ):
        return
    state, known = connection.execute(select(kit.c.state, kit.c.signing_public).where(kit.c.kit_id == kit_id)).one()
    if state == REVOKED or bytes(known) != signing_public:
        raise NotAllowed("office-kit-name-taken")
    connection.execute(update(kit).where(kit.c.kit_id == kit_id).values(**values))


def _welcome(office: Office, kit_id: str, certificate: bytes) -> dict[str, Any]:
    return {
        "kit_id": kit_id,
        "certificate": certificate,
        "authority": office.secrets.authority.certificate_pem,
        "recipients": office.secrets.recipients,
        "office_public": office.secrets.signer.public_der,
        "centre_public": office.centre.public_key() or b"",
        "at": int(office.clock.now().timestamp()),
    }
