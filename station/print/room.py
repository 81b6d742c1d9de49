"""The devices of the print room as production uses them: printer, encoder, module, desk reader.

Holds the activated module between cards; knows nothing of jobs or books.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from station.devices.errors import DeviceError, DeviceRefused
from station.devices.kit import STAFF_SCANNER
from station.devices.printer.interface import (
    CardPosition,
    CardPrinter,
    PrinterActivity,
    PrinterCondition,
    PrinterStatus,
)
from station.devices.smartcard.interface import CardChannel, SmartCardReader
from station.domain.card import SpoilCause
from station.domain.clock import Clock
from station.domain.errors import Refused, StationError
from station.print.chip.profile import ChipMark, ChipProfile, ChipWitness, SamReport, VerifiedChip
from station.print.chip.signer import CardTrust, SignerFacts
from station.print.intents import Reading
from station.print.recovery import ChipMatch, Delta, Evidence

_BUSY = (PrinterActivity.FEEDING, PrinterActivity.ENCODING, PrinterActivity.PRINTING, PrinterActivity.EJECTING)
_CAUSES = {
    PrinterCondition.RIBBON_OUT: SpoilCause.RIBBON,
    PrinterCondition.RIBBON_MISSING: SpoilCause.RIBBON,
    PrinterCondition.RIBBON_BREAK: SpoilCause.RIBBON,
    PrinterCondition.FILM_OUT: SpoilCause.RIBBON,
    PrinterCondition.FILM_BREAK: SpoilCause.RIBBON,
    PrinterCondition.CARD_JAM: SpoilCause.JAM,
    PrinterCondition.CARD_LOST: SpoilCause.JAM,
    PrinterCondition.FEED_FAILED: SpoilCause.JAM,
    PrinterCondition.IMPROPER_SHUTDOWN: SpoilCause.POWER_CUT,
}
NO_CARD = "no-card"
CARD_WAIT_S = 10.0
CARD_GONE_WAIT_S = 2.0
LONGEST_MOVEMENT_S = 100.0


class RoomKit(Protocol):
    """Where the devices in use come from."""

    def printer(self) -> CardPrinter:
        """Return the printer in use."""

    def reader(self, purpose: str) -> SmartCardReader:
        """Return the reader for `sam`, `encoder` or `desk`."""

    def has(self, kind: str) -> bool:
        """Tell whether a device of the kind is configured."""


@dataclass(frozen=True, slots=True)
class DeskCard:
    """What a card on the desk reader says: serial and mark to anybody, `chip` only beside an unlocked module."""

    serial: str
    mark: ChipMark
    chip: VerifiedChip | None


@dataclass(frozen=True, slots=True)
class StrayCard:
    """A card no open intent explains: its serial and the station that began to write it, empty when unreadable."""

    serial: str
    station_id: str


class PrintRoom:
    """One printer with its encoder, the module and the desk reader."""

    def __init__(self, kit: RoomKit, profile: ChipProfile, clock: Clock, station_id: str, poll_s: float) -> None:
        self._kit = kit
        self._profile = profile
        self._clock = clock
        self._station_id = station_id
        self._poll_s = poll_s
        self._sam: CardChannel | None = None

    @property
    def asks_for_fingers(self) -> bool:
        """Tell whether the operator has a scanner here to prove who they are."""
        return self._kit.has(STAFF_SCANNER) or self._kit.has("fingerprint")

    @property
    def printer(self) -> CardPrinter:
        """Return the printer in use."""
        return self._kit.printer()

    @property
    def has_desk_reader(self) -> bool:
        """Tell whether a desk reader is configured."""
        return self._kit.has("smartcard-desk")

    async def desk_has_card(self) -> bool:
        """Tell whether a card lies on the desk reader; False without one."""
        if not self.has_desk_reader:
            return False
        try:
            return await self._kit.reader("desk").card_present()
        except DeviceError:
            return False

    async def encoder_sees_ghost(self, position: CardPosition) -> bool:
        """Tell whether the encoder's reader goes on reporting a card where the printer has none.

        The PC/SC service learns of a removal up to half a second late, so a card that just left is waited out; one
        that the printer has itself is not. Raises DeviceError when the reader is not there.
        """
        reader = self._kit.reader("encoder")
        if not await reader.card_present() or position is not CardPosition.NONE:
            return False
        return not await reader.wait_for_card(present=False, timeout_s=CARD_GONE_WAIT_S)

    async def activate_sam(self, pin: str) -> SamReport:
        """Unlock the module; it stays unlocked until it loses power. A wrong PIN costs a try."""
        await self.release_sam()
        channel = await self._kit.reader("sam").connect()
        try:
            report = await self._profile.activate_sam(channel, pin, self._station_id)
        except StationError:
            await channel.close()
            raise
        self._sam = channel
        return report

    async def sam_report(self) -> SamReport:
        """Return the module's state; raises DeviceError when it is not there.

        A module that was taken out or lost power is asked afresh: another one may be in its place, and it is locked.
        """
        if self._sam is not None:
            try:
                return await self._profile.sam_report(self._sam)
            except DeviceError:
                await self.release_sam()
        channel = await self._kit.reader("sam").connect()
        try:
            return await self._profile.sam_report(channel)
        finally:
            await channel.close()

    async def signer(self, trust: CardTrust) -> SignerFacts:
        """Return whose certificate the module signs with; raises Tampered when its chain does not hold."""
        if self._sam is not None:
            return await self._profile.signer(self._sam, trust)
        channel = await self._kit.reader("sam").connect()
        try:
            return await self._profile.signer(channel, trust)
        finally:
            await channel.close()

    async def sam(self) -> CardChannel:
        """Return the unlocked module; raises Refused when it is locked."""
        if self._sam is None:
            raise Refused("sam-not-activated")
        try:
            report = await self._profile.sam_report(self._sam)
        except DeviceError as error:
            await self.release_sam()
            raise Refused("sam-not-activated") from error
        if not report.activated:
            raise Refused("sam-not-activated")
        return self._sam

    async def release_sam(self) -> None:
        """Let go of the module; it must be unlocked again."""
        channel, self._sam = self._sam, None
        if channel is not None:
            await channel.close()

    @asynccontextmanager
    async def card(self, purpose: str) -> AsyncIterator[CardChannel]:
        """Connect to the card in the encoder or on the desk; raises DeviceRefused when none comes in time."""
        reader = self._kit.reader(purpose)
        if not await reader.wait_for_card(present=True, timeout_s=CARD_WAIT_S):
            raise DeviceRefused(purpose, "connect", NO_CARD, "card-absent")
        channel = await reader.connect()
        try:
            yield channel
        finally:
            await channel.close()

    @property
    def module_open(self) -> bool:
        """Tell whether a module was unlocked; it may have lost its power since."""
        return self._sam is not None

    async def desk_card(self, trust: CardTrust) -> DeskCard:
        """Wait for a card on the desk reader and read what may be read; raises Tampered when its chip does not verify.

        Beside an unlocked module that is everything; a module that was taken out is as good as none.
        """
        try:
            sam: CardChannel | None = await self.sam()
        except Refused:
            sam = None
        async with self.card("desk") as channel:
            seen = await self._profile.witness(channel)
            chip = await self._profile.verify(sam, channel, trust) if sam is not None else None
        return DeskCard(seen.serial, seen.mark, chip)

    async def witness(self, purpose: str) -> ChipWitness:
        """Return serial and mark of the chip in the encoder or on the desk."""
        async with self.card(purpose) as channel:
            return await self._profile.witness(channel)

    @property
    def station_id(self) -> str:
        """Return the name this station works under."""
        return self._station_id

    async def stray_card(self) -> StrayCard | None:
        """Return what a card in the resting encoder says of itself, None without one."""
        status = await self.printer.status()
        if status.card_position is not CardPosition.ENCODER or status.activity is not PrinterActivity.READY:
            return None
        try:
            witness = await self.witness("encoder")
        except StationError:
            return StrayCard("", "")
        return StrayCard(witness.serial, witness.station_id)

    async def reading(self, card_inside: bool = False) -> Reading:
        """Return the counter with the supplies beside it."""
        counters = await self.printer.counters()
        supplies = await self.printer.supplies()
        facts: dict[str, object] = {
            "ribbon": supplies.ribbon_serial,
            "ribbon_percent": supplies.ribbon_percent,
            "film": supplies.film_serial,
            "film_percent": supplies.film_percent,
            "hopper": supplies.hopper_count,
            "card_inside": card_inside,
        }
        return Reading(counters, facts)

    async def settled(self, operation_id: str, timeout_s: float) -> PrinterStatus:
        """Return the state once the printer rests and knows the operation, or the last one at the deadline.

        A printer at work is given its own time; one at rest that does not know the operation only `timeout_s`.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        while True:
            status = await self.printer.status()
            resting = status.activity not in _BUSY
            known = not operation_id or (status.last_operation == operation_id and status.last_operation_done)
            complains = status.activity is PrinterActivity.EXCEPTION
            allowed_s = timeout_s if resting else max(timeout_s, LONGEST_MOVEMENT_S)
            if (resting and (known or complains)) or loop.time() - started >= allowed_s:
                return status
            await asyncio.sleep(self._poll_s)

    async def look(
        self, intent_id: str, printer_serial: str, card_count: int, operation_id: str, settle_s: float
    ) -> Evidence:
        """Gather the witnesses for one intent; an unreachable printer is a finding, not an error."""
        try:
            status = await self.settled(operation_id, settle_s)
            counters = await self.printer.counters()
        except DeviceError:
            return Evidence(reachable=False)
        moved = counters.card_count - card_count
        broken = moved < 0 or counters.printer_serial != printer_serial
        inside = status.card_position is not CardPosition.NONE
        complaint = status.activity is PrinterActivity.EXCEPTION or status.card_position is CardPosition.JAMMED
        chip = ChipMatch.UNREAD
        if inside and status.card_position is CardPosition.ENCODER and not complaint:
            chip = await self._match(intent_id)
        return Evidence(
            reachable=True,
            inside=inside,
            complaint=complaint,
            busy=status.activity in _BUSY,
            delta=Delta.BROKEN if broken else Delta.MOVED if moved else Delta.ZERO,
            chip=chip,
            begun=not operation_id or status.last_operation == operation_id,
            finished=bool(operation_id) and status.last_operation == operation_id and status.last_operation_done,
            cause=cause_of(status.conditions),
        )

    async def _match(self, intent_id: str) -> ChipMatch:
        try:
            witness = await self.witness("encoder")
        except DeviceError:
            return ChipMatch.UNREAD
        if witness.intent_id in ("", intent_id):
            return ChipMatch.MINE
        return ChipMatch.OTHER


def cause_of(conditions: tuple[PrinterCondition, ...]) -> SpoilCause:
    """Return the cause to book for a card that the printer's conditions spoiled."""
    return next((_CAUSES[condition] for condition in conditions if condition in _CAUSES), SpoilCause.PRINT_FAILED)
