"""Sealing with age version 1 (C2SP age): whoever holds an identity opens, the sealer cannot."""

from __future__ import annotations

import pyrage
from pyrage import x25519

from station.domain.errors import BadInput, Tampered


def new_identity() -> str:
    """Return a fresh age identity, a secret text that starts with AGE-SECRET-KEY-1."""
    return str(x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the public recipient of an identity."""
    return str(x25519.Identity.from_str(identity).to_public())


def seal(plain: bytes, recipients: tuple[str, ...]) -> bytes:
    """Seal bytes to recipients; raises BadInput when one is no age recipient."""
    try:
        keys = [x25519.Recipient.from_str(text) for text in recipients]
    except pyrage.RecipientError as error:
        raise BadInput("sealing-recipient-wrong") from error
    return bytes(pyrage.encrypt(plain, keys))


def open_sealed(sealed: bytes, identity: str) -> bytes:
    """Open what was sealed to this identity; raises Tampered when it was not, or was changed."""
    try:
        return bytes(pyrage.decrypt(sealed, [x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        raise Tampered("sealed-cannot-open") from error
