"""What people decide in a sitting: approval of the photo, exceptions, low quality accepted, findings confirmed."""

from __future__ import annotations

from station.capture.desk import SittingDesk
from station.capture.sitting import PHOTO_PART, ExceptionKind, PartState, Sitting, SittingEvent, Step
from station.domain.errors import BadInput, Refused
from station.domain.sample import BiometricException
from station.domain.staff import Actor
from station.staff.permission import CONFIRMERS, RECORDERS, require, require_second
from station.store import sittings as rows


class Decisions:
    """The decisions of a sitting, each durable and in the audit log; the second person is never the first."""

    def __init__(self, desk: SittingDesk, tries: int) -> None:
        self.desk = desk
        self._tries = tries

    def approve_photo(self, actor: Actor, sitting_id: str) -> Sitting:
        """Keep that the person saw the photo and agrees; a new photo must be approved again."""
        require(actor, *RECORDERS)
        sitting = self.desk.recording(sitting_id)
        if sitting.part(PHOTO_PART).state not in {PartState.CAPTURED, PartState.EXCEPTED}:
            raise Refused("sitting-photo-first")
        with self.desk.database.write() as connection:
            rows.change_sitting(connection, sitting_id, photo_approved=True)
            self.desk.audit.write(actor.staff_id, "photo-approved", sitting_id)
        return self.desk.load(sitting_id)

    def add_exception(
        self, actor: Actor, sitting_id: str, exception: BiometricException, confirmed_by: Actor
    ) -> Sitting:
        """Keep that a part is missing on purpose, with reason, confirmed by a second person."""
        kind = ExceptionKind.MISSING
        require_second(actor, confirmed_by, *CONFIRMERS)
        part = self.desk.recording(sitting_id).part(exception.part)
        if part.step in {Step.VERIFICATION, Step.PHOTO}:
            raise Refused("sitting-part-no-exception", part=part.part)
        return self._except(
            actor,
            sitting_id,
            exception.part,
            kind,
            exception.reason.value,
            exception.note,
            confirmed_by,
            exception.permanent,
        )

    def accept_quality(self, actor: Actor, sitting_id: str, part: str, confirmed_by: Actor, note: str = "") -> Sitting:
        """Keep the best of the tries although it is below the threshold; only after all tries, with a second person."""
        require_second(actor, confirmed_by, *CONFIRMERS)
        found = self.desk.recording(sitting_id).part(part)
        if found.state is not PartState.POOR:
            raise Refused("sitting-part-not-poor", part=part)
        if found.tries < self._tries:
            raise Refused("sitting-tries-left", left=self._tries - found.tries)
        return self._except(
            actor, sitting_id, part, ExceptionKind.LOW_QUALITY, "mutu_rendah", note, confirmed_by, False
        )

    def redo(self, actor: Actor, sitting_id: str, parts: frozenset[str], note: str) -> Sitting:
        """Take captures back that were of the wrong finger, hand or person, so that they never count as the best."""
        require(actor, *RECORDERS)
        if not note.strip():
            raise BadInput("sitting-note-missing")
        sitting = self.desk.recording(sitting_id)
        for name in parts:
            sitting.part(name)
        with self.desk.database.write() as connection:
            rows.void_captures(connection, sitting_id, parts)
            if PHOTO_PART in parts:
                rows.change_sitting(connection, sitting_id, photo_approved=False)
            self.desk.audit.write(actor.staff_id, "captures-voided", sitting_id, parts=sorted(parts))
        return self.desk.load(sitting_id)

    def remove_exception(self, actor: Actor, sitting_id: str, part: str) -> Sitting:
        """Take an exception or a postponement back: the part will be captured."""
        require(actor, *RECORDERS)
        self.desk.recording(sitting_id)
        with self.desk.database.write() as connection:
            rows.remove_exception(connection, sitting_id, part)
            self.desk.audit.write(actor.staff_id, "exception-removed", sitting_id, part=part)
        return self.desk.load(sitting_id)

    def postpone_step(self, actor: Actor, sitting_id: str, step: Step, note: str) -> Sitting:
        """Leave the open parts of a step for later; the sitting can go on but not end before they are there."""
        require(actor, *RECORDERS)
        if not note.strip():
            raise BadInput("sitting-note-missing")
        sitting = self.desk.recording(sitting_id)
        for part in sitting.of_step(step):
            if not part.settled:
                kind = ExceptionKind.POSTPONED
                sitting = self._except(actor, sitting_id, part.part, kind, "tunda", note, actor, permanent=False)
        return sitting

    def confirm_finding(
        self, actor: Actor, sitting_id: str, finding_id: str, confirmed_by: Actor, note: str
    ) -> Sitting:
        """Keep what a second person says about something the kit noticed."""
        require_second(actor, confirmed_by, *CONFIRMERS)
        if not note.strip():
            raise BadInput("sitting-note-missing")
        self.desk.recording(sitting_id)
        with self.desk.database.write() as connection:
            rows.confirm_finding(connection, finding_id, confirmed_by.staff_id, note.strip())
            self.desk.audit.write(actor.staff_id, "finding-confirmed", sitting_id, by=confirmed_by.staff_id)
        return self.desk.load(sitting_id)

    def discard(self, actor: Actor, sitting_id: str, second: Actor, reason: str) -> None:
        """Give up a sitting that will not be finished: its captures are deleted. Two persons and a reason."""
        require_second(actor, second, *CONFIRMERS)
        if not reason.strip():
            raise BadInput("sitting-note-missing")
        sitting = self.desk.load(sitting_id)
        with self.desk.database.write() as connection:
            self.desk.move(sitting, SittingEvent.DISCARD)
            rows.remove_templates(connection, sitting_id)
            rows.change_sitting(connection, sitting_id, journal_key=None, thumbnail=None, problem=reason.strip()[:60])
            self.desk.audit.write(actor.staff_id, "sitting-discarded", sitting_id, by=second.staff_id)
        self.desk.forget_journal(sitting_id)

    def _except(
        self,
        actor: Actor,
        sitting_id: str,
        part: str,
        kind: ExceptionKind,
        reason: str,
        note: str,
        confirmed_by: Actor,
        permanent: bool,
    ) -> Sitting:
        with self.desk.database.write() as connection:
            row = rows.ExceptionRow(
                sitting_id=sitting_id,
                part=part,
                kind=kind.value,
                reason=reason,
                permanent=permanent,
                note=note.strip(),
                confirmed_by=confirmed_by.staff_id,
                at=self.desk.clock.now(),
            )
            rows.put_exception(connection, row)
            self.desk.audit.write(
                actor.staff_id, f"exception-{kind.value}", sitting_id, part=part, reason=reason, by=row.confirmed_by
            )
        return self.desk.load(sitting_id)
