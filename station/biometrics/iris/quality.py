"""Scores an iris image from 0 to 100 and says what to do better, after the measures of ISO/IEC 29794-6."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from station.biometrics.iris.locate import EyeGeometry, locate_iris, polar
from station.biometrics.pixels import Bytes, Field, grey_array
from station.domain.sample import Eye, GreyImage

QUALITY_ALGORITHM = "station-iq-1"

_SHARPNESS_KERNEL = np.array(
    [
        [0, 1, 1, 2, 2, 2, 1, 1, 0],
        [1, 2, 4, 5, 5, 5, 4, 2, 1],
        [1, 4, 5, 3, 0, 3, 5, 4, 1],
        [2, 5, 3, -12, -24, -12, 3, 5, 2],
        [2, 5, 0, -24, -40, -24, 0, 5, 2],
        [2, 5, 3, -12, -24, -12, 3, 5, 2],
        [1, 4, 5, 3, 0, 3, 5, 4, 1],
        [1, 2, 4, 5, 5, 5, 4, 2, 1],
        [0, 1, 1, 2, 2, 2, 1, 1, 0],
    ],
    np.float32,
)
_GLARE_GREY = 225


@dataclass(frozen=True, slots=True)
class IrisQuality:
    """Score 0 to 100, causes worst first, geometry where the eye was found, `eye_hint` by the tear duct."""

    score: int
    causes: tuple[str, ...]
    geometry: EyeGeometry | None
    eye_hint: Eye | None


def assess_iris(image: GreyImage, eye: Eye) -> IrisQuality:
    """Return the quality of one near-infrared eye; `eye` is the label it was captured under."""
    grey = grey_array(image)
    geometry = locate_iris(image)
    if geometry is None:
        return IrisQuality(0, ("iris-not-found",), None, None)
    ring = _ring(grey, geometry)
    usable = usable_share(ring)
    glare = float(np.mean(ring > _GLARE_GREY))
    sharpness = _sharpness(grey, geometry)
    centred = _centred(geometry, grey.shape)
    light = float(np.median(ring))
    causes = []
    if geometry.iris.radius < 0.125 * image.width:
        causes.append("iris-too-far")
    if glare > 0.035:
        causes.append("iris-glare")
    if usable - glare < 0.62 and glare <= 0.035:
        causes.append("iris-covered")
    if sharpness < 20 and "iris-covered" not in causes:
        causes.append("iris-blurred")
    if centred < 0.65:
        causes.append("iris-gaze")
    if light < 55:
        causes.append("iris-dark")
    parts = (min(1.0, usable / 0.8), min(1.0, sharpness / 60), centred, min(1.0, light / 70), 1 - min(1.0, glare * 8))
    score = round(100 * float(np.prod(parts)) ** 0.6)
    if causes:
        score = min(score, 39)
    hint = None if {"iris-gaze", "iris-too-far"}.intersection(causes) else eye_hint(grey, geometry)
    if hint is not None and hint is not eye:
        causes.append("iris-other-eye")
    return IrisQuality(score, tuple(causes), geometry, hint)


def _ring(grey: Bytes, geometry: EyeGeometry) -> Field:
    iris, pupil = geometry.iris, geometry.pupil
    around = polar(grey, iris.column, iris.row, iris.radius, 360)
    first = int(iris.radius * max(0.2, pupil.radius / iris.radius * 1.12))
    return around[:, first : int(iris.radius * 0.95)]


def usable_share(ring: Field) -> float:
    """Return the share of the iris that is neither lid, lash nor mirror: close to the ring's own grey."""
    beside = np.concatenate([ring[:10], ring[-10:], ring[170:190]])
    usual = float(np.median(beside))
    spread = float(np.clip(1.5 * np.median(np.abs(beside - usual)), 9, 16))
    return float(np.mean((ring < _GLARE_GREY) & (np.abs(ring - usual) < 3.2 * spread)))


def _sharpness(grey: Bytes, geometry: EyeGeometry) -> float:
    """Return 0 to 100 from the power of the kernel of ISO/IEC 29794-6 over the iris, relative to its light."""
    iris = geometry.iris
    top, left = max(0, int(iris.row - iris.radius)), max(0, int(iris.column - iris.radius))
    part = grey[top : int(iris.row + iris.radius), left : int(iris.column + iris.radius)].astype(np.float32)
    filtered = np.asarray(cv2.filter2D(part, cv2.CV_32F, _SHARPNESS_KERNEL), np.float32)[::2, ::2]
    light = max(20.0, float(part.mean()))
    power = float((filtered**2).mean()) * (100 / light) ** 2
    return 100 * power**2 / (power**2 + 7.0e5**2)


def _centred(geometry: EyeGeometry, shape: tuple[int, ...]) -> float:
    """Return 1 in the middle of the picture, falling to 0 where a third of the iris would leave it."""
    right = abs(geometry.iris.column - shape[1] / 2) / (shape[1] * 0.30)
    down = abs(geometry.iris.row - shape[0] / 2) / (shape[0] * 0.35)
    return max(0.0, 1 - max(right, down) ** 2)


def eye_hint(grey: Bytes, geometry: EyeGeometry) -> Eye | None:
    """Return the eye by its tear duct, which lies on the nose's side; None when neither side is clearly darker."""
    iris = geometry.iris
    rows = slice(max(0, int(iris.row - 0.3 * iris.radius)), int(iris.row + 0.7 * iris.radius))
    reach = int(1.75 * iris.radius), int(2.75 * iris.radius)
    sides = []
    for sign in (-1, 1):
        ends = sorted((int(iris.column + sign * reach[0]), int(iris.column + sign * reach[1])))
        part = grey[rows, max(0, ends[0]) : max(0, ends[1])]
        if part.size < 200:
            return None
        small = cv2.GaussianBlur(part, (0, 0), 6)
        sides.append(float(np.percentile(small, 2)))
    if abs(sides[0] - sides[1]) < 14:
        return None
    return Eye.LEFT if sides[0] < sides[1] else Eye.RIGHT
