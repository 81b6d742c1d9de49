"""Finds pupil and iris as circles, within what the scanner's scale allows.

A dark disc is looked for first, then both edges are refined where the brightness
jumps most. The guards (sizes in millimetres, ratio of the radii) keep the limbus
from being taken for the pupil.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.pixels import Bytes, Field, blurred, grey_array
from station.domain.sample import GreyImage

_WORK_WIDTH = 320
_LEAST_RATIO, _GREATEST_RATIO = 0.18, 0.72
_ANGLES = 180
_MOST_DISCS = 4
_BESIDE_AND_BELOW = np.r_[0:18, 162:180, 72:108]


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle in pixels and the brightness step across its edge."""

    column: float
    row: float
    radius: float
    step: float


@dataclass(frozen=True, slots=True)
class EyeGeometry:
    """Pupil and iris of one eye."""

    pupil: Circle
    iris: Circle


def locate_iris(image: GreyImage) -> EyeGeometry | None:
    """Return pupil and iris, or None when no open eye shows; the iris is 6 to 36 % of the width in radius."""
    grey = grey_array(image)
    smooth = blurred(cv2.medianBlur(grey, 7), 1.5)
    readings = [_refined(smooth, *disc) for disc in _dark_discs(grey, _WORK_WIDTH / image.width)]
    found = [(reading, _plausibility(smooth, reading)) for reading in readings if reading is not None]
    return max(found, key=lambda pair: pair[1])[0] if found else None


def _plausibility(smooth: Field, reading: EyeGeometry) -> float:
    """Return more for clear edges and for a pupil that is the darkest part: a whole iris is not."""
    pupil, iris = reading.pupil, reading.iris
    inside = polar(smooth, pupil.column, pupil.row, pupil.radius, 60)
    core = float(np.median(inside[:, : max(2, int(0.6 * pupil.radius))]))
    return min(pupil.step, 10) + 2 * min(iris.step, 6) - core / 10


def _dark_discs(grey: Bytes, scale: float) -> list[tuple[float, float, float]]:
    """Return column, row, radius of dark round spots, best first."""
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    opened = cv2.morphologyEx(small, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    small = np.asarray(cv2.medianBlur(opened, 5), np.uint8)
    darkest = int(np.percentile(small, 0.2))
    found: list[tuple[float, float, float, float]] = []
    open_kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    close_kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13))
    for limit in range(darkest + 6, darkest + 90, 6):
        flags = (small < limit).astype(np.uint8)
        solid = cv2.morphologyEx(cv2.morphologyEx(flags, cv2.MORPH_OPEN, open_kernel), cv2.MORPH_CLOSE, close_kernel)
        outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for outline in outlines:
            disc = _as_disc(np.asarray(small, np.uint8), np.asarray(outline, np.int32))
            if disc is not None:
                found.append(disc)
    found.sort(reverse=True)
    apart: list[tuple[float, float, float]] = []
    for _, column, row, radius in found:
        spot = column / scale, row / scale, radius / scale
        if all(_differ(spot, other) for other in apart):
            apart.append(spot)
    return apart[:_MOST_DISCS]


def _differ(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    away = float(np.hypot(one[0] - other[0], one[1] - other[1]))
    return away > 0.4 * other[2] or not 0.72 < one[2] / other[2] < 1.4


def _as_disc(small: Bytes, outline: NDArray[np.int32]) -> tuple[float, float, float, float] | None:
    area = cv2.contourArea(outline)
    if not 60 < area < 9000:
        return None
    hull = cv2.convexHull(outline)
    (column, row), radius = cv2.minEnclosingCircle(hull)
    filled = cv2.contourArea(hull)
    roundness = filled / (np.pi * radius * radius)
    if roundness < 0.72:
        return None
    ring, core = np.zeros_like(small), np.zeros_like(small)
    centre = int(column), int(row)
    cv2.circle(ring, centre, int(radius * 1.25) + 1, 1, -1)
    cv2.circle(ring, centre, int(radius * 1.05), 0, -1)
    cv2.circle(core, centre, max(1, int(radius * 0.8)), 1, -1)
    if not ring.any() or not core.any():
        return None
    contrast = float(small[ring > 0].mean() - np.median(small[core > 0]))
    if contrast < 6:
        return None
    return roundness**2 * contrast * float(np.sqrt(area / (area + 800))), column, row, float(np.sqrt(filled / np.pi))


def _refined(smooth: Field, column: float, row: float, radius: float) -> EyeGeometry | None:
    pupil = _best_circle(
        smooth, column, row, (radius * 0.7, radius * 1.35), np.arange(_ANGLES), max(1, int(radius * 0.04))
    )
    greatest = min(pupil.radius / _LEAST_RATIO, smooth.shape[1] * 0.36)
    if greatest <= pupil.radius / _GREATEST_RATIO + 2:
        return None
    iris = _best_circle(
        smooth,
        pupil.column,
        pupil.row,
        (pupil.radius / _GREATEST_RATIO, greatest),
        _BESIDE_AND_BELOW,
        max(2, int(pupil.radius * 0.06)),
    )
    if pupil.step < 1.5 or iris.step < 0.6:
        return None
    if not 0.06 * smooth.shape[1] < iris.radius < 0.36 * smooth.shape[1]:
        return None
    apart = float(np.hypot(pupil.column - iris.column, pupil.row - iris.row))
    return EyeGeometry(pupil, iris) if apart < 0.3 * iris.radius else None


def polar(picture: Field | Bytes, column: float, row: float, radius: float, angles: int = _ANGLES) -> Field:
    """Return rows of angle (clockwise from right) by columns of distance; outside the picture is 0."""
    flags = cv2.INTER_LINEAR | cv2.WARP_FILL_OUTLIERS
    return np.asarray(cv2.warpPolar(picture, (int(radius), angles), (column, row), radius, flags), np.float32)


def _best_circle(
    smooth: Field, column: float, row: float, radii: tuple[float, float], angles: NDArray[np.int_], step: int
) -> Circle:
    """Return the circle around which brightness rises most, centre searched three steps each way."""
    best = Circle(column, row, radii[0], -np.inf)
    for right in range(-3 * step, 3 * step + 1, step):
        for down in range(-2 * step, 2 * step + 1, step):
            around = polar(smooth, column + right, row + down, radii[1] + 4)[angles]
            profile: Field = np.asarray(cv2.GaussianBlur(around.mean(0)[None], (0, 0), 2), np.float32)[0]
            rises = np.diff(profile)[int(radii[0]) : int(radii[1])]
            if len(rises) == 0:
                continue
            peak = int(rises.argmax())
            if rises[peak] > best.step:
                best = Circle(column + right, row + down, int(radii[0]) + peak + 0.5, float(rises[peak]))
    return best
