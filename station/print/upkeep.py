"""Care of the printer: cleaning and calibration by schedule, ribbon and film by their serial numbers.

What was declared is a reading of the printer's counter with the facts beside it, so that
the next cleaning is counted in cards and a ribbon nobody declared is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from station.config import PrintConfig
from station.domain.clock import Clock
from station.domain.staff import Actor, Role
from station.print.intents import IntentBook
from station.print.room import PrintRoom
from station.staff.audit import AuditLog
from station.staff.permission import require
from station.store import print_intents as rows
from station.store.database import Database

CLEANING, CALIBRATION, SUPPLIES = "cleaning", "calibration", "supplies"
_SUPPLIES = ("ribbon", "film")


@dataclass(frozen=True, slots=True)
class UpkeepState:
    """What is due: cards since the last cleaning (or since this printer's first card), last calibration, supplies.

    Ribbon and film are the serial numbers declared last, empty before the first time.
    """

    cards_since_cleaning: int
    cleaning_every_cards: int
    calibrated_at: datetime | None
    calibration_due_at: datetime | None
    ribbon: str
    film: str

    @property
    def cleaning_due(self) -> bool:
        """Tell whether a cleaning card should be run."""
        return self.cards_since_cleaning >= self.cleaning_every_cards


@dataclass(frozen=True, slots=True)
class SupplyChange:
    """Ribbon and film declared last, and those that are in now."""

    ribbon_before: str
    ribbon: str
    film_before: str
    film: str

    @property
    def changed(self) -> bool:
        """Tell whether something else is in than was declared."""
        return (self.ribbon_before, self.film_before) != (self.ribbon, self.film)


class Upkeep:
    """Declares what people did to the printer and tells what is due."""

    def __init__(
        self,
        database: Database,
        room: PrintRoom,
        intents: IntentBook,
        audit: AuditLog,
        clock: Clock,
        config: PrintConfig,
    ) -> None:
        self._database = database
        self._room = room
        self._intents = intents
        self._audit = audit
        self._clock = clock
        self._config = config

    def state(self) -> UpkeepState:
        """Return what was declared and what is due."""
        with self._database.read() as connection:
            newest, first = rows.last_snapshot(connection), None
            if newest is not None:
                first = rows.first_snapshot_of(connection, newest.printer_serial)
            cleaned = rows.last_snapshot(connection, CLEANING)
            calibrated = rows.last_snapshot(connection, CALIBRATION)
            supplies = rows.last_snapshot(connection, SUPPLIES)
        cards = 0
        if newest is not None and first is not None:
            same = cleaned is not None and cleaned.printer_serial == newest.printer_serial
            start = cleaned if cleaned is not None and same else first
            cards = max(0, newest.card_count - start.card_count)
        began = calibrated.at if calibrated is not None else first.at if first is not None else None
        due = began + timedelta(days=self._config.calibration_every_days) if began is not None else None
        facts = supplies.facts if supplies is not None else {}
        ribbon, film = (str(facts.get(name, "")) for name in _SUPPLIES)
        at = calibrated.at if calibrated is not None else None
        return UpkeepState(cards, self._config.cleaning_every_cards, at, due, ribbon, film)

    async def supply_change(self) -> SupplyChange:
        """Compare the ribbon and film that are in with those declared last; raises DeviceError without the printer."""
        declared, supplies = self.state(), await self._room.printer.supplies()
        return SupplyChange(declared.ribbon, supplies.ribbon_serial, declared.film, supplies.film_serial)

    async def declare_cleaning(self, actor: Actor) -> None:
        """Say that a cleaning card was just run; the counter may have moved by one for it."""
        await self._declare(actor, CLEANING, expected=1)

    async def declare_calibration(self, actor: Actor) -> None:
        """Say that the printer's sensors were just calibrated; no card is used for it."""
        await self._declare(actor, CALIBRATION, expected=0)

    async def declare_supplies(self, actor: Actor) -> None:
        """Note the ribbon and film that are in now, by their serial numbers."""
        await self._declare(actor, SUPPLIES, expected=0)

    async def _declare(self, actor: Actor, kind: str, expected: int) -> None:
        require(actor, Role.PRINT_OPERATOR)
        reading = await self._room.reading()
        self._intents.note_counter(actor, reading, kind, expected=expected)
        facts = {name: reading.facts[name] for name in _SUPPLIES} if kind == SUPPLIES else {}
        self._audit.write(actor.staff_id, f"print-{kind}", reading.counters.printer_serial, **facts)
