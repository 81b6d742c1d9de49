"""The physical truth of a card printer: where every card is, what the counters say, what is broken.

Cards are objects; they leave the hopper, sit inside, and end in the output tray or in
somebody's hand. Memory that a real printer keeps without power (counter, journal of
operations, position of the card) is kept here too. Operations come in two halves,
`begin` and `finish`, so that the power can go between them.

Does not simulate: image quality, jams inside the flipper, a laminator, heat that grows with load.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Protocol

from simulators.cards.chip import ChipCard
from simulators.cards.slot import CardSlot
from simulators.faults import Fault
from station.devices.printer.interface import (
    CardPosition,
    PrinterActivity,
    PrinterCondition,
    PrinterCounters,
    PrinterStatus,
    PrinterSupplies,
)

FEED, PRINT, EJECT = "feed_to_encoder", "print_card", "eject"
_ACTIVITIES = {FEED: PrinterActivity.FEEDING, PRINT: PrinterActivity.PRINTING, EJECT: PrinterActivity.EJECTING}
_BLOCKING_FEED = (PrinterCondition.RIBBON_MISSING, PrinterCondition.COVER_OPEN, PrinterCondition.OUTPUT_FULL)
OUTPUT_CAPACITY = 100


class FaultSource(Protocol):
    """Tells whether something goes wrong at this operation."""

    def take(self, device: str, operation: str) -> Fault | None:
        """Count one operation and return the fault that strikes it."""


@dataclass(frozen=True, slots=True)
class OutputCard:
    """A card that came out: printed whole, printed in part, or not printed at all."""

    card: ChipCard
    front_png: bytes | None
    whole: bool
    back_png: bytes | None = None


@dataclass(slots=True)
class Operation:
    """One journal entry."""

    name: str
    done: bool = False
    result: str = ""


@dataclass(slots=True)
class Tallies:
    """What really happened to cards, for tests that compare books with the world."""

    picked: int = 0
    printed: list[str] = field(default_factory=list)
    service_cards: int = 0
    double_picks: int = 0


class PrinterMechanism:
    """One printer; safe between threads."""

    def __init__(
        self,
        faults: FaultSource,
        encoder: CardSlot,
        serial: str = "C7150001",
        counts_at: str = "feed",
        counts_service_cards: bool = True,
        has_flipper: bool = True,
    ) -> None:
        self.lock = threading.RLock()
        self.faults = faults
        self.encoder = encoder
        self.serial = serial
        self.counts_at = counts_at
        self.counts_service_cards = counts_service_cards
        self.has_flipper = has_flipper
        self.card_count = 1000
        self.powered = True
        self.temperature_c = 165.0
        self.hopper: list[ChipCard] = []
        self.inside: ChipCard | None = None
        self.position = CardPosition.NONE
        self.output: list[OutputCard] = []
        self.ribbon_serial, self.ribbon_left, self.ribbon_size = "R-0001", 500, 500
        self.film_serial, self.film_left, self.film_size = "F-0001", 1500, 1500
        self.conditions: list[PrinterCondition] = []
        self.activity = PrinterActivity.READY
        self.tallies = Tallies()
        self._journal: dict[str, Operation] = {}
        self._last = ""
        self._stale: tuple[PrinterStatus, int] | None = None
        self._faces: tuple[bytes | None, bytes | None] = (None, None)

    def status(self) -> PrinterStatus:
        """Return the state; a stale one for a while, when that fault struck."""
        with self.lock:
            if self._stale is not None:
                old, left = self._stale
                self._stale = (old, left - 1) if left > 1 else None
                return old
            last = self._journal.get(self._last)
            return PrinterStatus(
                self.activity,
                self.position,
                tuple(self.conditions),
                self.temperature_c,
                self._last,
                last is not None and last.done,
            )

    def counters(self) -> PrinterCounters:
        """Return the card counter."""
        with self.lock:
            return PrinterCounters(self.serial, self.card_count)

    def supplies(self) -> PrinterSupplies:
        """Return ribbon, film and hopper."""
        with self.lock:
            return PrinterSupplies(
                self.ribbon_serial,
                -(-100 * self.ribbon_left // self.ribbon_size),
                self.film_serial,
                -(-100 * self.film_left // self.film_size),
                len(self.hopper),
                self.has_flipper,
            )

    def begin(self, operation_id: str, name: str, front: bytes | None = None, back: bytes | None = None) -> str:
        """Accept an operation (empty text) or refuse it with a code; nothing moves yet."""
        with self.lock:
            if operation_id in self._journal:
                return "duplicate-operation"
            if self.activity is not PrinterActivity.READY:
                return self.conditions[0].value if self.conditions else "busy"
            refusal = self._refusal(name) or ("no-flipper" if back is not None and not self.has_flipper else "")
            if refusal:
                return refusal
            self._journal[operation_id] = Operation(name)
            self._last = operation_id
            self._faces = (front, back)
            self.activity = _ACTIVITIES[name]
            return ""

    def remember_stale(self, before: PrinterStatus, replies: int) -> None:
        """Answer the next `replies` status questions with an old state."""
        with self.lock:
            self._stale = (before, replies)

    def finish(self, operation_id: str, fault: Fault | None = None) -> None:
        """Let the operation happen, or fail as the fault says."""
        with self.lock:
            operation = self._journal[operation_id]
            if not self.powered or operation.done:
                return
            self.activity = PrinterActivity.READY
            match operation.name:
                case "feed_to_encoder":
                    self._feed(fault)
                case "print_card":
                    self._print(fault)
                case _:
                    self._eject(fault)
            operation.done = True
            if self.conditions:
                operation.result = self.conditions[0].value
                self.activity = PrinterActivity.EXCEPTION

    def run(self, operation_id: str, name: str, front: bytes | None = None, fault: Fault | None = None) -> str:
        """Do a whole operation at once; returns the code of a refusal or exception, or empty text."""
        refusal = self.begin(operation_id, name, front)
        if refusal:
            return refusal
        self.finish(operation_id, fault)
        return self._journal[operation_id].result

    def power_off(self) -> None:
        """Cut the power; a card inside stays where it is."""
        with self.lock:
            self.powered = False
            self._stale = None
            if self.inside is not None:
                self.inside.power_off()

    def power_on(self) -> None:
        """Give power back; a card that is inside makes the printer complain."""
        with self.lock:
            self.powered = True
            interrupted = self.activity is not PrinterActivity.READY
            self.activity = PrinterActivity.READY
            if self.inside is not None and (interrupted or self.conditions):
                self._add(PrinterCondition.IMPROPER_SHUTDOWN)
            if self.conditions:
                self.activity = PrinterActivity.EXCEPTION

    def _refusal(self, name: str) -> str:
        if name == FEED:
            return self._feed_refusal()
        if self.inside is None or (name == PRINT and self.position is not CardPosition.ENCODER):
            return "no-card"
        if name == PRINT and self.ribbon_left == 0:
            return PrinterCondition.RIBBON_OUT.value
        if name == PRINT and self.film_left == 0:
            return PrinterCondition.FILM_OUT.value
        return ""

    def _feed_refusal(self) -> str:
        if self.inside is not None:
            return ""
        if not self.hopper:
            return PrinterCondition.HOPPER_EMPTY.value
        if len(self.output) >= OUTPUT_CAPACITY:
            return PrinterCondition.OUTPUT_FULL.value
        return next((condition.value for condition in self.conditions if condition in _BLOCKING_FEED), "")

    def _feed(self, fault: Fault | None) -> None:
        if self.inside is not None:
            return  # the device ignores a feed while a card is inside
        action = fault.action if fault else ""
        if action == "feed-failed":
            self._add(PrinterCondition.FEED_FAILED)
            return
        card = self._pick()
        if action == "double-pick" and self.hopper:
            self.output.append(OutputCard(self.hopper.pop(0), None, whole=False))
            self.tallies.picked += 1
            self.tallies.double_picks += 1
        if action == "jam":
            self._jam()
            return
        self.position = CardPosition.ENCODER
        self.encoder.insert(card)

    def _pick(self) -> ChipCard:
        self.inside = card = self.hopper.pop(0)
        self.tallies.picked += 1
        self._count("feed")
        return card

    def _print(self, fault: Fault | None) -> None:
        action = fault.action if fault else ""
        self.encoder.remove()
        self.position = CardPosition.PRINT_STATION
        if action == "jam":
            self._jam()
        elif action in ("ribbon-out", "film-out", "ribbon-break"):
            self._supply_failure(action)
        elif action == "temperature":
            self._add(PrinterCondition.TEMPERATURE)
        else:
            self.ribbon_left -= 1
            self.film_left = max(0, self.film_left - sum(face is not None for face in self._faces))
            self._count("print")
            self._leave(self._faces, whole=True)

    def _supply_failure(self, action: str) -> None:
        if action == "film-out":
            self.film_left = 0
        else:
            self.ribbon_left = 0
        self._add(PrinterCondition(action))

    def _eject(self, fault: Fault | None) -> None:
        self.encoder.remove()
        if fault is not None and fault.action == "jam":
            self._jam()
        else:
            self._leave((None, None), whole=False)

    def _leave(self, faces: tuple[bytes | None, bytes | None], whole: bool) -> None:
        card = self.inside
        if card is None:
            return
        self.output.append(OutputCard(card, faces[0], whole, faces[1]))
        self.inside, self.position = None, CardPosition.NONE
        self._count("eject")
        if whole:
            self.tallies.printed.append(card.serial_text)

    def _jam(self) -> None:
        self.encoder.remove()
        self.position = CardPosition.JAMMED
        self._add(PrinterCondition.CARD_JAM)

    def _count(self, moment: str) -> None:
        if self.counts_at == moment:
            self.card_count += 1

    def _add(self, condition: PrinterCondition) -> None:
        if condition not in self.conditions:
            self.conditions.append(condition)
