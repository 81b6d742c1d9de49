"""The trust of simulated SBI devices: a test authority, device certificates, and their JWS seals.

Signing goes through `joserfc`, not through the code the product checks with.

Does not simulate: management servers, key rotation over the network, secure elements.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import RSAKey

_KEY_BITS = 2048
_YEAR = timedelta(days=365)


class TestAuthority:
    """Issues device certificates; its own certificate goes into the kit's trust file."""

    __test__ = False

    def __init__(self, now: datetime, name: str = "Otoritas Uji SBI") -> None:
        self._now = now
        self._key = rsa.generate_private_key(65537, _KEY_BITS)
        subject = _name(name)
        self.certificate = (
            _builder(subject, subject, self._key.public_key(), now - _YEAR, now + 10 * _YEAR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def write_trust_file(self, path: Path) -> Path:
        """Write the certificate as PEM."""
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def seal_for(self, device: str, valid_from: datetime | None = None, days: int = 730) -> DeviceSeal:
        """Return a fresh key with a certificate of this authority."""
        key = rsa.generate_private_key(65537, _KEY_BITS)
        begin = valid_from or self._now - timedelta(days=30)
        certificate = (
            _builder(_name(device), self.certificate.subject, key.public_key(), begin, begin + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        return DeviceSeal(key, certificate)

    def expired_seal_for(self, device: str) -> DeviceSeal:
        """Return a seal whose certificate ran out yesterday."""
        return self.seal_for(device, self._now - timedelta(days=31), days=30)


class DeviceSeal:
    """A device's private key and certificate."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.certificate = certificate
        self._key = RSAKey.import_key(pem)
        self._chain = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode("ascii")

    def seal(self, payload: dict[str, Any]) -> str:
        """Return the payload as a compact JWS."""
        header = {"alg": "RS256", "typ": "JWT", "x5c": [self._chain]}
        return jws.serialize_compact(header, json.dumps(payload).encode(), self._key, algorithms=["RS256"])


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )
