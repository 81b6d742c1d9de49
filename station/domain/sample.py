"""Biometric samples as plain values: positions, images, pen samples, exceptions.

Position codes are those of ISO/IEC 19794-4 table 6 (fingers) and 19794-6 (eyes).
Pixels are bytes, row by row from the top left, so that this module needs no library.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


class Finger(IntEnum):
    """Finger positions, ISO/IEC 19794-4."""

    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10

    @property
    def is_left(self) -> bool:
        """Tell whether the finger is on the left hand."""
        return self >= Finger.LEFT_THUMB


class Slap(Enum):
    """Groups captured together; the value is the ISO/IEC 19794-4 position code of the plain impression."""

    LEFT_FOUR = 14
    RIGHT_FOUR = 13
    THUMBS = 15

    @property
    def fingers(self) -> tuple[Finger, ...]:
        """Return the group's fingers from left to right as they lie on the glass, palm down."""
        return _SLAP_FINGERS[self]


_SLAP_FINGERS = {
    Slap.LEFT_FOUR: (Finger.LEFT_LITTLE, Finger.LEFT_RING, Finger.LEFT_MIDDLE, Finger.LEFT_INDEX),
    Slap.RIGHT_FOUR: (Finger.RIGHT_INDEX, Finger.RIGHT_MIDDLE, Finger.RIGHT_RING, Finger.RIGHT_LITTLE),
    Slap.THUMBS: (Finger.LEFT_THUMB, Finger.RIGHT_THUMB),
}


class Eye(IntEnum):
    """Eye labels, ISO/IEC 19794-6."""

    RIGHT = 1
    LEFT = 2


@dataclass(frozen=True, slots=True)
class GreyImage:
    """An 8-bit grey image: `pixels` has width x height bytes, dark is ridge; resolution in pixels per inch."""

    width: int
    height: int
    pixels: bytes
    resolution_ppi: int

    def __post_init__(self) -> None:
        if len(self.pixels) != self.width * self.height:
            raise ValueError("pixel count does not match width and height")


@dataclass(frozen=True, slots=True)
class ColourImage:
    """An 8-bit RGB image: `pixels` has width x height x 3 bytes."""

    width: int
    height: int
    pixels: bytes

    def __post_init__(self) -> None:
        if len(self.pixels) != self.width * self.height * 3:
            raise ValueError("pixel count does not match width and height")


@dataclass(frozen=True, slots=True)
class PenSample:
    """One report of a signature pad: position in pad units, pressure, time in ms since the first sample."""

    x: int
    y: int
    pressure: int
    time_ms: int
    touching: bool


class ExceptionReason(Enum):
    """Why a part could not be captured."""

    AMPUTATED = "tidak_ada"
    BANDAGED = "dibalut"
    DAMAGED = "rusak"
    DISEASE = "sakit_mata"
    BLIND = "tunanetra"
    CANNOT_SIGN = "tidak_dapat_menulis"
    OTHER = "lain"


@dataclass(frozen=True, slots=True)
class BiometricException:
    """A part that is missing on purpose: never silently empty, confirmed by a second person.

    `part` is `finger:2`, `eye:1` or `signature`.
    """

    part: str
    reason: ExceptionReason
    permanent: bool
    note: str
    confirmed_by: str
