"""The gate before any card: printer, supplies, temperature, hopper against ledger, module, clock, open blanks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from station.config import PrintConfig
from station.devices.errors import DeviceError
from station.devices.printer.interface import (
    ALL_ABILITIES,
    CardPosition,
    PrinterAbility,
    PrinterActivity,
    PrinterStatus,
    PrinterSupplies,
)
from station.domain.clock import Clock
from station.domain.errors import StationError
from station.domain.staff import Actor, SignInProof
from station.print.chip.profile import ChipProfile, SamReport
from station.print.chip.signer import CardTrust, SignerFacts
from station.print.intents import IntentBook
from station.print.room import PrintRoom
from station.print.upkeep import UpkeepState

_LOW_PERCENT = 5
_SIGNER_WARNING = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: message identifier with parameters; `blocking` ones keep the printer from starting.

    A `usual` one is a fact worth seeing and no cause for alarm.
    """

    message_id: str
    params: Mapping[str, object] = field(default_factory=dict)
    blocking: bool = True
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Spoilage:
    """How many of the newest `cards` blanks were spoiled or are missing."""

    spoiled: int
    cards: int

    @property
    def percent(self) -> float:
        """Return the share of spoiled ones, 0 before the first card."""
        return 100.0 * self.spoiled / self.cards if self.cards else 0.0


@dataclass(frozen=True, slots=True)
class EquipmentReport:
    """What the print room's equipment says of itself, and every finding once: those that block first, facts last."""

    findings: tuple[Finding, ...]
    status: PrinterStatus | None
    supplies: PrinterSupplies | None
    sam: SamReport | None
    signer: SignerFacts | None
    blanks: int
    profile: str

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Return the findings that keep the printer from starting."""
        return tuple(finding for finding in self.findings if finding.blocking)

    @property
    def ready(self) -> bool:
        """Tell whether a card may be started."""
        return not self.blocking


class EquipmentGate:
    """Asks every device once; a silent one is a finding."""

    def __init__(
        self,
        room: PrintRoom,
        intents: IntentBook,
        profile: ChipProfile,
        trust: Callable[[], CardTrust],
        clock: Clock,
        config: PrintConfig,
    ) -> None:
        self._room = room
        self._intents = intents
        self._profile = profile
        self._trust = trust
        self._clock = clock
        self._config = config

    async def report(self, actor: Actor, upkeep: UpkeepState, spoilage: Spoilage) -> EquipmentReport:
        """Look at everything, first at who asks."""
        findings = self._operator(actor)
        status = supplies = None
        try:
            status, supplies = await self._room.printer.status(), await self._room.printer.supplies()
        except DeviceError as error:
            findings.append(_error(error))
        if status is not None and supplies is not None:
            findings += self._lacking(status)
            findings += await self._printer(status) + self._supplies(supplies)
            findings += await self._encoder(status)
        sam = await self._sam(findings)
        signer = await self._signer(findings) if sam is not None else None
        findings += self._books(spoilage) + self._upkeep(upkeep, supplies)
        blanks = self._intents.blanks_available()
        return EquipmentReport(_in_order(findings), status, supplies, sam, signer, blanks, self._profile.name)

    def _lacking(self, status: PrinterStatus) -> list[Finding]:
        """Return what a card with a chip needs and this printer cannot do: a card whose way is not seen is not made."""
        lacking = set(ALL_ABILITIES - self._room.printer.abilities)
        if status.temperature_c is None:
            lacking.add(PrinterAbility.TEMPERATURE)
        return [Finding(f"printer-lacks-{name}") for name in sorted(ability.value for ability in lacking)]

    def _operator(self, actor: Actor) -> list[Finding]:
        """Where a scanner is on the print PC, a password alone starts no card."""
        if not self._room.asks_for_fingers or actor.proof is SignInProof.FINGER:
            return []
        if actor.proof is SignInProof.VOUCHED:
            return [Finding("print-operator-vouched", blocking=False)]
        return [Finding("print-operator-finger-needed", {"name": actor.name})]

    async def _printer(self, status: PrinterStatus) -> list[Finding]:
        found = [Finding(f"printer-{condition.value}") for condition in status.conditions]
        if status.held_by not in ("", self._room.station_id):
            return [*found, Finding("print-held-by-station", {"station": status.held_by})]
        if status.activity is PrinterActivity.WARMING:
            found.append(Finding("printer-warming"))
        elif status.activity is not PrinterActivity.READY and not found:
            found.append(Finding("printer-busy"))
        if status.card_position not in (CardPosition.NONE, CardPosition.UNKNOWN):
            stray = await self._room.stray_card()
            other = stray is not None and stray.station_id not in ("", self._room.station_id)
            owner = {"station": stray.station_id if stray is not None else ""}
            found.append(Finding("print-card-of-other-station", owner) if other else Finding("print-card-inside"))
        low, high = self._config.temperature_min_c, self._config.temperature_max_c
        if status.temperature_c is not None and not low <= status.temperature_c <= high:
            params = {"temperature": status.temperature_c, "low": low, "high": high}
            found.append(Finding("print-temperature-outside", params))
        return found

    async def _encoder(self, status: PrinterStatus) -> list[Finding]:
        try:
            ghost = await self._room.encoder_sees_ghost(status.card_position)
        except DeviceError as error:
            return [_error(error)]
        return [Finding("print-encoder-sees-ghost")] if ghost else []

    def _supplies(self, supplies: PrinterSupplies) -> list[Finding]:
        found = []
        levels = (("ribbon", supplies.ribbon_percent), ("film", supplies.film_percent))
        for name, percent in levels:
            if percent is None:
                continue
            if percent <= 0:
                found.append(Finding(f"printer-{name}-out"))
            elif percent <= _LOW_PERCENT:
                found.append(Finding(f"print-{name}-low", {"percent": percent}, blocking=False))
        if self._config.both_sides and supplies.has_flipper is False:
            found.append(Finding("print-no-flipper"))
        blanks = self._intents.blanks_available()
        if supplies.hopper_count == 0:
            found.append(Finding("printer-hopper-empty"))
        elif supplies.hopper_count is not None and supplies.hopper_count > blanks:
            found.append(Finding("print-hopper-over-ledger", {"hopper": supplies.hopper_count, "ledger": blanks}))
        elif supplies.hopper_count is not None and supplies.hopper_count < blanks:
            # the rest of the day's blanks may lie in the room; only more than the ledger knows is impossible
            params = {"hopper": supplies.hopper_count, "ledger": blanks}
            found.append(Finding("print-hopper-under-ledger", params, blocking=False, usual=True))
        return found

    async def _sam(self, findings: list[Finding]) -> SamReport | None:
        try:
            report = await self._room.sam_report()
        except DeviceError as error:
            findings.append(_error(error))
            return None
        if report.blocked:
            findings.append(Finding("sam-blocked"))
        elif not report.activated:
            findings.append(Finding("sam-not-activated"))
        if report.test_keys:
            findings.append(Finding("sam-test-keys", blocking=False, usual=True))
        return report

    async def _signer(self, findings: list[Finding]) -> SignerFacts | None:
        """Check the module's certificate before a blank moves: a card it signed in vain would be spoiled."""
        try:
            signer = await self._room.signer(self._trust())
        except StationError as error:
            findings.append(_error(error))
            return None
        if signer.not_after - self._clock.now() < _SIGNER_WARNING:
            findings.append(Finding("sam-signer-ends", {"day": signer.not_after.date()}, blocking=False))
        return signer

    def _books(self, spoilage: Spoilage) -> list[Finding]:
        found = []
        newest = self._intents.newest_moment()
        if newest is not None and self._clock.now() < newest:
            found.append(Finding("print-clock-back", {"last": newest}))
        if self._intents.in_hand():
            found.append(Finding("print-intent-open"))
        if self._intents.blanks_available() < 1:
            found.append(Finding("print-no-blanks", {"room": self._config.room}))
        if anomalies := len(self._intents.anomalies()):
            found.append(Finding("print-anomalies-open", {"count": anomalies}, blocking=False))
        if spoilage.percent > self._config.spoil_warning_percent:
            params = {"percent": spoilage.percent, "spoiled": spoilage.spoiled, "cards": spoilage.cards}
            found.append(Finding("print-spoilage-high", params, blocking=False))
        return found

    def _upkeep(self, upkeep: UpkeepState, supplies: PrinterSupplies | None) -> list[Finding]:
        found = []
        if upkeep.cleaning_due:
            found.append(Finding("printer-cleaning-due", {"cards": upkeep.cards_since_cleaning}, blocking=False))
        if upkeep.calibration_due_at is not None and self._clock.now() >= upkeep.calibration_due_at:
            found.append(Finding("print-calibration-due", {"day": upkeep.calibration_due_at.date()}, blocking=False))
        if supplies is not None:
            declared, present = (upkeep.ribbon, upkeep.film), (supplies.ribbon_serial, supplies.film_serial)
            if any(declared) and declared != present:
                params = {"ribbon": supplies.ribbon_serial, "film": supplies.film_serial}
                found.append(Finding("print-supplies-undeclared", params, blocking=False))
        return found


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return every finding once, since an empty ribbon is both a condition of the printer and a supply at zero."""
    once: list[Finding] = []
    for finding in findings:
        if finding not in once:
            once.append(finding)
    return tuple(sorted(once, key=lambda finding: (not finding.blocking, finding.usual)))


def _error(error: StationError) -> Finding:
    return Finding(error.message_id, error.params)
