"""Lays one print on another: many proposals at once, each refined by the minutiae that it brings together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from station.biometrics.finger.neighbourhoods import Table, wrapped, wrapped_once

DISTANCE_PX, ANGLE_RAD = 12.0, 0.45
LEAST_PAIRS = 4

_FAR = 9.0
_MUTUAL = 2.0
_KEPT_AFTER_FIRST = 12


@dataclass(frozen=True, slots=True)
class Alignments:
    """Several ways to lay the first print on the second.

    `turn_rad` has one value per way, `pivot_a` and `pivot_b` its point in either print; `paired` says for every way
    and minutia of the first print which one of the second it meets (-1: none); `apart_px` and `turned_rad` how far
    the pairs miss each other on average.
    """

    turn_rad: Table
    pivot_a: Table
    pivot_b: Table
    paired: NDArray[np.intp]
    apart_px: Table
    turned_rad: Table

    def first_on_second(self, points: Table) -> Table:
        """Return where the first print's points fall, ways x points x 2."""
        return _turned(points, self.turn_rad, self.pivot_a, self.pivot_b)

    def second_on_first(self, points: Table) -> Table:
        """Return where the second print's points fall in the first."""
        return _turned(points, -self.turn_rad, self.pivot_b, self.pivot_a)

    def chosen(self, which: NDArray[np.intp]) -> Alignments:
        """Return only these ways."""
        return Alignments(*(getattr(self, name)[which] for name in self.__slots__))


def align(first: Table, second: Table, starts: NDArray[np.intp]) -> Alignments:
    """Return the refined ways to lay `first` on `second`, from pairs of minutiae (row, column) that seem alike."""
    one, other = first[starts[:, 0]], second[starts[:, 1]]
    turn, nothing = wrapped(other[:, 2] - one[:, 2]), np.zeros(len(starts), np.float32)
    ways = Alignments(turn, one[:, :2], other[:, :2], np.full((len(starts), len(first)), -1), nothing, nothing)
    for refinement in range(3):
        ways = _refined(first, second, ways)
        counts = (ways.paired >= 0).sum(1)
        best = np.argsort(-counts, kind="stable")[: _KEPT_AFTER_FIRST if refinement == 0 else None]
        ways = ways.chosen(best[counts[best] >= LEAST_PAIRS])
        if not len(ways.turn_rad):
            break
    return ways


def _refined(first: Table, second: Table, ways: Alignments) -> Alignments:
    """Pair what lies close and points alike, each the other's nearest, and lay the pairs on one another."""
    apart, turned = _distances(first, second, ways)
    near = (apart < DISTANCE_PX**2) & (turned < ANGLE_RAD)
    cost = np.where(near, apart / DISTANCE_PX**2 + (turned / ANGLE_RAD) ** 2, _FAR)
    forth, back = cost.argmin(2)[..., None], cost.argmin(1)
    mutual = (np.take_along_axis(cost, forth, 2) < _MUTUAL)[..., 0]
    mutual &= np.take_along_axis(back, forth[..., 0], 1) == np.arange(len(first))[None]
    weight = mutual.astype(np.float32)
    total = np.maximum(weight.sum(1), 1)
    apart_px = (np.sqrt(np.take_along_axis(apart, forth, 2))[..., 0] * weight).sum(1) / total
    turned_rad = (np.take_along_axis(turned, forth, 2)[..., 0] * weight).sum(1) / total
    turn, middle_one, middle_other = _fitted(first[None, :, :2], second[forth[..., 0], :2], weight[..., None])
    return Alignments(turn, middle_one, middle_other, np.where(mutual, forth[..., 0], -1), apart_px, turned_rad)


def _fitted(ones: Table, others: Table, weight: Table) -> tuple[Table, Table, Table]:
    """Return the turn, and the middles of either side, that lay weighted pairs on one another best."""
    total = np.maximum(weight.sum(1), 1)
    middle_one, middle_other = (ones * weight).sum(1) / total, (others * weight).sum(1) / total
    a, b = (ones - middle_one[:, None]) * weight, (others - middle_other[:, None]) * weight
    turn = np.arctan2((a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]).sum(1), (a * b).sum((1, 2)))
    return np.asarray(turn, np.float32), middle_one, middle_other


def _distances(first: Table, second: Table, ways: Alignments) -> tuple[Table, Table]:
    """Return squared pixels and radians from each minutia to each of the other print, ways x first x second."""
    moved = ways.first_on_second(first[:, :2])
    right = moved[..., 0, None] - second[None, None, :, 0]
    down = moved[..., 1, None] - second[None, None, :, 1]
    turned = wrapped(first[None, :, 2] + ways.turn_rad[:, None])[..., None] - wrapped(second[:, 2])
    return right * right + down * down, np.abs(wrapped_once(turned))


def _turned(points: Table, turn_rad: Table, pivot_from: Table, pivot_to: Table) -> Table:
    cosine, sine = np.cos(turn_rad)[:, None], np.sin(turn_rad)[:, None]
    right = points[None, :, 0] - pivot_from[:, 0, None]
    down = points[None, :, 1] - pivot_from[:, 1, None]
    return np.stack(
        [pivot_to[:, 0, None] + cosine * right - sine * down, pivot_to[:, 1, None] + sine * right + cosine * down],
        axis=2,
    )
