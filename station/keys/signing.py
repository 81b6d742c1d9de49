"""COSE_Sign1 signatures (RFC 9052, 9053) with Ed25519 or P-256, on `cbor2` and `cryptography`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from station.domain.errors import Tampered

_ALGORITHM, _KEY_ID = 1, 4
_EDDSA, _ES256 = -8, -7
_COSE_SIGN1_TAG = 18
_P256_BYTES = 32

PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey
PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


class Signer(Protocol):
    """Signs for one key; the key may live in a file or a TPM."""

    @property
    def key_id(self) -> bytes:
        """Return the first 8 bytes of SHA-256 over the public key (DER)."""

    @property
    def public_der(self) -> bytes:
        """Return the public key as SubjectPublicKeyInfo, DER."""

    def sign(self, payload: bytes, external: bytes = b"") -> bytes:
        """Return a tagged COSE_Sign1 that carries `payload`; `external` is signed too but not carried."""


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A verified payload and the key that signed it."""

    payload: bytes
    key_id: bytes


class SoftwareSigner:
    """A signer whose private key is in memory."""

    def __init__(self, private_key: PrivateKey) -> None:
        self._private_key = private_key
        self.public_der = public_key_der(private_key.public_key())
        self.key_id = key_identifier(self.public_der)

    @classmethod
    def generate(cls) -> SoftwareSigner:
        """Make a signer with a fresh Ed25519 key."""
        return cls(Ed25519PrivateKey.generate())

    def sign(self, payload: bytes, external: bytes = b"") -> bytes:
        """Return a tagged COSE_Sign1 that carries `payload`."""
        eddsa = isinstance(self._private_key, Ed25519PrivateKey)
        protected = cbor2.dumps({_ALGORITHM: _EDDSA if eddsa else _ES256, _KEY_ID: self.key_id}, canonical=True)
        signature = _sign(self._private_key, _to_be_signed(protected, external, payload))
        return cbor2.dumps(cbor2.CBORTag(_COSE_SIGN1_TAG, [protected, {}, payload, signature]))


def key_identifier(public_der: bytes) -> bytes:
    """Return the 8-byte identifier of a public key."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(public_der)
    return digest.finalize()[:8]


def public_key_der(key: PublicKey) -> bytes:
    """Return a public key as SubjectPublicKeyInfo, DER."""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def key_id_of(message: bytes) -> bytes:
    """Return the key identifier a message claims, before verifying; raises Tampered when it is no COSE_Sign1."""
    return _split(message)[1]


def verify(message: bytes, public_der: bytes, external: bytes = b"") -> SignedMessage:
    """Check a COSE_Sign1 against one public key; raises Tampered on any difference."""
    protected, claimed, payload, signature = _split(message)
    if claimed != key_identifier(public_der):
        raise Tampered("signature-other-key")
    key = serialization.load_der_public_key(public_der)
    try:
        _verify(key, signature, _to_be_signed(protected, external, payload))
    except (InvalidSignature, ValueError) as error:
        raise Tampered("signature-wrong") from error
    return SignedMessage(payload, claimed)


def _split(message: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    try:
        tag = cbor2.loads(message)
        if not isinstance(tag, cbor2.CBORTag) or tag.tag != _COSE_SIGN1_TAG:
            raise Tampered("signature-malformed")
        protected, _unprotected, payload, signature = tag.value
        header = cbor2.loads(protected)
        key_id = header[_KEY_ID]
    except Tampered:
        raise
    except Exception as error:
        raise Tampered("signature-malformed") from error
    if not all(isinstance(part, bytes) for part in (protected, key_id, payload, signature)):
        raise Tampered("signature-malformed")
    return protected, key_id, payload, signature


def _to_be_signed(protected: bytes, external: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, external, payload], canonical=True)


def _sign(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(data)
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")


def _verify(key: object, signature: bytes, data: bytes) -> None:
    if isinstance(key, Ed25519PublicKey):
        key.verify(signature, data)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        r = int.from_bytes(signature[:_P256_BYTES], "big")
        s = int.from_bytes(signature[_P256_BYTES:], "big")
        key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
    else:
        raise Tampered("signature-other-key")
