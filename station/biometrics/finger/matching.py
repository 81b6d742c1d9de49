"""Compares two minutiae templates and says how alike they are.

Every minutia is described by its nearest neighbours; the most alike ones propose how
one print lies on the other, and the best alignment is scored by three things that
chance does not give together: neighbourhoods that agree, most minutiae of the shared
area paired (its outline is that of the minutiae, so that a small print is judged by the
little it shows), and pairs that meet closely. A match is a second factor, never proof
of identity by itself.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from station.biometrics.finger.alignment import LEAST_PAIRS, Alignments, align
from station.biometrics.finger.minutiae import MinutiaeTemplate
from station.biometrics.finger.neighbourhoods import Table, local_similarity

DEFAULT_THRESHOLD = 70.0

_MOST_MINUTIAE = 120
_PROPOSALS = 40
_LEAST_EXPECTED = 8
_BORDER_PX = 12
_AT_BEST, _AT_WORST, _APART_PX, _TURNED_RAD = 1.6, 0.1, 7.0, 0.6
_SCALE = 6.1


def same_finger(a: MinutiaeTemplate, b: MinutiaeTemplate, threshold: float = DEFAULT_THRESHOLD) -> bool:
    """Tell whether two prints come from one finger at the threshold given."""
    return match_score(a, b) >= threshold


def match_score(a: MinutiaeTemplate, b: MinutiaeTemplate) -> float:
    """Return 0 for nothing in common; above 70 is the same finger (measured error rates: docs/biometrics.md)."""
    first, second = _table(a), _table(b)
    if len(first) < LEAST_PAIRS or len(second) < LEAST_PAIRS:
        return 0.0
    local = local_similarity(first, second)
    starts = np.argsort(-local, axis=None)[:_PROPOSALS]
    ways = align(first, second, np.stack(np.divmod(starts, len(second)), axis=1))
    return max(_scores(first, second, local, ways), default=0.0)


def _table(template: MinutiaeTemplate) -> Table:
    """Return x, y at 500 ppi and angle in radians with rows growing downwards; the best 120."""
    scale = 500 / template.resolution_ppi
    best = sorted(template.minutiae, key=lambda minutia: -minutia.quality)[:_MOST_MINUTIAE]
    rows = [(m.x * scale, m.y * scale, -math.radians(m.angle_deg)) for m in best]
    return np.array(rows, np.float32).reshape(-1, 3)


def _scores(first: Table, second: Table, local: Table, ways: Alignments) -> list[float]:
    matched = ways.paired >= 0
    count = matched.sum(1)
    agreement = np.where(matched, local[np.arange(len(first))[None], ways.paired], 0).sum(1)
    shared_first = _inside(ways.first_on_second(first[:, :2]), second)
    shared_second = _inside(ways.second_on_first(second[:, :2]), first)
    paired_share = count / np.maximum(_LEAST_EXPECTED, np.sqrt(shared_first * shared_second))
    closeness = np.clip(_AT_BEST - ways.apart_px / _APART_PX - ways.turned_rad / _TURNED_RAD, _AT_WORST, None)
    scores: list[float] = (_SCALE * agreement * paired_share**2 * closeness).tolist()
    return scores


def _inside(points: Table, others: Table) -> Table:
    """Count for each way the points within the outline of the other print's minutiae or near it."""
    corners = cv2.convexHull(np.ascontiguousarray(others[:, :2]), clockwise=False)[:, 0]
    edges = np.roll(corners, -1, axis=0) - corners
    outward = np.stack([edges[:, 1], -edges[:, 0]], axis=1) / np.maximum(np.hypot(*edges.T), 1e-6)[:, None]
    outside = points @ outward.T - (corners * outward).sum(1)
    return np.asarray((outside.max(axis=2) < _BORDER_PX).sum(1), np.float32)
