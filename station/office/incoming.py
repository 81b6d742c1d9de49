"""Half-received packets: a file on a local disk and a row that says how much of it is durable.

The row is written after fsync. A file longer than its row holds bytes nobody vouches for
and is cut back; a shorter one is worth nothing and starts again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select, update

from station.domain.errors import BadInput, NotFound, Refused, StorageFailure
from station.keys.keystore import sync_folder
from station.office.context import Office
from station.office.database import insert_new
from station.office.storage import safe_name
from station.office.tables import packet, upload

LARGEST_PACKET_BYTES = 256 * 1024 * 1024
ABANDONED_AFTER = timedelta(days=30)
FREE_BYTES_MIN = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class UploadState:
    """How much of a packet is here; `receipt` is set once it is stored for good."""

    length: int
    offset: int
    receipt: bytes | None = None


def begin(office: Office, kit_id: str, packet_id: str, length: int) -> UploadState:
    """Announce a packet; a repeat returns how far the first announcement has come."""
    if not 0 < length <= LARGEST_PACKET_BYTES:
        raise BadInput("office-packet-too-large", bytes=length)
    with office.database.write() as connection:
        known = connection.execute(
            select(packet.c.receipt, packet.c.size).where(packet.c.kit_id == kit_id, packet.c.packet_id == packet_id)
        ).first()
        if known is not None:
            return UploadState(int(known.size), int(known.size), bytes(known.receipt))
        values = {"length": length, "offset_bytes": 0, "created_at": office.clock.now().isoformat()}
        if insert_new(connection, upload, kit_id=kit_id, packet_id=packet_id, **values):
            return UploadState(length, 0)
    state = look(office, kit_id, packet_id)
    if state.length != length:
        raise Refused("office-packet-length-differs", announced=state.length, now=length)
    return state


def look(office: Office, kit_id: str, packet_id: str) -> UploadState:
    """Return how much of a packet is durable here; raises NotFound when it was never announced."""
    with office.database.read() as connection:
        done = connection.execute(
            select(packet.c.receipt, packet.c.size).where(packet.c.kit_id == kit_id, packet.c.packet_id == packet_id)
        ).first()
        if done is not None:
            return UploadState(int(done.size), int(done.size), bytes(done.receipt))
        row = connection.execute(
            select(upload.c.length, upload.c.offset_bytes).where(
                upload.c.kit_id == kit_id, upload.c.packet_id == packet_id
            )
        ).first()
    if row is None:
        raise NotFound("office-packet-unknown")
    return UploadState(int(row.length), int(row.offset_bytes))


class PartialFile:
    """The local file of one upload; `append` returns only when the bytes and their row are durable."""

    def __init__(self, office: Office, kit_id: str, packet_id: str, offset: int) -> None:
        self._office, self._kit_id, self._packet_id = office, kit_id, packet_id
        self.path = partial_path(office, kit_id, packet_id)
        self.offset = self._settle(offset)

    def append(self, data: bytes) -> None:
        """Write, sync, then commit the new offset; raises StorageFailure, and then the old offset stands."""
        try:
            usable = os.statvfs(self.path.parent) if hasattr(os, "statvfs") else None
            if usable is not None and usable.f_bavail * usable.f_frsize < FREE_BYTES_MIN:
                raise StorageFailure("office-disk-full")
            with open(self.path, "r+b") as file:
                file.seek(self.offset)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StorageFailure("office-storage-failed", reason=error.strerror or "") from error
        self._note(self.offset + len(data))

    def _settle(self, offset: int) -> int:
        try:
            new = not self.path.exists()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with open(self.path, "ab") as file:
                length = file.tell()
                if length > offset:
                    file.truncate(offset)
                    os.fsync(file.fileno())
            if new:
                sync_folder(self.path.parent)
        except OSError as error:
            raise StorageFailure("office-storage-failed", reason=error.strerror or "") from error
        if length < offset:
            self.offset = 0
            self._note(0)
            return 0
        return offset

    def _note(self, offset: int) -> None:
        with self._office.database.write() as connection:
            connection.execute(
                update(upload)
                .where(upload.c.kit_id == self._kit_id, upload.c.packet_id == self._packet_id)
                .values(offset_bytes=offset)
            )
        self.offset = offset


def settle(office: Office, kit_id: str, packet_id: str) -> UploadState:
    """Return an upload's state after making file and row agree; call before telling a kit its offset."""
    state = look(office, kit_id, packet_id)
    if state.receipt is not None or state.offset == 0:
        return state
    path = partial_path(office, kit_id, packet_id)
    if state.offset == state.length and not path.exists():
        return state
    return UploadState(state.length, PartialFile(office, kit_id, packet_id, state.offset).offset)


def discard(office: Office, kit_id: str, packet_id: str) -> None:
    """Forget an upload and its bytes."""
    with office.database.write() as connection:
        connection.execute(delete(upload).where(upload.c.kit_id == kit_id, upload.c.packet_id == packet_id))
    with suppress(OSError):
        partial_path(office, kit_id, packet_id).unlink(missing_ok=True)


def forget_abandoned(office: Office) -> int:
    """Forget uploads announced long ago and never finished; their kit still has the packet. Returns how many."""
    before = (office.clock.now() - ABANDONED_AFTER).isoformat()
    with office.database.read() as connection:
        query = select(upload.c.kit_id, upload.c.packet_id).where(upload.c.created_at < before)
        rows = connection.execute(query).all()
    for row in rows:
        discard(office, row.kit_id, row.packet_id)
    return len(rows)


def partial_path(office: Office, kit_id: str, packet_id: str) -> Path:
    """Return where the bytes of an upload lie; the name is made of checked identifiers only."""
    return office.incoming / safe_name(kit_id) / f"{packet_id}.part"
