"""The print room of the bench: a printer with its encoder, the module in its reader, a desk reader, blanks.

Does not simulate: a second printer, or people who take blanks home.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from simulators.cards.chip import ChipCard
from simulators.cards.sam import Sam
from simulators.cards.slot import CardSlot
from simulators.cards.test_authority import signer_certificate
from simulators.control import Operation
from simulators.printer.agent import PrinterAgent, PrinterTiming
from simulators.printer.hands import PrinterHands
from simulators.printer.mechanism import OutputCard, PrinterMechanism
from simulators.world import World
from station.print.chip.ocp1_wire import StatusWord

_SERIAL_BYTES = 7


class PrintRoom:
    """The devices and what hands do at them; `operations` are for the bench's control port."""

    def __init__(self, world: World, seed: int, pace: float) -> None:
        self.encoder_slot, self.sam_slot, self.desk_slot = CardSlot(), CardSlot(), CardSlot()
        self.printer = PrinterMechanism(world.faults, self.encoder_slot)
        self.hands = PrinterHands(self.printer, self.desk_slot)
        self.agent = PrinterAgent(self.printer, PrinterTiming(factor=pace))
        self.sam_slot.insert(Sam())
        self._random = random.Random(seed)
        self._store: list[ChipCard] = []

    def deliver(self, count: int) -> list[str]:
        """Let a parcel of blanks arrive at the custodian's store; returns their chip serials in order."""
        cards = [ChipCard(b"\x04" + self._random.randbytes(_SERIAL_BYTES - 1)) for _ in range(count)]
        self._store.extend(cards)
        return [card.serial_text for card in cards]

    def load(self, count: int) -> int:
        """Carry blanks from the store to the hopper; returns how many are in the hopper."""
        taken, self._store = self._store[:count], self._store[count:]
        return self.hands.load(taken)

    def unload(self) -> int:
        """Carry what is left in the hopper back to the store; returns the count of hands."""
        cards = self.hands.unload()
        self._store[:0] = cards
        return len(cards)

    def spoil_next_chip(self) -> None:
        """Let the chip of the next blank be one whose memory is broken, as a few of every box are."""
        self.printer.hopper[0].defect = StatusWord.NO_SPACE

    def slip_in_foreign_card(self) -> None:
        """Let a card without the application lie on top in the hopper."""
        card = ChipCard(b"\x04" + self._random.randbytes(_SERIAL_BYTES - 1))
        card.defect = StatusWord.FILE_MISSING
        self._put_on_top(card)

    def put_back_used_card(self) -> str | None:
        """Put a card that lies on the table, printed or spoiled, back on top in the hopper; returns its serial."""
        if not self.hands.table:
            return None
        card = self.hands.table.pop(0).card
        self.desk_slot.remove()
        self._put_on_top(card)
        return card.serial_text

    def _put_on_top(self, card: ChipCard) -> None:
        """Swap it for the blank that lay there, so that the count stays what it was."""
        with self.printer.lock:
            if self.printer.hopper:
                self._store.insert(0, self.printer.hopper.pop(0))
            self.printer.hopper.insert(0, card)

    def change_module(self, ends_on: str) -> None:
        """Put another module in, whose signer's certificate ended, or ends, on a day (ISO)."""
        not_after = datetime.fromisoformat(ends_on).replace(tzinfo=UTC)
        self.sam_slot.remove()
        self.sam_slot.insert(Sam(certificate=signer_certificate(not_after=not_after)))

    def operations(self) -> Mapping[str, Operation]:
        """Return the hands' operations by name."""
        hands = self.hands
        return {
            "deliver_blanks": lambda request: {"serials": self.deliver(int(request["count"]))},
            "load_hopper": lambda request: {"in_hopper": self.load(int(request["count"]))},
            "unload_hopper": lambda _request: {"taken": self.unload()},
            "take_output": lambda _request: _described(hands.take_output()),
            "lay_on_desk": lambda request: {"found": hands.lay_on_desk(str(request["serial"]))},
            "clear_desk": lambda _request: _done(hands.clear_desk),
            "remove_inside": lambda _request: {"serial": _serial(hands.remove_inside())},
            "clear_error": lambda _request: _done(hands.clear_error),
            "change_ribbon": lambda request: _done(hands.change_ribbon, str(request["serial"])),
            "change_film": lambda request: _done(hands.change_film, str(request["serial"])),
            "spoil_next_chip": lambda _request: _done(self.spoil_next_chip),
            "slip_in_foreign_card": lambda _request: _done(self.slip_in_foreign_card),
            "put_back_used_card": lambda _request: {"serial": self.put_back_used_card()},
            "change_module": lambda request: _done(self.change_module, str(request["ends_on"])),
            "truth": lambda _request: self.truth(),
        }

    def truth(self) -> dict[str, Any]:
        """Return where every blank of the bench physically is."""
        with self.printer.lock:
            return {
                "store": len(self._store),
                "hopper": len(self.printer.hopper),
                "inside": int(self.printer.inside is not None),
                "tray": len(self.printer.output),
                "table": len(self.hands.table),
                "picked": self.printer.tallies.picked,
            }


def _done(work: Callable[..., None], *arguments: str) -> dict[str, Any]:
    work(*arguments)
    return {}


def _described(card: OutputCard | None) -> dict[str, Any]:
    return {"serial": card.card.serial_text if card else None, "whole": card.whole if card else None}


def _serial(card: ChipCard | None) -> str | None:
    return card.serial_text if card else None
