"""EF.SOD: the signed list of hashes that makes a chip's content provable without a network.

A COSE_Sign1 with ES256 (RFC 9052, 9053); the secure access module signs the digest, so
the private key stays inside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import cbor2

from station.domain.errors import Tampered
from station.keys.signing import key_identifier, verify
from station.print.chip.ocp1_wire import ElementaryFile

PROFILE_VERSION = "OCP-1"
_ALGORITHM, _KEY_ID, _ES256, _SIGN1_TAG = 1, 4, -7, 18
_VERSION, _SERIAL, _HASHES = 1, 2, 3


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


def unsigned_object(files: Mapping[ElementaryFile, bytes], serial: bytes, signer_der: bytes) -> UnsignedObject:
    """Return the object over all files of one card, to be signed by `signer_der`."""
    hashes = {int(file): hashlib.sha256(content).digest() for file, content in sorted(files.items())}
    payload = cbor2.dumps({_VERSION: PROFILE_VERSION, _SERIAL: serial, _HASHES: hashes}, canonical=True)
    protected = cbor2.dumps({_ALGORITHM: _ES256, _KEY_ID: key_identifier(signer_der)}, canonical=True)
    return UnsignedObject(protected, payload)


def check_object(signed: bytes, files: Mapping[ElementaryFile, bytes], serial: bytes, signer_der: bytes) -> None:
    """Raise Tampered unless the object is signed, of this card, and every file has its hash."""
    payload = cbor2.loads(verify(signed, signer_der).payload)
    if payload.get(_VERSION) != PROFILE_VERSION or payload.get(_SERIAL) != serial:
        raise Tampered("chip-object-other-card")
    hashes = payload.get(_HASHES, {})
    found = {int(file): hashlib.sha256(content).digest() for file, content in files.items()}
    if hashes != found:
        raise Tampered("chip-content-changed")
