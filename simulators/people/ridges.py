"""Grows the ridge pattern of one finger: singular points give the flow, filtering along it gives ridges.

The method is the known one for synthetic prints: an orientation field with cores and
deltas, white noise smoothed along the flow and band-passed across it until ridges stand.

Does not simulate: pores, creases that stay for life, or growth of the finger with age.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from simulators.people.noise import Field, blurred, generator, grid, smooth_noise
from station.domain.sample import Finger

_HEIGHT_PX, _WIDTH_PX = 560, 440
_ROUNDS = 8
_CLASSES = ("arch", "tented", "radial", "ulnar", "whorl", "twin")
_CLASS_SHARES = (0.037, 0.029, 0.055, 0.60, 0.20, 0.079)
_SIZES = {1: 1.12, 2: 0.93, 3: 1.0, 4: 0.95, 5: 0.78}


@dataclass(frozen=True, slots=True)
class RidgePattern:
    """One finger at 500 ppi: `ridges` is an 8-bit wave (128 is the flank), radii of the contact area as shares."""

    ridges: np.ndarray[tuple[int, int], np.dtype[np.uint8]]
    pattern_class: str
    seed: tuple[int, int]
    half_width: float
    half_height_top: float
    half_height_bottom: float


@lru_cache(maxsize=48)
def grow_finger(body_seed: int, finger: Finger) -> RidgePattern:
    """Return the pattern of one finger; the last 48 asked for are kept. About 0.06 s."""
    random = generator(body_seed, "finger", int(finger))
    pattern_class = str(random.choice(_CLASSES, p=_CLASS_SHARES))
    size = _SIZES[(int(finger) - 1) % 5 + 1] * random.uniform(0.95, 1.05)
    height, width = int(_HEIGHT_PX * size) // 2 * 2, int(_WIDTH_PX * size) // 2 * 2
    angle = _orientation(random, height // 2, width // 2, _directed(pattern_class, finger))
    angle = angle + smooth_noise(random, height // 2, width // 2, 30, 0.12) + random.uniform(-0.1, 0.1)
    return _finish(random, angle, height, width, pattern_class, (body_seed, int(finger)))


@lru_cache(maxsize=12)
def grow_second_phalanx(body_seed: int) -> RidgePattern:
    """Return ridges as they lie below the first crease of a finger: nearly level, one patch per body."""
    random = generator(body_seed, "phalanx")
    height, width = 360, 440
    angle = smooth_noise(random, height // 2, width // 2, 40, 0.22)
    return _finish(random, angle, height, width, "phalanx", (body_seed, 0))


def _finish(
    random: np.random.Generator, angle: Field, height: int, width: int, pattern_class: str, seed: tuple[int, int]
) -> RidgePattern:
    wave = _grow(random, angle, period_px=random.uniform(7.8, 10.2) / 2)
    wave = np.asarray(cv2.resize(wave, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    strength = np.sqrt(blurred(wave * wave, 8)) + 1e-6
    ridges = np.clip(128 + 48 * wave / strength, 0, 255).astype(np.uint8)
    return RidgePattern(
        ridges, pattern_class, seed, random.uniform(0.34, 0.43), random.uniform(0.37, 0.44), random.uniform(0.30, 0.42)
    )


def _directed(pattern_class: str, finger: Finger) -> str:
    """Ulnar loops open towards the little finger: to the right on a right hand as it lies on the glass."""
    if pattern_class == "ulnar":
        return "left" if finger.is_left else "right"
    if pattern_class == "radial":
        return "right" if finger.is_left else "left"
    return pattern_class


def _orientation(random: np.random.Generator, height: int, width: int, pattern_class: str) -> Field:
    """Return the ridge direction of every pixel in radians, rows growing downwards."""
    rows, columns = grid(height, width)
    if pattern_class == "arch":
        steep = random.uniform(1.1, 1.7)
        bow = np.maximum(0, steep - steep * rows / (height * random.uniform(0.85, 1.05)))
        bow = bow + smooth_noise(random, height, width, 18, 0.10)
        return np.asarray(np.arctan(bow * np.cos(columns / width * np.pi)), np.float32)
    cores, deltas = _singular_points(random, height, width, pattern_class)
    angle = np.zeros((height, width), np.float32)
    for points, sign in ((cores, 0.5), (deltas, -0.5)):
        for column, row in points:
            around = np.arctan2(row - rows, columns - column)
            bends = [(random.uniform(-0.3, 0.3) / (k + 1), random.uniform(0, 2 * np.pi)) for k in range(3)]
            bent = sum((a * np.sin((k + 1) * around + p) for k, (a, p) in enumerate(bends)), around)
            angle += sign * bent.astype(np.float32)
    return np.asarray(-angle, np.float32)


def _singular_points(
    random: np.random.Generator, height: int, width: int, pattern_class: str
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    column = width / 2 + random.uniform(-0.1, 0.1) * width
    row = height * 0.46 + random.uniform(-0.1, 0.1) * height

    def beside(low: float, high: float, side: int) -> tuple[float, float]:
        return column + side * random.uniform(low, high) * width, row + random.uniform(0.13, 0.36) * height

    if pattern_class == "tented":
        return [(column, row)], [(column + random.uniform(-6, 6), row + random.uniform(0.16, 0.24) * height)]
    if pattern_class == "left":
        return [(column + random.uniform(-8, 8), row)], [beside(0.20, 0.42, -1)]
    if pattern_class == "right":
        return [(column + random.uniform(-8, 8), row)], [beside(0.20, 0.42, 1)]
    if pattern_class == "whorl":
        gap, shift = random.uniform(0.015, 0.05) * height, random.uniform(-5, 5)
    else:
        gap, shift = random.uniform(0.06, 0.095) * height, random.choice([-1, 1]) * random.uniform(0.03, 0.08) * width
    cores = [(column + shift, row - gap), (column - shift, row + gap)]
    return cores, [beside(0.26, 0.46, -1), beside(0.26, 0.46, 1)]


def _grow(random: np.random.Generator, angle: Field, period_px: float) -> Field:
    height, width = angle.shape
    stretch = smooth_noise(random, height, width, 35, 0.07)
    stretch = stretch - 0.06 * np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    detunings = (-0.12, 0.0, 0.12)
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    bands = [np.exp(-0.5 * ((radius - (1 + d) / period_px) / 0.018) ** 2).astype(np.float32) for d in detunings]
    weights = [np.clip(1 - np.abs(stretch - d) / 0.12, 0, 1) for d in detunings]
    total = np.maximum(np.sum(weights, axis=0), 1e-6)
    steps = _steps_along(angle, 4)
    wave = random.standard_normal((height, width)).astype(np.float32)
    for _round in range(_ROUNDS):
        wave = _smooth_along(wave, steps)
        spectrum = np.fft.rfft2(wave)
        parts = [w * np.fft.irfft2(spectrum * b, s=(height, width)) for w, b in zip(weights, bands, strict=True)]
        wave = (np.sum(parts, axis=0) / total).astype(np.float32)
        strength = np.sqrt(blurred(wave * wave, 4)) + 1e-6
        wave = np.tanh(1.6 * wave / strength)
    return wave


def _steps_along(angle: Field, count: int) -> list[tuple[float, Field, Field]]:
    rows, columns = grid(*angle.shape)
    across, down = np.cos(angle), np.sin(angle)
    return [
        (float(np.exp(-0.5 * (step / (count * 0.6)) ** 2)), columns + step * across, rows + step * down)
        for step in range(-count, count + 1)
    ]


def _smooth_along(wave: Field, steps: list[tuple[float, Field, Field]]) -> Field:
    summed = np.zeros_like(wave)
    for weight, columns, rows in steps:
        summed += weight * cv2.remap(wave, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(summed / sum(weight for weight, _, _ in steps), np.float32)
