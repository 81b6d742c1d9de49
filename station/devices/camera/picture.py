"""From what OpenCV holds to plain pictures."""

from __future__ import annotations

from typing import Any

from station.devices.errors import BadReply
from station.domain.sample import ColourImage


def decode_jpeg(data: bytes, device: str, command: str) -> ColourImage:
    """Decode a JPEG; raises BadReply when it is damaged beyond reading."""
    import cv2
    import numpy as np

    try:
        blue_first = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise BadReply(device, command) from error
    if blue_first is None:
        raise BadReply(device, command)
    return from_blue_first(blue_first)


def from_blue_first(frame: Any) -> ColourImage:
    """Return a picture from an OpenCV array (blue, green, red)."""
    import cv2

    height, width = frame.shape[:2]
    return ColourImage(width, height, cv2.cvtColor(frame, cv2.COLOR_BGR2RGB).tobytes())
