"""Crops the photo as the card needs it: three wide to four high, head centred."""

from __future__ import annotations

import cv2
import numpy as np

from station.biometrics.face.assess import FaceQuality
from station.biometrics.pixels import colour_array, colour_image
from station.domain.sample import ColourImage

WIDTH_PX, HEIGHT_PX = 480, 640
_FACE_SHARE = 0.60
_FACE_MIDDLE = 0.46


def crop_portrait(image: ColourImage, quality: FaceQuality | None = None) -> ColourImage:
    """Return 480 x 640 pixels, the face box six tenths of the width; without a face the middle of the picture."""
    if quality is not None and quality.box is not None:
        left, top, side, _ = quality.box
        width = side / _FACE_SHARE
        column, row = left + side / 2, top + side / 2
    else:
        width = image.height * 0.62
        column, row = image.width / 2, image.height * 0.47
    width = min(width, image.width, image.height * WIDTH_PX / HEIGHT_PX)
    height = width * HEIGHT_PX / WIDTH_PX
    first_column = float(np.clip(column - width / 2, 0, image.width - width))
    first_row = float(np.clip(row - _FACE_MIDDLE * height, 0, image.height - height))
    part = colour_array(image)[
        round(first_row) : round(first_row + height), round(first_column) : round(first_column + width)
    ]
    method = cv2.INTER_AREA if width >= WIDTH_PX else cv2.INTER_CUBIC
    return colour_image(np.asarray(cv2.resize(part, (WIDTH_PX, HEIGHT_PX), interpolation=method)))
