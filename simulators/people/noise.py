"""Smooth random fields and seeded generators that all parts of a synthetic body are made from.

Does not simulate: anything by itself.
"""

from __future__ import annotations

import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def generator(*parts: int | str) -> np.random.Generator:
    """Return a generator fully determined by `parts`; words and numbers may be mixed."""
    return np.random.default_rng([part if isinstance(part, int) else zlib.crc32(part.encode()) for part in parts])


def smooth_noise(
    random: np.random.Generator, height: int, width: int, scale_px: float, amplitude: float = 1.0
) -> Field:
    """Return a field of mean 0 and standard deviation `amplitude` that varies over about `scale_px` pixels."""
    step = max(1, int(scale_px / 4))
    coarse = random.standard_normal((height // step + 3, width // step + 3)).astype(np.float32)
    coarse = blurred(coarse, scale_px / step)
    field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    field -= field.mean()
    return np.asarray(field * (amplitude / (field.std() + 1e-9)), np.float32)


def blurred(field: Field, sigma_px: float) -> Field:
    """Return the field smoothed by a Gaussian of standard deviation `sigma_px`."""
    return np.asarray(cv2.GaussianBlur(field, (0, 0), sigma_px), np.float32)


def white_noise(random: np.random.Generator, height: int, width: int) -> Field:
    """Return independent normal values; large fields repeat a 512 x 512 tile, which nobody can see."""
    tile = random.standard_normal((min(height, 512), min(width, 512)), dtype=np.float32)
    rows, columns = -(-height // tile.shape[0]), -(-width // tile.shape[1])
    return np.asarray(np.tile(tile, (rows, columns))[:height, :width], np.float32)


def grid(height: int, width: int) -> tuple[Field, Field]:
    """Return the row and the column number of every pixel."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    return rows, columns


def logistic(field: Field, steepness: float = 1.0) -> Field:
    """Return 1 / (1 + exp(-steepness * field)) without overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(field * steepness, -40, 40))), np.float32)
