"""One line of the blank book, its canonical bytes and its place in the hash chain. Pure: no database, no clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

import cbor2

FORMAT = "station-ledger-1"


class Movement(Enum):
    """What an entry says happened."""

    OPENING = "opening"
    RECEIPT = "receipt"
    ISSUE_DIVISION = "issue_division"
    ISSUE_ROOM = "issue_room"
    ISSUE_POINT = "issue_point"
    PRINTED = "printed"
    SPOILED = "spoiled"
    MISSING = "missing"
    RETURN_ROOM = "return_room"
    RETURN_STORE = "return_store"
    RETURN_POINT = "return_point"
    RETURN_SPOILED = "return_spoiled"
    LOAN_OUT = "loan_out"
    LOAN_OUT_REPAID = "loan_out_repaid"
    LOAN_IN = "loan_in"
    LOAN_IN_REPAID = "loan_in_repaid"
    SEND_STATION = "send_station"
    RECEIVE_STATION = "receive_station"
    COUNT = "count"
    DIFFERENCE = "difference"
    FOUND = "found"
    WRITE_OFF = "write_off"
    CASE_CLOSED = "case_closed"
    DESTROYED = "destroyed"
    SUKET = "suket"
    DAY_LOCKED = "day_locked"
    MONTH_LOCKED = "month_locked"
    DAY_CONFIRMED = "day_confirmed"
    REVERSAL = "reversal"
    LATE_REVERSAL = "late_reversal"


class Entry(NamedTuple):
    """One debit and one credit of `quantity` pieces; times in UTC, `day` local; `details` holds what only some need.

    A count, a lock or a number of substitute letters moves nothing: debit and credit are the same account.
    A named tuple, since a frozen dataclass of this many fields costs a third of a posting to build.
    """

    seq: int
    entry_id: str
    station: str
    at: datetime
    day: date
    movement: Movement
    debit: str
    credit: str
    quantity: int
    actor_id: str
    second_id: str = ""
    reason: str = ""
    serial: str = ""
    intent_id: str = ""
    document_no: str = ""
    document_date: str = ""
    giver: str = ""
    receiver: str = ""
    reference: str = ""
    details: str = ""
    hash: bytes = b""

    @property
    def detail(self) -> dict[str, Any]:
        """Return the details as a dictionary."""
        found: dict[str, Any] = json.loads(self.details) if self.details else {}
        return found

    @property
    def late_from(self) -> date | None:
        """Return the local day the event happened on, when that day was closed before it was booked."""
        text = self.detail.get("late_from")
        return date.fromisoformat(text) if text else None


Draft = tuple[str, datetime, date, Movement, str, str, int, str, str, str, str, str, str, str, str, str, str, str]
"""The fields of an entry from `station` to `details`, in their order: what is known before it is chained."""


def details_text(details: Mapping[str, object]) -> str:
    """Return details in their one written form: sorted JSON without spaces, nothing for none."""
    kept = {name: value for name, value in details.items() if value not in (None, "", ())}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if kept else ""


def genesis(station: str) -> bytes:
    """Return what stands before the first entry of a station's chain."""
    return hashlib.sha256(f"{FORMAT}:{station}".encode()).digest()


def entry_values(entry: Entry) -> tuple[int | str, ...]:
    """Return the fields that are hashed, in their fixed order."""
    return (
        entry.seq,
        entry.entry_id,
        entry.station,
        entry.at.isoformat(),
        entry.day.isoformat(),
        entry.movement.value,
        *entry[6:-1],
    )


def chained_hash(previous: bytes, values: tuple[int | str, ...]) -> bytes:
    """Return SHA-256 over the previous hash and the canonical CBOR array of the values (RFC 8949 section 4.2)."""
    return hashlib.sha256(previous + cbor2.dumps(values)).digest()


def sealed(draft: Draft, seq: int, entry_id: str, previous: bytes) -> tuple[Entry, tuple[int | str, ...]]:
    """Return a draft with its number, identifier and hash as an entry, and the values that were hashed."""
    station, at, day, movement = draft[:4]
    values = (seq, entry_id, station, at.isoformat(), day.isoformat(), movement.value, *draft[4:])
    return Entry(seq, entry_id, *draft, chained_hash(previous, values)), values


def entry_from_values(values: Iterable[Any], hash_value: bytes) -> Entry:
    """Rebuild an entry from its values; raises ValueError or TypeError when they are no entry."""
    (seq, entry_id, station, at, day, movement, debit, credit, quantity, actor_id, *rest) = values
    second_id, reason, serial, intent_id, document_no, document_date, giver, receiver, reference, details = rest
    if not isinstance(seq, int) or not isinstance(quantity, int):
        raise TypeError("sequence and quantity are numbers")
    return Entry(
        seq=seq,
        entry_id=entry_id,
        station=station,
        at=datetime.fromisoformat(at),
        day=date.fromisoformat(day),
        movement=Movement(movement),
        debit=debit,
        credit=credit,
        quantity=quantity,
        actor_id=actor_id,
        second_id=second_id,
        reason=reason,
        serial=serial,
        intent_id=intent_id,
        document_no=document_no,
        document_date=document_date,
        giver=giver,
        receiver=receiver,
        reference=reference,
        details=details,
        hash=hash_value,
    )


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """Where a chain does not hold: the sequence number and the message that says how."""

    seq: int
    message_id: str


def check_chain(entries: Iterable[Entry], previous_hash: bytes, first_seq: int = 1) -> list[ChainProblem]:
    """Follow a chain and return every place where it does not hold; empty means whole.

    Each entry is checked against the hash its predecessor carries, so that one changed
    line is reported once and where it is.
    """
    problems: list[ChainProblem] = []
    expected = first_seq
    for entry in entries:
        if entry.seq != expected:
            missing = entry.seq > expected
            problems.append(ChainProblem(expected, "ledger-chain-gap" if missing else "ledger-chain-repeated"))
        elif chained_hash(previous_hash, entry_values(entry)) != entry.hash:
            problems.append(ChainProblem(entry.seq, "ledger-chain-broken"))
        expected = entry.seq + 1
        previous_hash = entry.hash
    return problems
