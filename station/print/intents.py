"""The durable side of printing: every step of every blank, booked in one transaction with the ledger.

A step, its ledger entry, the job's state, the audit entry and the message to the office
are written together or not at all. An unresolved blank is booked as missing until a
reversal proves otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from station.devices.printer.interface import PrinterCounters
from station.domain.card import PrintReason, SpoilCause
from station.domain.clock import Clock
from station.domain.errors import BadInput, NotFound, Refused
from station.domain.identifiers import IdSource
from station.domain.staff import Actor
from station.domain.status import RecordStatus
from station.ledger.printing import Consumption, Outcome
from station.print.announcements import announce
from station.print.queue import JobState
from station.print.states import CONSUMING, OPEN_VALUES, IntentState, advance
from station.staff.audit import AuditLog
from station.store import print_intents as rows
from station.store import print_jobs as jobs
from station.store.database import Database
from station.store.print_intents import AnomalyRow, IntentRow, SnapshotRow
from station.store.print_jobs import Connection

_IN_HAND = tuple(value for value in OPEN_VALUES if value != IntentState.UNRESOLVED.value)


class AnomalyKind(Enum):
    """What the printer's counter or a chip showed that no intent explains."""

    UNACCOUNTED = "tak_terjelaskan"
    DISCONTINUITY = "pencacah_terputus"
    FOREIGN_CARD = "kartu_asing"


class Explanation(Enum):
    """What people say it was."""

    CLEANING_CARD = "kartu_pembersih"
    TEST_PRINT = "uji_cetak"
    BOARD_REPLACED = "papan_diganti"
    REMOVED_FOREIGN = "kartu_asing_diambil"
    MISSING_BLANK = "keping_hilang"


@dataclass(frozen=True, slots=True)
class Reading:
    """The printer's counter at one moment, with facts worth keeping beside it."""

    counters: PrinterCounters
    facts: dict[str, object]


class IntentBook:
    """Writes and reads intents; the only place where their rows are made."""

    def __init__(
        self,
        database: Database,
        ledger: Consumption,
        audit: AuditLog,
        clock: Clock,
        ids: IdSource,
        station_id: str,
        room: str,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._station_id = station_id
        self._room = room

    def open_intents(self) -> list[IntentRow]:
        """Return every intent without a terminal outcome, oldest first."""
        with self._database.read() as connection:
            return rows.intents_in(connection, OPEN_VALUES)

    def get(self, intent_id: str) -> IntentRow:
        """Return one intent; raises NotFound."""
        with self._database.read() as connection:
            return self._existing(connection, intent_id)

    def in_hand(self) -> list[IntentRow]:
        """Return open intents that are not set aside as unresolved: at most one, and it blocks the next feed."""
        with self._database.read() as connection:
            return rows.intents_in(connection, _IN_HAND)

    def events(self, intent_id: str) -> list[rows.EventRow]:
        """Return the steps of an intent, oldest first."""
        with self._database.read() as connection:
            return rows.events(connection, intent_id)

    def last_step(self, intent_id: str) -> IntentState:
        """Return the newest step that is not UNRESOLVED."""
        with self._database.read() as connection:
            steps = [IntentState(event.state) for event in rows.events(connection, intent_id)]
        return next(step for step in reversed(steps) if step is not IntentState.UNRESOLVED)

    def times(self, intent_id: str, state: IntentState) -> int:
        """Return how often an intent came into a state."""
        with self._database.read() as connection:
            return sum(event.state == state.value for event in rows.events(connection, intent_id))

    def room_balance(self) -> int:
        """Return the room's good blanks by the ledger."""
        return self._ledger.room_balance(self._room)

    def blanks_available(self) -> int:
        """Return the room's blanks by the ledger, less those of open intents that are not booked yet."""
        booked = self.room_balance()
        unbooked = [row for row in self.open_intents() if IntentState(row.state) not in CONSUMING]
        return booked - len(unbooked)

    def reserve(self, actor: Actor, job_id: str, reason: PrintReason, reading: Reading, temperature_c: float) -> str:
        """Write an intent before anything moves; raises Refused when one is open or no blank is left."""
        with self._database.write() as connection:
            if rows.intents_in(connection, _IN_HAND):
                raise Refused("print-intent-open")
            self._read_counter(connection, actor, reading, "reserve", "", expected=0)
            if self.blanks_available() < 1:
                raise Refused("print-no-blanks", room=self._room)
            earlier = rows.intents_of_job(connection, job_id)
            intent_id = self._ids.new()
            rows.add_intent(
                connection,
                IntentRow(
                    intent_id=intent_id,
                    job_id=job_id,
                    retry_of=earlier[-1].intent_id if earlier else "",
                    station_id=self._station_id,
                    actor_id=actor.staff_id,
                    printer_serial=reading.counters.printer_serial,
                    card_count=reading.counters.card_count,
                    temperature_c=round(temperature_c),
                    reason=reason.value,
                    created_at=self._clock.now(),
                    state="",
                    serial="",
                ),
            )
            rows.add_event(connection, intent_id, IntentState.RESERVED.value, "", actor.staff_id, self._clock.now(), {})
        return intent_id

    def step(
        self,
        actor: Actor,
        intent_id: str,
        following: IntentState,
        *,
        serial: str | None = None,
        cause: SpoilCause | None = None,
        reading: Reading | None = None,
        counted: int = 1,
        **details: object,
    ) -> IntentRow:
        """Make one step durable together with all that it means; raises Refused when the table forbids it.

        `counted` is how many cards the printer's counter may have moved for this intent since the last reading.
        """
        at = self._clock.now()
        with self._database.write() as connection:
            before = self._existing(connection, intent_id)
            advance(IntentState(before.state), following)
            chip = before.serial if serial is None else serial
            if cause is not None:
                details["cause"] = cause.value
            rows.add_event(connection, intent_id, following.value, chip, actor.staff_id, at, details)
            if reading is not None:
                self._read_counter(connection, actor, reading, following.value, intent_id, counted)
            self._book(connection, actor, before, following, chip, cause, at)
            if following is IntentState.OK:
                self._finish_job(connection, actor, before, chip, at)
            return self._existing(connection, intent_id)

    def foreign_card(self, actor: Actor, intent_id: str, serial: str) -> None:
        """Note a card in the printer that is no blank of this room."""
        with self._database.write() as connection:
            self._anomaly(connection, actor, AnomalyKind.FOREIGN_CARD, intent_id, serial)

    def note_counter(self, actor: Actor, reading: Reading, kind: str, expected: int = 0) -> None:
        """Keep a reading of the counter outside an intent; what nobody expected becomes an anomaly."""
        with self._database.write() as connection:
            self._read_counter(connection, actor, reading, kind, "", expected)

    def anomalies(self, open_only: bool = True) -> list[AnomalyRow]:
        """Return anomalies, oldest first."""
        with self._database.read() as connection:
            return [row for row in rows.anomalies(connection) if not open_only or not row.explanation]

    def explain(self, actor: Actor, anomaly_id: str, explanation: Explanation, note: str) -> None:
        """Say what an anomaly was; the ledger is corrected by a reversal, never by changing a row."""
        at = self._clock.now()
        with self._database.write() as connection:
            row = next((row for row in rows.anomalies(connection) if row.anomaly_id == anomaly_id), None)
            if row is None:
                raise NotFound("print-anomaly-unknown", anomaly=anomaly_id)
            if row.explanation:
                raise BadInput("print-anomaly-explained")
            if explanation is not Explanation.MISSING_BLANK:
                self._take_back(connection, actor, anomaly_id, at, explanation.value)
            if explanation is Explanation.TEST_PRINT:
                self._consume(connection, actor, Outcome.SPOILED, SpoilCause.TEST_PRINT, "", anomaly_id, at)
            rows.explain_anomaly(connection, anomaly_id, explanation.value, note, actor.staff_id, at)
            self._audit.write(actor.staff_id, "print-anomaly-explained", anomaly_id, kind=explanation.value)

    def of_card(self, job_id: str) -> str:
        """Return the intent that made a job's good card; raises NotFound."""
        with self._database.read() as connection:
            made = [row for row in rows.intents_of_job(connection, job_id) if row.state == IntentState.OK.value]
        if not made:
            raise NotFound("handover-no-card")
        return made[0].intent_id

    def withdraw(self, actor: Actor, second: Actor, job_id: str, cause: SpoilCause) -> str:
        """Book a good card as spoiled by reversal and queue its record again; returns the new job."""
        at, intent_id = self._clock.now(), self.of_card(job_id)
        with self._database.write() as connection:
            job = jobs.job(connection, job_id)
            intent = self._existing(connection, intent_id)
            if job is None or job.state != JobState.PRINTED.value:
                raise Refused("handover-given-already")
            self._take_back(connection, actor, intent_id, at, cause.value)
            self._consume(connection, actor, Outcome.SPOILED, cause, intent.serial, intent_id, at)
            jobs.change_job(connection, job_id, state=JobState.WITHDRAWN.value)
            new = replace(job, job_id=self._ids.new(), state=JobState.QUEUED.value, created_at=at)
            jobs.add_job(connection, new)
            self._audit.write(
                actor.staff_id, "print-card-withdrawn", intent_id, second=second.staff_id, cause=cause.value
            )
        return new.job_id

    def serial_was_used(self, serial: str, but: str) -> bool:
        """Tell whether a chip had a terminal outcome here other than NOT_CONSUMED, or the ledger knows it used."""
        with self._database.read() as connection:
            others = [row for row in rows.intents_of_serial(connection, serial) if row.intent_id != but]
        if any(row.state != IntentState.NOT_CONSUMED.value for row in others):
            return True
        return self._ledger.serial_state(serial).state.value in ("printed", "spoiled", "missing")

    def serial_is_strange(self, serial: str) -> bool:
        """Tell whether the ledger knows every blank it received by serial, and not this one."""
        return self._ledger.is_strange(serial)

    def owner_of(self, serial: str) -> IntentRow | None:
        """Return the newest intent that had this chip."""
        if not serial:
            return None
        with self._database.read() as connection:
            found = rows.intents_of_serial(connection, serial)
        return found[-1] if found else None

    def left_inside(self) -> IntentRow | None:
        """Return the finished intent whose card was still in the printer at the newest reading."""
        with self._database.read() as connection:
            newest = rows.last_snapshot(connection)
            if newest is None or not newest.facts.get("card_inside"):
                return None
            return rows.intent(connection, newest.intent_id)

    def outcome_counts(self) -> tuple[int, int]:
        """Return how many blanks were printed well and how many were spoiled."""
        with self._database.read() as connection:
            printed = rows.count_heads(connection, (IntentState.OK.value,))
            return printed, rows.count_heads(connection, (IntentState.SPOILED.value, IntentState.UNRESOLVED.value))

    def recent_outcome_counts(self, cards: int) -> tuple[int, int]:
        """Return how many of the newest `cards` blanks used were printed well, and how many spoiled or set aside."""
        with self._database.read() as connection:
            states = rows.newest_states(connection, tuple(sorted(state.value for state in CONSUMING)), cards)
        printed = states.count(IntentState.OK.value)
        return printed, len(states) - printed

    def newest_moment(self) -> datetime | None:
        """Return when the newest step was written."""
        with self._database.read() as connection:
            return rows.last_event_at(connection)

    def _read_counter(
        self, connection: Connection, actor: Actor, reading: Reading, kind: str, intent_id: str, expected: int
    ) -> None:
        last = rows.last_snapshot(connection)
        found = reading.counters
        if last is not None:
            delta = found.card_count - last.card_count
            if delta < 0 or found.printer_serial != last.printer_serial:
                self._anomaly(connection, actor, AnomalyKind.DISCONTINUITY, intent_id, "")
            else:
                allowed = expected + bool(last.facts.get("card_inside"))
                for _ in range(max(0, delta - allowed)):
                    self._anomaly(connection, actor, AnomalyKind.UNACCOUNTED, intent_id, "")
        snapshot = SnapshotRow(
            kind, intent_id, found.printer_serial, found.card_count, dict(reading.facts), self._clock.now()
        )
        rows.add_snapshot(connection, snapshot)

    def _anomaly(self, connection: Connection, actor: Actor, kind: AnomalyKind, intent_id: str, serial: str) -> None:
        at, anomaly_id = self._clock.now(), self._ids.new()
        row = AnomalyRow(anomaly_id, kind.value, 1, intent_id, serial, actor.staff_id, at, "")
        rows.add_anomaly(connection, row)
        self._audit.write(actor.staff_id, "print-anomaly", anomaly_id, kind=kind.value)
        if kind is AnomalyKind.UNACCOUNTED and self._ledger.room_balance(self._room) > 0:
            self._consume(connection, actor, Outcome.SPOILED, SpoilCause.MISSING, "", anomaly_id, at)

    def _book(
        self,
        connection: Connection,
        actor: Actor,
        before: IntentRow,
        following: IntentState,
        serial: str,
        cause: SpoilCause | None,
        at: datetime,
    ) -> None:
        if before.state == IntentState.UNRESOLVED.value:
            self._take_back(connection, actor, before.intent_id, at, following.value)
        if following is IntentState.OK:
            reason = PrintReason(before.reason)
            self._consume(connection, actor, Outcome.PRINTED, reason, serial, before.intent_id, at)
        elif following is IntentState.SPOILED:
            why = cause or SpoilCause.PRINT_FAILED
            self._consume(connection, actor, Outcome.SPOILED, why, serial, before.intent_id, at)
        elif following is IntentState.UNRESOLVED:
            self._consume(connection, actor, Outcome.SPOILED, SpoilCause.MISSING, serial, before.intent_id, at)
        if following in (IntentState.SPOILED, IntentState.UNRESOLVED, IntentState.NOT_CONSUMED):
            why_text = cause.value if cause else ""
            self._audit.write(actor.staff_id, f"print-{following.value}", before.intent_id, cause=why_text)

    def _consume(
        self,
        connection: Connection,
        actor: Actor,
        outcome: Outcome,
        why: PrintReason | SpoilCause,
        serial: str,
        reference: str,
        at: datetime,
    ) -> None:
        self._ledger.consume(connection, actor.staff_id, self._room, outcome, why, serial, reference, at)

    def _take_back(self, connection: Connection, actor: Actor, reference: str, at: datetime, reason: str) -> None:
        entry = self._ledger.consumption_of(connection, reference)
        if entry is not None:
            self._ledger.reverse(connection, actor.staff_id, entry.entry_id, reason, at)

    def _finish_job(self, connection: Connection, actor: Actor, intent: IntentRow, serial: str, at: datetime) -> None:
        job = jobs.job(connection, intent.job_id)
        if job is None or job.state in (JobState.PRINTED.value, JobState.ISSUED.value):
            raise Refused("print-gate-printed")
        jobs.change_job(connection, job.job_id, state=JobState.PRINTED.value)
        announce(connection, self._ids.new(), job.nik, RecordStatus.CARD_PRINTED, serial, at)
        self._audit.write(actor.staff_id, "print-ok", intent.intent_id, job=job.job_id, serial=serial)

    def _existing(self, connection: Connection, intent_id: str) -> IntentRow:
        row = rows.intent(connection, intent_id)
        if row is None:
            raise NotFound("print-intent-unknown", intent=intent_id)
        return row
