"""What can be wrong with a body part as it is shown to a device.

Does not simulate: injuries that change from day to day, make-up, or deliberate fakes.
"""

from __future__ import annotations

from enum import StrEnum


class FingerDefect(StrEnum):
    """How one finger is presented badly."""

    DRY = "dry"
    WET = "wet"
    LIGHT = "light"
    OFF_CENTRE = "off-centre"
    PARTIAL = "partial"
    SMEARED = "smeared"
    SCARRED = "scarred"
    BLURRED = "blurred"


class SlapDefect(StrEnum):
    """How a whole hand is presented badly: a finger lifted, turned far, or cut by an edge of the glass."""

    SHORT = "short"
    ROTATED = "rotated"
    LOW = "low"
    SIDEWAYS = "sideways"


class IrisDefect(StrEnum):
    """How an eye is presented badly."""

    BLURRED = "blurred"
    CLOSED = "closed"
    HALF_CLOSED = "half-closed"
    GAZE = "gaze"
    GLARE = "glare"
    DARK = "dark"
    FAR = "far"


class FaceDefect(StrEnum):
    """How a face is presented badly."""

    CLOSED_EYES = "closed-eyes"
    TURNED = "turned"
    TILTED = "tilted"
    FAR = "far"
    NEAR = "near"
    OFF_CENTRE = "off-centre"
    DARK = "dark"
    UNEVEN_LIGHT = "uneven-light"
    BLURRED = "blurred"
    GLASSES = "glasses"
    TWO_FACES = "two-faces"
    NOBODY = "nobody"
