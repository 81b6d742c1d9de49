"""The centre's permission to print one card: a signed statement over the hash of the biodata."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import cbor2

from station.domain.errors import Tampered
from station.domain.person import Biodata
from station.keys.signing import verify


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What the centre allows: one card for one NIK with exactly this biodata, until it expires."""

    authorisation_id: str
    nik: str
    biodata_sha256: bytes
    issued_at: datetime
    expires_at: datetime


def read_authorisation(message: bytes, centre_der: bytes) -> Authorisation:
    """Return a permission signed by the centre; raises Tampered when it is not."""
    payload = verify(message, centre_der).payload
    try:
        fields = cbor2.loads(payload)
        return Authorisation(
            str(fields["id"]),
            str(fields["nik"]),
            bytes(fields["biodata_sha256"]),
            _moment(fields["issued_at"]),
            _moment(fields["expires_at"]),
        )
    except (KeyError, TypeError, ValueError, cbor2.CBORDecodeError) as error:
        raise Tampered("print-authorisation-malformed") from error


def biodata_digest(biodata: Biodata) -> bytes:
    """Return SHA-256 of the canonical CBOR of the biodata's fields."""
    return hashlib.sha256(cbor2.dumps(biodata.as_dict(), canonical=True)).digest()


def _moment(value: object) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
