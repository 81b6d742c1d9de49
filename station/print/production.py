"""Producing one card after another: equipment gate, the steps, the operator's confirmation, recovery.

A blank is booked before it moves. A card counts as printed only when the printer rested
after printing, its counter moved, the chip was verified and the operator took the card
and confirmed it; everything else is asked, never guessed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from station.config import PrintConfig
from station.domain.card import SpoilCause
from station.domain.clock import Clock
from station.domain.errors import Refused, StationError
from station.domain.identifiers import IdSource
from station.domain.staff import Actor, Role
from station.ledger.printing import Consumption
from station.print.chip.profile import ChipProfile, SamReport
from station.print.equipment import EquipmentGate, EquipmentReport, Spoilage
from station.print.intents import Explanation, IntentBook
from station.print.preparation import Preparation, PreparedCard
from station.print.queue import PrintQueue
from station.print.recovering import Recovery, normalised_serial
from station.print.recovery import Decision, OperatorAnswer, RecoveryDecision
from station.print.room import DeskCard, PrintRoom, RoomKit
from station.print.states import TERMINAL, IntentState
from station.print.steps import CardSteps, OnProgress, Run
from station.print.upkeep import Upkeep
from station.staff.audit import AuditLog
from station.staff.permission import require, require_second
from station.store.database import Database
from station.store.print_cards import PrintLogRow, print_log
from station.store.print_intents import AnomalyRow, IntentRow, first_broken_event


@dataclass(frozen=True, slots=True)
class Production:
    """How far one card has come. EJECTED waits for the operator; a problem says what stopped it."""

    intent_id: str
    job_id: str
    serial: str
    state: IntentState
    card: PreparedCard
    problem: StationError | None = None
    decision: Decision | None = None

    @property
    def waits_for_confirmation(self) -> bool:
        """Tell whether the card is out and the operator must take and confirm it."""
        return self.state is IntentState.EJECTED


@dataclass(frozen=True, slots=True)
class Forecast:
    """Cards that wait, and for how many there are blanks, ribbon and film (by yield and per cent left).

    None is what the printer does not tell.
    """

    waiting: int
    blanks: int
    ribbon_cards: int | None
    film_cards: int | None

    @property
    def enough(self) -> bool:
        """Tell whether everything that waits can be printed, as far as is known."""
        known = (self.blanks, self.ribbon_cards, self.film_cards)
        return all(self.waiting <= cards for cards in known if cards is not None)


class CardProduction:
    """The print room's service."""

    def __init__(
        self,
        database: Database,
        *,
        kit: RoomKit,
        book: Consumption,
        queue: PrintQueue,
        audit: AuditLog,
        clock: Clock,
        ids: IdSource,
        config: PrintConfig,
        zone: ZoneInfo,
        station_id: str,
        city: str,
        profile: ChipProfile,
        settle_s: float = 10.0,
    ) -> None:
        self._database = database
        self._queue = queue
        self._audit = audit
        self._clock = clock
        self._config = config
        self._profile = profile
        self._room = PrintRoom(kit, profile, clock, station_id, config.poll_s)
        self._intents = IntentBook(database, book, audit, clock, ids, station_id, config.room)
        self._preparation = Preparation(queue, profile, clock, zone, city, config.both_sides)
        self._gate = EquipmentGate(self._room, self._intents, profile, queue.card_trust, clock, config)
        self.upkeep = Upkeep(database, self._room, self._intents, audit, clock, config)
        self._steps = CardSteps(self._room, self._intents, profile, queue.card_trust, station_id, settle_s)
        self._recovery = Recovery(
            self._room, self._intents, self._steps, queue, self._preparation, self._presented, self.confirm
        )

    async def activate_sam(self, actor: Actor, pin: str) -> SamReport:
        """Unlock the secure access module for this station; a wrong PIN costs a try and is not repeated."""
        require(actor, Role.PRINT_OPERATOR)
        report = await self._room.activate_sam(pin)
        self._audit.write(actor.staff_id, "print-sam-activated", report.serial)
        return report

    async def equipment_gate(self, actor: Actor) -> EquipmentReport:
        """Look at all equipment; the report says what keeps a card from being started, and why."""
        require(actor, Role.PRINT_OPERATOR)
        return await self._gate.report(actor, self.upkeep.state(), self.spoilage())

    async def prepare(self, job_id: str) -> PreparedCard:
        """Render and compress a job ahead of time, so that the printer never waits for the computer."""
        return await self._preparation.get(job_id)

    async def produce(self, actor: Actor, job_id: str, on_progress: OnProgress | None = None) -> Production:
        """Take one blank through feed, chip and print; raises Refused before anything moves when a gate is closed."""
        require(actor, Role.PRINT_OPERATOR)
        job = self._queue.job(job_id)
        if not job.printable or job.reason is None:
            closed = job.closed[0] if job.closed else None
            raise Refused(closed.message_id, **closed.params) if closed else Refused("print-job-not-waiting")
        report = await self.equipment_gate(actor)
        if not report.ready or report.status is None or report.status.temperature_c is None:
            first = report.blocking[0]
            raise Refused(first.message_id, **first.params)
        card = await self._preparation.get(job_id)
        await self._room.sam()
        reading = await self._room.reading()
        intent_id = self._intents.reserve(actor, job_id, job.reason, reading, report.status.temperature_c)
        ahead = asyncio.create_task(self._prepare_ahead(job_id))
        try:
            return await self._drive(Run(actor, intent_id, card, on_progress))
        finally:
            await ahead

    async def confirm(self, actor: Actor, intent_id: str, serial: str | None = None) -> Production:
        """Accept a card the operator took and looked at; without `serial` it must lie on the desk reader.

        Raises Refused when it is another card, Tampered when the chip no longer verifies.
        """
        require(actor, Role.PRINT_OPERATOR)
        intent = self._intents.get(intent_id)
        if intent.state != IntentState.EJECTED.value:
            raise Refused("print-not-waiting-for-confirmation")
        presented = await self._presented(intent) if serial is None else normalised_serial(serial)
        if presented != intent.serial:
            raise Refused("print-serial-differs", serial=presented, expected=intent.serial)
        way = "desk-reader" if serial is None else "keyed"
        self._intents.step(actor, intent_id, IntentState.OK, way=way)
        done = await self._production(intent_id)
        self._preparation.forget(intent.job_id)
        return done

    async def spoil(self, actor: Actor, intent_id: str, cause: SpoilCause) -> Production:
        """Book the card of an open intent as spoiled; the job goes back to the queue."""
        require(actor, Role.PRINT_OPERATOR)
        intent = self._intents.get(intent_id)
        if IntentState(intent.state) in TERMINAL or intent.state == IntentState.RESERVED.value:
            raise Refused("print-not-open")
        seen = await self._steps.look(intent)
        await self._steps.spoil(
            actor, intent_id, cause, eject=seen.inside and not seen.complaint, card_inside=seen.inside
        )
        if await self._room.desk_has_card():
            await self._steps.void_chip(intent_id, "desk")
        return await self._production(intent_id)

    async def withdraw(self, actor: Actor, second: Actor, job_id: str, cause: SpoilCause) -> str:
        """Take back a confirmed card that proved bad before it was handed over; returns the job that replaces it.

        The good outcome stays on record; the ledger is corrected by a reversal. Needs a second person.
        """
        require(actor, Role.PRINT_OPERATOR)
        require_second(actor, second, Role.DIVISION_HEAD, Role.SUPERVISOR)
        replacement = self._intents.withdraw(actor, second, job_id, cause)
        if await self._room.desk_has_card():
            await self._steps.void_chip(self._intents.of_card(job_id), "desk")
        return replacement

    async def recover(
        self, actor: Actor, answers: Mapping[str, OperatorAnswer] | None = None, on_progress: OnProgress | None = None
    ) -> list[RecoveryDecision]:
        """Walk the recovery table for every open intent; what needs eyes comes back as a question.

        May be repeated: with nothing new to say it changes nothing.
        """
        require(actor, Role.PRINT_OPERATOR)
        return await self._recovery.recover(actor, answers or {}, on_progress)

    def open_intents(self) -> list[IntentRow]:
        """Return blanks without a terminal outcome."""
        return self._intents.open_intents()

    def anomalies(self) -> list[AnomalyRow]:
        """Return what nobody has explained yet."""
        return self._intents.anomalies()

    def explain(self, actor: Actor, anomaly_id: str, explanation: Explanation, note: str = "") -> None:
        """Say what an anomaly was; the ledger follows by a reversal."""
        require(actor, Role.PRINT_OPERATOR)
        self._intents.explain(actor, anomaly_id, explanation, note)

    @property
    def module_open(self) -> bool:
        """Tell whether a module was unlocked."""
        return self._room.module_open

    @property
    def has_desk_reader(self) -> bool:
        """Tell whether a desk reader is configured."""
        return self._room.has_desk_reader

    async def desk_card(self) -> DeskCard:
        """Return what the card on the desk reader says of itself, verified beside an unlocked module."""
        return await self._room.desk_card(self._queue.card_trust())

    def print_log(self, start: datetime, end: datetime) -> list[PrintLogRow]:
        """Return what became of every blank between two moments."""
        with self._database.read() as connection:
            return print_log(connection, start, end)

    def verify_chain(self) -> bool:
        """Tell whether every step fits the one before it."""
        with self._database.read() as connection:
            return first_broken_event(connection) is None

    async def forecast(self, actor: Actor) -> Forecast:
        """Compare what waits to be printed with blanks, ribbon and film; raises DeviceError without the printer."""
        require(actor, Role.PRINT_OPERATOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
        supplies = await self._room.printer.supplies()
        waiting = sum(job.printable for job in self._queue.jobs())
        ribbon = _cards(supplies.ribbon_percent, self._config.ribbon_cards)
        sides = 2 if self._config.both_sides else 1  # each side takes a panel of film; the ribbon has panels for both
        film = _cards(supplies.film_percent, self._config.film_cards // sides)
        return Forecast(waiting, self._intents.blanks_available(), ribbon, film)

    def outcome_counts(self) -> tuple[int, int]:
        """Return how many blanks were printed well and how many were spoiled or are missing."""
        return self._intents.outcome_counts()

    def spoilage(self) -> Spoilage:
        """Return what became of the newest `spoil_window_cards` blanks: a bad start passes."""
        printed, spoiled = self._intents.recent_outcome_counts(self._config.spoil_window_cards)
        return Spoilage(spoiled, printed + spoiled)

    async def close(self) -> None:
        """Let go of the module."""
        await self._room.release_sam()

    async def _prepare_ahead(self, job_id: str) -> None:
        """Make the next card ready while the printer works; what is wrong with it shows when its turn comes."""
        following = next((job for job in self._queue.jobs() if job.printable and job.job_id != job_id), None)
        if following is not None:
            with contextlib.suppress(StationError):
                await self._preparation.get(following.job_id)

    async def _drive(self, run: Run) -> Production:
        await self._steps.drive(run)
        return await self._production(run.intent_id, run.problem, run.decision)

    async def _production(
        self, intent_id: str, problem: StationError | None = None, decision: Decision | None = None
    ) -> Production:
        intent = self._intents.get(intent_id)
        card = await self._preparation.get(intent.job_id)
        state = IntentState(intent.state)
        return Production(intent_id, intent.job_id, intent.serial, state, card, problem, decision)

    async def _presented(self, intent: IntentRow) -> str:
        card = await self._preparation.get(intent.job_id)
        sam = await self._room.sam()
        async with self._room.card("desk") as channel:
            witness = await self._profile.witness(channel)
            if witness.serial != intent.serial:
                return witness.serial
            return (await self._profile.verify(sam, channel, self._queue.card_trust(), card.chip)).serial


def _cards(percent_left: int | None, whole: int) -> int | None:
    return None if percent_left is None else percent_left * whole // 100
