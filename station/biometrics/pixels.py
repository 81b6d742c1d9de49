"""Turns sample images into arrays and back; the only place that knows how pixels lie in memory."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from station.domain.sample import ColourImage, GreyImage

Bytes = NDArray[np.uint8]
Field = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]


# The fingers of a slap are examined at once, each on its own thread. OpenCV splitting every
# picture once more only adds waiting: a tenth more CPU for a whole student, no shorter wait.
cv2.setNumThreads(1)


def grey_array(image: GreyImage) -> Bytes:
    """Return the pixels as rows x columns, read-only."""
    return np.frombuffer(image.pixels, np.uint8).reshape(image.height, image.width)


def grey_image(array: NDArray[Any], resolution_ppi: int) -> GreyImage:
    """Return an image of rows x columns values, clipped to 0..255."""
    pixels = np.clip(array, 0, 255).astype(np.uint8)
    return GreyImage(pixels.shape[1], pixels.shape[0], pixels.tobytes(), resolution_ppi)


def colour_array(image: ColourImage) -> Bytes:
    """Return the pixels as rows x columns x RGB, read-only."""
    return np.frombuffer(image.pixels, np.uint8).reshape(image.height, image.width, 3)


def colour_image(array: NDArray[Any]) -> ColourImage:
    """Return an image of rows x columns x RGB values, clipped to 0..255."""
    pixels = np.clip(array, 0, 255).astype(np.uint8)
    return ColourImage(pixels.shape[1], pixels.shape[0], pixels.tobytes())


def blurred(field: NDArray[Any], sigma_px: float) -> Field:
    """Return the field smoothed by a Gaussian of standard deviation `sigma_px`."""
    return np.asarray(cv2.GaussianBlur(np.asarray(field, np.float32), (0, 0), sigma_px), np.float32)


def blurred_wide(field: NDArray[Any], sigma_px: float) -> Field:
    """Return `blurred` by way of a smaller picture: what is smoothed over 5 pixels and more has no detail to lose."""
    step = 4 if sigma_px >= 8 else 2
    height, width = field.shape
    size = (max(1, width // step), max(1, height // step))
    small = cv2.resize(np.asarray(field, np.float32), size, interpolation=cv2.INTER_AREA)
    return resized(blurred(small, sigma_px / step), height, width)


def resized(field: NDArray[Any], height: int, width: int, interpolation: int = cv2.INTER_LINEAR) -> Field:
    """Return the field at another size."""
    return np.asarray(
        cv2.resize(np.asarray(field, np.float32), (width, height), interpolation=interpolation), np.float32
    )


def component_sizes(flags: Flags, connectivity: int = 8) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the label of every pixel and the pixel count of every label; label 0 is what is not set."""
    count, labels = cv2.connectedComponents(flags.astype(np.uint8), connectivity=connectivity)
    sizes = np.bincount(np.asarray(labels).ravel(), minlength=count)
    return np.asarray(labels, np.int32), np.asarray(sizes, np.int32)
