"""Compares two minutiae templates and says how alike they are.

Every minutia is described by its nearest neighbours; the most alike ones propose how
one print lies on the other, the best alignment is scored by what agrees in the shared
area. A match is a second factor, never proof of identity by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from station.biometrics.finger.minutiae import MinutiaeTemplate

DEFAULT_THRESHOLD = 70.0

_Array = NDArray[np.float64]
_MOST_MINUTIAE = 120
_NEIGHBOURS = 8
_PROPOSALS = 40
_DISTANCE_PX, _ANGLE_RAD = 12.0, 0.45
_LEAST_PAIRS = 4
_LEAST_EXPECTED = 10
_SCALE = 4.5


@dataclass(frozen=True, slots=True)
class _Alignment:
    """Turn about `pivot_a` and put it on `pivot_b`."""

    turn_rad: float
    pivot_a: tuple[float, float]
    pivot_b: tuple[float, float]

    def apply(self, points: _Array) -> _Array:
        cosine, sine = math.cos(self.turn_rad), math.sin(self.turn_rad)
        right, down = points[:, 0] - self.pivot_a[0], points[:, 1] - self.pivot_a[1]
        return np.stack(
            [self.pivot_b[0] + cosine * right - sine * down, self.pivot_b[1] + sine * right + cosine * down], axis=1
        )

    def reversed(self) -> _Alignment:
        return _Alignment(-self.turn_rad, self.pivot_b, self.pivot_a)


def same_finger(a: MinutiaeTemplate, b: MinutiaeTemplate, threshold: float = DEFAULT_THRESHOLD) -> bool:
    """Tell whether two prints come from one finger at the threshold given."""
    return match_score(a, b) >= threshold


def match_score(a: MinutiaeTemplate, b: MinutiaeTemplate) -> float:
    """Return 0 for nothing in common; above 70 is the same finger (measured error rates: docs/biometrics.md)."""
    first, second = _table(a), _table(b)
    if len(first) < _LEAST_PAIRS or len(second) < _LEAST_PAIRS:
        return 0.0
    local = _local_similarity(first, second)
    best = 0.0
    for flat in np.argsort(-local, axis=None)[:_PROPOSALS].tolist():
        one, other = divmod(flat, len(second))
        turn = _wrapped(second[other, 2] - first[one, 2])
        start = _Alignment(float(turn), tuple(first[one, :2]), tuple(second[other, :2]))
        best = max(best, _aligned_score(first, second, local, start))
    return best


def _table(template: MinutiaeTemplate) -> _Array:
    """Return x, y at 500 ppi and angle in radians with rows growing downwards; the best 120."""
    scale = 500 / template.resolution_ppi
    best = sorted(template.minutiae, key=lambda minutia: -minutia.quality)[:_MOST_MINUTIAE]
    rows = [(m.x * scale, m.y * scale, -math.radians(m.angle_deg)) for m in best]
    return np.array(rows, np.float64).reshape(-1, 3)


def _wrapped(angle: _Array) -> _Array:
    return (angle + np.pi) % (2 * np.pi) - np.pi


def _wrapped_once(angle: _Array) -> _Array:
    """Return the same as `_wrapped` for differences of wrapped angles, without the slow remainder."""
    shifted = angle + np.pi
    shifted -= 2 * np.pi * (shifted >= 2 * np.pi)
    shifted += 2 * np.pi * (shifted < 0)
    return np.asarray(shifted - np.pi)


def _neighbour_features(table: _Array) -> tuple[_Array, _Array, _Array]:
    """Return distance, bearing and turn of the nearest neighbours, seen from each minutia."""
    right = table[None, :, 0] - table[:, None, 0]
    down = table[None, :, 1] - table[:, None, 1]
    distance = np.hypot(right, down)
    bearing = _wrapped(np.arctan2(down, right) - table[:, None, 2])
    turn = _wrapped(table[None, :, 2] - table[:, None, 2])
    nearest = np.argsort(distance, axis=1)[:, 1 : _NEIGHBOURS + 1]
    rows = np.arange(len(table))[:, None]
    return distance[rows, nearest], bearing[rows, nearest], turn[rows, nearest]


def _local_similarity(first: _Array, second: _Array) -> _Array:
    one, other = _neighbour_features(first), _neighbour_features(second)
    apart = np.abs(one[0][:, None, :, None] - other[0][None, :, None, :]) / (6 + 0.06 * one[0][:, None, :, None])
    bearing = np.abs(_wrapped_once(one[1][:, None, :, None] - other[1][None, :, None, :])) / 0.35
    turn = np.abs(_wrapped_once(one[2][:, None, :, None] - other[2][None, :, None, :])) / 0.45
    alike = np.maximum(0, 1 - np.sqrt(apart**2 + bearing**2 + turn**2) / 1.8)
    return np.asarray((alike.max(3).sum(2) + alike.max(2).sum(2)) / 2)


def _aligned_score(first: _Array, second: _Array, local: _Array, alignment: _Alignment) -> float:
    pairs: list[tuple[int, int]] = []
    moved = first[:, :2]
    for _round in range(3):
        moved = alignment.apply(first)
        cost = _cost(moved, first[:, 2] + alignment.turn_rad, second)
        forth, back = cost.argmin(1), cost.argmin(0)
        rows = np.arange(len(forth))
        mutual = np.flatnonzero((cost[rows, forth] < 2) & (back[forth] == rows))
        pairs = list(zip(mutual.tolist(), forth[mutual].tolist(), strict=True))
        if len(pairs) < _LEAST_PAIRS:
            return 0.0
        alignment = _fitted(first, second, pairs)
    return _score(first, second, local, pairs, moved, alignment)


def _cost(moved: _Array, angles: _Array, second: _Array) -> _Array:
    """Return how badly each minutia fits each of the other print; turns are compared only where they lie close."""
    right = moved[:, None, 0] - second[None, :, 0]
    down = moved[:, None, 1] - second[None, :, 1]
    ones, others = np.nonzero((np.abs(right) < _DISTANCE_PX) & (np.abs(down) < _DISTANCE_PX))
    apart = np.hypot(right[ones, others], down[ones, others])
    turned = np.abs(_wrapped(angles[ones] - second[others, 2]))
    near = (apart < _DISTANCE_PX) & (turned < _ANGLE_RAD)
    cost = np.full(right.shape, 9.0)
    cost[ones, others] = np.where(near, (apart / _DISTANCE_PX) ** 2 + (turned / _ANGLE_RAD) ** 2, 9.0)
    return cost


def _fitted(first: _Array, second: _Array, pairs: list[tuple[int, int]]) -> _Alignment:
    chosen = np.array(pairs)
    one, other = first[chosen[:, 0], :2], second[chosen[:, 1], :2]
    middle_one, middle_other = one.mean(0), other.mean(0)
    a, b = one - middle_one, other - middle_other
    turn = math.atan2(float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()), float((a * b).sum()))
    return _Alignment(turn, tuple(middle_one), tuple(middle_other))


def _score(
    first: _Array,
    second: _Array,
    local: _Array,
    pairs: list[tuple[int, int]],
    moved: _Array,
    alignment: _Alignment,
) -> float:
    shared_first = _inside(moved, second)
    shared_second = _inside(alignment.reversed().apply(second), first)
    agreement = sum(float(local[pair]) for pair in pairs)
    expected = max(_LEAST_EXPECTED, min(shared_first, shared_second))
    return _SCALE * agreement * len(pairs) / expected


def _inside(points: _Array, others: _Array) -> int:
    """Count points that fall on the area the other print covers."""
    least, greatest = others[:, :2].min(0) - 10, others[:, :2].max(0) + 10
    return int(np.count_nonzero(((points > least) & (points < greatest)).all(axis=1)))
