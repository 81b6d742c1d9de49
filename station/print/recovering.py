"""Walking the recovery table with an operator: what is certain is done, what needs eyes is asked.

Runs at every start before anything is fed, and whenever a card did not end well.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from station.devices.errors import DeviceError
from station.domain.card import SpoilCause
from station.domain.errors import BadInput, Refused, StationError
from station.domain.staff import Actor
from station.print.intents import IntentBook
from station.print.preparation import Preparation
from station.print.queue import PrintQueue
from station.print.recovery import (
    QUESTIONS,
    AnswerKind,
    Decision,
    Delta,
    Evidence,
    OperatorAnswer,
    RecoveryDecision,
    decide,
)
from station.print.room import PrintRoom
from station.print.states import IntentState
from station.print.steps import CardSteps, OnProgress, Run
from station.store.print_intents import IntentRow

Presented = Callable[[IntentRow], Awaitable[str]]
Confirm = Callable[[Actor, str, str | None], Awaitable[object]]


def normalised_serial(serial: str) -> str:
    """Return a keyed serial as the ledger writes it: upper case, no spaces or colons."""
    return "".join(serial.split()).replace(":", "").upper()


class Recovery:
    """Leads every open intent to an end, or to a question."""

    def __init__(
        self,
        room: PrintRoom,
        intents: IntentBook,
        steps: CardSteps,
        queue: PrintQueue,
        preparation: Preparation,
        presented: Presented,
        confirm: Confirm,
    ) -> None:
        self._room = room
        self._intents = intents
        self._steps = steps
        self._queue = queue
        self._preparation = preparation
        self._presented = presented
        self._confirm = confirm

    async def recover(
        self, actor: Actor, answers: Mapping[str, OperatorAnswer], on_progress: OnProgress | None
    ) -> list[RecoveryDecision]:
        """Decide for every open intent, then put out a card that nobody owns."""
        decisions = [
            await self._recover(actor, intent, answers.get(intent.intent_id), on_progress)
            for intent in self._intents.open_intents()
        ]
        if not self._intents.in_hand():
            await self._move_stray_card(actor)
        return decisions

    async def _recover(
        self, actor: Actor, intent: IntentRow, answer: OperatorAnswer | None, on_progress: OnProgress | None
    ) -> RecoveryDecision:
        last = self._intents.last_step(intent.intent_id)
        if intent.state == IntentState.UNRESOLVED.value:
            seen = self._as_set_aside(intent)
        else:
            seen = await self._steps.look(intent)
        decision, problem = decide(last, seen), None
        if decision in QUESTIONS:
            if answer is not None:
                await self._take_answer(actor, intent, last, seen, answer)
        elif decision is not Decision.UNREACHABLE and await self._steps.apply(actor, intent, decision, seen):
            problem = await self._go_on(actor, intent, decision, on_progress)
        after = self._intents.get(intent.intent_id)
        if after.state == IntentState.EJECTED.value and decision not in QUESTIONS:
            decision = Decision.ASK_CONFIRM
            if answer is not None and answer.kind is not AnswerKind.HOPPER_COUNT:
                await self._take_answer(actor, after, IntentState.EJECTED, seen, answer)
                after = self._intents.get(intent.intent_id)
        name = self._queue.job(intent.job_id).name
        state = IntentState(after.state)
        return RecoveryDecision(intent.intent_id, intent.job_id, name, after.serial, last, decision, state, problem)

    async def _go_on(
        self, actor: Actor, intent: IntentRow, decision: Decision, on_progress: OnProgress | None
    ) -> StationError | None:
        """Go on with the card's steps; returns what stopped them."""
        if decision is not Decision.SEE_OUT and not self._queue.job(intent.job_id).printable:
            await self._steps.spoil(actor, intent.intent_id, SpoilCause.WRONG_DATA, eject=True, card_inside=True)
            return None
        run = Run(actor, intent.intent_id, await self._preparation.get(intent.job_id), on_progress)
        await self._steps.drive(run)
        return run.problem

    async def _take_answer(
        self, actor: Actor, intent: IntentRow, last: IntentState, seen: Evidence, answer: OperatorAnswer
    ) -> None:
        match answer.kind:
            case AnswerKind.CARD_GOOD:
                await self._accept(actor, intent, last, seen, answer.serial)
            case AnswerKind.CARD_SPOILED:
                movable = seen.inside and not seen.complaint
                await self._steps.spoil(actor, intent.intent_id, answer.cause, eject=movable, card_inside=seen.inside)
            case AnswerKind.CARD_MISSING:
                await self._steps.spoil(actor, intent.intent_id, SpoilCause.MISSING, eject=False, card_inside=False)
            case AnswerKind.HOPPER_COUNT:
                await self._count_hopper(actor, intent, last, answer.counted)
            case AnswerKind.LATER if intent.state != IntentState.UNRESOLVED.value:
                moved = seen.delta is Delta.MOVED
                self._intents.step(actor, intent.intent_id, IntentState.UNRESOLVED, counter_moved=moved)

    async def _accept(self, actor: Actor, intent: IntentRow, last: IntentState, seen: Evidence, serial: str) -> None:
        presented = await self._presented(intent) if not serial else normalised_serial(serial)
        if presented != intent.serial:
            raise Refused("print-serial-differs", serial=presented, expected=intent.serial)
        if last is IntentState.PRINT_SENT and seen.delta is not Delta.MOVED:
            raise Refused("print-evidence-missing")
        if last not in (IntentState.PRINT_SENT, IntentState.EJECTED):
            raise Refused("print-evidence-missing")
        if intent.state != IntentState.EJECTED.value:
            self._intents.step(actor, intent.intent_id, IntentState.EJECTED, witness="operator", counter_moved=True)
        await self._confirm(actor, intent.intent_id, serial or presented)

    async def _count_hopper(self, actor: Actor, intent: IntentRow, last: IntentState, counted: int) -> None:
        if last is not IntentState.FEED_SENT:
            raise BadInput("print-answer-does-not-fit")
        booked = intent.state == IntentState.UNRESOLVED.value
        whole = self._intents.room_balance() + (1 if booked else 0)
        if counted >= whole:
            reading = await self._room.reading()
            self._intents.step(
                actor, intent.intent_id, IntentState.NOT_CONSUMED, reading=reading, counted=0, witness="hopper-count"
            )
        else:
            await self._steps.spoil(actor, intent.intent_id, SpoilCause.MISSING, eject=False, card_inside=False)

    def _as_set_aside(self, intent: IntentRow) -> Evidence:
        """Return what was known when the blank was set aside; other cards have moved the counter since."""
        events = self._intents.events(intent.intent_id)
        moved = bool(events[-1].details.get("counter_moved"))
        return Evidence(reachable=True, delta=Delta.MOVED if moved else Delta.ZERO)

    async def _move_stray_card(self, actor: Actor) -> None:
        """Put out a card that lies in the encoder although no intent is in hand.

        A card another station began to write is that station's to recover, and stays.
        """
        try:
            stray = await self._room.stray_card()
        except DeviceError:
            return
        if stray is None:
            return
        owner = self._intents.owner_of(stray.serial) or self._intents.left_inside()
        if owner is None:
            if stray.station_id not in ("", self._room.station_id):
                return
            self._intents.foreign_card(actor, "", stray.serial)
        await self._steps.move_out(actor, owner.intent_id if owner else f"stray-{stray.serial}")
