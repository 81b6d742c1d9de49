"""Lays the fingers of a hand on a large glass: natural order, heights, fan, turn, and what lies below the crease.

Hands have sizes and gaps of their own, and the glass keeps what the person before left on it.

Does not simulate: rings, or fingers of two people pressed at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.people.defects import FingerDefect, SlapDefect
from simulators.people.impressions import as_image, press_for, press_on_glass
from simulators.people.noise import Field, generator
from simulators.people.ridges import RidgePattern, grow_finger, grow_second_phalanx
from station.domain.sample import Finger, GreyImage, Slap

WIDTH_PX, HEIGHT_PX = 1600, 1500
_DROP_PX = {2: 75.0, 3: 0.0, 4: 45.0, 5: 235.0}
_FAN_DEG = {2: -3.0, 3: 0.0, 4: 3.0, 5: 8.0}
_GAP_PX = 28.0
_CREASE_PX = 26.0


@dataclass(frozen=True, slots=True)
class Hand:
    """How a hand differs from an ordinary one: size (1 is a grown person's), gaps between fingers as a multiple."""

    size: float = 1.0
    gaps: float = 1.0


@dataclass(frozen=True, slots=True)
class Glass:
    """What else touches or lies on the glass: darkness of the prints left by the one before, the palm's upper edge."""

    latent: float = 0.0
    palm: bool = False


ORDINARY_HAND, CLEAN_GLASS = Hand(), Glass()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finger lies on the glass: centre of its pattern in pixels, turn in degrees, clockwise."""

    finger: Finger
    column: float
    row: float
    angle_deg: float


def slap_image(
    body_seed: int,
    slap: Slap,
    attempt: int,
    missing: frozenset[Finger],
    defects: Mapping[Finger, FingerDefect],
    placement: SlapDefect | None = None,
    turn_deg: float | None = None,
    hand: Hand = ORDINARY_HAND,
    glass: Glass = CLEAN_GLASS,
) -> GreyImage:
    """Return 1600 x 1500 pixels at 500 ppi with the fingers of `slap` less `missing`. About 0.2 s."""
    random = generator(body_seed, "slap picture", slap.value, attempt)
    if placement is SlapDefect.SHORT:
        missing = missing | {slap.fingers[int(random.integers(len(slap.fingers)))]}
    dark = _pressed(body_seed, slap, attempt, missing, defects, placement, turn_deg, hand)
    if glass.palm:
        _lay_palm(dark, body_seed, random)
    if glass.latent:
        before = _pressed(body_seed + 1, slap, attempt, frozenset(), {}, None, None, ORDINARY_HAND)
        dark = np.maximum(dark, before * glass.latent)
    return as_image(dark, 1.0, random)


def _pressed(
    body_seed: int,
    slap: Slap,
    attempt: int,
    missing: frozenset[Finger],
    defects: Mapping[Finger, FingerDefect],
    placement: SlapDefect | None,
    turn_deg: float | None,
    hand: Hand,
) -> Field:
    """Return how dark the glass is under a hand: drawn at ordinary size on a glass that is smaller or larger."""
    dark = np.zeros((round(HEIGHT_PX / hand.size), round(WIDTH_PX / hand.size)), np.float32)
    for place in finger_places(body_seed, slap, attempt, placement, turn_deg, hand):
        if place.finger not in missing:
            drawn = replace(place, column=place.column / hand.size, row=place.row / hand.size)
            _lay(dark, body_seed, drawn, attempt, defects.get(place.finger))
    if hand.size == 1.0:
        return dark
    interpolation = cv2.INTER_AREA if hand.size < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(dark, (WIDTH_PX, HEIGHT_PX), interpolation=interpolation), np.float32)


def finger_places(
    body_seed: int,
    slap: Slap,
    attempt: int,
    placement: SlapDefect | None = None,
    turn_deg: float | None = None,
    hand: Hand = ORDINARY_HAND,
) -> list[Place]:
    """Return where every finger of the slap would lie, left to right; measurements use it as the truth."""
    random = generator(body_seed, "slap", slap.value, attempt)
    own_turn = float(np.clip(random.normal(0, 6), -14, 14))
    far_turn = float(random.choice([-1, 1]) * random.uniform(24, 30))
    turn = far_turn if placement is SlapDefect.ROTATED else own_turn
    places, middle = _upright(body_seed, slap, random, hand.gaps)
    target = np.array([WIDTH_PX / 2 + random.uniform(-40, 40), HEIGHT_PX * 0.42 + random.uniform(-50, 50)])
    if placement is SlapDefect.LOW:
        target[1] = HEIGHT_PX - random.uniform(0, 70)
    if placement is SlapDefect.SIDEWAYS:
        target[0] += random.choice([-1, 1]) * random.uniform(420, 520)
    angle = turn if turn_deg is None else turn_deg
    return [_turned(place, middle, target, angle, hand.size) for place in places]


def _upright(
    body_seed: int, slap: Slap, random: np.random.Generator, gaps: float
) -> tuple[list[Place], tuple[float, float]]:
    """Return the fingers of a hand held straight, and the middle of the hand."""
    hand = generator(body_seed, "hand")
    spread, droop = hand.uniform(0.7, 1.5), hand.uniform(0.8, 1.15)
    places: list[Place] = []
    right_edge = 0.0
    for finger in slap.fingers:
        pattern = grow_finger(body_seed, finger)
        half = pattern.half_width * pattern.ridges.shape[1]
        number = (int(finger) - 1) % 5 + 1
        column = right_edge + half
        right_edge = column + half + _GAP_PX * gaps * spread * random.uniform(0.6, 1.5)
        right_edge += 90 if slap is Slap.THUMBS else 0
        fan = _FAN_DEG.get(number, 0.0) * spread * (-1 if finger.is_left else 1)
        drop = _DROP_PX.get(number, 0.0) * droop + random.uniform(-12, 12)
        places.append(Place(finger, column, drop, fan + random.uniform(-2, 2)))
    return places, (right_edge / 2, float(np.mean([place.row for place in places])))


def _turned(
    place: Place, middle: tuple[float, float], target: NDArray[np.float64], turn_deg: float, size: float
) -> Place:
    turn = np.radians(turn_deg)
    right, down = (place.column - middle[0]) * size, (place.row - middle[1]) * size
    column = target[0] + right * np.cos(turn) - down * np.sin(turn)
    row = target[1] + right * np.sin(turn) + down * np.cos(turn)
    return Place(place.finger, float(column), float(row), place.angle_deg + turn_deg)


def _lay(
    glass: Field,
    body_seed: int,
    place: Place,
    attempt: int,
    defect: FingerDefect | None,
) -> None:
    pattern = grow_finger(body_seed, place.finger)
    random = generator(body_seed, "lay", int(place.finger), attempt)
    slapped = None if defect is FingerDefect.OFF_CENTRE else defect
    press = press_for(random, slapped, turn_deg=0, shift_px=0)
    size = int(max(pattern.ridges.shape) * 1.1)
    dark = press_on_glass(pattern, replace(press, turn_deg=place.angle_deg), random, size, size) * press.contrast
    _stamp(glass, dark, place.column, place.row)
    _lay_second_phalanx(glass, body_seed, pattern, random, place)


def _lay_second_phalanx(
    glass: Field,
    body_seed: int,
    pattern: RidgePattern,
    random: np.random.Generator,
    place: Place,
) -> None:
    """Below the crease a second, fainter patch touches the glass in most slaps."""
    if random.random() < 0.25:
        return
    lower = grow_second_phalanx(body_seed)
    height, width = pattern.ridges.shape
    narrow = RidgePattern(
        lower.ridges, "phalanx", lower.seed, pattern.half_width * width / lower.ridges.shape[1] * 0.9, 0.33, 0.36
    )
    away = (0.46 + pattern.half_height_bottom - 0.5) * height + _CREASE_PX + 0.36 * lower.ridges.shape[0] * 0.92
    angle = np.radians(place.angle_deg)
    column, row = place.column - away * float(np.sin(angle)), place.row + away * float(np.cos(angle))
    press = replace(press_for(random, None, turn_deg=0, shift_px=0), turn_deg=place.angle_deg)
    dark = press_on_glass(narrow, press, random, 480, 480) * random.uniform(0.55, 0.95)
    _stamp(glass, np.asarray(dark, np.float32), column, row)


def _lay_palm(glass: Field, body_seed: int, random: np.random.Generator) -> None:
    """Let the ball of the hand touch the lower edge of the glass."""
    pattern = grow_second_phalanx(body_seed)
    wide = RidgePattern(pattern.ridges, "palm", pattern.seed, 0.5, 0.5, 0.5)
    press = replace(press_for(random, None, turn_deg=0, shift_px=0), turn_deg=float(random.uniform(-40, 40)))
    for step in range(4):
        dark = np.asarray(press_on_glass(wide, press, random, 420, 520) * random.uniform(0.5, 0.9), np.float32)
        column = WIDTH_PX * 0.25 + step * WIDTH_PX * 0.17 + random.uniform(-30, 30)
        _stamp(glass, dark, float(column), HEIGHT_PX - float(random.uniform(-60, 40)))


def _stamp(glass: Field, dark: Field, column: float, row: float) -> None:
    """Put a patch centred at (column, row) where the glass is; what falls beyond the edge is lost."""
    height, width = dark.shape
    left, top = round(column - width / 2), round(row - height / 2)
    first_row, last_row = max(0, top), min(glass.shape[0], top + height)
    first_column, last_column = max(0, left), min(glass.shape[1], left + width)
    if first_row >= last_row or first_column >= last_column:
        return
    part = dark[first_row - top : last_row - top, first_column - left : last_column - left]
    target = glass[first_row:last_row, first_column:last_column]
    np.maximum(target, part, out=target)
