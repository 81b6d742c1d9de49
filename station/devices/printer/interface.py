"""A card printer as the rest of the program sees it, with an encoder station or without.

Commands with a physical effect carry an operation identifier that the printer's side
logs too; none of them is ever repeated blindly. A feed is ignored by the device when a
card is already inside. What a printer cannot do is missing from `abilities`: the command
is refused with `printer-lacks-<ability>` before anything is sent, and readings that do not
exist are None. Who needs an ability asks for it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from station.devices.identity import DeviceIdentity, Readiness


class PrinterAbility(Enum):
    """What not every printer can do; the words for its absence are under `printer-lacks-<value>`."""

    ENCODER = "encoder"
    CARD_POSITION = "card-position"
    EJECT = "eject"
    CARD_COUNTER = "card-counter"
    TEMPERATURE = "temperature"


ALL_ABILITIES = frozenset(PrinterAbility)


class PrinterActivity(Enum):
    """What the printer is doing."""

    READY = "ready"
    FEEDING = "feeding"
    ENCODING = "encoding"
    PRINTING = "printing"
    EJECTING = "ejecting"
    EXCEPTION = "exception"
    WARMING = "warming"


class CardPosition(Enum):
    """Where the card inside the printer is."""

    NONE = "none"
    ENCODER = "encoder"
    PRINT_STATION = "print_station"
    JAMMED = "jammed"
    UNKNOWN = "unknown"


class PrinterCondition(Enum):
    """Normalised faults; the words and the remedy are in the message catalogue under `printer-<value>`."""

    HOPPER_EMPTY = "hopper-empty"
    FEED_FAILED = "feed-failed"
    CARD_JAM = "card-jam"
    RIBBON_OUT = "ribbon-out"
    RIBBON_MISSING = "ribbon-missing"
    RIBBON_BREAK = "ribbon-break"
    FILM_OUT = "film-out"
    FILM_BREAK = "film-break"
    TEMPERATURE = "temperature"
    COVER_OPEN = "cover-open"
    OUTPUT_FULL = "output-full"
    JOB_REFUSED = "job-refused"
    CLEANING_DUE = "cleaning-due"
    IMPROPER_SHUTDOWN = "improper-shutdown"
    CARD_LOST = "card-lost"
    PAUSED = "paused"
    OFFLINE = "offline"
    OTHER_FAULT = "other-fault"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """State read from the printer itself; temperature in degrees Celsius, None where it is not told.

    `held_by` names the station whose work the printer does, empty when it is free or does not say.
    """

    activity: PrinterActivity
    card_position: CardPosition
    conditions: tuple[PrinterCondition, ...]
    temperature_c: float | None
    last_operation: str
    last_operation_done: bool
    held_by: str = ""


@dataclass(frozen=True, slots=True)
class PrinterCounters:
    """The printer's own counter of cards; which moment it counts at is a setting to be measured."""

    printer_serial: str
    card_count: int


@dataclass(frozen=True, slots=True)
class PrinterSupplies:
    """Ribbon and film: serial numbers and what is left in per cent; hopper count where the device has a sensor.

    Empty or None is what the device does not tell; `has_flipper` tells whether the back of a card can be printed.
    """

    ribbon_serial: str
    ribbon_percent: int | None
    film_serial: str
    film_percent: int | None
    hopper_count: int | None
    has_flipper: bool | None = None


class CardPrinter(Protocol):
    """Feeds one card at a time through encoder and print station."""

    @property
    def abilities(self) -> frozenset[PrinterAbility]:
        """Return what this kind of printer can do; nothing is asked of the device."""

    async def identity(self) -> DeviceIdentity:
        """Return who the printer says it is."""

    async def readiness(self) -> Readiness:
        """Return every condition that keeps the printer from starting a card."""

    async def status(self) -> PrinterStatus:
        """Return the present state; may be repeated."""

    async def counters(self) -> PrinterCounters:
        """Return the card counter; may be repeated."""

    async def supplies(self) -> PrinterSupplies:
        """Return ribbon, film and hopper; may be repeated."""

    async def feed_to_encoder(self, operation_id: str, timeout_s: float = 100.0) -> None:
        """Move one card from the hopper to the encoder; OutcomeUnknown when no answer came."""

    async def print_card(
        self, operation_id: str, front_png: bytes, back_png: bytes | None, timeout_s: float = 100.0
    ) -> None:
        """Print the card inside, both faces as one job, and wait on the device's states; OutcomeUnknown unanswered.

        A printer without ENCODER takes a card from its own hopper first.
        """

    async def eject(self, operation_id: str, timeout_s: float = 30.0) -> None:
        """Move the card inside to the output stacker."""

    async def close(self) -> None:
        """Give the printer back; may be called twice."""
