"""EF.SOD: the signed list of hashes that makes a chip's content provable without a network.

A COSE_Sign1 with ES256 (RFC 9052, 9053) that carries its signer's certificate (x5chain,
RFC 9360) under the signature; the secure access module signs the digest, so the private
key stays inside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import cbor2

from station.domain.errors import Tampered
from station.keys.signing import key_identifier, verify
from station.print.chip.ocp1_wire import ElementaryFile
from station.print.chip.signer import CardTrust, SignerFacts, check_signer

PROFILE_VERSION = "OCP-1"
_ALGORITHM, _KEY_ID, _CERTIFICATE, _ES256, _SIGN1_TAG = 1, 4, 33, -7, 18
_VERSION, _SERIAL, _HASHES, _SIGNED_AT = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class UnsignedObject:
    """A security object before its signature: the digest to sign, and how to finish it."""

    protected: bytes
    payload: bytes

    @property
    def digest(self) -> bytes:
        """Return SHA-256 of the COSE signature structure (RFC 9052, 4.4)."""
        return hashlib.sha256(cbor2.dumps(["Signature1", self.protected, b"", self.payload])).digest()

    def signed(self, signature: bytes) -> bytes:
        """Return the finished object; `signature` is r and s, 64 bytes."""
        return cbor2.dumps(cbor2.CBORTag(_SIGN1_TAG, [self.protected, {}, self.payload, signature]))


def unsigned_object(
    files: Mapping[ElementaryFile, bytes], serial: bytes, signer: SignerFacts, certificate_der: bytes, at: datetime
) -> UnsignedObject:
    """Return the object over all files of one card, to be signed by the key of `certificate_der` at the moment `at`."""
    hashes = {int(file): hashlib.sha256(content).digest() for file, content in sorted(files.items())}
    body = {_VERSION: PROFILE_VERSION, _SERIAL: serial, _HASHES: hashes, _SIGNED_AT: int(at.timestamp())}
    header = {_ALGORITHM: _ES256, _KEY_ID: key_identifier(signer.public_der), _CERTIFICATE: certificate_der}
    return UnsignedObject(cbor2.dumps(header, canonical=True), cbor2.dumps(body, canonical=True))


def check_object(signed: bytes, files: Mapping[ElementaryFile, bytes], serial: bytes, trust: CardTrust) -> SignerFacts:
    """Return who signed; raises Tampered unless chain and signature hold, the card is this one and no file changed."""
    signer = check_signer(_certificate(signed), trust, "chip")
    payload = _mapping(verify(signed, signer.public_der).payload)
    if payload.get(_VERSION) != PROFILE_VERSION or payload.get(_SERIAL) != serial:
        raise Tampered("chip-object-other-card")
    signed_at = payload.get(_SIGNED_AT)
    if not isinstance(signed_at, int):
        raise Tampered("chip-object-malformed")
    moment = datetime.fromtimestamp(signed_at, UTC)
    if not signer.not_before <= moment < signer.not_after:
        raise Tampered("chip-signer-expired", name=signer.name, day=signer.not_after.date())
    found = {int(file): hashlib.sha256(content).digest() for file, content in files.items()}
    if payload.get(_HASHES, {}) != found:
        raise Tampered("chip-content-changed")
    return signer


def _certificate(signed: bytes) -> bytes:
    try:
        certificate = _mapping(cbor2.loads(signed).value[0]).get(_CERTIFICATE)
    except (AttributeError, IndexError, TypeError, ValueError, cbor2.CBORDecodeError) as error:
        raise Tampered("chip-object-malformed") from error
    if not isinstance(certificate, bytes):
        raise Tampered("chip-object-malformed")
    return certificate


def _mapping(encoded: bytes) -> dict[int, Any]:
    try:
        found = cbor2.loads(encoded)
    except (ValueError, cbor2.CBORDecodeError) as error:
        raise Tampered("chip-object-malformed") from error
    if not isinstance(found, dict):
        raise Tampered("chip-object-malformed")
    return found
