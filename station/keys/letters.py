"""Letters of the office to one kit: signed by the office, sealed to the kit, numbered, with an end.

The signature is inside the seal and over the kind of the letter, so that nobody re-seals a letter to another kit or
passes one kind off as another. The number decides which of two letters is newer, never the order of arrival or a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import cbor2

from station.domain.errors import Tampered
from station.keys.sealing import open_sealed, seal
from station.keys.signing import Signer, verify

_PURPOSE = b"station-letter-1:"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter; `content` is a CBOR map as its kind documents, `serial` counts up for each kit and kind."""

    kit_id: str
    serial: int
    issued_at: datetime
    expires_at: datetime
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OfficeTrust:
    """What pairing brought: under which name the office knows this kit, the key it signs with, whom to seal to."""

    kit_id: str
    public_der: bytes
    recipient: str


class LetterBox:
    """Opens the office's letters to this kit; `trust` raises NotAllowed while the kit is not paired."""

    def __init__(self, identity: str, trust: Callable[[], OfficeTrust]) -> None:
        self._identity = identity
        self.trust = trust

    def opened(self, kind: str, body: dict[str, Any]) -> Letter:
        """Return the letter that an item of the feed carries; raises Tampered, KeyError for an item without one."""
        trust = self.trust()
        return open_letter(kind, bytes(body["sealed"]), self._identity, trust.public_der, trust.kit_id)


def seal_letter(kind: str, letter: Letter, signer: Signer, recipient: str) -> bytes:
    """Return a letter signed by the office and sealed to the kit's recipient."""
    body = {
        "kit_id": letter.kit_id,
        "serial": letter.serial,
        "issued_at": letter.issued_at.isoformat(),
        "expires_at": letter.expires_at.isoformat(),
        "content": letter.content,
    }
    signed = signer.sign(cbor2.dumps(body, canonical=True), _PURPOSE + kind.encode())
    return seal(signed, (recipient,))


def open_letter(kind: str, sealed: bytes, identity: str, office_public: bytes, kit_id: str) -> Letter:
    """Return a letter; raises Tampered when it is sealed to another, not signed by the office, or for another kit."""
    message = verify(open_sealed(sealed, identity), office_public, _PURPOSE + kind.encode())
    try:
        body = cbor2.loads(message.payload)
        content = body["content"]
        letter = Letter(
            kit_id=str(body["kit_id"]),
            serial=int(body["serial"]),
            issued_at=datetime.fromisoformat(body["issued_at"]),
            expires_at=datetime.fromisoformat(body["expires_at"]),
            content=content,
        )
    except (KeyError, TypeError, ValueError, cbor2.CBORDecodeError) as error:
        raise Tampered("letter-malformed") from error
    if not isinstance(content, dict) or letter.serial < 1:
        raise Tampered("letter-malformed")
    if letter.kit_id != kit_id:
        raise Tampered("letter-for-another-kit")
    return letter
