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
from station.store import audit, outbox, packets, sessions, sittings
from station.store.database import Transaction
from station.store.outbox import OutboxState


@dataclass(frozen=True, slots=True)
class ThreeCounts:
    """A session's packets as laptop, medium and office hold them, without those the supervisor sent back.

    The medium counts by its last verified backup; a packet sealed after that is not on it.
    """

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
    """What was forgotten now, and what waits and for what.

    For the office's receipt, for the retention time to pass, or for the three counts of its session to agree.
    """

    purged: int
    without_receipt: int
    too_young: int
    not_compared: int


class Retention:
    """Compares the three places a packet can be, and forgets what has done its duty."""

    def __init__(self, desk: SittingDesk, data_dir: Path, retention_days: int) -> None:
        self._desk = desk
        self._folder = data_dir / "packets"
        self._retention = timedelta(days=retention_days)

    def counts(self, session_id: str) -> ThreeCounts:
        """Return the three counts of a session."""
        with self._desk.database.read() as connection:
            return self._counted(connection, session_id, packets.packets(connection, session_id))

    def purge(self, actor: Actor | None = None) -> PurgeReport:
        """Forget packets whose receipt has been held for the retention time and whose session is safe elsewhere.

        Never anything without a receipt, and nothing of a session before medium and office hold all of it; a session
        that two persons closed without a backup asks the office alone.
        """
        if actor is not None:
            require(actor, *REVIEWERS)
        now = self._desk.clock.now()
        with self._desk.database.read() as connection:
            rows = [row for row in packets.packets(connection) if row.purged_at is None]
            delivered = _delivered(connection)
            safe = {key for key in {row.session_id for row in rows} if self._is_safe(connection, key, rows)}
        purged = without_receipt = too_young = not_compared = 0
        for row in rows:
            if row.packet_id not in delivered:
                without_receipt += 1
            elif row.acknowledged_at is None:
                with self._desk.database.write() as connection:
                    packets.note_acknowledged(connection, row.packet_id, now)
                too_young += 1
            elif now - row.acknowledged_at < self._retention:
                too_young += 1
            elif row.session_id not in safe:
                not_compared += 1
            else:
                self._forget(KIT if actor is None else actor.staff_id, row)
                purged += 1
        return PurgeReport(purged, without_receipt, too_young, not_compared)

    def _is_safe(self, connection: Transaction, session_id: str, held: list[packets.PacketRow]) -> bool:
        session = sessions.session_by_id(connection, session_id)
        counts = self._counted(connection, session_id, [row for row in held if row.session_id == session_id])
        without_backup = session is not None and bool(session.override_reason)
        return counts.agree or (without_backup and counts.recorded == counts.office)

    def _counted(self, connection: Transaction, session_id: str, rows: list[packets.PacketRow]) -> ThreeCounts:
        delivered = _delivered(connection)
        state = {row.sitting_id: row.state for row in sittings.sittings_of_session(connection, session_id)}
        over = {SittingState.SENT_BACK.value, SittingState.PURGED.value}
        rows = [row for row in rows if row.packet_id in delivered or state.get(row.sitting_id) not in over]
        backed_up = audit.newest_positions(connection, "backup-made").get(session_id, 0)
        sealed = audit.newest_positions(connection, "sitting-sealed") if backed_up else {}
        before = sum(sealed.get(row.sitting_id, backed_up) < backed_up for row in rows)
        held = max((backup.packets for backup in sessions.backups(connection, session_id)), default=0)
        return ThreeCounts(
            recorded=len(rows),
            laptop=sum((self._folder / row.file_name).exists() for row in rows),
            medium=min(before, held),  # what was sealed while the medium was written is not on it
            office=sum(row.packet_id in delivered for row in rows),
        )

    def delete_sent_back(self, actor: Actor, sitting_id: str, second: Actor, reason: str) -> None:
        """Delete a packet the supervisor sent back and the office never got; two persons and a reason."""
        require_second(actor, second, *REVIEWERS)
        if not reason.strip():
            raise BadInput("sitting-note-missing")
        if self._desk.load(sitting_id).state is not SittingState.SENT_BACK:
            raise Refused("sitting-not-sent-back")
        with self._desk.database.read() as connection:
            (row,) = (row for row in packets.packets(connection) if row.sitting_id == sitting_id)
            delivered = _delivered(connection)
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


def _delivered(connection: Transaction) -> set[str]:
    """Return the packets that the office has signed for."""
    return {item.item_id for item in outbox.items(connection, OutboxState.DELIVERED, "packet")}
