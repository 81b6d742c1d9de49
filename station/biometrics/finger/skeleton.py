"""Thins ridges to one pixel and walks along them (Zhang and Suen, by look-up table)."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.pixels import Bytes

NEIGHBOURS: tuple[tuple[int, int], ...] = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
_WEIGHTS = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)


def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return which of 256 neighbourhoods may be removed in either half step, and their crossing numbers."""
    removable = np.zeros((2, 256), np.uint8)
    crossings = np.zeros(256, np.uint8)
    for value in range(256):
        bits = [(value >> k) & 1 for k in range(8)]
        crossings[value] = sum(bits[k] != bits[(k + 1) % 8] for k in range(8)) // 2
        rises = sum(bits[k] == 0 and bits[(k + 1) % 8] == 1 for k in range(8))
        if not (2 <= sum(bits) <= 6 and rises == 1):
            continue
        north, east, south, west = bits[0], bits[2], bits[4], bits[6]
        removable[0, value] = not (north and east and south) and not (east and south and west)
        removable[1, value] = not (north and east and west) and not (north and south and west)
    return removable, crossings


_REMOVABLE, _CROSSINGS = _tables()


def _neighbourhoods(lines: Bytes) -> Bytes:
    return np.asarray(cv2.filter2D(lines, cv2.CV_8U, _WEIGHTS, borderType=cv2.BORDER_CONSTANT), np.uint8)


def thin(ridges: Bytes) -> Bytes:
    """Return lines of one pixel along the middle of what is 1; the outermost two pixels are cleared."""
    lines = ridges.copy()
    while True:
        removed = 0
        for half in (0, 1):
            gone = np.asarray(cv2.LUT(_neighbourhoods(lines), _REMOVABLE[half]), np.uint8) & lines
            removed += int(np.count_nonzero(gone))
            lines ^= gone
        if not removed:
            break
    lines[:2] = lines[-2:] = 0
    lines[:, :2] = lines[:, -2:] = 0
    return lines


def crossing_numbers(lines: Bytes) -> Bytes:
    """Return 1 at line ends, 2 along lines, 3 at forks, 0 where no line is."""
    return np.asarray(cv2.LUT(_neighbourhoods(lines), _CROSSINGS), np.uint8) * lines


class Lines:
    """A thinned picture to walk along; places are numbers, so that a step costs a look into bytes."""

    def __init__(self, lines: Bytes) -> None:
        self._set = lines.tobytes()
        self._width = lines.shape[1]
        self._straight = (-self._width, 1, self._width, -1)
        self._diagonal = (1 - self._width, 1 + self._width, self._width - 1, -1 - self._width)
        self._around = tuple(down * self._width + right for down, right in NEIGHBOURS)

    def place(self, row: int, column: int) -> int:
        """Return the number of a place."""
        return int(row * self._width + column)

    def bearing(self, start: int, end: int) -> float:
        """Return the direction from one place to another in radians, rows growing downwards."""
        (row, column), (to_row, to_column) = divmod(start, self._width), divmod(end, self._width)
        return math.atan2(to_row - row, to_column - column)

    def exits(self, spot: int) -> list[int]:
        """Return one place per line that leaves a spot, straight neighbours before diagonal ones."""
        straight = [spot + step for step in self._straight if self._set[spot + step]]
        diagonal = [spot + step for step in self._diagonal if self._set[spot + step]]
        return straight + [place for place in diagonal if not any(self._touch(place, other) for other in straight)]

    def follow(self, start: int, origin: int, limit: int) -> tuple[list[int], bool]:
        """Walk from `start` away from `origin`; return the way and whether it met an end or a fork before `limit`."""
        path = [start]
        previous, here = origin, start
        for _step in range(limit):
            around = [here + step for step in self._around if self._set[here + step]]
            ahead = [spot for spot in around if not self._touch(spot, previous)]
            if not ahead:
                ahead = [spot for spot in around if spot != previous and spot not in path]
                if len(ahead) != 1:
                    return path, True
            if len(ahead) > 1:
                straight = [spot for spot in ahead if spot - here in self._straight]
                if len(straight) != 1:
                    return path, True
                ahead = straight
            previous, here = here, ahead[0]
            path.append(here)
        return path, False

    def _touch(self, one: int, other: int) -> bool:
        """Tell whether two places near each other are the same or neighbours."""
        return one == other or one - other in self._around
