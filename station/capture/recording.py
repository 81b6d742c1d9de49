"""Recording one person: gates, the six steps, exceptions, and the end that seals the packet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from station.capture.attendance import Outcome
from station.capture.comparison import FieldComparison, compare_fields
from station.capture.decisions import Decisions
from station.capture.desk import KIT, SittingDesk
from station.capture.examiner import Examiner
from station.capture.gates import Documents, Facts, Gate, all_gates
from station.capture.results import StepResult
from station.capture.retention import Retention
from station.capture.review import Review
from station.capture.sealing import Place, RecordedSitting, Sealer
from station.capture.session_states import SessionEvent, SessionState
from station.capture.session_states import advance as advance_session
from station.capture.sitting import (
    Sitting,
    SittingEvent,
    SittingState,
    Step,
)
from station.capture.slip import Slip, slip_of
from station.capture.steps.fingers import capture_finger, capture_slap
from station.capture.steps.irises import capture_irises
from station.capture.steps.pen import capture_pen
from station.capture.steps.photo import PhotoPreview, capture_exception_photo, capture_photo
from station.capture.steps.tools import StepTools
from station.capture.steps.verification import verify_fingers
from station.config import CaptureConfig
from station.devices.errors import DeviceError
from station.devices.fingerprint.interface import FingerPreview
from station.devices.iris.interface import IrisPreview
from station.devices.kit import Kit
from station.domain.clock import Clock, local_date
from station.domain.errors import NotFound, Refused
from station.domain.identifiers import IdSource
from station.domain.sample import ColourImage, Eye, Finger, PenSample, Slap
from station.domain.staff import Actor
from station.keys.keystore import KitKeys
from station.messages.catalogue import Catalogue
from station.staff.audit import AuditLog
from station.staff.permission import RECORDERS, require
from station.store import audit as audit_rows
from station.store import records, rosters, sessions, siak
from station.store import sittings as rows
from station.store.database import Database

GNSS_WAIT_S = 2.0
CLOCKS_AGREE_S = 120.0
STEP_ENDS_S = 2.0


class Recording(Decisions):
    """The service behind the capture screens. A step under way shuts the door for a second one after a short wait."""

    def __init__(  # noqa: PLR0917 - one composition root calls it
        self,
        database: Database,
        kit: Kit,
        clock: Clock,
        ids: IdSource,
        audit: AuditLog,
        keys: KitKeys,
        data_dir: Path,
        zone: ZoneInfo,
        catalogue: Catalogue,
        config: CaptureConfig | None = None,
        kit_id: str = "KIT",
        regency_code: str = "63.11",
        version: str = "0.1.0",
        examiner: Examiner | None = None,
        recipients: Callable[[], tuple[str, ...]] | None = None,
        may_begin: Callable[[], None] | None = None,
    ) -> None:
        self._database = database
        self._kit = kit
        self._clock = clock
        self._zone = zone
        self._audit = audit
        self._regency_code = regency_code
        desk = SittingDesk(database, clock, ids, audit, keys.capture_key, data_dir)
        config = config or CaptureConfig()
        super().__init__(desk, config.tries)
        self.sealer = Sealer(desk, keys.signer, kit_id, version, data_dir, recipients, config.finger_compression)
        self.review = Review(desk)
        self.retention = Retention(desk, data_dir, config.retention_days)
        self._tools = StepTools(self.desk, kit, examiner or Examiner(), config, catalogue)
        self._may_begin = may_begin
        self._busy = asyncio.Lock()
        self.not_whole: tuple[str, ...] = ()
        """Sittings of which the last look after a power cut could not read everything."""

    def compare(self, session_id: str, student_id: str) -> list[FieldComparison]:
        """Compare the school's list with SIAK, field by field."""
        with self._database.read() as connection:
            self._session(session_id)
            student = self._student(student_id)
            found = siak.record_of(connection, student.nik)
        return compare_fields(student, None if found is None else found[0])

    def gates(self, session_id: str, student_id: str, documents: Documents | None = None) -> list[Gate]:
        """Return every gate with its cause; documents are judged once they are given."""
        with self._database.read() as connection:
            self._session(session_id)
            student = self._student(student_id)
            found = siak.record_of(connection, student.nik)
            status = records.status_of(connection, student.nik)
            asked = siak.is_missing(connection, student.nik)
            sealed = {SittingState.SEALED.value, SittingState.UNSEALED.value}
            here = [row for row in rows.sittings_of_nik(connection, student.nik) if row.state in sealed]
            newest = audit_rows.last(connection)
        now = self._clock.now()
        sure = now if newest is None else max(now, newest.at)
        facts = Facts(
            nik=student.nik,
            siak=None if found is None else found[0],
            siak_asked=asked,
            regency_code=self._regency_code,
            day=local_date(sure, self._zone),
            clock_behind=newest is not None and (newest.at - now).total_seconds() > CLOCKS_AGREE_S,
            status="" if status is None else status.status,
            recorded_here=bool(here) and status is None,
            comparison=compare_fields(student, None if found is None else found[0]),
            documents=documents,
        )
        return all_gates(facts)

    async def begin(self, actor: Actor, session_id: str, student_id: str, documents: Documents) -> Sitting:
        """Start a sitting, or go on with the one this student has; raises Refused with the first shut gate's words."""
        require(actor, *RECORDERS)
        for gate in self.gates(session_id, student_id, documents):
            if gate.blocking and not gate.passed:
                raise Refused(gate.message_id, **gate.params)
        with self._database.write() as connection:
            session = self._session(session_id)
            student = self._student(student_id)
            state = advance_session(SessionState(session.state), SessionEvent.WORK)
            sessions.set_state(connection, session_id, state.value)
            known = sessions.attendance_of(connection, session_id, student_id)
            if known is None or known.outcome != Outcome.WAITING.value:
                sessions.put_attendance(
                    connection, session_id, student_id, Outcome.WAITING.value, actor.staff_id, self._clock.now()
                )
            sitting = self._resumed(actor, student.nik, session_id)
            if sitting is None:
                if self._may_begin is not None:
                    self._may_begin()  # what was begun may be finished
                found = siak.record_of(connection, student.nik)
                if found is None:
                    raise NotFound("gate-siak-not-asked", nik="")
                sitting = self.desk.start(actor, session_id, student_id, found[0], documents)
        await self._call(student.number, student.name)
        return sitting

    def sitting(self, sitting_id: str) -> Sitting:
        """Return a sitting as it stands."""
        return self.desk.load(sitting_id)

    def unfinished(self) -> list[Sitting]:
        """Return the sittings to go on with, after adopting what a power cut left; newest first."""
        self.not_whole = tuple(self.recover())
        with self._database.read() as connection:
            found = rows.sittings_in_state(connection, SittingState.RECORDING.value)
        return [self.desk.load(row.sitting_id) for row in reversed(found)]

    def recover(self) -> list[str]:
        """Put everything in order at the start of the program; returns sittings where captures were lost."""
        lost = self.desk.recover()
        self.sealer.tidy()
        return lost

    async def resume(self, actor: Actor, sitting_id: str) -> Sitting:
        """Go on with a sitting that was cut or postponed, at the step where it stopped."""
        require(actor, *RECORDERS)
        sitting = self.desk.load(sitting_id)
        student = self._student(sitting.student_id)
        with self._database.write():
            self.desk.move(sitting, SittingEvent.RESUME)
            self._audit.write(actor.staff_id, "sitting-resumed", sitting_id)
        await self._call(student.number, student.name)
        return self.desk.load(sitting_id)

    async def capture_photo(
        self,
        actor: Actor,
        sitting_id: str,
        on_preview: Callable[[PhotoPreview], None] | None = None,
        at_once: bool = False,
    ) -> StepResult:
        """Step 1: the photo, when the frames are good, or at once on the operator's word."""
        async with self._step(actor, sitting_id) as sitting:
            return await capture_photo(self._tools, actor, sitting, on_preview, at_once)

    async def capture_exception_photo(self, actor: Actor, sitting_id: str, part: str) -> ColourImage:
        """Picture why a part is missing, where the rules ask for it."""
        async with self._step(actor, sitting_id) as sitting:
            return await capture_exception_photo(self._tools, actor, sitting, part)

    async def capture_signature(
        self, actor: Actor, sitting_id: str, on_sample: Callable[[PenSample], None] | None = None
    ) -> StepResult:
        """Step 2: the signature for the card."""
        async with self._step(actor, sitting_id) as sitting:
            return await capture_pen(self._tools, actor, sitting, Step.SIGNATURE, on_sample)

    async def capture_slap(
        self, actor: Actor, sitting_id: str, slap: Slap, on_preview: Callable[[FingerPreview], None] | None = None
    ) -> StepResult:
        """Step 3: one slap (left four, right four, thumbs)."""
        async with self._step(actor, sitting_id) as sitting:
            return await capture_slap(self._tools, actor, sitting, slap, on_preview)

    async def capture_finger(
        self, actor: Actor, sitting_id: str, finger: Finger, on_preview: Callable[[FingerPreview], None] | None = None
    ) -> StepResult:
        """Step 3: one finger by itself."""
        async with self._step(actor, sitting_id) as sitting:
            return await capture_finger(self._tools, actor, sitting, finger, on_preview)

    async def capture_irises(
        self,
        actor: Actor,
        sitting_id: str,
        on_preview: Callable[[IrisPreview], None] | None = None,
        eyes: tuple[Eye, ...] = (Eye.RIGHT, Eye.LEFT),
    ) -> StepResult:
        """Step 4: both irises, or one of them again."""
        async with self._step(actor, sitting_id) as sitting:
            return await capture_irises(self._tools, actor, sitting, eyes, on_preview)

    async def verify_fingers(
        self, actor: Actor, sitting_id: str, on_preview: Callable[[FingerPreview], None] | None = None
    ) -> StepResult:
        """Step 5: the chip's fingers again, matched 1:1."""
        async with self._step(actor, sitting_id) as sitting:
            return await verify_fingers(self._tools, actor, sitting, on_preview)

    async def capture_approval(
        self, actor: Actor, sitting_id: str, on_sample: Callable[[PenSample], None] | None = None
    ) -> StepResult:
        """Step 6: the person signs that all of it is theirs."""
        async with self._step(actor, sitting_id) as sitting:
            return await capture_pen(self._tools, actor, sitting, Step.APPROVAL, on_sample)

    async def finish(self, actor: Actor, sitting_id: str) -> RecordedSitting:
        """Seal, register and queue, all durable when it returns. Raises Refused while something is open."""
        require(actor, *RECORDERS)
        async with self._step(actor, sitting_id) as sitting:
            for obstacle in sitting.obstacles():
                raise Refused(obstacle)
            place = await self._place()
            return await asyncio.to_thread(self.sealer.finish, actor, sitting, place)

    def slip(self, sitting_id: str) -> Slip:
        """Return what the student is told: the number, and whether the card waits for a birthday or the check."""
        return slip_of(self.desk.load(sitting_id), local_date(self._clock.now(), self._zone))

    async def seal_pending(self, actor: Actor | None = None) -> list[RecordedSitting]:
        """Try again to seal what could not be sealed before."""
        return await asyncio.to_thread(self.sealer.seal_pending, KIT if actor is None else actor.staff_id)

    @asynccontextmanager
    async def _step(self, actor: Actor, sitting_id: str) -> AsyncIterator[Sitting]:
        require(actor, *RECORDERS)
        try:
            # a step that was cancelled a moment ago still gives its device back
            await asyncio.wait_for(self._busy.acquire(), STEP_ENDS_S)
        except TimeoutError as error:
            raise Refused("sitting-step-running") from error
        try:
            yield self.desk.recording(sitting_id)
        finally:
            self._busy.release()

    def _resumed(self, actor: Actor, nik: str, session_id: str) -> Sitting | None:
        """Return the sitting of this person that was cut or postponed, moved into this session."""
        states = {SittingState.RECORDING.value, SittingState.POSTPONED.value}
        with self._database.write() as connection:
            for row in rows.sittings_of_nik(connection, nik):
                if row.state in states:
                    rows.change_sitting(connection, row.sitting_id, session_id=session_id)
                    self.desk.move(self.desk.load(row.sitting_id), SittingEvent.RESUME)
                    self._audit.write(actor.staff_id, "sitting-resumed", row.sitting_id)
                    return self.desk.load(row.sitting_id)
        return None

    async def _call(self, number: int, name: str) -> None:
        """Show on the call board whose turn it is; a board that fails never stops the recording."""
        if self._kit.has("display"):
            with suppress(DeviceError):
                await self._kit.display().call(number, name)

    async def _place(self) -> Place:
        """Return where we are, by satellite when it answers in time, and whether the two clocks agree."""
        if not self._kit.has("gnss"):
            return Place()
        with suppress(DeviceError):
            fix = await self._kit.gnss().fix(GNSS_WAIT_S)
            if fix is not None:
                apart_s = abs((fix.time - self._clock.now()).total_seconds())
                position = (fix.latitude_deg, fix.longitude_deg, fix.accuracy_m, fix.time.isoformat())
                return Place(position, "gnss" if apart_s <= CLOCKS_AGREE_S else "system")
        return Place()

    def _session(self, session_id: str) -> sessions.SessionRow:
        with self._database.read() as connection:
            row = sessions.session_by_id(connection, session_id)
        if row is None:
            raise NotFound("session-unknown")
        return row

    def _student(self, student_id: str) -> rosters.Student:
        with self._database.read() as connection:
            student = rosters.student_by_id(connection, student_id)
        if student is None:
            raise NotFound("session-student-unknown")
        return student
