"""Measures a print: how much of it there is, how clear, how even. `quality` turns the measures into a score.

All are taken over the contact area, most of them per block of 16 or 32 pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.finger.ridges import RidgeMap
from station.biometrics.pixels import Field, blurred, blurred_wide

USUAL_AREA_PX = 62_000
_FINE_PX, _COARSE_PX = 16, 32
_LEAST_AREA_PX = 4000


@dataclass(frozen=True, slots=True)
class Measures:
    """Areas as shares of a usual print, the rest 0 to 1.

    `unridged` is how much of the touched glass shows no ridges; `texture` are block statistics for the score only.
    """

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
    unridged: float
    texture: tuple[float, ...]

    def vector(self) -> NDArray[np.float64]:
        """Return what the learnt score reads: all measures but `unridged`, in the order of declaration."""
        named = [getattr(self, name) for name in self.__slots__ if name not in {"unridged", "texture"}]
        return np.array([*named, *self.texture], np.float64)


def measure(found: RidgeMap, minutia_count: int) -> Measures | None:
    """Return the measures of a print, or None when there is no print."""
    area = int(np.count_nonzero(found.inside))
    blocks = _blocks(found.inside, _FINE_PX) > 0.8
    texture = _texture(found, minutia_count)
    if area < _LEAST_AREA_PX or np.count_nonzero(blocks) < 10 or texture is None:
        return None
    grey = found.grey.astype(np.float32)
    mean = blurred_wide(grey, 8)
    spread = np.sqrt(np.maximum(blurred_wide((grey - mean) ** 2, 8), 0))
    fit = _blocks(_agreement((mean - grey) / (spread + 4), found.clean), _FINE_PX)[blocks]
    coherence = _blocks(found.coherence, _FINE_PX)[blocks]
    period = 1 / _blocks(found.frequency, _FINE_PX)[blocks]
    ridge_grey, valley_grey = _sides(grey, found.clean)
    clarity = (valley_grey - ridge_grey)[blocks]
    good = (coherence > 0.45) & (fit > 0.55) & (clarity > 25) & (period > 6) & (period < 14)
    rows, columns = np.nonzero(found.inside)
    height, width = found.inside.shape
    return Measures(
        area=area / USUAL_AREA_PX,
        good_area=float(np.count_nonzero(good)) * _FINE_PX**2 / USUAL_AREA_PX,
        coherence=float(coherence.mean()),
        ridge_fit=float(fit.mean()),
        clarity=float(clarity.mean()) / 255,
        contrast=float(_blocks(spread, _FINE_PX)[blocks].mean()) / 128,
        ridge_grey=float(ridge_grey[blocks].mean()) / 255,
        valley_grey=float(valley_grey[blocks].mean()) / 255,
        ridge_share=_dark_share(grey, found),
        broken=float(np.mean(fit < 0.5)),
        off_centre=float(np.hypot(rows.mean() / height - 0.5, columns.mean() / width - 0.5)),
        at_edge=_edge_share(found),
        unridged=_unridged(grey, found),
        texture=texture,
    )


def _tiles(field: NDArray[np.generic], side: int) -> Field:
    """Return rows x columns x pixels of the blocks that fit."""
    height, width = (length // side for length in field.shape)
    cut = np.asarray(field[: height * side, : width * side], np.float32)
    return cut.reshape(height, side, width, side).transpose(0, 2, 1, 3).reshape(height, width, side * side)


def _blocks(field: NDArray[np.generic], side: int) -> Field:
    return np.asarray(_tiles(field, side).mean(2))


def _agreement(raw: Field, clean: Field) -> Field:
    """Return how well raw pixels follow the enhanced ridges, -1 to 1: a local correlation."""
    level = clean / (np.sqrt(blurred_wide(clean * clean, 8)) + 1e-3)
    power = np.sqrt(np.maximum(blurred_wide(raw * raw, 8) * blurred_wide(level * level, 8), 0))
    return np.asarray(blurred_wide(raw * level, 8) / (power + 1e-3), np.float32)


def _sides(grey: Field, clean: Field) -> tuple[Field, Field]:
    """Return the mean grey of ridges and of valleys per fine block."""
    ridge = clean > 0
    share = _blocks(ridge, _FINE_PX)
    on_ridge = _blocks(np.where(ridge, grey, 0), _FINE_PX) / np.maximum(share, 0.05)
    in_valley = _blocks(np.where(ridge, 0, grey), _FINE_PX) / np.maximum(1 - share, 0.05)
    return np.asarray(on_ridge), np.asarray(in_valley)


def _dark_share(grey: Field, found: RidgeMap) -> float:
    """Return how much of the contact area is dark: little when dry, much when wet."""
    inside = grey[found.inside]
    dark, light = np.percentile(inside, 3), np.percentile(grey[::4, ::4], 97)
    return float(np.mean(inside < (dark + light) / 2))


def _unridged(grey: Field, found: RidgeMap) -> float:
    """Return the share of dark glass on which no ridges stand: a finger that slid, or dirt."""
    ground = float(np.percentile(grey[::4, ::4], 97))
    touched = blurred_wide(grey, 8)[::4, ::4] < ground - 45
    count = int(np.count_nonzero(touched))
    return float(np.count_nonzero(touched & ~found.inside[::4, ::4])) / count if count else 0.0


def _edge_share(found: RidgeMap) -> float:
    """Return how much of the picture's border the print touches."""
    inside = found.inside
    border = np.concatenate([inside[2], inside[-3], inside[:, 2], inside[:, -3]])
    return float(np.count_nonzero(border)) / len(border)


def _texture(found: RidgeMap, minutia_count: int) -> tuple[float, ...] | None:
    """Return direction, separation, flow, period, light and sharpness statistics of the coarse blocks."""
    used = _blocks(found.inside, _COARSE_PX) > 0.6
    count = int(np.count_nonzero(used))
    if count < 4:
        return None
    grey = found.grey.astype(np.float32)
    direction, flow = _direction(grey, used)
    separation, step = (values[used] for values in _separation(grey, found.clean))
    period = 1 / _blocks(found.frequency, _COARSE_PX)[used]
    tiles = _tiles(grey, _COARSE_PX)[used]
    spread = tiles.std(1)
    fine = np.abs(grey - blurred(grey, 0.8))
    edges = np.abs(np.asarray(cv2.Laplacian(grey, cv2.CV_32F)))
    area = count * _COARSE_PX**2 / USUAL_AREA_PX
    good = float(np.count_nonzero((direction > 0.6) & (separation > 0.9))) * _COARSE_PX**2 / USUAL_AREA_PX
    ridge_share = _blocks(found.clean > 0, _COARSE_PX)[used]
    values = (
        *_statistics(direction),
        direction.std(),
        *_statistics(separation),
        step.mean(),
        np.percentile(step, 10),
        flow.mean() if len(flow) else 0.0,
        period.mean(),
        period.std(),
        spread.mean() / 64,
        spread.std() / 64,
        tiles.mean() / 255,
        grey.mean() / 255,
        grey.std() / 64,
        np.median(fine[found.inside]) / 16,
        edges[found.inside].mean() / (spread.mean() + 4),
        ridge_share.std(),
        np.mean(direction > 0.6),
        np.mean(separation > 1),
        good,
        minutia_count / 60,
        np.sqrt(minutia_count / 60),
        min(minutia_count, 40) / 40,
        area,
        np.log(count),
    )
    return tuple(float(value) for value in values)


def _statistics(values: Field) -> tuple[float, float, float, float]:
    least, middle, greatest = np.percentile(values, (10, 50, 90))
    return float(values.mean()), float(least), float(middle), float(greatest)


def _direction(grey: Field, used: NDArray[np.bool_]) -> tuple[Field, Field]:
    """Return how one-directional each used block is, 0 to 1, and the turns between neighbours in radians."""
    down, across = (np.asarray(slope, np.float32) for slope in np.gradient(grey))
    xx, yy, xy = (_blocks(product, _COARSE_PX) for product in (across * across, down * down, across * down))
    spread = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    certain = 1 - (xx + yy - spread) / (xx + yy + spread + 1e-6)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    turns = np.abs(np.angle(np.exp(2j * (angle[:, 1:] - angle[:, :-1]))))
    return np.asarray(certain[used]), np.asarray(turns[used[:, 1:] & used[:, :-1]])


def _separation(grey: Field, clean: Field) -> tuple[Field, Field]:
    """Return how far ridges and valleys lie apart, in spreads and in shares of full white, per coarse block."""
    ridge = clean > 0
    sides = []
    for flags in (ridge, ~ridge):
        share = np.maximum(_blocks(flags, _COARSE_PX), 1 / _COARSE_PX**2)
        mean = _blocks(np.where(flags, grey, 0), _COARSE_PX) / share
        square = _blocks(np.where(flags, grey * grey, 0), _COARSE_PX) / share
        sides.append((mean, np.sqrt(np.maximum(square - mean * mean, 0))))
    (ridge_mean, ridge_spread), (valley_mean, valley_spread) = sides
    step = valley_mean - ridge_mean
    return np.asarray(step / (ridge_spread + valley_spread + 4)), np.asarray(step / 255)
