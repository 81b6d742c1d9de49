"""From coded frames to plain pictures.

Decoding is Pillow's: OpenCV writes about damaged frames to the terminal, which the
app on that terminal would show as dirt.
"""

from __future__ import annotations

import io
from typing import Any

from station.devices.errors import BadReply
from station.domain.sample import ColourImage


def decode_jpeg(data: bytes, device: str, command: str) -> ColourImage:
    """Decode a JPEG; raises BadReply when it is damaged beyond reading."""
    import PIL.Image

    try:
        with PIL.Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            pixels = picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError) as error:
        raise BadReply(device, command) from error
    return ColourImage(pixels.width, pixels.height, pixels.tobytes())


def from_blue_first(frame: Any) -> ColourImage:
    """Return a picture from an OpenCV array (blue, green, red)."""
    import cv2

    height, width = frame.shape[:2]
    return ColourImage(width, height, cv2.cvtColor(frame, cv2.COLOR_BGR2RGB).tobytes())
