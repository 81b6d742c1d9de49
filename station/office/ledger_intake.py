"""Books a kit's ledger entries at the office: the chain must go on where the office's copy ends.

A kit that shows another entry under a number known already has forked: it is quarantined
with both sides as evidence. A chip serial used twice, or a negative stock, goes to people.
"""

from __future__ import annotations

import hashlib
import json

import cbor2
from sqlalchemy import Connection, func, select, update

from station.domain.errors import Refused
from station.ledger.accounts import may_hold
from station.ledger.batch import Batch, decode_batch
from station.ledger.entry import Entry, Movement, check_chain, entry_values, genesis
from station.office.context import Office
from station.office.database import insert_new
from station.office.kits import KnownKit, quarantine
from station.office.tables import conflict, kit, ledger_entry

_CONSUMING = {Movement.PRINTED, Movement.SPOILED}


class Forked(Refused):
    """The kit's chain and the office's copy of it part."""


def take_entries(office: Office, connection: Connection, known: KnownKit, ledger: bytes, message: bytes) -> int:
    """Append new entries and return the newest number held; entries held already are only compared.

    Raises Refused when the batch does not connect; a fork also quarantines the kit.
    """
    content = decode_batch(ledger)
    if not content.entries:
        return known.ledger.seq
    first = content.entries[0].seq
    if first > known.ledger.seq + 1:
        raise Refused("office-ledger-gap", have=known.ledger.seq, first=first)
    if first == 1 and content.previous_hash != genesis(content.station):
        raise Refused("office-ledger-broken", at=1)
    problems = check_chain(content.entries, content.previous_hash, first)
    if problems:
        raise Refused("office-ledger-broken", at=problems[0].seq)
    if not _connects(connection, known, content):
        detail = f"entries {first}..{content.entries[-1].seq} differ from the copy up to {known.ledger.seq}"
        quarantine(office, connection, known.kit_id, "office-ledger-forked", message, detail)
        raise Forked("office-ledger-forked")
    for entry in content.entries:
        if entry.seq > known.ledger.seq:
            _book(office, connection, known.kit_id, entry)
    _look_for_negative_stock(office, connection, known.kit_id)
    newest = content.entries[-1]
    if newest.seq > known.ledger.seq:
        values = {"ledger_seq": newest.seq, "ledger_hash": newest.hash}
        connection.execute(update(kit).where(kit.c.kit_id == known.kit_id).values(**values))
    return max(newest.seq, known.ledger.seq)


def balances(connection: Connection, kit_id: str) -> dict[str, int]:
    """Return the balance of every account of a kit, summed from its entries."""
    totals: dict[str, int] = {}
    for column, sign in ((ledger_entry.c.debit, 1), (ledger_entry.c.credit, -1)):
        query = (
            select(column, func.sum(ledger_entry.c.quantity)).where(ledger_entry.c.kit_id == kit_id).group_by(column)
        )
        for account, quantity in connection.execute(query):
            totals[account] = totals.get(account, 0) + sign * int(quantity)
    return {account: balance for account, balance in sorted(totals.items()) if balance}


def note_conflict(office: Office, connection: Connection, kit_id: str, kind: str, detail: dict[str, object]) -> None:
    """Put something on the list for people, once."""
    text = json.dumps(detail, sort_keys=True)
    identifier = hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()[:32]
    at = office.clock.now().isoformat()
    insert_new(
        connection, conflict, kit_id=kit_id, conflict_id=identifier, kind=kind, detail=text, at=at,
        resolved_at="", resolved_by="",
    )  # fmt: skip


def _connects(connection: Connection, known: KnownKit, content: Batch) -> bool:
    first = content.entries[0].seq
    hashes = {first - 1: content.previous_hash} | {entry.seq: entry.hash for entry in content.entries}
    seen = known.witnessed
    if seen.seq in hashes and seen.seq and hashes[seen.seq] != seen.hash:
        return False
    query = select(ledger_entry.c.seq, ledger_entry.c.hash).where(
        ledger_entry.c.kit_id == known.kit_id, ledger_entry.c.seq.between(first - 1, content.entries[-1].seq)
    )
    return all(hashes[int(row.seq)] == bytes(row.hash) for row in connection.execute(query))


def _book(office: Office, connection: Connection, kit_id: str, entry: Entry) -> None:
    consuming = entry.movement in _CONSUMING and entry.serial
    if consuming:
        _look_for_second_use(office, connection, kit_id, entry)
    connection.execute(
        ledger_entry.insert().values(
            kit_id=kit_id,
            seq=entry.seq,
            body=cbor2.dumps(list(entry_values(entry))),
            hash=entry.hash,
            debit=entry.debit,
            credit=entry.credit,
            quantity=entry.quantity,
            serial=entry.serial,
            day=entry.day.isoformat(),
            movement=entry.movement.value,
            entry_id=entry.entry_id,
            reference=entry.reference,
        )
    )


def _look_for_negative_stock(office: Office, connection: Connection, kit_id: str) -> None:
    for account, balance in balances(connection, kit_id).items():
        if not may_hold(account, balance):
            note_conflict(office, connection, kit_id, "negative-stock", {"account": account, "balance": balance})


def _look_for_second_use(office: Office, connection: Connection, kit_id: str, entry: Entry) -> None:
    """Compare with every kit: a use that was reversed later does not count."""
    query = select(ledger_entry).where(
        ledger_entry.c.serial == entry.serial, ledger_entry.c.movement.in_([one.value for one in _CONSUMING])
    )
    for row in connection.execute(query).all():
        reversed_later = connection.execute(
            select(ledger_entry.c.seq).where(
                ledger_entry.c.kit_id == row.kit_id,
                ledger_entry.c.reference == row.entry_id,
                ledger_entry.c.movement.in_([Movement.REVERSAL.value, Movement.LATE_REVERSAL.value]),
            )
        ).first()
        if reversed_later is None:
            uses = [f"{row.kit_id}:{row.seq}", f"{kit_id}:{entry.seq}"]
            note_conflict(office, connection, kit_id, "serial-twice", {"serial": entry.serial, "uses": uses})
