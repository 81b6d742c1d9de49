"""A quiet attendant for a bench that somebody tries out alone: hands the printer blanks and takes cards out.

Gives the hopper one blank at a time, lays each card that comes out on the desk reader,
and the card of whoever is called to collect it; walks stuck cards out, changes ribbon and
film. A rehearsal has hands of its own and does without.

Does not simulate: judgement; every card that comes out is laid on the desk, good or bad.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from simulators.printer.hands import PrinterHands
from simulators.printer.mechanism import PrinterMechanism
from station.devices.printer.interface import PrinterActivity
from station.print.chip.ocp1_wire import ElementaryFile


@dataclass(frozen=True, slots=True)
class AttendantPace:
    """Seconds until the attendant does a thing after it could be done."""

    look_s: float = 0.5
    trouble_s: float = 4.0


class Attendant:
    """Looks at one printer again and again until stopped."""

    def __init__(
        self,
        printer: PrinterMechanism,
        hands: PrinterHands,
        load: Callable[[int], int],
        pace: AttendantPace | None = None,
    ) -> None:
        self._printer = printer
        self._hands = hands
        self._load = load
        self._pace = pace or AttendantPace()
        self._task: asyncio.Task[None] | None = None
        self._changes = 0

    def lay_card_of(self, name: str) -> None:
        """Lay the finished card of whoever is called on the desk reader; the name is read from the card's chip."""
        for taken in reversed(self._hands.table):
            if taken.whole and name.encode() in taken.card.files.get(ElementaryFile.DG1, b""):
                self._hands.lay_on_desk(taken.card.serial_text)
                return

    def start(self) -> None:
        """Begin to look after the printer."""
        self._task = asyncio.get_running_loop().create_task(self._attend())

    async def stop(self) -> None:
        """Go home."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _attend(self) -> None:
        while True:
            await asyncio.sleep(self._pace.look_s)
            if self._printer.activity is PrinterActivity.EXCEPTION:
                await asyncio.sleep(self._pace.trouble_s)
                self._clear_trouble()
            elif self._printer.activity is PrinterActivity.READY:
                self._tidy()

    def _tidy(self) -> None:
        if self._printer.output:
            self._hands.take_output()
        if not self._printer.hopper and self._printer.inside is None:
            self._load(1)

    def _clear_trouble(self) -> None:
        self._changes += 1
        if self._printer.inside is not None:
            self._hands.remove_inside()
        self._hands.change_ribbon(f"R-GANTI-{self._changes}")
        self._hands.change_film(f"F-GANTI-{self._changes}")
        self._hands.clear_error()
