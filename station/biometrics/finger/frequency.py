"""Measures how many ridges stand on a pixel: the peak of the local spectrum, smoothed by how clear it is."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from station.biometrics.pixels import Bytes, Field, Flags, blurred, blurred_wide, resized

USUAL_FREQUENCY = 1 / 9

_BLOCK_PX, _STEP_PX, _SPECTRUM = 48, 24, 64
_LEAST_PERIOD_PX, _GREATEST_PERIOD_PX = 5.0, 16.0


def ridge_frequency(grey: Bytes, inside: Flags) -> Field:
    """Return ridges per pixel: spectrum peak of every block in the contact area, smoothed by confidence."""
    height, width = grey.shape
    usual = np.full((height, width), USUAL_FREQUENCY, np.float32)
    if height < _BLOCK_PX or width < _BLOCK_PX:
        return usual
    rows = np.arange(0, height - _BLOCK_PX + 1, _STEP_PX)
    columns = np.arange(0, width - _BLOCK_PX + 1, _STEP_PX)
    used = inside[rows[:, None] + _BLOCK_PX // 2, columns[None, :] + _BLOCK_PX // 2]
    if not used.any():
        return usual
    flat = grey.astype(np.float32) - blurred_wide(grey, 12)
    windows = np.lib.stride_tricks.sliding_window_view(flat, (_BLOCK_PX, _BLOCK_PX))
    blocks = windows[rows[:, None], columns[None, :]][used]
    found, clear = _peaks(np.asarray(blocks, np.float32))
    values, trust = np.zeros(used.shape, np.float32), np.zeros(used.shape, np.float32)
    values[used], trust[used] = found, clear
    weight = blurred(trust, 1.5)
    middle = float(np.median(found))
    smooth = np.where(weight > 1e-4, blurred(values * trust, 1.5) / np.maximum(weight, 1e-9), middle)
    return resized(np.clip(smooth, 1 / _GREATEST_PERIOD_PX, 1 / _LEAST_PERIOD_PX), height, width)


def _peaks(blocks: Field) -> tuple[Field, Field]:
    """Return per block the frequency of the spectrum's peak and the share of the power in it."""
    waves, around, radius, allowed = _tables()
    half = blocks @ waves
    cosine, sine = half[..., : waves.shape[1] // 2], half[..., waves.shape[1] // 2 :]
    real = around.real @ cosine - around.imag @ sine
    imaginary = around.real @ sine + around.imag @ cosine
    power = (real * real + imaginary * imaginary) * allowed
    peaks = power.max(axis=(1, 2), keepdims=True)
    near = power * (power > 0.4 * peaks)
    found = (near * radius).sum((1, 2)) / np.maximum(near.sum((1, 2)), 1e-9)
    return found, np.asarray(peaks[:, 0, 0] / np.maximum(power.sum((1, 2)), 1e-9))


@lru_cache(maxsize=1)
def _tables() -> tuple[Field, np.ndarray[tuple[int, ...], np.dtype[np.complex64]], Field, Flags]:
    """Return the Fourier sums, window included, of just the frequencies ridges can have.

    Columns are taken to non-negative frequencies (cosines, then sines), rows to both signs.
    """
    most = int(_SPECTRUM / _LEAST_PERIOD_PX) + 1
    window = np.hanning(_BLOCK_PX)
    places = np.arange(_BLOCK_PX)
    turn = 2 * np.pi / _SPECTRUM * places[:, None] * np.arange(most + 1)[None]
    waves = np.concatenate([np.cos(turn), -np.sin(turn)], axis=1) * window[:, None]
    down = np.arange(-most, most + 1)
    around = np.exp(-2j * np.pi / _SPECTRUM * down[:, None] * places[None]) * window[None]
    radius = np.hypot(down[:, None], np.arange(most + 1)[None]) / _SPECTRUM
    allowed = (radius > 1 / _GREATEST_PERIOD_PX) & (radius < 1 / _LEAST_PERIOD_PX)
    return waves.astype(np.float32), around.astype(np.complex64), radius.astype(np.float32), allowed
