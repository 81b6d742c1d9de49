"""The steps of one card, each: make the step durable, do the one physical thing, make its result durable.

When something fails in between, the witnesses are gathered and the recovery table
decides; the same code runs after a crash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from station.devices.errors import DeviceError, DeviceRefused, DeviceUnavailable, OutcomeUnknown
from station.devices.printer.interface import CardPosition, PrinterActivity
from station.domain.card import SpoilCause
from station.domain.errors import Refused, StationError, Tampered
from station.domain.staff import Actor
from station.print.chip.profile import MODULE, ChipMark, ChipProfile
from station.print.chip.signer import CardTrust
from station.print.intents import IntentBook, Reading
from station.print.preparation import PreparedCard
from station.print.recovery import Decision, Evidence, decide
from station.print.room import LONGEST_MOVEMENT_S, PrintRoom
from station.print.states import TERMINAL, IntentState
from station.store.print_intents import IntentRow

_MOST_ROUNDS = 16
_CHIP_TRIES = 2
_GOES_ON = frozenset({Decision.ADOPT, Decision.CONTINUE, Decision.PRINT, Decision.SEE_OUT})


class Step(Enum):
    """What the operator sees happening."""

    FEED = "feed"
    READ_CHIP = "read-chip"
    WRITE_CHIP = "write-chip"
    VERIFY_CHIP = "verify-chip"
    PRINT = "print"
    TAKE_CARD = "take-card"


@dataclass(frozen=True, slots=True)
class StepProgress:
    """Progress inside a step: `done` of `total` units, both 0 when a step has just begun."""

    step: Step
    done: int = 0
    total: int = 0


OnProgress = Callable[[StepProgress], None]


@dataclass(slots=True)
class Run:
    """One pass over the steps of one intent."""

    actor: Actor
    intent_id: str
    card: PreparedCard
    on_progress: OnProgress | None = None
    problem: StationError | None = None
    decision: Decision | None = None
    chip_tries: int = 0
    at_printer: bool = False

    def tell(self, step: Step, done: int = 0, total: int = 0) -> None:
        """Report progress to whoever watches."""
        if self.on_progress is not None:
            self.on_progress(StepProgress(step, done, total))


class CardSteps:
    """Drives one intent through the table until a person or a fault ends it."""

    def __init__(
        self,
        room: PrintRoom,
        intents: IntentBook,
        profile: ChipProfile,
        trust: Callable[[], CardTrust],
        station_id: str,
        settle_s: float,
    ) -> None:
        self._room = room
        self._intents = intents
        self._profile = profile
        self._trust = trust
        self._station_id = station_id
        self._settle_s = settle_s

    async def drive(self, run: Run) -> None:
        """Go on from the present state; what stopped it is left in `run.problem` and `run.decision`."""
        steps = {
            IntentState.RESERVED: self._feed,
            IntentState.FEED_SENT: self._dock,
            IntentState.DOCKED: self._encode,
            IntentState.ENCODED: self._print,
            IntentState.PRINT_SENT: self._see_it_out,
        }
        for _ in range(_MOST_ROUNDS):
            step = steps.get(IntentState(self._intents.get(run.intent_id).state))
            if step is None:
                return
            run.at_printer = False
            try:
                await step(run)
            except StationError as error:
                run.problem = error
                if not await self._settle(run, error):
                    return
                run.problem = None

    async def look(self, intent: IntentRow) -> Evidence:
        """Gather the witnesses for an intent."""
        operation = self._operation(intent)
        return await self._room.look(
            intent.intent_id, intent.printer_serial, intent.card_count, operation, self._settle_s
        )

    async def apply(self, actor: Actor, intent: IntentRow, decision: Decision, seen: Evidence) -> bool:
        """Do what an automatic decision means; True when the steps go on from here."""
        if decision in _GOES_ON:
            return True
        if decision is Decision.NEVER_BEGAN:
            self._intents.step(actor, intent.intent_id, IntentState.ENCODED, witness="printer-never-began")
            return True
        if decision is Decision.NOT_CONSUMED:
            reading = await self._reading(card_inside=False)
            self._intents.step(
                actor, intent.intent_id, IntentState.NOT_CONSUMED, reading=reading, counted=0, witness="no-feed"
            )
        elif decision is Decision.FOREIGN_CARD:
            await self._foreign(actor, intent, await self._serial_inside(), counted=0)
        elif decision is Decision.SPOIL_STUCK:
            await self.spoil(actor, intent.intent_id, seen.cause, eject=False, card_inside=True)
        elif decision is Decision.SPOIL_OTHER:
            self._intents.foreign_card(actor, intent.intent_id, await self._serial_inside())
            await self.spoil(actor, intent.intent_id, SpoilCause.WRONG_DATA, eject=True, card_inside=True)
        return False

    async def spoil(
        self,
        actor: Actor,
        intent_id: str,
        cause: SpoilCause,
        *,
        eject: bool,
        card_inside: bool,
        serial: str | None = None,
    ) -> None:
        """Book a blank as spoiled, then empty its chip and move it out where that is possible."""
        reading = await self._reading(card_inside)
        self._intents.step(actor, intent_id, IntentState.SPOILED, cause=cause, reading=reading, serial=serial)
        if eject:
            await self.void_chip(intent_id, "encoder")
            await self.move_out(actor, intent_id)

    async def void_chip(self, intent_id: str, purpose: str) -> None:
        """Empty the chip of a spoiled card, so that no personal data leaves with it; a dead chip stays as it is."""
        serial = self._intents.get(intent_id).serial
        try:
            sam = await self._room.sam()
            async with self._room.card(purpose) as card:
                witness = await self._profile.witness(card)
                if serial and witness.serial == serial and witness.mark in (ChipMark.OPEN, ChipMark.SEALED):
                    await self._profile.void(sam, card)
        except StationError:
            return

    async def move_out(self, actor: Actor, intent_id: str) -> None:
        """Eject the card that is inside; when that fails the equipment gate shows it."""
        try:
            await self._room.printer.eject(f"{intent_id}:eject")
            reading = await self._room.reading()
        except DeviceError:
            return
        self._intents.note_counter(actor, reading, "close")

    async def _feed(self, run: Run) -> None:
        run.tell(Step.FEED)
        self._intents.step(run.actor, run.intent_id, IntentState.FEED_SENT)
        run.at_printer = True
        await self._room.printer.feed_to_encoder(f"{run.intent_id}:feed")

    async def _dock(self, run: Run) -> None:
        run.tell(Step.READ_CHIP)
        witness = await self._room.witness("encoder")
        fresh = witness.mark is ChipMark.BLANK or witness.intent_id == run.intent_id
        if not fresh or self._intents.serial_was_used(witness.serial, but=run.intent_id):
            intent = self._intents.get(run.intent_id)
            await self._foreign(run.actor, intent, witness.serial, counted=1)
            raise Refused("print-serial-used", serial=witness.serial)
        if self._intents.serial_is_strange(witness.serial):
            await self._foreign(run.actor, self._intents.get(run.intent_id), witness.serial, counted=1)
            raise Refused("print-serial-not-issued", serial=witness.serial)
        self._intents.step(run.actor, run.intent_id, IntentState.DOCKED, serial=witness.serial)

    async def _encode(self, run: Run) -> None:
        run.tell(Step.WRITE_CHIP)
        serial = self._intents.get(run.intent_id).serial
        sam, trust = await self._room.sam(), self._trust()
        async with self._room.card("encoder") as card:
            if (await self._profile.witness(card)).serial != serial:
                raise Tampered("print-other-card-inside", serial=serial)
            await self._profile.personalise(
                sam,
                card,
                run.card.chip,
                run.intent_id,
                self._station_id,
                trust,
                lambda done, total: run.tell(Step.WRITE_CHIP, done, total),
            )
            run.tell(Step.VERIFY_CHIP)
            await self._profile.verify(sam, card, trust, run.card.chip)
        self._intents.step(run.actor, run.intent_id, IntentState.ENCODED, verified=True)

    async def _print(self, run: Run) -> None:
        run.tell(Step.PRINT)
        number = self._intents.times(run.intent_id, IntentState.PRINT_SENT) + 1
        operation = f"{run.intent_id}:print:{number}"
        self._intents.step(run.actor, run.intent_id, IntentState.PRINT_SENT, operation=operation)
        run.at_printer = True
        await self._room.printer.print_card(operation, run.card.front_png, run.card.back_png, LONGEST_MOVEMENT_S)

    async def _see_it_out(self, run: Run) -> None:
        intent = self._intents.get(run.intent_id)
        operation = self._operation(intent)
        status = await self._room.settled(operation, self._settle_s)
        reading = await self._room.reading()
        finished = status.last_operation == operation and status.last_operation_done
        at_rest = status.activity is PrinterActivity.READY and status.card_position is CardPosition.NONE
        same = reading.counters.printer_serial == intent.printer_serial
        if not (finished and at_rest and same and reading.counters.card_count > intent.card_count):
            raise Refused("print-no-evidence")
        self._intents.step(run.actor, run.intent_id, IntentState.EJECTED, reading=reading, counter_moved=True)
        run.tell(Step.TAKE_CARD)

    async def _settle(self, run: Run, error: StationError) -> bool:
        intent = self._intents.get(run.intent_id)
        state = IntentState(intent.state)
        if state in TERMINAL or _is_module_trouble(error):
            return False
        if run.at_printer and isinstance(error, DeviceUnavailable):
            return self._never_sent(run, state)
        seen = await self.look(intent)
        if run.at_printer and isinstance(error, DeviceRefused) and self._refused_before_moving(run, state, seen):
            return False
        if state in (IntentState.FEED_SENT, IntentState.DOCKED) and seen.inside and not seen.complaint:
            return await self._settle_chip(run, error, seen)
        run.decision = decide(state, seen)
        return await self.apply(run.actor, intent, run.decision, seen) and not isinstance(error, Tampered)

    def _never_sent(self, run: Run, state: IntentState) -> bool:
        back = IntentState.NOT_CONSUMED if state is IntentState.FEED_SENT else IntentState.ENCODED
        self._intents.step(run.actor, run.intent_id, back, witness="nothing-was-sent")
        return False

    def _refused_before_moving(self, run: Run, state: IntentState, seen: Evidence) -> bool:
        if not seen.reachable or seen.complaint or seen.busy or seen.begun:
            return False
        if state is IntentState.FEED_SENT:
            self._intents.step(run.actor, run.intent_id, IntentState.NOT_CONSUMED, witness="printer-refused")
            return True
        if state is IntentState.PRINT_SENT and seen.inside:
            self._intents.step(run.actor, run.intent_id, IntentState.ENCODED, witness="printer-refused")
            return True
        return False

    async def _settle_chip(self, run: Run, error: StationError, seen: Evidence) -> bool:
        if not seen.reachable:
            return False
        run.chip_tries += 1
        lost = isinstance(error, OutcomeUnknown | DeviceUnavailable) or getattr(error, "code", "") == "no-card"
        if lost and run.chip_tries < _CHIP_TRIES:
            return True
        if isinstance(error, Tampered | DeviceError | Refused):
            await self.spoil(run.actor, run.intent_id, SpoilCause.CHIP_FAILED, eject=True, card_inside=True)
        return False

    async def _foreign(self, actor: Actor, intent: IntentRow, serial: str, counted: int) -> None:
        self._intents.foreign_card(actor, intent.intent_id, serial)
        reading = await self._reading(card_inside=True)
        self._intents.step(
            actor,
            intent.intent_id,
            IntentState.NOT_CONSUMED,
            reading=reading,
            counted=counted,
            witness="foreign-card",
        )
        await self.move_out(actor, intent.intent_id)

    async def _serial_inside(self) -> str:
        try:
            return (await self._room.witness("encoder")).serial
        except StationError:
            return ""

    async def _reading(self, card_inside: bool) -> Reading | None:
        try:
            return await self._room.reading(card_inside)
        except DeviceError:
            return None

    def _operation(self, intent: IntentRow) -> str:
        events = self._intents.events(intent.intent_id)
        printed = [event.details["operation"] for event in events if event.state == IntentState.PRINT_SENT.value]
        if printed and intent.state != IntentState.ENCODED.value:
            return str(printed[-1])
        return f"{intent.intent_id}:feed" if intent.state == IntentState.FEED_SENT.value else ""


def _is_module_trouble(error: StationError) -> bool:
    if isinstance(error, DeviceError):
        return error.device == MODULE
    return error.message_id.startswith("sam-")
