"""Finds what touches the glass as separate blobs: finger tips, lower joints, each with place, size and direction.

Touching fingers are parted where the contact narrows: the distance to the ground has
one summit in each finger. What the blobs mean is decided in `hand`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.pixels import Bytes, Field, Flags, blurred, component_sizes

SCALE = 8
_LEAST_AREA = 90
_NECK_SHARE = 0.80
_SUMMIT_SPACING = 9
_LEAST_ENERGY_SHARE = 0.28
_GROUND_WINDOW = 121
_LEAST_DARKNESS = 12.0
_DARK_SHARE, _CLEAR_SHARE = 0.55, 0.25


@dataclass(frozen=True, slots=True)
class Blob:
    """One contact area at one eighth of the slap's resolution; variances and covariance in that unit.

    `edge_run` is how broad the contact that it is part of is cut by the lower edge of the glass, 0 where it is not.
    """

    column: float
    row: float
    area: int
    var_column: float
    var_row: float
    covariance: float
    label: int
    edge_run: int

    def extent(self, angle_rad: float) -> float:
        """Return the size along a direction (of an ellipse with the same spread)."""
        across, down = np.cos(angle_rad), np.sin(angle_rad)
        variance = across**2 * self.var_column + down**2 * self.var_row + 2 * across * down * self.covariance
        return float(4 * np.sqrt(max(variance, 0.1)))


def contact_map(grey: Bytes) -> Flags:
    """Return at one eighth where skin touches: ridges stand out, or, where they are smeared over, the glass is dark.

    What is much weaker than the hand itself, such as prints left by the one before, is not counted.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.5)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    size = (grey.shape[1] // SCALE, grey.shape[0] // SCALE)
    energy = np.asarray(cv2.resize(cv2.magnitude(across, down), size, interpolation=cv2.INTER_AREA), np.float32)
    ground = float(np.percentile(energy, 20))
    limit = max(6.0, 2.2 * ground, _LEAST_ENERGY_SHARE * float(np.percentile(energy, 97)))
    ridged = np.asarray(blurred(energy, 0.7) > limit, np.bool_)
    dark, clear = _by_brightness(grey, ridged)
    flags = ((ridged | dark) & ~clear).astype(np.uint8)
    flags = np.asarray(cv2.morphologyEx(flags, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    return _holes_filled(flags > 0)


def _by_brightness(grey: Bytes, ridged: Flags) -> tuple[Flags, Flags]:
    """Return where the glass is nearly as dark as under ridges, and where it is clear over more than a valley's width.

    Neither anywhere when what is ridged is not darker than the glass.
    """
    height, width = ridged.shape
    small = np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.float32)
    window = np.ones((_GROUND_WINDOW, _GROUND_WINDOW), np.uint8)
    ground = np.asarray(cv2.morphologyEx(small, cv2.MORPH_CLOSE, window, borderType=cv2.BORDER_REPLICATE), np.float32)
    darkness = ground - small
    nowhere = np.zeros_like(ridged)
    usual = float(np.median(darkness[ridged])) if ridged.any() else 0.0
    if usual < _LEAST_DARKNESS or float(np.mean(small[ridged])) > float(np.median(small[~ridged])):
        return nowhere, nowhere
    finer = np.asarray(cv2.resize(grey, (2 * width, 2 * height), interpolation=cv2.INTER_AREA), np.float32)
    bright = finer > (ground - _CLEAR_SHARE * usual).repeat(2, axis=0).repeat(2, axis=1)
    wide = cv2.morphologyEx(bright.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    clear = np.asarray(wide, np.uint8).reshape(height, 2, width, 2).sum(axis=(1, 3)) >= 2
    return np.asarray(blurred(darkness, 0.7) > _DARK_SHARE * usual, np.bool_), np.asarray(clear, np.bool_)


def _holes_filled(flags: Flags) -> Flags:
    labels, sizes = component_sizes(~flags, connectivity=4)
    small = sizes < _LEAST_AREA
    small[0] = False
    return flags | np.asarray(small[labels], np.bool_)


def find_blobs(contact: Flags) -> tuple[list[Blob], NDArray[np.int32]]:
    """Return the blobs, largest first, and the label of every pixel (0 is ground)."""
    padded = np.pad(contact.astype(np.uint8), 1)
    depth = np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 5), np.float32)[1:-1, 1:-1]
    parts = np.asarray(cv2.connectedComponents(contact.astype(np.uint8), connectivity=8)[1], np.int32)
    summits = _summits(blurred(depth, 1.0) * contact, parts)
    if not summits:
        return [], np.zeros(contact.shape, np.int32)
    labels = _nearest_summit(contact, depth, parts, summits)
    blobs = []
    for label in range(1, len(summits) + 1):
        rows, columns = np.nonzero(labels == label)
        if len(rows) < _LEAST_AREA:
            continue
        spread = np.cov(columns, rows)
        blobs.append(
            Blob(
                float(columns.mean()),
                float(rows.mean()),
                len(rows),
                float(spread[0, 0]),
                float(spread[1, 1]),
                float(spread[0, 1]),
                label,
                _edge_run(parts, int(parts[rows[0], columns[0]])) if rows.max() >= len(contact) - 2 else 0,
            )
        )
    return sorted(blobs, key=lambda blob: -blob.area), labels


def _edge_run(parts: NDArray[np.int32], part: int) -> int:
    """Return the columns that a connected contact takes of the last two rows."""
    return int((parts[-2:] == part).any(axis=0).sum())


def _summits(depth: Field, parts: NDArray[np.int32]) -> list[tuple[int, int]]:
    """Return rows and columns of summits that are parted from every higher one by a neck."""
    highest = np.asarray(cv2.dilate(depth, np.ones((_SUMMIT_SPACING, _SUMMIT_SPACING), np.uint8)), np.float32)
    spots = np.argwhere((depth >= highest) & (depth > 3))
    ordered = sorted(spots.tolist(), key=lambda spot: -float(depth[spot[0], spot[1]]))
    kept: list[tuple[int, int]] = []
    for row, column in ordered:
        rivals = [spot for spot in kept if parts[spot] == parts[row, column]]
        if all(_neck(depth, (row, column), spot) < _NECK_SHARE * float(depth[row, column]) for spot in rivals):
            kept.append((row, column))
    return kept


def _neck(depth: Field, one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return the least depth on the straight way between two spots."""
    count = max(abs(one[0] - other[0]), abs(one[1] - other[1]), 1)
    rows = np.linspace(one[0], other[0], count + 1).round().astype(int)
    columns = np.linspace(one[1], other[1], count + 1).round().astype(int)
    return float(depth[rows, columns].min())


def _nearest_summit(
    contact: Flags, depth: Field, parts: NDArray[np.int32], summits: list[tuple[int, int]]
) -> NDArray[np.int32]:
    """Give every contact pixel to a summit of its own part, the nearest relative to the summit's own width."""
    rows, columns = np.nonzero(contact)
    distances = np.full((len(summits), len(rows)), np.inf)
    for index, (row, column) in enumerate(summits):
        away = np.hypot(rows - row, columns - column) / float(depth[row, column])
        distances[index] = np.where(parts[rows, columns] == parts[row, column], away, np.inf)
    labels = np.zeros(contact.shape, np.int32)
    labels[rows, columns] = np.where(np.isfinite(distances.min(0)), distances.argmin(0) + 1, 0)
    return labels
