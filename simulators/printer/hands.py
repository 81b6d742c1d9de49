"""What people do at a printer: load blanks, take cards, clear jams, change ribbon and film, run service cards.

Does not simulate: hands that drop things, or people who do not tell.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulators.cards.chip import ChipCard
from simulators.cards.slot import CardSlot
from simulators.printer.mechanism import OutputCard, PrinterMechanism
from station.devices.printer.interface import CardPosition, PrinterActivity, PrinterCondition

_SUPPLY_CONDITIONS = {PrinterCondition.RIBBON_OUT, PrinterCondition.RIBBON_BREAK, PrinterCondition.RIBBON_MISSING}
_FILM_CONDITIONS = {PrinterCondition.FILM_OUT, PrinterCondition.FILM_BREAK}


class PrinterHands:
    """An operator's hands at one printer; what was taken out lies on the table."""

    def __init__(self, printer: PrinterMechanism, desk: CardSlot | None = None) -> None:
        self._printer = printer
        self._desk = desk
        self.table: list[OutputCard] = []

    def load(self, cards: Iterable[ChipCard]) -> int:
        """Put blanks into the hopper; returns how many are in it."""
        with self._printer.lock:
            self._printer.hopper.extend(cards)
            return len(self._printer.hopper)

    def unload(self) -> list[ChipCard]:
        """Take all blanks out of the hopper."""
        with self._printer.lock:
            cards, self._printer.hopper = self._printer.hopper, []
            return cards

    def take_output(self) -> OutputCard | None:
        """Take the newest card out of the tray and put it on the desk reader, where there is one."""
        with self._printer.lock:
            if not self._printer.output:
                return None
            taken = self._printer.output.pop()
        self.table.append(taken)
        if self._desk is not None:
            self._desk.remove()
            self._desk.insert(taken.card)
        return taken

    def lay_on_desk(self, serial: str) -> bool:
        """Take a finished card from the table and lay it on the desk reader; False when it is not on the table."""
        for taken in self.table:
            if self._desk is not None and taken.card.serial_text == serial:
                self._desk.remove()
                self._desk.insert(taken.card)
                return True
        return False

    def clear_desk(self) -> None:
        """Take the card off the desk reader."""
        if self._desk is not None:
            self._desk.remove()

    def remove_inside(self) -> ChipCard | None:
        """Walk a stuck card out by hand and clear the error; the card lies on the table."""
        with self._printer.lock:
            card, self._printer.inside = self._printer.inside, None
            self._printer.encoder.remove()
            self._printer.position = CardPosition.NONE
            if card is not None:
                self.table.append(OutputCard(card, None, whole=False))
        self.clear_error()
        return card

    def clear_error(self) -> None:
        """Press the button at the printer after the cause is gone."""
        with self._printer.lock:
            self._printer.conditions.clear()
            if self._printer.powered:
                self._printer.activity = PrinterActivity.READY
            if self._printer.inside is not None:
                self._printer.encoder.remove()
                self._printer.position = CardPosition.ENCODER
                self._printer.encoder.insert(self._printer.inside)

    def change_ribbon(self, serial: str) -> None:
        """Put a full ribbon in."""
        with self._printer.lock:
            self._printer.ribbon_serial, self._printer.ribbon_left = serial, self._printer.ribbon_size
            self._drop(_SUPPLY_CONDITIONS)

    def change_film(self, serial: str) -> None:
        """Put a full film in."""
        with self._printer.lock:
            self._printer.film_serial, self._printer.film_left = serial, self._printer.film_size
            self._drop(_FILM_CONDITIONS)

    def run_cleaning_card(self) -> None:
        """Run a cleaning card through; it is no blank."""
        with self._printer.lock:
            self._printer.tallies.service_cards += 1
            if self._printer.counts_service_cards:
                self._printer.card_count += 1

    def print_test_card(self) -> ChipCard | None:
        """Print the alignment card from the panel; this uses a blank without the host."""
        with self._printer.lock:
            if not self._printer.hopper:
                return None
            card = self._printer.hopper.pop(0)
            self._printer.tallies.picked += 1
            self._printer.card_count += int(self._printer.counts_service_cards)
            self.table.append(OutputCard(card, None, whole=True))
            return card

    def _drop(self, gone: set[PrinterCondition]) -> None:
        kept = [condition for condition in self._printer.conditions if condition not in gone]
        self._printer.conditions = kept
        if not kept and self._printer.inside is None:
            self._printer.activity = PrinterActivity.READY
