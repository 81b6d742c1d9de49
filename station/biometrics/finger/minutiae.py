"""Finds ridge ends and forks in a print and keeps the trustworthy ones.

The template says where a minutia lies and where its ridge points; it is what chips
store and what `matching` compares.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.finger.ridges import RidgeMap, Tensor, map_ridges, structure_tensor
from station.biometrics.finger.skeleton import Lines, crossing_numbers, thin
from station.biometrics.pixels import Bytes, Field, component_sizes
from station.domain.sample import GreyImage

_LEAST_AREA_PX = 45
_EDGE_PX = 14.0


class MinutiaKind(Enum):
    """What a minutia is; the value is the type code of ISO/IEC 19794-2."""

    OTHER = 0
    RIDGE_END = 1
    FORK = 2


@dataclass(frozen=True, slots=True)
class Minutia:
    """Position in pixels from the top left; `angle_deg` counter-clockwise from right, along the ridge."""

    x: int
    y: int
    angle_deg: float
    kind: MinutiaKind
    quality: int


@dataclass(frozen=True, slots=True)
class MinutiaeTemplate:
    """All minutiae of one print and the size of the picture they were found in (ISO/IEC 19794-2)."""

    width: int
    height: int
    resolution_ppi: int
    minutiae: tuple[Minutia, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    x: int
    y: int
    angle_rad: float
    kind: MinutiaKind
    trust: float


def extract(image: GreyImage, ridge_map: RidgeMap | None = None) -> MinutiaeTemplate:
    """Return the minutiae of a print, best first; positions are at 500 ppi."""
    found = ridge_map or map_ridges(image)
    height, width = found.grey.shape
    lines = thin(_ridges(found))
    candidates = _candidates(lines, found, structure_tensor(_stretched(found.clean), 5))
    kept = _without_false_ones(candidates, found)
    kept.sort(key=lambda minutia: -minutia.trust)
    return MinutiaeTemplate(width, height, 500, tuple(_as_minutia(minutia) for minutia in kept))


def _stretched(clean: Field) -> Field:
    return np.asarray((clean - clean.min()) / (np.ptp(clean) + 1e-6) * 255, np.float32)


def _ridges(found: RidgeMap) -> Bytes:
    """Return 1 on ridges, small islands and holes removed."""
    ridges = ((found.clean > 0) & found.inside).astype(np.uint8)
    for value in (1, 0):
        labels, sizes = component_sizes(ridges == value, connectivity=8 if value else 4)
        small = sizes < _LEAST_AREA_PX
        small[0] = False
        ridges[small[labels]] = 1 - value
    return ridges


def _candidates(lines: Bytes, found: RidgeMap, tensor: Tensor) -> list[_Found]:
    crossings = crossing_numbers(lines)
    padded = np.pad(found.inside.astype(np.uint8), 1)
    depth = np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 5))[1:-1, 1:-1]
    rows, columns = np.nonzero(((crossings == 1) | (crossings == 3)) & (depth > _EDGE_PX))
    periods = (1 / found.frequency[rows, columns]).tolist()
    ends = (crossings[rows, columns] == 1).tolist()
    smooth = _sampled(tensor.angle(), rows, columns)
    trust = _sampled(tensor.coherence(), rows, columns) * np.minimum(1.0, 1.3 * found.coherence[rows, columns])
    walked = Lines(lines)
    candidates = []
    for row, column, period, is_end, angle, sure in zip(
        rows.tolist(), columns.tolist(), periods, ends, smooth.tolist(), trust.tolist(), strict=True
    ):
        kind = MinutiaKind.RIDGE_END if is_end else MinutiaKind.FORK
        direction = _direction(walked, walked.place(row, column), kind, period)
        if direction is None:
            continue
        turned = angle + math.pi if math.cos(angle - direction) < 0 else angle
        candidates.append(_Found(column, row, turned % (2 * math.pi), kind, sure))
    return candidates


def _sampled(half: Field, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Field:
    """Return the values of a half-size field at full-size places."""
    return np.asarray(half[np.minimum(rows // 2, half.shape[0] - 1), np.minimum(columns // 2, half.shape[1] - 1)])


def _direction(lines: Lines, spot: int, kind: MinutiaKind, period_px: float) -> float | None:
    """Return where the ridge (of an end) or the valley (of a fork) points; None for spurs and short ridges."""
    length, reach = int(0.7 * period_px) + 2, int(period_px)
    angles = []
    for start in lines.exits(spot):
        path, stopped = lines.follow(start, spot, length)
        too_short = len(path) < (length if kind is MinutiaKind.RIDGE_END and stopped else 0.75 * length)
        if too_short:
            return None
        angles.append(lines.bearing(spot, path[min(len(path) - 1, reach)]))
    if kind is MinutiaKind.RIDGE_END:
        return angles[0] if angles else None
    if len(angles) != 3:
        return None
    pairs = ((0, 1), (0, 2), (1, 2))
    first, second = min(pairs, key=lambda pair: _angle_between(angles[pair[0]], angles[pair[1]]))
    return math.atan2(
        math.sin(angles[first]) + math.sin(angles[second]), math.cos(angles[first]) + math.cos(angles[second])
    )


def _angle_between(one: float, other: float) -> float:
    return abs((one - other + math.pi) % (2 * math.pi) - math.pi)


def _without_false_ones(candidates: list[_Found], found: RidgeMap) -> list[_Found]:
    """Drop facing pairs (a broken or bridged ridge) and crowds (noise)."""
    if len(candidates) < 2:
        return candidates
    spots = np.array([(minutia.x, minutia.y) for minutia in candidates], np.float32)
    angles = np.array([minutia.angle_rad for minutia in candidates], np.float32)
    distance = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    np.fill_diagonal(distance, np.inf)
    turned = np.abs((angles[:, None] - angles[None] + np.pi) % (2 * np.pi) - np.pi)
    period = float(1 / np.mean(found.frequency))
    false: NDArray[np.bool_] = (((distance < 0.95 * period) & (turned > 2.2)) | (distance < 5)).any(axis=1)
    false |= (distance < 14).sum(axis=1) >= 3
    return [minutia for minutia, drop in zip(candidates, false.tolist(), strict=True) if not drop]


def _as_minutia(found: _Found) -> Minutia:
    return Minutia(found.x, found.y, math.degrees(-found.angle_rad) % 360, found.kind, int(100 * found.trust))
