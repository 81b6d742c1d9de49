"""Once a day: a Merkle tree over the ledger heads of all kits (RFC 6962), signed as a C2SP note.

Whoever keeps yesterday's note can tell when a kit, or the office, rewrites yesterday.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from station.domain.clock import local_date
from station.office.context import Office
from station.office.database import insert_new
from station.office.tables import checkpoint, kit

ORIGIN = "station-office/ledger-heads"
_ED25519 = b"\x01"


def make_checkpoint(office: Office) -> str | None:
    """Make today's checkpoint unless it is there; return its signed note, or None when there was one."""
    day = local_date(office.clock.now(), office.zone)
    with office.database.write() as connection:
        known = select(checkpoint.c.day).where(checkpoint.c.day == day.isoformat())
        if connection.execute(known).first() is not None:
            return None
        rows = connection.execute(select(kit).order_by(kit.c.kit_id)).all()
        leaves = [cbor2.dumps([row.kit_id, row.ledger_seq, bytes(row.ledger_hash)], canonical=True) for row in rows]
        root = merkle_root(leaves)
        note = sign_note(office.secrets.note_key, day, len(leaves), root)
        heads = cbor2.dumps(leaves)
        values = {"size": len(leaves), "root": root, "heads": heads, "note": note}
        new = insert_new(connection, checkpoint, day=day.isoformat(), **values)
    return note if new else None


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 6962 section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()


def sign_note(key: Ed25519PrivateKey, day: date, size: int, root: bytes) -> str:
    """Return a checkpoint in the C2SP signed-note format; the day is an extension line."""
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\nday {day.isoformat()}\n"
    signature = note_key_id(key) + key.sign(text.encode())
    return f"{text}\n\u2014 {ORIGIN} {base64.b64encode(signature).decode()}\n"


def note_key_id(key: Ed25519PrivateKey) -> bytes:
    """Return the 4-byte key identifier of the signed-note format."""
    public = key.public_key().public_bytes_raw()
    return hashlib.sha256(ORIGIN.encode() + b"\n" + _ED25519 + public).digest()[:4]


def verifier_key(key: Ed25519PrivateKey) -> str:
    """Return the public key as signed-note verifiers are given it."""
    public = base64.b64encode(_ED25519 + key.public_key().public_bytes_raw()).decode()
    return f"{ORIGIN}+{note_key_id(key).hex()}+{public}"
