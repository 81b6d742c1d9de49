"""Books a kit's ledger entries at the office: the chain must go on where the office's copy ends."""

from __future__ import annotations

from sqlalchemy import Connection

from station.domain.errors import Refused
from station.office.context import Office
from station.office.kits import KnownKit


def take_entries(office: Office, connection: Connection, known: KnownKit, ledger: bytes, message: bytes) -> int:
    """Append new entries and return the newest number held; raises Refused on a fork."""
    raise Refused("office-ledger-not-understood", bytes=len(ledger), kit=known.kit_id)
