"""From coded frames to plain pictures.

Decoding is Pillow's: OpenCV writes about damaged frames to the terminal, which the
app on that terminal would show as dirt.
"""

from __future__ import annotations

from typing import Any

from station.devices.errors import BadReply
from station.devices.transport.foreign_picture import foreign_picture
from station.domain.sample import ColourImage


def decode_jpeg(data: bytes, device: str, command: str) -> ColourImage:
    """Decode a JPEG; raises BadReply when it is damaged beyond reading."""
    pixels = foreign_picture(data, "RGB", ("JPEG",))
    if pixels is None:
        raise BadReply(device, command)
    return ColourImage(pixels.width, pixels.height, pixels.tobytes())


def from_blue_first(frame: Any) -> ColourImage:
    """Return a picture from an OpenCV array (blue, green, red)."""
    import cv2

    height, width = frame.shape[:2]
    return ColourImage(width, height, cv2.cvtColor(frame, cv2.COLOR_BGR2RGB).tobytes())
