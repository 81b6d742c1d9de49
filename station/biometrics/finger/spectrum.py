"""Passes the frequencies that ridges have, each pixel its own band, through one Fourier transform."""

from __future__ import annotations

import cv2
import numpy as np

from station.biometrics.pixels import Field

_BORDER_PX = 16
_FACTORS = (0.8, 1.0, 1.25)
_BAND_OCTAVES, _CHOICE_OCTAVES = 0.22, 0.15


def frequency_bands(frequency: Field, usual: float) -> list[tuple[Field, Field]]:
    """Return per band what it lets through of the packed spectrum and its share at each pixel; shares add up to 1."""
    tall, wide = _padded_size(*frequency.shape)
    radius = np.hypot(np.fft.fftfreq(tall)[:, None], np.fft.rfftfreq(wide)[None]).astype(np.float32)
    octave, local = np.log(np.maximum(radius, 1e-6)), np.log(frequency)
    passed, shares = [], []
    for factor in _FACTORS:
        centre = np.float32(np.log(usual * factor))
        passed.append(_packed(np.exp(-0.5 * ((octave - centre) / _BAND_OCTAVES) ** 2), wide))
        shares.append(np.exp(-0.5 * ((local - centre) / _CHOICE_OCTAVES) ** 2) + np.float32(1e-3))
    total = np.asarray(sum(shares), np.float32)
    return [(one, np.asarray(share / total, np.float32)) for one, share in zip(passed, shares, strict=True)]


def band_pass(wave: Field, bands: list[tuple[Field, Field]]) -> Field:
    """Return the wave filtered by the bands of `frequency_bands`, mixed by their shares."""
    height, width = wave.shape
    tall, wide = _padded_size(height, width)
    below, beside = tall - height - _BORDER_PX, wide - width - _BORDER_PX
    padded = cv2.copyMakeBorder(wave, _BORDER_PX, below, _BORDER_PX, beside, cv2.BORDER_REFLECT)
    spectrum = cv2.dft(np.asarray(padded, np.float32))
    rows, columns = slice(_BORDER_PX, _BORDER_PX + height), slice(_BORDER_PX, _BORDER_PX + width)
    summed = np.zeros(wave.shape, np.float32)
    for passed, share in bands:
        filtered = cv2.idft(spectrum * passed, flags=cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT)
        summed += share * np.asarray(filtered, np.float32)[rows, columns]
    return summed


def _padded_size(height: int, width: int) -> tuple[int, int]:
    """Return even sizes that transform quickly."""
    tall, wide = (2 * cv2.getOptimalDFTSize(-(-(length + 2 * _BORDER_PX) // 2)) for length in (height, width))
    return tall, wide


def _packed(half: Field, wide: int) -> Field:
    """Lay a symmetric real filter out as OpenCV packs the spectrum of a real picture of even size.

    Pairs of columns hold real and imaginary parts; the first and the last column hold their own rows in pairs.
    """
    tall = half.shape[0]
    packed = np.empty((tall, wide), np.float32)
    packed[:, 1:-1] = np.repeat(half[:, 1:-1], 2, axis=1)
    down = (np.arange(tall) + 1) // 2
    packed[:, 0], packed[:, -1] = half[down, 0], half[down, -1]
    return packed
