"""Draws pen samples as a picture: dark strokes on white, thicker where the pen pressed."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence

import cv2
import numpy as np

from station.biometrics.pixels import grey_array, grey_image
from station.domain.errors import BadInput
from station.domain.sample import GreyImage, PenSample

_MARGIN = 0.06
_SUBPIXEL_BITS = 4


def raster_signature(samples: Sequence[PenSample], width: int, height: int) -> GreyImage:
    """Return the signature filling width x height pixels, proportions kept; raises BadInput without ink."""
    touching = [sample for sample in samples if sample.touching]
    if len(touching) < 2:
        raise BadInput("signature-empty")
    left, right = min(sample.x for sample in touching), max(sample.x for sample in touching)
    top, bottom = min(sample.y for sample in touching), max(sample.y for sample in touching)
    scale = (1 - 2 * _MARGIN) * min(width / max(1, right - left), height / max(1, bottom - top))
    offset_x = (width - scale * (left + right)) / 2
    offset_y = (height - scale * (top + bottom)) / 2
    canvas = np.full((height, width), 255, np.uint8)
    greatest = max(1, *(sample.pressure for sample in touching))
    pen = max(1.0, height / 160)

    def spot(sample: PenSample) -> tuple[int, int]:
        unit = 1 << _SUBPIXEL_BITS
        return round((sample.x * scale + offset_x) * unit), round((sample.y * scale + offset_y) * unit)

    for one, other in itertools.pairwise(samples):
        if one.touching and other.touching:
            thickness = max(1, round(pen * (0.6 + 1.2 * other.pressure / greatest)))
            cv2.line(canvas, spot(one), spot(other), (0,), thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
    return grey_image(canvas, 300)


def signature_png(image: GreyImage) -> bytes:
    """Return the picture as PNG, 8 bits of grey."""
    import PIL.Image

    out = io.BytesIO()
    PIL.Image.fromarray(grey_array(image)).save(
        out, "PNG", optimize=True, dpi=(image.resolution_ppi, image.resolution_ppi)
    )
    return out.getvalue()
