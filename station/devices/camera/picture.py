"""From coded frames to plain pictures.

A whole frame is decoded by libjpeg-turbo straight into its pixels. One that it complains
about goes to Pillow, which is slower and bears more; OpenCV would write about it to the
terminal, and the app on that terminal would show it as dirt.
"""

from __future__ import annotations

from typing import Any

from station.devices.errors import BadReply
from station.devices.transport.foreign_picture import MOST_PIXELS, foreign_picture
from station.domain.sample import ColourImage


def decode_jpeg(data: bytes, device: str, command: str) -> ColourImage:
    """Decode a JPEG; raises BadReply when it is damaged beyond reading."""
    import simplejpeg

    try:
        height, width, _colours, _sampling = simplejpeg.decode_jpeg_header(data)
        if width * height <= MOST_PIXELS:
            return ColourImage(width, height, simplejpeg.decode_jpeg(data, "RGB").tobytes())
    except ValueError:
        pass
    pixels = foreign_picture(data, "RGB", ("JPEG",))
    if pixels is None:
        raise BadReply(device, command)
    return ColourImage(pixels.width, pixels.height, pixels.tobytes())


def from_blue_first(frame: Any) -> ColourImage:
    """Return a picture from an OpenCV array (blue, green, red)."""
    import cv2

    height, width = frame.shape[:2]
    return ColourImage(width, height, cv2.cvtColor(frame, cv2.COLOR_BGR2RGB).tobytes())
