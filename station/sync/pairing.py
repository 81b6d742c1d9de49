"""Joins this kit to an office by a one-time code, and renews its certificate.

The code holds a secret and the fingerprint of the office's authority: the kit first
fetches the authority, checks it, and only then shows the secret, over TLS it can trust.
"""

from __future__ import annotations

import base64
import binascii
import ssl
from datetime import datetime
from pathlib import Path

from station.domain.clock import Clock
from station.domain.errors import BadInput, NotAllowed
from station.keys.certificates import facts_of, make_request
from station.keys.keystore import KitKeys, write_durably
from station.keys.tls import client_context, introduction_context
from station.sync import wire
from station.sync.connection import Endpoint, HttpConnection
from station.sync.trust import Trust, load_trust, store_welcome
from station.sync.upload import refusal

PAIRING = b"station-pairing-1"
_SECRET_BYTES, _FINGERPRINT_BYTES = 10, 10
_OK = 200


def pair(url: str, code: str, kit_id: str, keys: KitKeys, folder: Path, clock: Clock) -> Trust:
    """Pair with the office at `url` and keep what it gives; raises BadInput, NotAllowed, Refused or LinkLost."""
    secret, fingerprint = split_code(code)
    authority = _fetch_authority(url)
    if facts_of(authority).fingerprint[:_FINGERPRINT_BYTES] != fingerprint:
        raise NotAllowed("sync-office-other", url=url)
    write_durably(folder / "authority.pem", authority)
    key_pem, request = make_request(kit_id)
    claims = wire.dumps([keys.signer.public_der, request, keys.sealing_recipient])
    message = keys.signer.sign(claims, PAIRING + secret)
    body = wire.dumps([secret, message])
    welcome = _post(url, "/v1/pair", body, client_context(folder / "authority.pem"))
    return store_welcome(folder, welcome, key_pem, clock.now())


def renew(url: str, keys: KitKeys, folder: Path, at: datetime) -> Trust:
    """Get a fresh certificate by the kit's signature alone: an expired one is no hindrance."""
    trust = load_trust(folder)
    key_pem, request = make_request(trust.kit_id)
    claims = wire.dumps([trust.kit_id, request, int(at.timestamp())])
    message = keys.signer.sign(claims, wire.RENEWAL)
    welcome = _post(url, "/v1/renew", message, client_context(folder / "authority.pem"))
    return store_welcome(folder, welcome, key_pem, at)


def split_code(code: str) -> tuple[bytes, bytes]:
    """Return secret and authority fingerprint of a pairing code; raises BadInput on a typing error."""
    letters = code.replace("-", "").replace(" ", "").upper()
    try:
        raw = base64.b32decode(letters)
    except (binascii.Error, ValueError) as error:
        raise BadInput("sync-code-malformed") from error
    if len(raw) != _SECRET_BYTES + _FINGERPRINT_BYTES:
        raise BadInput("sync-code-malformed")
    return raw[:_SECRET_BYTES], raw[_SECRET_BYTES:]


def _fetch_authority(url: str) -> bytes:
    with HttpConnection(Endpoint(url, introduction_context())) as connection:
        reply = connection.request("GET", "/v1/authority")
    if reply.status != _OK:
        raise refusal(reply)
    return reply.body


def _post(url: str, target: str, body: bytes, context: ssl.SSLContext) -> bytes:
    with HttpConnection(Endpoint(url, context)) as connection:
        reply = connection.request("POST", target, {"Content-Type": "application/cbor"}, body)
    if reply.status != _OK:
        raise refusal(reply)
    return reply.body
