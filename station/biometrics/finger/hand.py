"""Decides which blobs are finger tips: tries every turn of the hand and keeps the one a hand explains best.

What the lower edge of the glass cuts broader than a finger, below others, is the palm. In the right turn lower
joints lie under their tips, tips stand side by side about one finger width apart, and their heights follow a hand: the
middle finger highest, the little one lowest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np

from station.biometrics.finger.blobs import Blob

_TURNS_DEG = np.arange(-44, 44.1, 2.0)
_RIGHT_HEIGHTS = (0.22, 0.0, 0.13, 0.68)
_HEIGHT_TOLERANCE = 0.22
_THUMB_TOLERANCE = 0.35
_TURN_TOLERANCE_DEG = 22.0
_SURE_OF_HAND = 2.0
_PALM_WIDTHS = 1.8


@dataclass(frozen=True, slots=True)
class HandFit:
    """Tips from left to right, turn of the hand (clockwise), strain read as either hand (0 fits well)."""

    tips: tuple[Blob, ...]
    turn_deg: float
    strain_right: float
    strain_left: float

    @property
    def seems_right(self) -> bool | None:
        """Tell the hand by its shape, None when the shape fits both."""
        margin = self.strain_left - self.strain_right
        return None if abs(margin) < _SURE_OF_HAND else margin > 0


def fit_hand(blobs: list[Blob], most: int) -> HandFit | None:
    """Return the best reading of the blobs as at most `most` fingers side by side."""
    blobs = _without_palm(blobs)
    large = [blob for blob in blobs if blob.area > 0.22 * blobs[0].area]
    fits = [_fit_at(large, float(turn), most) for turn in _TURNS_DEG]
    best = min(fits, key=lambda fit: min(fit.strain_right, fit.strain_left))
    return replace(
        best,
        strain_right=min(fit.strain_right for fit in fits),
        strain_left=min(fit.strain_left for fit in fits),
    )


def _without_palm(blobs: list[Blob]) -> list[Blob]:
    free = [blob for blob in blobs if not blob.edge_run]
    if not free:
        return blobs
    usual = float(np.median([blob.extent(0.0) for blob in free if blob.area > 0.22 * free[0].area]))
    return [blob for blob in blobs if blob.edge_run <= _PALM_WIDTHS * usual]


def _fit_at(blobs: list[Blob], turn_deg: float, most: int) -> HandFit:
    turn = np.radians(turn_deg)
    cosine, sine = float(np.cos(turn)), float(np.sin(turn))
    across = {blob.label: blob.column * cosine + blob.row * sine for blob in blobs}
    down = {blob.label: blob.row * cosine - blob.column * sine for blob in blobs}
    width = {blob.label: blob.extent(turn) for blob in blobs}
    usual = float(np.median(list(width.values())))
    tips: list[Blob] = []
    strain = (turn_deg / _TURN_TOLERANCE_DEG) ** 2
    for blob in sorted(blobs, key=lambda item: down[item.label]):
        above = [tip for tip in tips if abs(across[tip.label] - across[blob.label]) < 0.62 * usual]
        if not above:
            tips.append(blob)
            continue
        nearest = min(above, key=lambda tip: abs(across[tip.label] - across[blob.label]))
        aside = (across[nearest.label] - across[blob.label]) / usual
        below = (down[blob.label] - down[nearest.label]) / usual
        strain += 8 * aside**2 + 4 * max(0.0, 0.85 - below) ** 2 * 9
    tips.sort(key=lambda tip: across[tip.label])
    strain += 12 * max(0, len(tips) - most)
    strain += sum(_spacing_strain((across[b.label] - across[a.label]) / usual) for a, b in pairwise(tips))
    strain += sum(_lean_strain(tip, turn) for tip in tips)
    heights = [down[tip.label] / usual for tip in tips]
    right, left = _height_strain(heights, most)
    return HandFit(tuple(tips), turn_deg, strain + right, strain + left)


def _spacing_strain(widths_apart: float) -> float:
    """Neighbours touch at about one width; a missing finger doubles the step."""
    return 10 * max(0.0, 0.9 - widths_apart) ** 2 * 4 + 1.5 * max(0.0, widths_apart - 1.5) ** 2


def _lean_strain(tip: Blob, turn_rad: float) -> float:
    """Return how much a tip fails to be longer than wide along the finger."""
    length, width = tip.extent(turn_rad + np.pi / 2), tip.extent(turn_rad)
    return 3 * max(0.0, 1.05 - length / width)


def _height_strain(heights: list[float], most: int) -> tuple[float, float]:
    """Return how badly the tips' heights fit a right and a left hand."""
    if len(heights) < 2 or len(heights) > 4:
        return 0.0, 0.0
    if most < 4:
        apart = (heights[0] - heights[-1]) / _THUMB_TOLERANCE
        return apart**2, apart**2
    right = min(_pattern_strain(heights, pattern) for pattern in combinations(_RIGHT_HEIGHTS, len(heights)))
    left = min(_pattern_strain(heights, pattern) for pattern in combinations(_RIGHT_HEIGHTS[::-1], len(heights)))
    return right, left


def _pattern_strain(heights: list[float], pattern: tuple[float, ...]) -> float:
    difference = np.array(heights) - np.array(pattern)
    return float((((difference - difference.mean()) / _HEIGHT_TOLERANCE) ** 2).sum())
