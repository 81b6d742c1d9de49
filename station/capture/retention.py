"""What may be forgotten and when: packets and biometrics go only after the office's receipt and the retention time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from station.capture.desk import KIT, SittingDesk
from station.capture.sitting import SittingEvent, SittingState
from station.domain.errors import BadInput, Refused
from station.domain.staff import Actor
from station.staff.permission import REVIEWERS, require, require_second
from station.store import outbox, packets, sessions, sittings
from station.store.outbox import OutboxState


@dataclass(frozen=True, slots=True)
class ThreeCounts:
    """A session's packets as laptop, medium and office hold them; the medium counts by its last verified backup."""

    recorded: int
    laptop: int
    medium: int
    office: int

    @property
    def agree(self) -> bool:
        """Tell whether every recorded sitting is on the medium and at the office."""
        return self.recorded == self.medium == self.office


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What was forgotten now, and what waits: for the office's receipt, or for the retention time to pass."""

    purged: int
    without_receipt: int
    too_young: int


class Retention:
    """Compares the three places a packet can be, and forgets what has done its duty."""

    def __init__(self, desk: SittingDesk, data_dir: Path, retention_days: int) -> None:
        self._desk = desk
        self._folder = data_dir / "packets"
        self._retention = timedelta(days=retention_days)

    def counts(self, session_id: str) -> ThreeCounts:
        """Return the three counts of a session."""
        with self._desk.database.read() as connection:
            rows = packets.packets(connection, session_id)
            held = sessions.backups(connection, session_id)
            delivered = {item.item_id for item in outbox.items(connection, OutboxState.DELIVERED, "packet")}
        return ThreeCounts(
            recorded=len(rows),
            laptop=sum((self._folder / row.file_name).exists() for row in rows),
            medium=held[0].packets if held else 0,
            office=sum(row.packet_id in delivered for row in rows),
        )

    def purge(self, actor: Actor | None = None) -> PurgeReport:
        """Forget packets whose receipt has been held for the retention time; never anything without a receipt."""
        if actor is not None:
            require(actor, *REVIEWERS)
        now = self._desk.clock.now()
        with self._desk.database.read() as connection:
            rows = [row for row in packets.packets(connection) if row.purged_at is None]
            delivered = {item.item_id for item in outbox.items(connection, OutboxState.DELIVERED, "packet")}
        purged = without_receipt = too_young = 0
        for row in rows:
            if row.packet_id not in delivered:
                without_receipt += 1
            elif row.acknowledged_at is None:
                with self._desk.database.write() as connection:
                    packets.note_acknowledged(connection, row.packet_id, now)
                too_young += 1
            elif now - row.acknowledged_at < self._retention:
                too_young += 1
            else:
                self._forget(KIT if actor is None else actor.staff_id, row)
                purged += 1
        return PurgeReport(purged, without_receipt, too_young)

    def delete_sent_back(self, actor: Actor, sitting_id: str, second: Actor, reason: str) -> None:
        """Delete a packet the supervisor sent back and the office never got; two persons and a reason."""
        require_second(actor, second, *REVIEWERS)
        if not reason.strip():
            raise BadInput("sitting-note-missing")
        if self._desk.load(sitting_id).state is not SittingState.SENT_BACK:
            raise Refused("sitting-not-sent-back")
        with self._desk.database.read() as connection:
            (row,) = (row for row in packets.packets(connection) if row.sitting_id == sitting_id)
            delivered = {item.item_id for item in outbox.items(connection, OutboxState.DELIVERED, "packet")}
        if row.packet_id in delivered:
            raise Refused("review-delivered-already", number=row.kit_sequence)
        self._desk.audit.write(actor.staff_id, "packet-deleted-unsent", sitting_id, by=second.staff_id)
        self._forget(actor.staff_id, row)

    def _forget(self, actor_id: str, row: packets.PacketRow) -> None:
        """Commit first, delete the file after: a file left by a power cut is removed at the next start."""
        desk = self._desk
        with desk.database.write() as connection:
            sitting = desk.load(row.sitting_id)
            if sitting.state not in {SittingState.SEALED, SittingState.SENT_BACK}:
                raise Refused("sitting-cannot-purge", state=sitting.state.value)
            packets.note_purged(connection, row.packet_id, desk.clock.now())
            sittings.remove_templates(connection, row.sitting_id)
            sittings.change_sitting(connection, row.sitting_id, thumbnail=None, biodata="")
            desk.move(sitting, SittingEvent.PURGE)
            desk.audit.write(actor_id, "packet-purged", row.sitting_id, packet=row.packet_id)
        (self._folder / row.file_name).unlink(missing_ok=True)
