"""The blank book as one file that anybody can verify without a station; docs/formats/audit-extract.md says how.

Entries, chain and signed heads, nothing else: staff appear by identifier, citizens not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from station.keys.keystore import write_durably
from station.ledger.batch import HEAD_FORMAT, SignedHead
from station.ledger.book import BlankBook
from station.ledger.entry import entry_values, genesis
from station.ledger.tables import ENTRY_COLUMNS

FORMAT = "station-audit-extract-1"
_ENTRIES_AT_ONCE = 10_000


def write_audit_extract(book: BlankBook, path: Path) -> int:
    """Write the whole book with a fresh signed head and return how many entries it has; raises StorageFailure."""
    book.head()
    key = load_der_public_key(book.public_der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    entries: list[str] = []
    while batch := book.entries_after(len(entries), _ENTRIES_AT_ONCE):
        for entry in batch:
            line = {"values": entry_values(entry), "hash": entry.hash.hex()}
            entries.append(json.dumps(line, ensure_ascii=False))
    lines = [
        "{",
        f'"format": "{FORMAT}",',
        f'"station": {json.dumps(book.station_id)},',
        f'"public_key": {json.dumps(key.decode())},',
        f'"genesis": "{genesis(book.station_id).hex()}",',
        f'"fields": {json.dumps(ENTRY_COLUMNS)},',
        f'"balances": {json.dumps(book.balances(), ensure_ascii=False)},',
        f'"heads": {json.dumps([_head(head) for head in book.heads()])},',
        '"entries": [',
        ",\n".join(entries),
        "]}",
    ]
    write_durably(path, ("\n".join(lines) + "\n").encode())
    return len(entries)


def check_heads(document: dict[str, Any], hashes: Mapping[int, bytes]) -> bool:
    """Tell whether every head of an extract is signed by its key, fits its entry, and the newest entry is signed."""
    key = load_pem_public_key(document["public_key"].encode())
    if not isinstance(key, Ed25519PublicKey):
        return False
    heads = document["heads"]
    for head in heads:
        content = [HEAD_FORMAT, document["station"], head["seq"], hashes.get(head["seq"], b""), head["at"]]
        payload, protected = cbor2.dumps(content), bytes.fromhex(head["protected"])
        try:
            key.verify(bytes.fromhex(head["signature"]), cbor2.dumps(["Signature1", protected, b"", payload]))
        except InvalidSignature:
            return False
    return bool(heads) and heads[-1]["seq"] == max(hashes, default=0)


def _head(head: SignedHead) -> dict[str, object]:
    protected, _unprotected, payload, signature = cbor2.loads(head.signature).value
    return {
        "seq": head.seq,
        "hash": head.hash.hex(),
        "at": head.at.isoformat(),
        "protected": protected.hex(),
        "payload": payload.hex(),
        "signature": signature.hex(),
    }
