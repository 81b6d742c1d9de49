"""Telling the office, and this station's own list, that a card was printed or given to its holder."""

from __future__ import annotations

from datetime import datetime

import cbor2

from station.domain.status import RecordStatus
from station.store import outbox, records
from station.store.print_jobs import Connection


def announce(connection: Connection, item_id: str, nik: str, status: RecordStatus, serial: str, at: datetime) -> None:
    """Tell the office and this station's own list that a card was printed or given."""
    body = {"nik": nik, "status": status.value, "at": at.isoformat(), "serial": serial}
    encoded = cbor2.dumps(body, canonical=True)
    outbox.enqueue(connection, item_id, "event", "status", encoded, len(encoded), at)
    known = records.status_of(connection, nik)
    records.set_own_status(connection, nik, known.packet_id if known else "", status.value, at)
