"""Judges from the eyes outward what a cascade cannot say: a head turned aside, glasses.

Both are advice. A turned head shows less cheek on one side; a frame draws sharp lines
where a bare face is smooth, under both eyes and across the nose.
"""

from __future__ import annotations

import cv2
import numpy as np

from station.biometrics.pixels import Bytes, Field

Eyes = tuple[tuple[float, float], tuple[float, float]]

TURNED_ABOVE = 0.20
GLASSES_ABOVE = 0.5

_EYE_WIDTH_PX = 80
_WIDTH, _HEIGHT, _EYE_ROW = 320, 240, 80
_CHEEK_ROWS = slice(_EYE_ROW + 34, _EYE_ROW + 84)
_SKIN_SPREADS, _LEAST_SPREAD = 4.0, 6.0
_RIM_STEP, _BRIDGE_STEP = 0.055, 0.045


def upright(colour: Bytes, eyes: Eyes) -> Bytes:
    """Return the face turned upright, its eyes 80 pixels apart on row 80 of 320 x 240."""
    (left, top), (right, bottom) = eyes
    scale = _EYE_WIDTH_PX / max(1.0, float(np.hypot(right - left, bottom - top)))
    middle = (left + right) / 2, (top + bottom) / 2
    matrix = np.asarray(
        cv2.getRotationMatrix2D(middle, float(np.degrees(np.arctan2(bottom - top, right - left))), scale)
    )
    matrix[:, 2] += np.array([_WIDTH / 2 - middle[0], _EYE_ROW - middle[1]])
    return np.asarray(
        cv2.warpAffine(colour, matrix, (_WIDTH, _HEIGHT), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    )


def turn_aside(face: Bytes) -> float:
    """Return -1 to 1: how much more cheek stands right of the eyes' middle than left of it; 0 looks straight.

    Skin is what has the colour of the nose and the inner cheeks; hair, veil and backdrop end it.
    """
    smooth = np.asarray(cv2.GaussianBlur(face, (0, 0), 2), np.uint8)
    lab = np.asarray(cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB), np.float32)[_CHEEK_ROWS]
    middle = _WIDTH // 2
    inner = lab[:, middle - 36 : middle + 37].reshape(-1, 3)
    usual = np.median(inner, axis=0)
    spread = np.maximum(1.5 * np.median(np.abs(inner - usual), axis=0), _LEAST_SPREAD) * np.array([3.0, 1.0, 1.0])
    skin = (np.abs(lab - usual) < _SKIN_SPREADS * spread).all(axis=2)
    across = np.asarray(cv2.medianBlur(skin.astype(np.uint8) * 255, 5)).mean(0) > 127
    left, right = _run(across[middle - 30 :: -1]) + 30, _run(across[middle + 30 :]) + 30
    return (right - left) / (right + left)


def _run(flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int:
    """Return how many flags are set before a gap of more than four."""
    gap = 0
    for place, flag in enumerate(flags.tolist()):
        gap = 0 if flag else gap + 1
        if gap > 4:
            return place - 4
    return len(flags)


def glasses_sign(face: Bytes) -> float:
    """Return how surely a frame is worn: 1 when dark lines stand under both eyes and across the nose."""
    grey = np.asarray(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY), np.float32)
    light = max(30.0, float(np.median(grey[_CHEEK_ROWS, _WIDTH // 2 - 60 : _WIDTH // 2 + 60])))
    down = np.abs(np.asarray(cv2.Sobel(cv2.GaussianBlur(grey, (0, 0), 1.2), cv2.CV_32F, 0, 1, scale=1 / 8))) / light
    half, middle = _EYE_WIDTH_PX // 2, _WIDTH // 2
    rims = [_line(down, middle + side * half, 12, _EYE_ROW + 22, _EYE_ROW + 62) for side in (-1, 1)]
    bridge = _line(down, middle, 5, _EYE_ROW - 26, _EYE_ROW + 22)
    return min(*(rim / _RIM_STEP for rim in rims), bridge / _BRIDGE_STEP)


def _line(down: Field, column: int, reach: int, first: int, last: int) -> float:
    """Return the strongest step over the rows that is seen in nearly every column of a strip."""
    strip = down[first:last, column - reach : column + reach + 1]
    beside = np.asarray(cv2.dilate(strip, np.ones((5, 1), np.uint8)), np.float32)
    return float(np.percentile(beside, 25, axis=1).max())
