"""The seam between the print room and a chip: what any profile can do, and the nouns both sides use.

A profile is found by entry point (group `station.chip_profiles`). The national profile
plugs in here; the print room handles prepared content as a whole and never looks inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import entry_points
from typing import Protocol, cast

from station.devices.smartcard.interface import CardChannel
from station.domain.errors import BadInput
from station.domain.person import Biodata
from station.domain.sample import Finger
from station.print.chip.signer import CardTrust, SignerFacts

ENTRY_POINT_GROUP = "station.chip_profiles"
CHIP, MODULE = "chip", "SAM"  # how device errors name the two ends


class ChipMark(Enum):
    """How far a chip was personalised, as the chip itself says."""

    BLANK = "blank"
    OPEN = "open"
    SEALED = "sealed"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class FingerTemplate:
    """Minutiae of one finger in the compact card format (ISO/IEC 19794-2)."""

    finger: Finger
    data: bytes


@dataclass(frozen=True, slots=True)
class ChipRecord:
    """One person as the chip shall know them."""

    biodata: Biodata
    photo_jpeg: bytes
    signature_png: bytes
    templates: tuple[FingerTemplate, ...]


@dataclass(frozen=True, slots=True)
class ChipWitness:
    """What an unauthenticated look at a chip tells: its serial, its mark and whose it is."""

    serial: str
    mark: ChipMark
    intent_id: str
    station_id: str
    counter: int


@dataclass(frozen=True, slots=True)
class SamReport:
    """State and counters of the secure access module."""

    serial: str
    activated: bool
    test_keys: bool
    blocked: bool
    pin_tries: int
    sessions: int
    signatures: int


@dataclass(frozen=True, slots=True)
class PreparedChip:
    """Content ready to write. `content` is the profile's own; the rest is shown to the operator."""

    content: object
    byte_count: int
    photo_size: tuple[int, int]
    photo_quality: int


@dataclass(frozen=True, slots=True)
class VerifiedChip:
    """What was read back from a sealed chip whose signature and signer's chain hold."""

    serial: str
    record: ChipRecord
    signer: SignerFacts


Progress = Callable[[int, int], None]


class ChipProfile(Protocol):
    """Writes and reads one kind of chip through a secure access module."""

    @property
    def name(self) -> str:
        """Return the profile's name and version."""

    def prepare(self, record: ChipRecord) -> PreparedChip:
        """Make the content of one chip; raises BadInput when it does not fit."""

    async def sam_report(self, sam: CardChannel) -> SamReport:
        """Return state and counters of the module; may be repeated."""

    async def activate_sam(self, sam: CardChannel, pin: str, station_id: str) -> SamReport:
        """Unlock the module for this station; a wrong PIN costs a try and is never repeated."""

    async def signer(self, sam: CardChannel, trust: CardTrust) -> SignerFacts:
        """Return whose certificate the module signs with; raises Tampered when its chain does not hold."""

    async def witness(self, card: CardChannel) -> ChipWitness:
        """Return serial and mark of a chip; may be repeated."""

    async def personalise(
        self,
        sam: CardChannel,
        card: CardChannel,
        prepared: PreparedChip,
        intent_id: str,
        station_id: str,
        trust: CardTrust,
        on_progress: Progress | None = None,
    ) -> None:
        """Write and seal a blank chip, or one the same intent left open; an untrusted signer writes nothing."""

    async def verify(
        self, sam: CardChannel, card: CardChannel, trust: CardTrust, expected: PreparedChip | None = None
    ) -> VerifiedChip:
        """Read a sealed chip; check its signature, its signer and its content against `expected`; raises Tampered."""

    async def void(self, sam: CardChannel, card: CardChannel) -> None:
        """Make a spoiled chip useless for good."""


def load_profile(name: str) -> ChipProfile:
    """Return the installed profile of that name; raises BadInput when there is none."""
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        if entry.name == name:
            return cast("ChipProfile", entry.load()())
    raise BadInput("chip-profile-unknown", name=name)
