"""Whose signature on a chip counts: a signer's certificate, up to an authority this station was told to trust.

The chain has two links as travel documents have it (ICAO Doc 9303-12): the authority's
certificate comes in the centre's signed trust list, the signer's (X.509, RFC 5280) is in
the module and in every security object.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from station.domain.errors import Refused, Tampered
from station.keys.signing import public_key_der


@dataclass(frozen=True, slots=True)
class CardTrust:
    """Whom to believe at the moment `at`: certificates of authorities (DER), serials (hex) of revoked signers.

    `test` tells that these are test authorities whose keys are public.
    """

    authorities: tuple[bytes, ...]
    revoked: frozenset[str]
    test: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SignerFacts:
    """A signer whose chain holds: names, serial in hex, until when it is good, its public key (DER)."""

    name: str
    authority: str
    serial: str
    not_before: datetime
    not_after: datetime
    test: bool
    public_der: bytes


def check_signer(certificate_der: bytes, trust: CardTrust, whose: str) -> SignerFacts:
    """Return the facts of a signer; `whose` is `chip` or `sam` and chooses the words.

    Raises Refused while the station has no trust list, Tampered when the chain is broken, expired or revoked.
    """
    if not trust.authorities:
        raise Refused(f"{whose}-trust-missing")
    try:
        certificate = x509.load_der_x509_certificate(certificate_der)
        public, name = certificate.public_key(), _name(certificate.subject)
    except (ValueError, IndexError) as error:
        raise Tampered(f"{whose}-signer-malformed") from error
    serial = f"{certificate.serial_number:x}"
    if not isinstance(public, ec.EllipticCurvePublicKey) or not _may_sign(certificate):
        raise Tampered(f"{whose}-signer-untrusted", name=name)
    authority = _issuer(certificate, trust)
    if authority is None:
        raise Tampered(f"{whose}-signer-untrusted", name=name)
    if serial in trust.revoked:
        raise Tampered(f"{whose}-signer-revoked", name=name)
    for one in (certificate, authority):
        if trust.at >= one.not_valid_after_utc:
            raise Tampered(f"{whose}-signer-expired", name=name, day=one.not_valid_after_utc.date())
        if trust.at < one.not_valid_before_utc:
            raise Tampered(f"{whose}-signer-not-yet", name=name, day=one.not_valid_before_utc.date())
    return SignerFacts(
        name,
        _name(authority.subject),
        serial,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        trust.test,
        public_key_der(public),
    )


def _issuer(certificate: x509.Certificate, trust: CardTrust) -> x509.Certificate | None:
    for der in trust.authorities:
        try:
            authority = x509.load_der_x509_certificate(der)
            certificate.verify_directly_issued_by(authority)
        except (ValueError, TypeError, InvalidSignature):
            continue
        if _is_authority(authority):
            return authority
    return None


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except (x509.ExtensionNotFound, ValueError):
        return False


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _name(name: x509.Name) -> str:
    return str(name.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
