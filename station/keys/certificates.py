"""X.509 certificates for the link between kits and office: P-256, small, short-lived (RFC 5280).

The office is its own authority. A kit makes its key itself and sends a request; the
certificate only opens the connection, what a kit says is proved by its COSE signature.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from station.domain.errors import BadInput

AUTHORITY_DAYS = 3650
SERVER_DAYS = 825
KIT_DAYS = 90
SERIAL_BYTES = 9
_CLOCK_SLACK = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Credential:
    """A private key and its certificate, both PEM."""

    key_pem: bytes
    certificate_pem: bytes


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What the office notes of a certificate: whose it is, its serial in hex, until when it is good."""

    name: str
    serial: str
    not_after: datetime
    fingerprint: bytes


class Authority:
    """Signs certificates of kits and of the office server."""

    def __init__(self, credential: Credential) -> None:
        self.certificate_pem = credential.certificate_pem
        self._certificate = x509.load_pem_x509_certificate(credential.certificate_pem)
        key = serialization.load_pem_private_key(credential.key_pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise BadInput("authority-key-wrong")
        self._key = key

    def issue_to_kit(self, request_der: bytes, kit_id: str, at: datetime, days: int = KIT_DAYS) -> bytes:
        """Return a client certificate (PEM) for the key in a signed request; raises BadInput on a false request.

        It crosses the link at every reconnect inside the session ticket, so it carries nothing that can be left out.
        """
        try:
            request = x509.load_der_x509_csr(request_der)
        except ValueError as error:
            raise BadInput("sync-request-malformed") from error
        public = request.public_key()
        if not request.is_signature_valid or not isinstance(public, ec.EllipticCurvePublicKey):
            raise BadInput("sync-request-malformed")
        builder = _builder(kit_id, self._certificate.subject, public, at, days)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def issue_to_server(self, names: tuple[str, ...], at: datetime, days: int = SERVER_DAYS) -> Credential:
        """Return key and certificate of a server that answers under these host names and addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(names[0], self._certificate.subject, key.public_key(), at, days)
        alternatives = x509.SubjectAlternativeName([_alternative(name) for name in names])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        certificate = (
            builder.add_extension(alternatives, critical=False)
            .add_extension(usage, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return Credential(_key_pem(key), certificate.public_bytes(serialization.Encoding.PEM))


def create_authority(name: str, at: datetime) -> Credential:
    """Make a fresh self-signed authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    key_usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = (
        _builder(name, subject, key.public_key(), at, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage, critical=True)
    )
    certificate = builder.sign(key, hashes.SHA256())
    return Credential(_key_pem(key), certificate.public_bytes(serialization.Encoding.PEM))


def make_request(kit_id: str) -> tuple[bytes, bytes]:
    """Return a fresh private key (PEM) and a signed certificate request (DER)."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(_name(kit_id)).sign(key, hashes.SHA256())
    return _key_pem(key), request.public_bytes(serialization.Encoding.DER)


def facts_of(certificate: bytes) -> CertificateFacts:
    """Read a certificate, PEM or DER; raises BadInput when it is none."""
    try:
        load = x509.load_pem_x509_certificate if certificate.startswith(b"-----") else x509.load_der_x509_certificate
        parsed = load(certificate)
        name = str(parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    except (ValueError, IndexError) as error:
        raise BadInput("certificate-malformed") from error
    return CertificateFacts(
        name, f"{parsed.serial_number:x}", parsed.not_valid_after_utc, parsed.fingerprint(hashes.SHA256())
    )


def _builder(
    name: str, issuer: x509.Name, public: ec.EllipticCurvePublicKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(int.from_bytes(secrets.token_bytes(SERIAL_BYTES)) >> 1 or 1)
        .not_valid_before(at - _CLOCK_SLACK)
        .not_valid_after(at + timedelta(days=days))
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
