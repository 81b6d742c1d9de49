"""A test authority for card signers: its certificate, certificates of modules, the centre's signed trust list.

Does not simulate: a key ceremony; every key here is public on purpose and only good for tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from simulators.cards.test_keys import TEST_AUTHORITY_SCALAR, TEST_SIGNING_SCALAR
from station.keys.signing import Signer

AUTHORITY_NAME = "OTORITAS KARTU UJI"
SIGNER_NAME = "PENANDA TANGAN KARTU UJI"
VALID_FROM, VALID_UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2044, 1, 1, tzinfo=UTC)
_AUTHORITY_SERIAL, SIGNER_SERIAL = 1, 0x53544E01


@lru_cache(maxsize=1)
def authority_certificate() -> bytes:
    """Return the authority's own certificate, DER."""
    key = ec.derive_private_key(TEST_AUTHORITY_SCALAR, ec.SECP256R1())
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = (
        _builder(AUTHORITY_NAME, _AUTHORITY_SERIAL, key.public_key(), VALID_FROM, VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
    )
    return _signed(builder, key)


@lru_cache(maxsize=16)
def signer_certificate(
    not_before: datetime = VALID_FROM,
    not_after: datetime = VALID_UNTIL,
    serial: int = SIGNER_SERIAL,
    authority_scalar: int = TEST_AUTHORITY_SCALAR,
) -> bytes:
    """Return the certificate of the test module's signing key, DER; another scalar makes it a stranger's."""
    public = ec.derive_private_key(TEST_SIGNING_SCALAR, ec.SECP256R1()).public_key()
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    builder = _builder(SIGNER_NAME, serial, public, not_before, not_after).add_extension(usage, critical=True)
    return _signed(builder, ec.derive_private_key(authority_scalar, ec.SECP256R1()))


def trust_list(centre: Signer, number: int = 1, revoked: Iterable[int] = ()) -> bytes:
    """Return the centre's signed list of authorities and of revoked signers."""
    fields = {
        "number": number,
        "test": True,
        "authorities": [authority_certificate()],
        "revoked": sorted(f"{serial:x}" for serial in revoked),
    }
    return centre.sign(cbor2.dumps(fields, canonical=True))


def _builder(
    name: str, serial: int, public: ec.EllipticCurvePublicKey, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(AUTHORITY_NAME))
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )


def _signed(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> bytes:
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
