"""Turns an iris into bits and counts how many differ (Daugman's method, with Gabor-like filters on the ring)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from station.biometrics.iris.locate import EyeGeometry, locate_iris
from station.biometrics.pixels import Field, Flags, blurred, grey_array
from station.domain.sample import GreyImage

SAME_EYE_BELOW = 0.34

_RINGS, _ANGLES = 16, 256
_SHIFTS = 12
_LEAST_BITS = 700


@dataclass(frozen=True, slots=True)
class IrisCode:
    """`bits` and `usable` are packed rows of 16 rings x 256 angles x 2 phases."""

    bits: bytes
    usable: bytes


def iris_code(image: GreyImage, geometry: EyeGeometry | None = None) -> IrisCode | None:
    """Return the code of an eye, or None when no iris shows or too little of it."""
    found = geometry or locate_iris(image)
    if found is None:
        return None
    ring, usable = _unrolled(image, found)
    wave = np.fft.rfft(ring - ring.mean(1, keepdims=True), axis=1)
    frequency = np.fft.rfftfreq(_ANGLES)
    window = np.exp(-0.5 * (np.log(np.maximum(frequency, 1e-6) / (1 / 16)) / 0.45) ** 2)
    full = np.zeros((_RINGS, _ANGLES), np.complex128)
    full[:, : _ANGLES // 2 + 1] = wave * window
    response = np.fft.ifft(full, axis=1)
    strength = np.abs(response)
    good = usable & (strength > 0.25 * np.median(strength))
    if np.count_nonzero(good) * 2 < _LEAST_BITS:
        return None
    bits = np.stack([response.real > 0, response.imag > 0], axis=2)
    return IrisCode(np.packbits(bits).tobytes(), np.packbits(np.stack([good, good], axis=2)).tobytes())


def hamming(a: IrisCode, b: IrisCode) -> float:
    """Return the least share of differing bits over turns of the head up to 17 degrees; 1.0 when too few overlap."""
    bits_a, usable_a = _unpacked(a)
    bits_b, usable_b = _unpacked(b)
    best = 1.0
    for shift in range(-_SHIFTS, _SHIFTS + 1):
        both = usable_a & np.roll(usable_b, shift, axis=1)
        count = int(np.count_nonzero(both))
        if count >= _LEAST_BITS:
            differ = int(np.count_nonzero((bits_a ^ np.roll(bits_b, shift, axis=1)) & both))
            best = min(best, differ / count)
    return best


def _unpacked(code: IrisCode) -> tuple[Flags, Flags]:
    shape = (_RINGS, _ANGLES, 2)
    bits = np.unpackbits(np.frombuffer(code.bits, np.uint8)).reshape(shape).astype(np.bool_)
    return bits, np.unpackbits(np.frombuffer(code.usable, np.uint8)).reshape(shape).astype(np.bool_)


def _unrolled(image: GreyImage, found: EyeGeometry) -> tuple[Field, Flags]:
    """Return the iris as rings by angles, each ring between the two circles, and where it is neither lid nor mirror."""
    grey = blurred(grey_array(image), 1.2)
    turn = np.arange(_ANGLES) / _ANGLES * 2 * np.pi
    share = ((np.arange(_RINGS * 4) + 0.5) / (_RINGS * 4) * 0.80 + 0.08)[:, None]
    pupil, iris = found.pupil, found.iris
    columns = (1 - share) * (pupil.column + pupil.radius * np.cos(turn)) + share * (
        iris.column + iris.radius * np.cos(turn)
    )
    rows = (1 - share) * (pupil.row + pupil.radius * np.sin(turn)) + share * (iris.row + iris.radius * np.sin(turn))
    inside = (columns >= 0) & (columns < image.width - 1) & (rows >= 0) & (rows < image.height - 1)
    values = grey[np.clip(rows, 0, image.height - 1).astype(int), np.clip(columns, 0, image.width - 1).astype(int)]
    sides = np.abs(np.cos(turn)) > 0.7
    usual, spread = float(np.median(values[:, sides])), max(10.0, float(np.std(values[:, sides])))
    usable = inside & (np.abs(values - usual) < 2.8 * spread) & (values < 225)
    values = np.where(usable, values, usual)
    rings = values.reshape(_RINGS, 4, _ANGLES).mean(1)
    return np.asarray(rings, np.float32), usable.reshape(_RINGS, 4, _ANGLES).mean(1) > 0.7
