"""What leaves the station: batches of entries (deflated CBOR) and signed heads; the office reads them with this too.

The format is written down in docs/formats/ledger.md.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import cbor2

from station.domain.columns import pack, unpack
from station.domain.errors import Tampered
from station.keys.signing import Signer, verify
from station.ledger.entry import FORMAT, Entry, chained_hash, entry_from_values, entry_values

HEAD_FORMAT = "station-ledger-head-1"
LARGEST_BATCH_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """A run of entries of one station; `previous_hash` is the hash of the entry before the first one."""

    station: str
    previous_hash: bytes
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The newest entry of a chain, signed by the station: what makes cutting off and restoring visible."""

    station: str
    seq: int
    hash: bytes
    at: datetime
    signature: bytes


def encode_batch(station: str, previous_hash: bytes, entries: Sequence[Entry], in_columns: bool = False) -> bytes:
    """Return entries as a deflated CBOR document; station and hashes are not repeated, they follow.

    `in_columns` is a third smaller, for readers that know it.
    """
    rows = [[value for index, value in enumerate(entry_values(entry)) if index != 2] for entry in entries]
    document: dict[str, object] = {"format": FORMAT, "station": station, "previous": previous_hash}
    if in_columns:
        document |= {"columns": pack(rows), "count": len(rows)}
    else:
        document["entries"] = rows
    return zlib.compress(cbor2.dumps(document, canonical=True), 9)


def decode_batch(content: bytes) -> Batch:
    """Read a batch and chain its entries; raises Tampered when it is malformed.

    The hashes are computed here: a batch is whole when its last hash equals a signed head.
    """
    try:
        inflater = zlib.decompressobj()
        document = cbor2.loads(inflater.decompress(content, LARGEST_BATCH_BYTES))
        if inflater.unconsumed_tail or document["format"] != FORMAT:
            raise Tampered("ledger-batch-malformed")
        station, previous = str(document["station"]), bytes(document["previous"])
        hash_before, entries = previous, []
        rows = unpack(document["columns"], document["count"]) if "columns" in document else document["entries"]
        for row in rows:
            entry = entry_from_values([*row[:2], station, *row[2:]], b"")
            hash_before = chained_hash(hash_before, entry_values(entry))
            entries.append(entry._replace(hash=hash_before))
    except Tampered:
        raise
    except Exception as error:
        raise Tampered("ledger-batch-malformed") from error
    return Batch(station, previous, tuple(entries))


def sign_head(signer: Signer, station: str, seq: int, hash_value: bytes, at: datetime) -> SignedHead:
    """Sign the newest entry of a chain (COSE_Sign1 over canonical CBOR)."""
    payload = cbor2.dumps([HEAD_FORMAT, station, seq, hash_value, at.isoformat()])
    return SignedHead(station, seq, hash_value, at, signer.sign(payload))


def open_head(message: bytes, public_der: bytes) -> SignedHead:
    """Verify a signed head and return what it says; raises Tampered."""
    payload = verify(message, public_der).payload
    try:
        form, station, seq, hash_value, at = cbor2.loads(payload)
        if form != HEAD_FORMAT:
            raise Tampered("ledger-head-malformed")
        return SignedHead(str(station), int(seq), bytes(hash_value), datetime.fromisoformat(at), message)
    except (ValueError, TypeError, cbor2.CBORDecodeError) as error:
        raise Tampered("ledger-head-malformed") from error
