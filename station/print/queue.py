"""The print queue: print-ready records become jobs, each shown with the gates that are closed.

Knows nothing of printers. A record comes sealed from the office; its permission is
checked against the centre's key every time a job is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from station.domain.card import CARD_AGE, PrintReason, may_have_card
from station.domain.clock import Clock, local_date
from station.domain.errors import BadInput, NotFound, Tampered
from station.domain.identifiers import IdSource
from station.domain.person import Biodata, MaritalStatus, birthday_in_year
from station.domain.staff import Actor, Role
from station.keys.sealing import open_sealed
from station.print.authorisation import Authorisation, read_authorisation
from station.print.chip.signer import CardTrust
from station.print.gates import Gate, GateFacts, PrintDocument, closed_gates
from station.print.records import PrintRecord, decode_record, decode_stored, encode_stored
from station.print.trust import FIELD as TRUST_FIELD
from station.print.trust import TrustList
from station.staff.audit import AuditLog
from station.staff.permission import require, require_second
from station.store import print_jobs as rows
from station.store.database import Database
from station.store.print_jobs import Connection

_SCARCITY = "scarcity"
_MOST_CHECKED = 5000


class JobState(Enum):
    """Where a job stands."""

    QUEUED = "antri"
    DEFERRED = "suket"
    PRINTED = "dicetak"
    ISSUED = "diserahkan"
    WITHDRAWN = "ditarik"


_WAITING = (JobState.QUEUED.value, JobState.DEFERRED.value)
_DONE = (JobState.PRINTED, JobState.ISSUED)


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One job as the queue shows it; no closed gate means that it may be printed."""

    job_id: str
    nik: str
    name: str
    birth_date: date
    reason: PrintReason | None
    state: JobState
    urgent: bool
    documents: frozenset[PrintDocument]
    closed: tuple[Gate, ...]
    created_at: datetime

    @property
    def printable(self) -> bool:
        """Tell whether nothing keeps it from being printed now."""
        return not self.closed and self.state is JobState.QUEUED


@dataclass(frozen=True, slots=True)
class ComingOfAge:
    """Somebody whose card waits for the seventeenth birthday."""

    job_id: str
    nik: str
    name: str
    birthday: date


@dataclass(frozen=True, slots=True)
class ThreeWayList:
    """NIKs of a school in three lists, and the differences between them."""

    attended: frozenset[str]
    recorded: frozenset[str]
    printable: frozenset[str]

    @property
    def attended_not_recorded(self) -> frozenset[str]:
        """Return who came and was not recorded."""
        return self.attended - self.recorded

    @property
    def recorded_not_printable(self) -> frozenset[str]:
        """Return who was recorded and cannot be printed yet."""
        return self.recorded - self.printable

    @property
    def printable_not_attended(self) -> frozenset[str]:
        """Return who is printable although the attendance list does not have them."""
        return self.printable - self.attended


class PrintQueue:
    """Jobs, their gates and the policy of the print room."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: IdSource,
        audit: AuditLog,
        zone: ZoneInfo,
        sealing_identity: str,
        centre_key: Callable[[], bytes | None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._zone = zone
        self._sealing_identity = sealing_identity
        self._centre_key = centre_key
        self._trust = TrustList(database, clock, centre_key)
        self._checked: dict[tuple[str, bytes], tuple[Biodata, Authorisation | None, str]] = {}

    def apply_print_record(self, connection: Connection, body: Mapping[str, object], at: datetime) -> None:
        """Take a sealed record from the feed; raises Tampered when seal or permission is wrong. May be repeated."""
        sealed = body.get("sealed")
        if not isinstance(sealed, bytes):
            raise Tampered("print-record-malformed")
        record = decode_record(open_sealed(sealed, self._sealing_identity))
        permission = read_authorisation(record.authorisation, self._known_centre_key())
        if permission.nik != record.biodata.nik:
            raise Tampered("print-gate-authorisation-other-data")
        row = rows.RecordRow(
            permission.authorisation_id,
            record.biodata.nik,
            record.packet_id,
            record.authorisation,
            encode_stored(record),
            at,
        )
        self._trust.take(connection, {TRUST_FIELD: record.card_trust}, at)
        if rows.add_record(connection, row):
            self._queue(connection, row, record, at)

    def apply_policy(self, connection: Connection, body: Mapping[str, object], at: datetime) -> None:
        """Take the office's policy: `scarcity` switches the order of urgency, `card_trust` says who may sign cards."""
        self._trust.take(connection, body, at)
        if _SCARCITY in body:
            rows.put_setting(connection, _SCARCITY, "1" if body[_SCARCITY] else "0")

    def jobs(self, *states: JobState) -> list[PrintJob]:
        """Return jobs, the ones to print first on top; without states those that wait."""
        wanted = tuple(state.value for state in states) or _WAITING
        with self._database.read() as connection:
            found = [self._job(connection, row) for row in rows.jobs(connection, *wanted)]
        return sorted(found, key=_urgency)

    def job(self, job_id: str) -> PrintJob:
        """Return one job; raises NotFound."""
        with self._database.read() as connection:
            return self._job(connection, self._row(connection, job_id))

    def record_of(self, job_id: str) -> PrintRecord:
        """Return what is to be printed; raises NotFound."""
        with self._database.read() as connection:
            row = self._row(connection, job_id)
            record = rows.record(connection, row.record_id)
        if record is None:
            raise NotFound("print-job-unknown", job=job_id)
        return decode_stored(record.body, record.authorisation, record.packet_id)

    def turning_17(self, until: date) -> list[ComingOfAge]:
        """Return whose card waits for an age reached by `until`, soonest first."""
        today = local_date(self._clock.now(), self._zone)
        found = []
        with self._database.read() as connection:
            waiting = rows.jobs(connection, *_WAITING)
        for row in waiting:
            birth_date, status = date.fromisoformat(row.birth_date), MaritalStatus(row.marital_status)
            birthday = birthday_in_year(birth_date, CARD_AGE)
            if not may_have_card(birth_date, status, today) and birthday <= until:
                found.append(ComingOfAge(row.job_id, row.nik, row.name, birthday))
        return sorted(found, key=lambda person: (person.birthday, person.name))

    def three_way(self, attended: Iterable[str], recorded: Iterable[str]) -> ThreeWayList:
        """Compare a school's attended and recorded NIKs with what may be printed or is printed already."""
        came, taken = frozenset(attended), frozenset(recorded)
        printable = frozenset(
            job.nik
            for job in self.jobs(*JobState)
            if (job.printable or job.state in _DONE) and (job.nik in came or job.nik in taken)
        )
        return ThreeWayList(came, taken, printable)

    def set_reason(self, actor: Actor, job_id: str, reason: PrintReason, documents: Iterable[PrintDocument]) -> None:
        """State why the card is printed and which documents were seen."""
        require(actor, Role.PRINT_OPERATOR)
        with self._database.write() as connection:
            self._row(connection, job_id)
            ticked = ",".join(sorted(document.value for document in documents))
            rows.change_job(connection, job_id, reason=reason.value, documents=ticked)
            self._audit.write(actor.staff_id, "print-reason", job_id, reason=reason.value, documents=ticked)

    def mark_urgent(self, actor: Actor, job_id: str, why: str) -> None:
        """Put a job first, also while blanks are scarce; `why` is kept in the audit log."""
        require(actor, Role.PRINT_OPERATOR, Role.DIVISION_HEAD)
        if not why.strip():
            raise BadInput("print-urgent-needs-reason")
        self._set_urgent(actor, job_id, True, why.strip())

    def unmark_urgent(self, actor: Actor, job_id: str) -> None:
        """Put a job back in the line it stood in."""
        require(actor, Role.PRINT_OPERATOR, Role.DIVISION_HEAD)
        self._set_urgent(actor, job_id, False, "")

    def _set_urgent(self, actor: Actor, job_id: str, urgent: bool, why: str) -> None:
        with self._database.write() as connection:
            self._row(connection, job_id)
            rows.change_job(connection, job_id, urgent=urgent)
            self._audit.write(actor.staff_id, "print-urgent", job_id, urgent=urgent, why=why)

    def override_scarcity(self, actor: Actor, second: Actor, job_id: str, reason: str) -> None:
        """Print in spite of scarcity; needs a reason and a second person."""
        require(actor, Role.PRINT_OPERATOR)
        require_second(actor, second, Role.DIVISION_HEAD, Role.SUPERVISOR)
        if not reason.strip():
            raise BadInput("print-override-needs-reason")
        with self._database.write() as connection:
            self._row(connection, job_id)
            rows.change_job(connection, job_id, override_reason=reason.strip(), override_by=second.staff_id)
            self._audit.write(actor.staff_id, "print-override", job_id, second=second.staff_id)

    def defer(self, actor: Actor, job_id: str) -> None:
        """Give a substitute letter instead for now; the job waits."""
        self._change_state(actor, job_id, JobState.DEFERRED, "print-deferred")

    def requeue(self, actor: Actor, job_id: str) -> None:
        """Put a deferred job back."""
        self._change_state(actor, job_id, JobState.QUEUED, "print-requeued")

    def card_trust(self) -> CardTrust:
        """Return whose signature on a chip counts at this moment."""
        return self._trust.now()

    @property
    def scarcity(self) -> bool:
        """Tell whether the office switched the order of urgency on."""
        with self._database.read() as connection:
            return rows.setting(connection, _SCARCITY) == "1"

    def counts(self) -> dict[JobState, int]:
        """Return how many jobs are in each state."""
        with self._database.read() as connection:
            found = rows.count_by_state(connection)
        return {state: found.get(state.value, 0) for state in JobState}

    def _queue(self, connection: Connection, row: rows.RecordRow, record: PrintRecord, at: datetime) -> None:
        earlier = rows.jobs_of_nik(connection, row.nik)
        for job in earlier:
            if job.state in _WAITING:
                rows.change_job(connection, job.job_id, state=JobState.WITHDRAWN.value)
        had_card = any(JobState(job.state) in _DONE for job in earlier)
        waiting = [job for job in earlier if job.state in _WAITING]
        biodata = record.biodata
        rows.add_job(
            connection,
            rows.JobRow(
                job_id=self._ids.new(),
                record_id=row.record_id,
                nik=row.nik,
                name=biodata.name,
                birth_date=biodata.birth_date.isoformat(),
                marital_status=biodata.marital_status.value,
                reason=waiting[-1].reason if waiting else "" if had_card else PrintReason.NEW.value,
                state=JobState.QUEUED.value,
                documents=waiting[-1].documents if waiting else "",
                urgent=any(job.urgent for job in waiting),
                override_reason="",
                override_by="",
                created_at=at,
            ),
        )

    def _change_state(self, actor: Actor, job_id: str, state: JobState, action: str) -> None:
        require(actor, Role.PRINT_OPERATOR)
        with self._database.write() as connection:
            if self._row(connection, job_id).state not in _WAITING:
                raise BadInput("print-job-not-waiting")
            rows.change_job(connection, job_id, state=state.value)
            self._audit.write(actor.staff_id, action, job_id)

    def _row(self, connection: Connection, job_id: str) -> rows.JobRow:
        row = rows.job(connection, job_id)
        if row is None:
            raise NotFound("print-job-unknown", job=job_id)
        return row

    def _job(self, connection: Connection, row: rows.JobRow) -> PrintJob:
        reason = PrintReason(row.reason) if row.reason else None
        documents = frozenset(PrintDocument(name) for name in row.documents.split(",") if name)
        return PrintJob(
            row.job_id,
            row.nik,
            row.name,
            date.fromisoformat(row.birth_date),
            reason,
            JobState(row.state),
            row.urgent,
            documents,
            self._closed(connection, row, reason, documents),
            row.created_at,
        )

    def _closed(
        self,
        connection: Connection,
        row: rows.JobRow,
        reason: PrintReason | None,
        documents: frozenset[PrintDocument],
    ) -> tuple[Gate, ...]:
        known = self._known(connection, row.record_id)
        if known is None:
            return (Gate("print-gate-no-authorisation"),)
        biodata, permission, problem = known
        now = self._clock.now()
        return closed_gates(
            GateFacts(
                biodata=biodata,
                reason=reason,
                documents=documents,
                authorisation=permission,
                authorisation_problem=problem,
                printed_already=JobState(row.state) in _DONE,
                urgent=row.urgent,
                overridden=bool(row.override_by),
                scarcity=rows.setting(connection, _SCARCITY) == "1",
                day=local_date(now, self._zone),
                now=now,
            )
        )

    def _known(self, connection: Connection, record_id: str) -> tuple[Biodata, Authorisation | None, str] | None:
        """Return biodata and permission; a record never changes, so a good check under the same key is kept."""
        key = self._centre_key() or b""
        if (record_id, key) in self._checked:
            return self._checked[record_id, key]
        stored = rows.record(connection, record_id)
        if stored is None:
            return None
        biodata = decode_stored(stored.body, stored.authorisation, stored.packet_id).biodata
        permission, problem = self._permission(stored.authorisation)
        if permission is not None and len(self._checked) < _MOST_CHECKED:
            self._checked[record_id, key] = biodata, permission, problem
        return biodata, permission, problem

    def _permission(self, message: bytes) -> tuple[Authorisation | None, str]:
        try:
            return read_authorisation(message, self._known_centre_key()), ""
        except Tampered as error:
            known = error.message_id.startswith("print-")
            return None, error.message_id if known else "print-gate-authorisation-forged"

    def _known_centre_key(self) -> bytes:
        key = self._centre_key()
        if key is None:
            raise Tampered("print-gate-no-centre-key")
        return key


def _urgency(job: PrintJob) -> tuple[bool, bool, bool, bool, datetime, str]:
    rest = (not job.urgent, job.reason is not PrintReason.NEW, job.created_at, job.job_id)
    return (job.state is JobState.DEFERRED, not job.printable, *rest)
