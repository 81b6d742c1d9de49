"""Takes a complete packet for good: signature and hash first, then file, folder, one transaction, receipt.

Nothing is parsed beyond the signed manifest and nothing is decrypted here.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, select

from station.capture.packet import OuterManifest, verify_outer
from station.domain.errors import Refused, StationError, StorageFailure, Tampered
from station.domain.status import RecordStatus
from station.office import incoming
from station.office.context import Office
from station.office.kits import KnownKit, record_evidence
from station.office.packet_rows import add_packet
from station.office.storage import sha256_of
from station.office.tables import packet, upload
from station.sync.wire import Receipt, encode_receipt

WAITING = "waiting"


def take(office: Office, known: KnownKit, packet_id: str, path: Path) -> bytes:
    """Verify and store a packet and return the signed receipt; the same packet again returns the first receipt.

    Raises Tampered or Refused when it is not what it claims; the office then forgets its bytes.
    """
    receipt = existing_receipt(office, known.kit_id, packet_id)
    if receipt is not None:
        return receipt
    source = path
    if not path.exists():
        if not office.storage.has(known.kit_id, packet_id):
            raise StorageFailure("office-packet-vanished")
        source = path.with_suffix(".again")
        office.storage.fetch(known.kit_id, packet_id, source)
    try:
        manifest = _checked(source, known, packet_id)
    except (Tampered, Refused) as error:
        _refuse(office, known, packet_id, error)
        raise
    sha256, size = sha256_of(source), source.stat().st_size
    if source is path:
        office.storage.keep(known.kit_id, packet_id, path)
    else:
        source.unlink()
    return _commit(office, known, manifest, sha256, size)


def existing_receipt(office: Office, kit_id: str, packet_id: str) -> bytes | None:
    """Return the receipt of a packet stored before."""
    query = select(packet.c.receipt).where(packet.c.kit_id == kit_id, packet.c.packet_id == packet_id)
    with office.database.read() as connection:
        found = connection.execute(query).scalar()
    return None if found is None else bytes(found)


def _checked(path: Path, known: KnownKit, packet_id: str) -> OuterManifest:
    manifest = verify_outer(path, known.signing_public)
    if manifest.kit_id != known.kit_id:
        raise Tampered("office-packet-other-kit")
    if manifest.packet_id != packet_id:
        raise Tampered("office-packet-other-name")
    return manifest


def _commit(office: Office, known: KnownKit, manifest: OuterManifest, sha256: bytes, size: int) -> bytes:
    now = office.clock.now()
    receipt = encode_receipt(office.secrets.signer, Receipt(manifest.packet_id, sha256, size, now))
    values = {
        "sha256": sha256,
        "size": size,
        "receipt": receipt,
        "received_at": now.isoformat(),
        "work": WAITING,
        "work_at": now.isoformat(),
        "tries": 0,
        "session_id": manifest.session_id[:64],
        "status": RecordStatus.PROCESSING.value,
        "status_at": now.isoformat(),
    }
    with office.database.write() as connection:
        new = add_packet(connection, known.kit_id, manifest.packet_id, **values)
        connection.execute(
            delete(upload).where(upload.c.kit_id == known.kit_id, upload.c.packet_id == manifest.packet_id)
        )
    if not new:
        receipt = existing_receipt(office, known.kit_id, manifest.packet_id) or receipt
    return receipt


def _refuse(office: Office, known: KnownKit, packet_id: str, error: StationError) -> None:
    with office.database.write() as connection:
        record_evidence(
            office, connection, known.kit_id, "packet", bytes.fromhex(packet_id), f"{error.message_id} {packet_id}"
        )
    incoming.discard(office, known.kit_id, packet_id)
