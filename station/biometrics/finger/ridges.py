"""Measures the ridges of one print: where it is, which way ridges run, how far apart, and a cleaned picture.

Everything later (quality, minutiae) reads from one `RidgeMap`, so that a print is
analysed once.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from station.biometrics.finger.frequency import USUAL_FREQUENCY, ridge_frequency
from station.biometrics.finger.spectrum import band_pass, frequency_bands
from station.biometrics.pixels import Bytes, Field, Flags, blurred, blurred_wide, component_sizes, grey_array, resized
from station.domain.sample import GreyImage

_MARGIN_PX = 16
_TENSOR_STEP = 2
_TAP_SPACING_PX, _TAPS_EACH_WAY, _TAP_SIGMA_PX = 2.0, 3, 3.0


@dataclass(frozen=True, slots=True)
class RidgeMap:
    """What is known of every pixel at 500 ppi.

    `angle` is the ridge direction in radians with rows growing downwards, `coherence` 0 to 1 how sure it is,
    `frequency` ridges per pixel, `inside` the contact area, `clean` the enhanced wave (positive is ridge, 0 away
    from the contact area).
    """

    grey: Bytes
    angle: Field
    coherence: Field
    frequency: Field
    inside: Flags
    clean: Field


@dataclass(frozen=True, slots=True)
class Tensor:
    """The smoothed structure tensor at half size: twice the angle as a vector, and the gradient energy."""

    along: Field
    aside: Field
    energy: Field

    def angle(self) -> Field:
        """Return the ridge direction in radians."""
        return np.asarray(0.5 * cv2.phase(self.along, self.aside) + np.float32(np.pi / 2), np.float32)

    def coherence(self) -> Field:
        """Return 0 to 1: how far the gradients agree."""
        return np.asarray(cv2.magnitude(self.along, self.aside) / (self.energy + 1e-3), np.float32)


def map_ridges(image: GreyImage) -> RidgeMap:
    """Return the ridge map of one print; other resolutions are brought to 500 ppi first. About 0.02 s."""
    grey = grey_array(image)
    if image.resolution_ppi != 500:
        factor = 500 / image.resolution_ppi
        size = round(image.height * factor), round(image.width * factor)
        method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        grey = np.clip(resized(grey, *size, interpolation=method), 0, 255).astype(np.uint8)
    height, width = grey.shape
    tensor = structure_tensor(grey, 9)
    inside = resized(contact_area(tensor.energy), height, width) > 0.5
    full = Tensor(*(resized(part, height, width) for part in (tensor.along, tensor.aside, tensor.energy)))
    angle, coherence = full.angle(), full.coherence()
    frequency = ridge_frequency(grey, inside)
    clean = enhance(grey, angle, frequency, inside)
    return RidgeMap(grey, angle, coherence, frequency, inside, clean)


def structure_tensor(picture: Bytes | Field, sigma_px: float) -> Tensor:
    """Return the tensor at half size, where its smoothing loses nothing and costs a quarter."""
    smooth = blurred(picture, 1.0)
    across = cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=1 / 32)
    down = cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=1 / 32)
    size = max(1, smooth.shape[1] // _TENSOR_STEP), max(1, smooth.shape[0] // _TENSOR_STEP)
    smoothing = blurred_wide if sigma_px >= 8 else blurred
    xx, yy, xy = (
        smoothing(cv2.resize(product, size, interpolation=cv2.INTER_AREA), sigma_px / _TENSOR_STEP)
        for product in (across * across, down * down, across * down)
    )
    return Tensor(xx - yy, 2 * xy, xx + yy)


def contact_area(energy: Field) -> Field:
    """Return 1 where ridges are, at the tensor's half size: the largest area of gradient energy, closed and filled."""
    strength = np.sqrt(energy)
    limit = max(2.0, 0.28 * float(np.percentile(strength[::2, ::2], 96)))
    flags = (strength > limit).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    solid = cv2.morphologyEx(cv2.morphologyEx(flags, cv2.MORPH_CLOSE, kernel), cv2.MORPH_OPEN, kernel)
    labels, sizes = component_sizes(np.asarray(solid) > 0)
    if len(sizes) < 2:
        return np.zeros(energy.shape, np.float32)
    largest = (labels == 1 + int(np.argmax(sizes[1:]))).astype(np.uint8)
    outlines, _ = cv2.findContours(largest, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(np.zeros_like(largest), outlines, -1, 1, -1), np.float32)


def enhance(grey: Bytes, angle: Field, frequency: Field, inside: Flags) -> Field:
    """Return the wave of ridges: normalised, smoothed along the ridges, band-passed across, twice.

    Only the contact area and a margin are worked on; the rest is 0.
    """
    enhanced = np.zeros(grey.shape, np.float32)
    if not inside.any():
        return enhanced
    left, top, width, height = cv2.boundingRect(inside.astype(np.uint8))
    part = (
        slice(max(0, top - _MARGIN_PX), top + height + _MARGIN_PX),
        slice(max(0, left - _MARGIN_PX), left + width + _MARGIN_PX),
    )
    enhanced[part] = _enhanced(grey[part], angle[part], frequency[part], inside[part])
    return enhanced


def _enhanced(grey: Bytes, angle: Field, frequency: Field, inside: Flags) -> Field:
    picture = grey.astype(np.float32)
    mean = blurred_wide(picture, 10)
    spread = np.sqrt(np.maximum(blurred_wide((picture - mean) ** 2, 10), 0)) + 4
    wave = np.asarray((mean - picture) / spread, np.float32)
    usual = float(np.median(frequency[inside])) if inside.any() else USUAL_FREQUENCY
    maps = _steps_along(angle)
    bands = frequency_bands(frequency, usual)
    wave = band_pass(np.clip(_smooth_along(wave, maps), -3, 3), bands)
    strength = np.sqrt(blurred_wide(wave * wave, 6)) + 0.05
    wave = np.tanh(1.5 * wave / strength)
    return band_pass(_smooth_along(wave, maps), bands)


def _steps_along(angle: Field) -> list[tuple[float, Bytes | Field, Bytes | Field]]:
    height, width = angle.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    across, down = np.cos(angle), np.sin(angle)
    steps = []
    for tap in range(-_TAPS_EACH_WAY, _TAPS_EACH_WAY + 1):
        away = np.float32(tap * _TAP_SPACING_PX)
        if tap:
            first, second = cv2.convertMaps(columns + away * across, rows + away * down, cv2.CV_16SC2)
            steps.append((_tap_weight(tap), first, second))
    return steps


def _tap_weight(tap: int) -> float:
    return float(np.exp(-0.5 * (tap * _TAP_SPACING_PX / _TAP_SIGMA_PX) ** 2))


def _smooth_along(wave: Field, steps: list[tuple[float, Bytes | Field, Bytes | Field]]) -> Field:
    """Return the weighted mean of every pixel and its taps along the ridge."""
    summed, total = np.asarray(wave, np.float32).copy(), 1.0
    for weight, first, second in steps:
        moved = cv2.remap(wave, first, second, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        cv2.scaleAdd(moved, weight, summed, summed)
        total += weight
    return np.asarray(summed / np.float32(total), np.float32)
