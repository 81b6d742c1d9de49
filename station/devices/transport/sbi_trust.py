"""Believes a signed answer of an SBI device or not: JWS (RFC 7515, RS256) and its certificate chain.

The device's certificate comes with every answer (`x5c`). It must lead, through the
certificates of the trust file, to a self-signed one in that file, and all of them must
be valid now. There is no unsigned fallback.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_LONGEST_CHAIN = 4
_SMALLEST_KEY_BITS = 2048
# Device clocks lag; a certificate made a minute ago must not fail for that.
_CLOCK_SLACK = timedelta(minutes=5)


class NotBelieved(ValueError):
    """An answer that cannot be believed; `message_id` says why."""

    def __init__(self, message_id: str) -> None:
        super().__init__(message_id)
        self.message_id = message_id


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """The payload of a believed JWS and the certificate that signed it."""

    payload: dict[str, Any]
    certificate: x509.Certificate
    token: bytes


class TrustRoots:
    """The certificates a kit trusts for its biometric devices."""

    def __init__(self, certificates: list[x509.Certificate]) -> None:
        self._certificates = certificates

    @classmethod
    def from_file(cls, path: Path) -> TrustRoots:
        """Read PEM certificates; raises OSError or ValueError."""
        return cls(x509.load_pem_x509_certificates(path.read_bytes()))

    def believe(self, token: str, now: datetime) -> SignedAnswer:
        """Check signature, chain and dates of a compact JWS; raises NotBelieved."""
        header, payload, signed_part, signature = _split(token)
        if header.get("alg") != "RS256":
            raise NotBelieved("sbi-signature-wrong")
        certificate = _certificate(header)
        self._check_chain(certificate, now)
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_KEY_BITS:
            raise NotBelieved("sbi-signature-wrong")
        try:
            key.verify(signature, signed_part, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise NotBelieved("sbi-signature-wrong") from error
        return SignedAnswer(payload, certificate, token.encode("ascii"))

    def _check_chain(self, leaf: x509.Certificate, now: datetime) -> None:
        current = leaf
        for _ in range(_LONGEST_CHAIN):
            _check_dates(current, now)
            issuer = self._issuer_of(current)
            if issuer is None:
                raise NotBelieved("sbi-untrusted")
            if issuer == current:
                return
            current = issuer
        raise NotBelieved("sbi-untrusted")

    def _issuer_of(self, certificate: x509.Certificate) -> x509.Certificate | None:
        for candidate in self._certificates:
            if candidate.subject == certificate.issuer and _may_issue(candidate) and _issued(candidate, certificate):
                return candidate
        return None


def _split(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    try:
        head, body, tail = token.split(".")
        header, payload = json.loads(decoded(head)), json.loads(decoded(body))
        signature = decoded(tail)
    except (ValueError, RecursionError) as error:
        raise NotBelieved("sbi-malformed") from error
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise NotBelieved("sbi-malformed")
    return header, payload, f"{head}.{body}".encode("ascii"), signature


def _certificate(header: dict[str, Any]) -> x509.Certificate:
    chain = header.get("x5c")
    if not isinstance(chain, list) or not chain or not isinstance(chain[0], str):
        raise NotBelieved("sbi-malformed")
    try:
        return x509.load_der_x509_certificate(base64.b64decode(chain[0]))
    except (ValueError, binascii.Error) as error:
        raise NotBelieved("sbi-malformed") from error


def _check_dates(certificate: x509.Certificate, now: datetime) -> None:
    if now > certificate.not_valid_after_utc:
        raise NotBelieved("sbi-certificate-expired")
    if now + _CLOCK_SLACK < certificate.not_valid_before_utc:
        raise NotBelieved("sbi-certificate-early")


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def decoded(text: str) -> bytes:
    """Decode base64url without padding, strictly; raises ValueError."""
    raw = text.encode("ascii").rstrip(b"=")
    return base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
