"""Presses a ridge pattern on glass: skin stretch, moisture, pressure, placement, scratches, camera noise.

Does not simulate: latent prints left on the glass, or the optics of one particular scanner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from simulators.people.defects import FingerDefect
from simulators.people.noise import Field, blurred, generator, grid, logistic, smooth_noise, white_noise
from simulators.people.ridges import RidgePattern
from station.domain.sample import GreyImage

PPI = 500
BACKGROUND = 244.0


@dataclass(frozen=True, slots=True)
class Press:
    """How a finger is pressed: turn in degrees, shift in pixels, moisture -1 dry .. +1 wet, pressure 1 normal."""

    turn_deg: float = 0.0
    shift_px: tuple[float, float] = (0.0, 0.0)
    stretch_px: float = 2.2
    moisture: float = 0.0
    pressure: float = 1.0
    contrast: float = 1.0
    cut: float = 0.0
    scratches: float = 1.0
    smear_px: float = 0.0
    blur_px: float = 0.6


def press_for(random: np.random.Generator, defect: FingerDefect | None, turn_deg: float, shift_px: float) -> Press:
    """Draw one ordinary press, changed by `defect`; the first draws are the same with and without a defect."""
    turn = float(random.uniform(-turn_deg, turn_deg))
    shift = (float(random.uniform(-shift_px, shift_px)), float(random.uniform(-shift_px, shift_px)))
    moisture, pressure = float(random.uniform(-0.15, 0.18)), float(random.uniform(0.9, 1.1))
    strength = float(random.uniform(0.0, 1.0))
    press = Press(turn, shift, moisture=moisture, pressure=pressure)
    if defect is None:
        return press
    if defect is FingerDefect.OFF_CENTRE:
        angle = float(random.uniform(0, 2 * np.pi))
        away = (150 + 40 * strength) * np.cos(angle), (170 + 40 * strength) * np.sin(angle)
        return replace(press, shift_px=(float(away[0]), float(away[1])))
    changed = {
        FingerDefect.DRY: replace(press, moisture=-0.75 - 0.2 * strength, pressure=pressure * 0.9, contrast=0.8),
        FingerDefect.WET: replace(press, moisture=1.25 + 0.3 * strength, pressure=pressure * 1.15),
        FingerDefect.LIGHT: replace(press, moisture=-0.25, pressure=0.32 + 0.1 * strength, contrast=0.45),
        FingerDefect.PARTIAL: replace(press, cut=0.6 + 0.12 * strength),
        FingerDefect.SMEARED: replace(press, moisture=moisture + 0.2, smear_px=18 + 12 * strength),
        FingerDefect.SCARRED: replace(press, scratches=16),
        FingerDefect.BLURRED: replace(press, blur_px=3.2 + strength),
    }
    return changed[defect]


def press_on_glass(
    pattern: RidgePattern,
    press: Press,
    random: np.random.Generator,
    height: int | None = None,
    width: int | None = None,
) -> Field:
    """Return how dark the glass becomes, 0 clear to 1 full ridge, in a window (default: the pattern's size)."""
    full_height, full_width = pattern.ridges.shape
    height, width = height or full_height, width or full_width
    columns, rows = _skin_coordinates(pattern, press, random, height, width)
    wave = cv2.remap(pattern.ridges, columns, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    inside = _contact(pattern, press, random, columns, rows)
    offset = 0.55 * press.moisture + smooth_noise(random, height, width, 40, 0.15) + 0.10
    offset = offset - 1.2 * np.clip(0.10 - inside, 0, 0.1) / 0.1
    grain = blurred(white_noise(random, height, width), 1.1)
    grain *= 0.25 * (1 + 0.8 * max(0.0, -press.moisture)) / grain.std()
    dark = logistic((wave.astype(np.float32) - 128) / 48 + offset + grain, 3.2) * logistic(inside, 60)
    if press.moisture < 0:
        holes = blurred(white_noise(random, height, width), 1.8)
        dark *= logistic(holes / holes.std() + 2.4 + 2.9 * press.moisture, 4)
    return _disturbed(dark, press, random)


def as_image(dark: Field, contrast: float, random: np.random.Generator) -> GreyImage:
    """Return the scanner's picture of `dark` at 500 ppi: bright ground, dark ridges, sensor noise."""
    height, width = dark.shape
    ground = BACKGROUND + smooth_noise(random, height, width, 80, 2)
    ink = 42 + smooth_noise(random, height, width, 60, 8)
    picture = ground - (ground - ink) * dark * contrast + 2.4 * white_noise(random, height, width)
    return GreyImage(width, height, np.clip(picture, 0, 255).astype(np.uint8).tobytes(), PPI)


def impression(pattern: RidgePattern, attempt: int, defect: FingerDefect | None) -> GreyImage:
    """Return one single-finger impression; the same pattern, attempt and defect give the same pixels."""
    random = generator(*pattern.seed, "impression", attempt)
    press = press_for(random, defect, turn_deg=10, shift_px=16)
    return as_image(press_on_glass(pattern, press, random), press.contrast, random)


def empty_glass(pattern: RidgePattern, attempt: int) -> GreyImage:
    """Return what the scanner sees when nothing is on the glass."""
    height, width = pattern.ridges.shape
    return as_image(np.zeros((height, width), np.float32), 1.0, generator(*pattern.seed, "empty", attempt))


def _skin_coordinates(
    pattern: RidgePattern, press: Press, random: np.random.Generator, height: int, width: int
) -> tuple[Field, Field]:
    full_height, full_width = pattern.ridges.shape
    rows, columns = grid(height, width)
    turn = np.radians(press.turn_deg)
    right, down = columns - width / 2 - press.shift_px[0], rows - height / 2 - press.shift_px[1]
    skin_columns = right * np.cos(turn) + down * np.sin(turn) + full_width / 2
    skin_rows = -right * np.sin(turn) + down * np.cos(turn) + full_height / 2
    skin_columns += smooth_noise(random, height, width, 70, press.stretch_px)
    skin_rows += smooth_noise(random, height, width, 70, press.stretch_px)
    return skin_columns.astype(np.float32), skin_rows.astype(np.float32)


def _contact(pattern: RidgePattern, press: Press, random: np.random.Generator, columns: Field, rows: Field) -> Field:
    """Return how far inside the contact area a pixel lies; negative is outside."""
    full_height, full_width = pattern.ridges.shape
    swell = float(np.sqrt(press.pressure))
    half_width = pattern.half_width * full_width * swell * random.uniform(0.95, 1.05)
    middle = full_height * 0.46
    upper = rows < middle
    half_height = np.where(upper, pattern.half_height_top, pattern.half_height_bottom) * full_height * swell
    power = np.where(upper, 2.1, 3.2)
    across, along = np.abs((columns - full_width / 2) / half_width), np.abs((rows - middle) / half_height)
    inside = 1 - (across**power + along**power) ** (1 / power)
    inside = inside + smooth_noise(random, inside.shape[0], inside.shape[1], 18, 0.02)
    if press.cut > 0:
        angle = random.uniform(0, 2 * np.pi)
        side = np.cos(angle) * (columns / full_width - 0.5) + np.sin(angle) * (rows / full_height - 0.5)
        limit = np.quantile(side[inside > 0], 1 - press.cut)
        inside = np.minimum(inside, (limit - side) * 3)
    return np.asarray(inside, np.float32)


def _disturbed(dark: Field, press: Press, random: np.random.Generator) -> Field:
    height, width = dark.shape
    for _scratch in range(int(random.poisson(press.scratches))):
        line = np.zeros_like(dark)
        start = (int(random.uniform(0, width)), int(random.uniform(0, height)))
        length, angle = random.uniform(30, 160), random.uniform(0, np.pi)
        end = (int(start[0] + length * np.cos(angle)), int(start[1] + length * np.sin(angle)))
        cv2.line(line, start, end, 1.0, int(random.integers(1, 3)), cv2.LINE_AA)
        dark = dark * (1 - 0.8 * line)
    if press.smear_px > 0:
        dark = _smeared(dark, press.smear_px, random)
    if press.blur_px > 0:
        dark = blurred(dark, press.blur_px)
    return np.asarray(dark, np.float32)


def _smeared(dark: Field, length_px: float, random: np.random.Generator) -> Field:
    """Drag the finger: average over a short path, most of the print is touched by it."""
    size = int(length_px) * 2 + 1
    kernel = np.zeros((size, size), np.float32)
    angle = random.uniform(0, np.pi)
    reach = length_px * np.array([np.cos(angle), np.sin(angle)])
    middle = np.array([length_px, length_px])
    first, last = (middle - reach).astype(int), (middle + reach).astype(int)
    cv2.line(kernel, (int(first[0]), int(first[1])), (int(last[0]), int(last[1])), 1.0, 1)
    dragged = cv2.filter2D(dark, -1, kernel / kernel.sum())
    share = logistic(smooth_noise(random, dark.shape[0], dark.shape[1], 70) + 0.9, 4)
    return np.asarray(dark * (1 - share) + dragged * share, np.float32)
