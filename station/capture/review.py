"""The supervisor's end-of-day review: all sittings or a sample, one confirmation for the batch.

A sitting sent back may be recorded again; its packet steps out of the queue. What the
office holds already cannot be taken back here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from station.capture.attendance import Outcome, PostponeReason
from station.capture.desk import SittingDesk
from station.capture.sitting import Part, SittingEvent, SittingState
from station.domain.errors import BadInput, NotFound, Refused
from station.domain.staff import Actor
from station.domain.status import RecordStatus
from station.staff.permission import REVIEWERS, require
from station.store import outbox, recordings, records, reviews, sessions, sittings
from station.store.outbox import OutboxState
from station.store.sittings import FindingRow


class Decision(Enum):
    """What a supervisor says about a sitting."""

    APPROVED = "disetujui"
    SENT_BACK = "dikembalikan"


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One recorded sitting to look at: scores and causes per part, exceptions, findings, photo as small JPEG."""

    sitting_id: str
    running_number: int
    name: str
    operator_id: str
    recorded_at: datetime
    parts: tuple[Part, ...]
    findings: tuple[FindingRow, ...]
    thumbnail_jpeg: bytes | None
    decision: Decision | None
    reason: str


class Review:
    """Lets a supervisor approve a day's sittings or send some back."""

    def __init__(self, desk: SittingDesk) -> None:
        self._desk = desk

    def items(self, session_id: str) -> list[ReviewItem]:
        """Return a session's recorded sittings by running number, decided or not, less those purged."""
        with self._desk.database.read() as connection:
            decided = reviews.reviews(connection)
            lines = recordings.register(connection, session_id)
            kept = {row.sitting_id for row in sittings.sittings_of_session(connection, session_id) if row.biodata}
        return [self._item(line, decided.get(line.sitting_id)) for line in lines if line.sitting_id in kept]

    def pending(self, session_id: str) -> list[ReviewItem]:
        """Return the sittings nobody has decided about."""
        return [item for item in self.items(session_id) if item.decision is None]

    def pending_count(self, session_id: str) -> int:
        """Return how many sittings nobody has decided about, without reading them."""
        with self._desk.database.read() as connection:
            decided = reviews.reviews(connection)
            kept = {row.sitting_id for row in sittings.sittings_of_session(connection, session_id) if row.biodata}
            lines = recordings.register(connection, session_id)
        return sum(line.sitting_id in kept and line.sitting_id not in decided for line in lines)

    def sample(self, session_id: str, percent: int) -> list[ReviewItem]:
        """Return a share of the pending sittings: all with exceptions or findings, the rest by the hash of their id."""
        return self.sample_of(self.pending(session_id), percent)

    @staticmethod
    def sample_of(pending: list[ReviewItem], percent: int) -> list[ReviewItem]:
        """Return the same of sittings that were read already."""
        chosen = []
        for item in pending:
            odd = item.findings or any(part.exception is not None for part in item.parts)
            lot = hashlib.sha256(item.sitting_id.encode()).digest()[0] * 100 // 256
            if odd or lot < percent:
                chosen.append(item)
        return chosen

    def confirm(
        self, actor: Actor, session_id: str, seen: frozenset[str], sent_back: Mapping[str, str] | None = None
    ) -> int:
        """Approve every pending sitting of a session but those sent back, each with a reason; returns how many.

        `seen` are the sittings the supervisor looked at. Nobody reviews what they recorded themselves.
        """
        require(actor, *REVIEWERS)
        sent_back = dict(sent_back or {})
        pending = {item.sitting_id: item for item in self.pending(session_id)}
        if set(sent_back) - set(pending):
            raise NotFound("sitting-unknown")
        if any(not reason.strip() for reason in sent_back.values()):
            raise BadInput("sitting-note-missing")
        if any(item.operator_id == actor.staff_id for item in pending.values()):
            raise Refused("review-own-work")
        with self._desk.database.write() as connection:
            for sitting_id in pending:
                reason = sent_back.get(sitting_id)
                decision = Decision.APPROVED if reason is None else Decision.SENT_BACK
                row = reviews.ReviewRow(
                    sitting_id=sitting_id,
                    decision=decision.value,
                    reason=(reason or "").strip(),
                    seen="seen" if sitting_id in seen or reason is not None else "sampled",
                    reviewed_by=actor.staff_id,
                    at=self._desk.clock.now(),
                )
                reviews.insert_review(connection, row)
                if reason is not None:
                    self._send_back(actor, sitting_id, reason.strip())
            counts = {"approved": len(pending) - len(sent_back), "sent_back": len(sent_back)}
            self._desk.audit.write(actor.staff_id, "session-reviewed", session_id, **counts)
        return counts["approved"]

    def _send_back(self, actor: Actor, sitting_id: str, reason: str) -> None:
        desk = self._desk
        sitting = desk.load(sitting_id)
        with desk.database.write() as connection:
            line = recordings.register_row(connection, sitting_id)
            if line is None or sitting.state is not SittingState.SEALED:
                raise Refused("review-not-sealed")
            if any(item.item_id == line.packet_id for item in outbox.items(connection, OutboxState.DELIVERED)):
                raise Refused("review-delivered-already", number=line.running_number)
            outbox.note_failure(connection, line.packet_id, "review-sent-back", set_aside=True)
            desk.move(sitting, SittingEvent.SEND_BACK)
            now, outcome = desk.clock.now(), Outcome.POSTPONED.value
            status = RecordStatus.UNREGISTERED.value
            records.set_own_status(connection, line.nik, "", status, now)
            sessions.put_attendance(
                connection,
                line.session_id,
                line.student_id,
                outcome,
                actor.staff_id,
                now,
                PostponeReason.QUALITY.value,
                reason,
            )
            desk.audit.write(actor.staff_id, "sitting-sent-back", sitting_id)

    def _item(self, line: recordings.RegisterRow, decided: reviews.ReviewRow | None) -> ReviewItem:
        sitting = self._desk.load(line.sitting_id)
        return ReviewItem(
            sitting_id=line.sitting_id,
            running_number=line.running_number,
            name=line.name,
            operator_id=line.operator_id,
            recorded_at=line.recorded_at,
            parts=sitting.parts,
            findings=sitting.findings,
            thumbnail_jpeg=self._desk.thumbnail(line.sitting_id),
            decision=None if decided is None else Decision(decided.decision),
            reason="" if decided is None else decided.reason,
        )
