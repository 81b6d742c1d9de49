"""Signs print authorisations and puts together what a print room needs.

Does not simulate: the real centre's key ceremony; the key is a file.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from simulators.cards.test_authority import trust_list
from simulators.centre.submission import Submission
from station.domain.clock import Clock
from station.domain.identifiers import IdSource
from station.keys.keystore import write_durably
from station.keys.signing import SoftwareSigner

VALID_FOR = timedelta(days=180)


class PrintAuthority:
    """Issues authorisations, each for one NIK and one state of the biodata."""

    def __init__(self, key_file: Path, clock: Clock, ids: IdSource) -> None:
        if not key_file.exists():
            write_durably(key_file, secrets.token_bytes(32))
        self._signer = SoftwareSigner(Ed25519PrivateKey.from_private_bytes(key_file.read_bytes()))
        self._clock, self._ids = clock, ids
        self._trust_number, self._revoked = 1, frozenset[int]()

    @property
    def public_der(self) -> bytes:
        """Return the public key that kits learn at pairing."""
        return self._signer.public_der

    def card_trust(self) -> bytes:
        """Return the signed list of who may sign cards."""
        return trust_list(self._signer, self._trust_number, self._revoked)

    def revoke(self, serial: int) -> None:
        """Put a card signer on the list of revoked ones."""
        self._trust_number, self._revoked = self._trust_number + 1, self._revoked | {serial}

    def record(self, packet_id: str, submission: Submission, biodata: dict[str, str]) -> dict[str, Any]:
        """Return the print-ready record of one person."""
        now = self._clock.now()
        payload = {
            "id": self._ids.new(),
            "nik": submission.nik,
            "biodata_sha256": hashlib.sha256(cbor2.dumps(biodata, canonical=True)).digest(),
            "issued_at": now.isoformat(),
            "expires_at": (now + VALID_FOR).isoformat(),
        }
        return {
            "authorisation": self._signer.sign(cbor2.dumps(payload, canonical=True)),
            "biodata": biodata,
            "photo_jpeg": submission.photo_jpeg,
            "signature_png": submission.signature_png,
            "templates": submission.chip_templates(),
            "packet_id": packet_id,
            "card_trust": self.card_trust(),
        }
