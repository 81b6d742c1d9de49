"""The day at the school and the evening after it: list, check, session, everybody recorded, backup, sent."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from station.bootstrap import StationServices
from station.capture.attendance import Outcome, PostponeReason, RefusalReason
from station.capture.gates import Documents, Gate, GateKind
from station.devices.check import CheckReport
from station.devices.errors import DeviceError
from station.devices.pen_test import PenTest
from station.domain.errors import Refused, StationError
from station.rehearse.bench_control import BenchControl
from station.rehearse.crew import Crew
from station.rehearse.operator import RecordingOperator
from station.rehearse.report import RehearsalReport
from station.store.rosters import Student
from station.sync.report import SyncReport

SCHOOL = "SMAN 1 CONTOH"
_STANDSTILL_S = 180.0
_PAUSE_S = 0.5
_REFUSALS = {
    GateKind.RESIDENCE: RefusalReason.OTHER_DOMICILE,
    GateKind.AGE: RefusalReason.TOO_YOUNG,
    GateKind.NOT_RECORDED: RefusalReason.ALREADY_RECORDED,
}


@dataclass(slots=True)
class SchoolDay:
    """One class, one session, one kit."""

    services: StationServices
    crew: Crew
    hands: BenchControl
    report: RehearsalReport
    tell: Callable[[str], None]
    session_id: str = ""
    checklist: CheckReport | None = None

    async def prepare(self, roster: Path) -> None:
        """Import the list, pair and fetch the registry's extract at the office, check the kit, open the session."""
        services = self.services
        preview = services.roster_import.preview(roster, SCHOOL)
        result = services.roster_import.commit(self.crew.administrator, preview)
        services.extracts.request(self.crew.operator, result.school.school_id)
        await services.sync.pair(services.config.office.pairing_code)
        await self._sync_until("lan", lambda: result.added - len(services.extracts.known()))
        await self._check_kit()
        session = services.sessions.open(self.crew.operator, result.school.school_id)
        self.session_id = session.session_id

    async def record_everybody(self) -> None:
        """Take the students in the order of the list: attendance, gates, six steps or a reason."""
        operator = RecordingOperator(self.services, self.crew, self.hands)
        session = self.services.sessions.get(self.session_id)
        students = self.services.rosters.students(session.school_id)
        self.report.students = len(students)
        for position, student in enumerate(students, start=1):
            outcome = await self._one(operator, student)
            self.tell(
                self.services.catalogue.text(
                    "rehearse-student", number=position, count=len(students), name=student.name, outcome=outcome
                )
            )
        self.report.troubles += operator.troubles

    async def _one(self, operator: RecordingOperator, student: Student) -> str:
        services, say = self.services, self.services.catalogue.text
        services.sessions.attend(self.crew.operator, self.session_id, student.student_id)
        documents = Documents(family_card=True, birth_certificate=True, biodata_read_aloud=True)
        shut = [
            gate
            for gate in services.recording.gates(self.session_id, student.student_id, documents)
            if gate.blocking and not gate.passed
        ]
        if shut:
            return self._turn_away(student, shut[0])
        try:
            recorded = await operator.record(self.session_id, student.student_id, student.name)
        except (Refused, DeviceError) as error:
            reason = PostponeReason.DEVICE_FAULT if isinstance(error, DeviceError) else PostponeReason.QUALITY
            services.sessions.postpone(self.crew.operator, self.session_id, student.student_id, reason)
            operator.troubles.append(f"{student.name}: {services.catalogue.error(error)}")
            return say("rehearse-outcome-postponed", cause=services.catalogue.error(error))
        finally:
            self.hands.ask("leave")
        if not recorded.sealed:
            operator.troubles.append(f"{student.name}: {say(recorded.problem)}")
        return say("rehearse-outcome-recorded")

    def _turn_away(self, student: Student, gate: Gate) -> str:
        """Refuse or postpone with the gate's reason."""
        services = self.services
        reason = _REFUSALS.get(gate.kind)
        cause = services.catalogue.text(gate.message_id, **gate.params)
        self.report.refusals[gate.kind.value] = self.report.refusals.get(gate.kind.value, 0) + 1
        if reason is None:
            differs = PostponeReason.DATA_DIFFERS if gate.kind is GateKind.SAME_DATA else PostponeReason.SIAK_MISSING
            services.sessions.postpone(self.crew.operator, self.session_id, student.student_id, differs, cause)
            return services.catalogue.text("rehearse-outcome-postponed", cause=cause)
        services.sessions.refuse(self.crew.operator, self.session_id, student.student_id, reason, cause)
        return services.catalogue.text("rehearse-outcome-refused", cause=cause)

    async def close(self) -> bool:
        """Reconcile, back up to the external medium and prove it, close; returns whether the backup is whole."""
        services, actor = self.services, self.crew.operator
        found = services.sessions.reconcile(actor, self.session_id)
        outcomes = Counter(row.outcome for row in services.sessions.attendance(self.session_id))
        self.report.recorded = outcomes[Outcome.RECORDED]
        self.report.refused = outcomes[Outcome.REFUSED]
        self.report.postponed = outcomes[Outcome.POSTPONED]
        self.report.invariants["attendance-balances"] = found.balanced
        target = Path(services.config.capture.backup_dirs[0])
        backup = await asyncio.to_thread(services.backup.make, actor, self.session_id, target)
        proven = await asyncio.to_thread(services.backup.verify, backup.path)
        services.sessions.close(actor, self.session_id)
        packets = (services.config.data_dir / "packets").glob("*")
        self.report.bytes_sealed = sum(path.stat().st_size for path in packets)
        return proven.opened and proven.packets == self.report.recorded

    async def send(self) -> None:
        """Send everything over the modem; a cut link is tried again."""
        await self._sync_until("m2m", self._waiting)

    async def wait_for_decisions(self) -> None:
        """Fetch news until the centre has decided about every packet."""
        await self._sync_until("lan", self._undecided)

    def _waiting(self) -> int:
        return len(self.services.sync.status().waiting)

    def _undecided(self) -> int:
        statuses = self.services.sync.statuses()
        waiting = {"BIO_CAPTURED", "PROCESSING", "SENT_FOR_ENROLLMENT", "RECEIVED_AT_CENTRAL"}
        return sum(1 for status in statuses if status.status in waiting)

    async def _sync_until(self, link: str, left: Callable[[], int]) -> None:
        """Sync until nothing is left; give up when nothing has moved for a long while."""
        clock = self.services.clock
        best, moved_s = None, clock.monotonic_s()
        while True:
            self._count(await self._sync_once(link))
            remaining = left()
            if remaining <= 0:
                return
            if best is None or remaining < best:
                best, moved_s = remaining, clock.monotonic_s()
            elif clock.monotonic_s() - moved_s > _STANDSTILL_S:
                raise Refused("rehearse-sync-hopeless", link=link)
            await asyncio.sleep(_PAUSE_S)

    async def _sync_once(self, link: str) -> SyncReport | None:
        try:
            return await self.services.sync.run_once(link)
        except StationError as error:
            self.report.troubles.append(self.services.catalogue.error(error))
            return None

    def _count(self, sync: SyncReport | None) -> None:
        if sync is None:
            return
        self.report.packets += sync.packets_sent
        self.report.acknowledged += sync.receipts
        self.report.bytes_on_wire += sync.bytes_on_wire
        words = (self.services.catalogue.text(problem.message_id, **problem.params) for problem in sync.problems)
        self.report.troubles += words

    async def report_home(self) -> None:
        """Send what happened to the cards and the blanks."""
        await self._sync_until("lan", self._waiting)

    async def _check_kit(self) -> None:
        """Exercise every device; what is not ready yet (an empty hopper in the morning) is noted."""
        words = self.services.catalogue
        lines = (words.text("check-pen-pad"), words.text("check-pen-pad-do"))
        self.checklist = await self.services.check.run(pen=PenTest(lines, lambda _pad, _left_s, _trouble: None))
        for item in self.checklist.items:
            if not item.ok:
                params = {"device": item.name, **item.params}
                causes = ", ".join(self.services.catalogue.reason(cause, **params) for cause in item.causes)
                self.report.troubles.append(f"{item.name}: {causes}")
