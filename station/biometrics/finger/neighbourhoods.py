"""Describes every minutia by its nearest neighbours and says how alike two such neighbourhoods are.

Distance, bearing and turn are seen from the minutia itself, so that a print may lie
anywhere and at any turn.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float32]

_NEIGHBOURS = 8
_DISTANCE_PX, _STRETCH, _BEARING_RAD, _TURN_RAD = 6.0, 0.06, 0.35, 0.45
_REACH = 1.8


def local_similarity(first: Table, second: Table) -> Table:
    """Return for each minutia of either print (x, y, angle) how many of eight neighbours agree, 0 to 8."""
    one, other = _features(first), _features(second)
    away, bearing, turn = (one[part][:, None, :, None] - other[part][None, :, None, :] for part in range(len(one)))
    away /= (_DISTANCE_PX + _STRETCH * one[0])[:, None, :, None]
    bearing = wrapped_once(bearing) / np.float32(_BEARING_RAD)
    turn = wrapped_once(turn) / np.float32(_TURN_RAD)
    away *= away
    away += bearing * bearing
    away += turn * turn
    np.sqrt(away, out=away)
    away *= np.float32(-1 / _REACH)
    away += 1
    np.maximum(away, 0, out=away)
    return np.asarray((away.max(3).sum(2) + away.max(2).sum(2)) / 2, np.float32)


def wrapped(angle: Table) -> Table:
    """Return angles between minus and plus half a turn."""
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi, np.float32)


def wrapped_once(angle: Table) -> Table:
    """Return the same as `wrapped` for differences of wrapped angles, without the slow remainder."""
    turn = np.float32(2 * np.pi)
    return np.asarray(angle - turn * (angle >= np.pi) + turn * (angle < -np.pi), np.float32)


def _features(table: Table) -> tuple[Table, Table, Table]:
    """Return distance, bearing and turn of the nearest neighbours, seen from each minutia."""
    right = table[None, :, 0] - table[:, None, 0]
    down = table[None, :, 1] - table[:, None, 1]
    distance = np.hypot(right, down)
    nearest = np.argsort(distance, axis=1)[:, 1 : _NEIGHBOURS + 1]
    rows = np.arange(len(table))[:, None]
    bearing = wrapped(np.arctan2(down, right)[rows, nearest] - table[:, None, 2])
    turn = wrapped(table[nearest, 2] - table[:, None, 2])
    return np.asarray(distance[rows, nearest], np.float32), bearing, turn
