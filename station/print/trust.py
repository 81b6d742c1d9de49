"""The centre's list of who may sign cards: authorities, and signers whose key was revoked.

The list is signed by the centre and numbered; it comes with every print-ready record and,
when something is revoked, with the policy. An older list never replaces a newer one.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import cbor2

from station.domain.clock import Clock
from station.domain.errors import Tampered
from station.keys.signing import verify
from station.print.chip.signer import CardTrust
from station.store import card_trust as rows
from station.store.database import Database
from station.store.print_jobs import Connection

FIELD = "card_trust"


class TrustList:
    """Takes the centre's lists and tells whom to believe now."""

    def __init__(self, database: Database, clock: Clock, centre_key: Callable[[], bytes | None]) -> None:
        self._database = database
        self._clock = clock
        self._centre_key = centre_key

    def take(self, connection: Connection, body: Mapping[str, Any], at: datetime) -> None:
        """Keep the list a feed item carries, if it carries one; raises Tampered when the centre did not sign it."""
        message = body.get(FIELD)
        if message is None:
            return
        encoded = _octets(message)
        rows.add_trust(connection, _fields(encoded, self._centre_key())["number"], encoded, at)

    def now(self) -> CardTrust:
        """Return whom to believe at this moment; nobody before a list came."""
        with self._database.read() as connection:
            message = rows.newest_trust(connection)
        if message is None:
            return CardTrust((), frozenset(), test=False, at=self._clock.now())
        fields = _fields(message, self._centre_key())
        return CardTrust(fields["authorities"], fields["revoked"], fields["test"], self._clock.now())


def _fields(message: bytes, centre_der: bytes | None) -> dict[str, Any]:
    if centre_der is None:
        raise Tampered("print-gate-no-centre-key")
    payload = verify(message, centre_der).payload
    try:
        found = cbor2.loads(payload)
        return {
            "number": int(found["number"]),
            "test": found["test"] is True,
            "authorities": tuple(bytes(item) for item in found["authorities"]),
            "revoked": frozenset(str(item) for item in found["revoked"]),
        }
    except (KeyError, TypeError, ValueError, cbor2.CBORDecodeError) as error:
        raise Tampered("print-trust-malformed") from error


def _octets(message: object) -> bytes:
    if isinstance(message, bytes):
        return message
    try:
        return base64.b64decode(str(message), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Tampered("print-trust-malformed") from error
