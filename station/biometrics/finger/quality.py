"""Scores one print from 0 to 100 and says in message identifiers what is wrong with it.

The score is our own ("quality 0-100"), never NFIQ 2. Features are measured per block
of the contact area; how they were weighed is told in docs/biometrics.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from station.biometrics.finger.ridges import RidgeMap, map_ridges
from station.biometrics.pixels import Bytes, Field, blurred
from station.domain.sample import GreyImage

QUALITY_ALGORITHM = "station-fq-1"

_BLOCK_PX = 16
_LEAST_AREA_PX = 4000
_USUAL_AREA_PX = 62_000


@dataclass(frozen=True, slots=True)
class FingerQuality:
    """Score 0 to 100 (higher is better) and causes, worst first, as message identifiers."""

    score: int
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Features:
    """What is measured: areas as shares of a usual print, the rest as means over the contact area, 0 to 1."""

    area: float
    good_area: float
    coherence: float
    ridge_fit: float
    clarity: float
    contrast: float
    ridge_grey: float
    valley_grey: float
    ridge_share: float
    broken: float
    off_centre: float
    at_edge: float

    def vector(self) -> NDArray[np.float64]:
        """Return the features in the order of their declaration."""
        return np.array([getattr(self, name) for name in self.__slots__], np.float64)


def assess_finger(image: GreyImage, ridge_map: RidgeMap | None = None) -> FingerQuality:
    """Return score and causes of one print at 500 ppi; an empty glass scores 0."""
    features = measure(ridge_map or map_ridges(image))
    if features is None:
        return FingerQuality(0, ("finger-none",))
    score = _score(features)
    return FingerQuality(score, _causes(features, score))


def measure(found: RidgeMap) -> Features | None:
    """Return the features of a print, or None when there is no print."""
    area = int(np.count_nonzero(found.inside))
    blocks = _blocks(found.inside.astype(np.float32)) > 0.8
    if area < _LEAST_AREA_PX or np.count_nonzero(blocks) < 10:
        return None
    grey = found.grey.astype(np.float32)
    mean = blurred(grey, 8)
    spread = np.sqrt(np.maximum(blurred((grey - mean) ** 2, 8), 0))
    fit = _blocks(_agreement((mean - grey) / (spread + 4), found.clean))[blocks]
    coherence = _blocks(found.coherence)[blocks]
    period = 1 / _blocks(found.frequency)[blocks]
    ridge_grey, valley_grey = _sides(grey, found.clean)
    clarity = (valley_grey - ridge_grey)[blocks]
    good = (coherence > 0.45) & (fit > 0.55) & (clarity > 25) & (period > 6) & (period < 14)
    rows, columns = np.nonzero(found.inside)
    height, width = found.inside.shape
    middle = (float(rows.mean()) / height - 0.5, float(columns.mean()) / width - 0.5)
    dark = _dark_share(grey, found)
    return Features(
        area=area / _USUAL_AREA_PX,
        good_area=float(np.count_nonzero(good)) * _BLOCK_PX**2 / _USUAL_AREA_PX,
        coherence=float(coherence.mean()),
        ridge_fit=float(fit.mean()),
        clarity=float(clarity.mean()) / 255,
        contrast=float(_blocks(spread)[blocks].mean()) / 128,
        ridge_grey=float(ridge_grey[blocks].mean()) / 255,
        valley_grey=float(valley_grey[blocks].mean()) / 255,
        ridge_share=dark,
        broken=float(np.mean(fit < 0.5)),
        off_centre=float(np.hypot(*middle)),
        at_edge=_edge_share(found),
    )


def _blocks(field: Field) -> Field:
    height, width = (side // _BLOCK_PX for side in field.shape)
    cut = field[: height * _BLOCK_PX, : width * _BLOCK_PX]
    return np.asarray(cut.reshape(height, _BLOCK_PX, width, _BLOCK_PX).mean((1, 3)), np.float32)


def _agreement(raw: Field, clean: Field) -> Field:
    """Return how well raw pixels follow the enhanced ridges, -1 to 1: a local correlation."""
    level = clean / (np.sqrt(blurred(clean * clean, 8)) + 1e-3)
    power = np.sqrt(np.maximum(blurred(raw * raw, 8) * blurred(level * level, 8), 0))
    return np.asarray(blurred(raw * level, 8) / (power + 1e-3), np.float32)


def _sides(grey: Field, clean: Field) -> tuple[Field, Field]:
    """Return the mean grey of ridges and of valleys per block."""
    ridge = clean > 0
    share = _blocks(ridge.astype(np.float32))
    on_ridge = _blocks(np.where(ridge, grey, 0)) / np.maximum(share, 0.05)
    in_valley = _blocks(np.where(ridge, 0, grey)) / np.maximum(1 - share, 0.05)
    return on_ridge, in_valley


def _dark_share(grey: Field, found: RidgeMap) -> float:
    """Return how much of the contact area is dark: little when dry, much when wet."""
    inside = grey[found.inside]
    dark, light = np.percentile(inside, 3), np.percentile(grey[::4, ::4], 97)
    return float(np.mean(inside < (dark + light) / 2))


def _edge_share(found: RidgeMap) -> float:
    """Return how much of the picture's border the print touches."""
    inside: NDArray[np.bool_] = found.inside
    border = np.concatenate([inside[2], inside[-3], inside[:, 2], inside[:, -3]])
    return float(np.count_nonzero(border)) / len(border)


def _score(features: Features) -> int:
    raw = (
        100
        * min(1.0, features.good_area / 0.85) ** 0.7
        * min(1.0, features.ridge_fit / 0.85)
        * min(1.0, features.clarity / 0.35)
    )
    return round(float(max(0.0, min(100.0, raw))))


def _causes(features: Features, score: int) -> tuple[str, ...]:
    if score >= 60:
        return ()
    causes = []
    if features.at_edge > 0.06:
        causes.append("finger-off-centre")
    elif features.area < 0.55:
        causes.append("finger-too-light" if features.ridge_grey > 0.45 else "finger-partial")
    if features.ridge_share > 0.74:
        causes.append("finger-too-wet")
    elif features.ridge_share < 0.36 and "finger-too-light" not in causes:
        causes.append("finger-too-dry")
    if not causes and features.broken > 0.3:
        causes.append("finger-smeared")
    return tuple(causes) or ("finger-unclear",)


def darkness(grey: Bytes) -> float:
    """Return the share of pixels darker than the middle; a quick sign of contact for previews."""
    return float(np.mean(grey < 128))
