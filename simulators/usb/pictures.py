"""What a scanner's sensor sees: small copies for the live picture, and the empty glass.

Does not simulate: optics, noise of the sensor.
"""

from __future__ import annotations

from station.domain.sample import GreyImage

_EMPTY_GREY = 235


def reduced(image: GreyImage, width: int) -> GreyImage:
    """Return every n-th pixel, so that the picture is at most `width` pixels wide."""
    step = max(1, -(-image.width // width))
    starts = range(0, image.width * image.height, image.width * step)
    rows = [image.pixels[start : start + image.width : step] for start in starts]
    return GreyImage(len(rows[0]), len(rows), b"".join(rows), max(1, image.resolution_ppi // step))


def empty_glass(width: int, height: int) -> GreyImage:
    """Return the picture of a sensor with nothing on it."""
    return GreyImage(width, height, bytes((_EMPTY_GREY,)) * (width * height), 50)
