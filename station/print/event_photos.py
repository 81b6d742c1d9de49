"""Photos of hand-overs: taken when somebody wants them, sealed at rest, named by the receipt, forgotten in time.

A photo never decides whether a card is given. Its file is durable before the receipt
that names it; a file no receipt names (a power cut between the two) goes at the next purge.
"""

from __future__ import annotations

import hashlib
import io
from datetime import datetime, timedelta
from pathlib import Path

from station.domain.clock import Clock
from station.domain.errors import NotFound, Tampered
from station.domain.sample import ColourImage
from station.domain.staff import Actor, Role
from station.keys.keystore import write_durably
from station.keys.sealing import open_sealed, recipient_of, seal
from station.staff.audit import AuditLog
from station.staff.permission import require
from station.store import card_photos as rows
from station.store.database import Database
from station.store.print_jobs import Connection

_LONGEST_SIDE_PX, _JPEG_QUALITY = 1280, 80
_KIT = "kit"
VIEWERS = (Role.SUPERVISOR, Role.DIVISION_HEAD, Role.ADMINISTRATOR)


class EventPhotos:
    """Keeps the photos of one station."""

    def __init__(
        self, database: Database, audit: AuditLog, clock: Clock, folder: Path, sealing_identity: str, keep_days: int
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._folder = folder
        self._identity = sealing_identity
        self._keep = timedelta(days=keep_days)

    def attach(self, connection: Connection, receipt_id: str, jpeg: bytes, at: datetime) -> str:
        """Seal a photo into a file and name it beside the receipt, in the receipt's transaction; returns the name."""
        sealed = seal(jpeg, (recipient_of(self._identity),))
        name = f"foto-serah-{receipt_id}.jpg.age"
        write_durably(self._folder / name, sealed)
        rows.add_photo(connection, receipt_id, name, hashlib.sha256(sealed).digest(), len(sealed), at)
        return name

    def open(self, actor: Actor, receipt_id: str) -> bytes:
        """Return the JPEG of a receipt, and note who looked; raises NotFound when there is none any more."""
        require(actor, *VIEWERS)
        with self._database.read() as connection:
            row = rows.kept_photos(connection).get(receipt_id)
        path = self._folder / row.file_name if row is not None else None
        if row is None or path is None or not path.exists():
            raise NotFound("handover-photo-none")
        sealed = path.read_bytes()
        if hashlib.sha256(sealed).digest() != row.sealed_sha256:
            raise Tampered("handover-photo-changed", name=row.file_name)
        self._audit.write(actor.staff_id, "handover-photo-seen", receipt_id)
        return open_sealed(sealed, self._identity)

    def purge(self) -> int:
        """Forget photos whose time is over and files no receipt names; returns how many went. May be repeated."""
        now = self._clock.now()
        with self._database.read() as connection:
            kept = rows.kept_photos(connection)
        over = [row for row in kept.values() if now - row.taken_at >= self._keep]
        for row in over:
            with self._database.write() as connection:
                rows.note_purged(connection, row.receipt_id, now)
                self._audit.write(_KIT, "handover-photo-purged", row.receipt_id)
        self._remove_unnamed()
        return len(over)

    def _remove_unnamed(self) -> None:
        """Remove files no receipt names, in a turn of its own: a hand-over under way names its file when it ends."""
        with self._database.write() as connection:
            named = {row.file_name for row in rows.kept_photos(connection).values()}
            for path in self._folder.glob("*"):
                if path.name not in named:
                    path.unlink(missing_ok=True)


def event_jpeg(image: ColourImage) -> bytes:
    """Return a picture as JPEG of at most 1280 pixels on its longer side."""
    from PIL import Image

    picture = Image.frombytes("RGB", (image.width, image.height), image.pixels)
    picture.thumbnail((_LONGEST_SIDE_PX, _LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()
