"""Where a sitting lives: rows in the database, captures in the journal, and what follows after a power cut.

The order is always the same: journal first, durable, then the row. A record whose row
is missing after a cut is adopted; a row whose record is missing is taken away.
"""

from __future__ import annotations

import json
from pathlib import Path

from station.capture.captured import CapturedPart, CaptureRecord
from station.capture.gates import Documents
from station.capture.journal import Journal, new_journal_key, unwrap_journal_key
from station.capture.sitting import (
    Sitting,
    SittingEvent,
    SittingState,
    Step,
    advance,
    build_parts,
)
from station.domain.clock import Clock
from station.domain.errors import NotFound, Refused, StorageFailure
from station.domain.identifiers import IdSource
from station.domain.person import Biodata
from station.domain.staff import Actor
from station.staff.audit import AuditLog
from station.store import recordings
from station.store import sittings as rows
from station.store.database import Database

KIT = "kit"
_KEY_TROUBLES = frozenset({"journal-key-wrong", "journal-key-gone"})


class SittingDesk:
    """Loads sittings and makes durable whatever happens in them."""

    def __init__(
        self, database: Database, clock: Clock, ids: IdSource, audit: AuditLog, capture_key: bytes, data_dir: Path
    ) -> None:
        self.database = database
        self.clock = clock
        self.ids = ids
        self.audit = audit
        self._capture_key = capture_key
        self._folder = data_dir / "captures"
        self._journals: dict[str, Journal] = {}

    def start(self, actor: Actor, session_id: str, student_id: str, biodata: Biodata, documents: Documents) -> Sitting:
        """Make a new sitting, inside the caller's transaction where there is one."""
        sitting_id = self.ids.new()
        _key, wrapped = new_journal_key(self._capture_key, sitting_id)
        row = rows.SittingRow(
            sitting_id=sitting_id,
            session_id=session_id,
            student_id=student_id,
            nik=biodata.nik,
            state=SittingState.RECORDING.value,
            operator_id=actor.staff_id,
            biodata=json.dumps(biodata.as_dict(), ensure_ascii=False),
            documents={name: getattr(documents, name) for name in Documents.__slots__},
            journal_key=wrapped,
            photo_approved=False,
            thumbnail=None,
            problem="",
            packet_id="",
            place="",
            started_at=self.clock.now(),
            finished_at=None,
        )
        with self.database.write() as connection:
            rows.insert_sitting(connection, row)
            self.audit.write(actor.staff_id, "sitting-begun", sitting_id, session=session_id, student=student_id)
        return self.load(sitting_id)

    def load(self, sitting_id: str) -> Sitting:
        """Return a sitting as it stands; raises NotFound."""
        with self.database.read() as connection:
            row = rows.sitting_by_id(connection, sitting_id)
            if row is None:
                raise NotFound("sitting-unknown")
            if not row.biodata:
                raise NotFound("sitting-purged")
            line = recordings.register_row(connection, sitting_id)
            return Sitting(
                sitting_id=sitting_id,
                session_id=row.session_id,
                student_id=row.student_id,
                operator_id=row.operator_id,
                biodata=Biodata.from_dict(json.loads(row.biodata)),
                state=SittingState(row.state),
                parts=build_parts(rows.captures(connection, sitting_id), rows.exceptions(connection, sitting_id)),
                findings=tuple(rows.findings(connection, sitting_id)),
                photo_approved=row.photo_approved,
                problem=row.problem,
                started_at=row.started_at,
                finished_at=row.finished_at,
                running_number=None if line is None else line.running_number,
            )

    def thumbnail(self, sitting_id: str) -> bytes | None:
        """Return the person's photo as a small JPEG, None before there is one and after it was purged."""
        with self.database.read() as connection:
            row = rows.sitting_by_id(connection, sitting_id)
        return None if row is None else row.thumbnail

    def recording(self, sitting_id: str) -> Sitting:
        """Return a sitting that is still being recorded; raises Refused when it is over or postponed."""
        sitting = self.load(sitting_id)
        if sitting.state is not SittingState.RECORDING:
            raise Refused("sitting-not-running", state=sitting.state.value)
        return sitting

    def move(self, sitting: Sitting, event: SittingEvent) -> None:
        """Keep the state that follows an event, inside the caller's transaction."""
        with self.database.write() as connection:
            follower = advance(self._state(sitting.sitting_id), event)
            rows.change_sitting(connection, sitting.sitting_id, state=follower.value)

    def keep(self, actor: Actor, sitting: Sitting, record: CaptureRecord) -> Sitting:
        """Make a capture durable: journal, then rows. Raises StorageFailure; then nothing of it is there."""
        journal = self.journal(sitting.sitting_id)
        number = journal.append(record.encode())
        try:
            self._note(sitting.sitting_id, number, record, actor.staff_id)
        except BaseException:
            journal.drop_last()
            raise
        return self.load(sitting.sitting_id)

    def find(self, actor: Actor, sitting: Sitting, message_id: str, **params: object) -> None:
        """Keep something that a second person must look at before the sitting can be finished; once per cause."""
        if any((known.message_id, known.params) == (message_id, params) for known in sitting.findings):
            return
        with self.database.write() as connection:
            finding = rows.FindingRow(
                finding_id=self.ids.new(),
                sitting_id=sitting.sitting_id,
                message_id=message_id,
                params=params,
                found_at=self.clock.now(),
                confirmed_by="",
                note="",
            )
            rows.insert_finding(connection, finding)
            self.audit.write(actor.staff_id, message_id, sitting.sitting_id)

    def journal(self, sitting_id: str) -> Journal:
        """Return the journal of a sitting; raises StorageFailure when its key is gone (sealed) or another's."""
        if sitting_id not in self._journals:
            with self.database.read() as connection:
                row = rows.sitting_by_id(connection, sitting_id)
            if row is None or row.journal_key is None:
                raise StorageFailure("journal-key-gone")
            key = unwrap_journal_key(self._capture_key, sitting_id, row.journal_key)
            self._journals[sitting_id] = Journal(self.journal_path(sitting_id), key, sitting_id)
        return self._journals[sitting_id]

    def journal_path(self, sitting_id: str) -> Path:
        """Return where a sitting's journal is."""
        return self._folder / f"{sitting_id}.journal"

    def forget_journal(self, sitting_id: str) -> None:
        """Delete a journal whose packet is sealed; its key must be wiped in the database before.

        The database's log is emptied first: it still holds the row with the key, for whoever has the passphrase.
        """
        self._journals.pop(sitting_id, None)
        path = self.journal_path(sitting_id)
        if path.exists():
            self.database.fold_log()
            path.unlink(missing_ok=True)

    def recover(self) -> list[str]:
        """Bring rows and journals together after a power cut; returns the sittings that are not whole.

        Of a damaged journal the unreadable captures are taken off the sitting; where only the key is missing,
        everything stays as it is until the key is back.
        """
        damaged = []
        states = (SittingState.RECORDING.value, SittingState.POSTPONED.value, SittingState.UNSEALED.value)
        with self.database.read() as connection:
            waiting = rows.sittings_in_state(connection, *states)
        for row in waiting:
            self._journals.pop(row.sitting_id, None)
            if self._recover_one(row):
                damaged.append(row.sitting_id)
        return damaged

    def _state(self, sitting_id: str) -> SittingState:
        with self.database.read() as connection:
            row = rows.sitting_by_id(connection, sitting_id)
        if row is None:
            raise NotFound("sitting-unknown")
        return SittingState(row.state)

    def _recover_one(self, row: rows.SittingRow) -> bool:
        with self.database.read() as connection:
            noted = {entry.record for entry in rows.captures(connection, row.sitting_id)}
        found = set()
        try:
            for number, content in self.journal(row.sitting_id).records():
                found.add(number)
                if number not in noted:
                    self._note(row.sitting_id, number, CaptureRecord.decode(content), KIT)
        except StorageFailure as failure:
            if failure.message_id in _KEY_TROUBLES:
                return True  # the captures are whole, their key is not there: nothing may be taken away
            found &= noted
        lost = noted - found
        if lost:
            with self.database.write() as connection:
                rows.remove_captures(connection, row.sitting_id, lost)
                self.audit.write(KIT, "journal-records-lost", row.sitting_id, count=len(lost))
        return bool(lost)

    def _note(self, sitting_id: str, number: int, record: CaptureRecord, actor_id: str) -> None:
        with self.database.write() as connection:
            best = {part.part: part for part in self.load(sitting_id).parts}
            entries = [_row(sitting_id, number, record, part) for part in record.parts]
            rows.insert_captures(connection, entries)
            for part in record.parts:
                known = best.get(part.part)
                better = known is None or known.record is None or part.score >= known.score
                if part.template and better:
                    rows.put_template(connection, sitting_id, part.part, part.template)
            thumbnail = record.parts[0].data.get("thumbnail_jpeg") if record.step is Step.PHOTO else None
            if thumbnail is not None:
                rows.change_sitting(connection, sitting_id, photo_approved=False, thumbnail=thumbnail)
            scores = {part.part: part.score for part in record.parts}
            self.audit.write(actor_id, "captured", sitting_id, step=record.step.value, record=number, scores=scores)


def _row(sitting_id: str, number: int, record: CaptureRecord, part: CapturedPart) -> rows.CaptureRow:
    return rows.CaptureRow(
        sitting_id=sitting_id,
        record=number,
        part=part.part,
        step=record.step.value,
        score=part.score,
        causes=part.causes,
        accepted=part.accepted,
        seconds=record.seconds,
        captured_at=record.captured_at,
    )
