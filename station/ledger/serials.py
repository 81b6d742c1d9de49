"""Chip serials: which were received, which are used. A used serial is never used again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Connection

from station.domain.errors import BadInput, Refused
from station.ledger.statements import first_row, run

_FROM_OUTSIDE = (
    "SELECT coalesce(sum(quantity), 0) FROM ledger_entry "
    "WHERE movement IN ('opening', 'receipt', 'loan_in', 'loan_out_repaid', 'receive_station')"
)


class SerialState(Enum):
    """What is known about one blank."""

    UNKNOWN = "unknown"
    IN_STOCK = "in_stock"
    PRINTED = "printed"
    SPOILED = "spoiled"
    MISSING = "missing"


USED = frozenset({SerialState.PRINTED.value, SerialState.SPOILED.value})


@dataclass(frozen=True, slots=True)
class KnownSerial:
    """A blank's state, the account it was last booked on and the entry that says so."""

    serial: str
    state: SerialState
    place: str
    entry_id: str


def state_of(connection: Connection, serial: str) -> KnownSerial:
    """Return what is known about a serial."""
    query = "SELECT state, place, entry_id FROM ledger_serial WHERE serial = ?"
    row = first_row(connection, query, (serial,))
    return KnownSerial(serial, SerialState(row[0]), row[1], row[2]) if row else KnownSerial(
        serial, SerialState.UNKNOWN, "", ""
    )  # fmt: skip


def every_piece_listed(connection: Connection) -> bool:
    """Tell whether every piece that came from outside came with its serial: then one nobody announced is not ours."""
    came = int((first_row(connection, _FROM_OUTSIDE, ()) or (0,))[0])
    listed = int((first_row(connection, "SELECT count(*) FROM ledger_receipt_serial", ()) or (0,))[0])
    return 0 < came <= listed


def book(connection: Connection, serial: str, state: SerialState, place: str, entry_id: str) -> None:
    """Note a blank's new state."""
    if serial:
        run(
            connection,
            "INSERT INTO ledger_serial (serial, state, place, entry_id) VALUES (?, ?, ?, ?) ON CONFLICT (serial) "
            "DO UPDATE SET state = excluded.state, place = excluded.place, entry_id = excluded.entry_id",
            (serial, state.value, place, entry_id),
        )


def digest(serials: Sequence[str]) -> str:
    """Return SHA-256 over the sorted serials, one a line; empty for none. The receipt's entry carries it."""
    return hashlib.sha256("\n".join(sorted(serials)).encode()).hexdigest() if serials else ""


def keep_receipt(connection: Connection, entry_id: str, serials: Sequence[str], place: str) -> None:
    """Keep the serials that came with a receipt; raises BadInput for repeats, Refused for known ones."""
    if len(set(serials)) != len(serials):
        raise BadInput("ledger-serials-repeated")
    for serial in serials:
        if state_of(connection, serial).state is not SerialState.UNKNOWN:
            raise Refused("ledger-serial-known", serial=serial)
        connection.exec_driver_sql(
            "INSERT INTO ledger_receipt_serial (entry_id, serial) VALUES (?, ?)", (entry_id, serial)
        )
        book(connection, serial, SerialState.IN_STOCK, place, entry_id)
