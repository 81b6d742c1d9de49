"""Finds faces and eyes with the classic cascades that OpenCV ships.

The cascades miss more dark faces than light ones; detection therefore runs on a locally
equalised picture, retries turned pictures and joins two detectors, and whoever calls
treats "no face" as advice, never as a stop.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from station.biometrics.pixels import Bytes

_WORK_WIDTH = 480
_LEAST_SHARE = 0.10
_DETECTORS = ("haarcascade_frontalface_alt2.xml", "haarcascade_frontalface_default.xml")
_EYES = "haarcascade_eye_tree_eyeglasses.xml"
_PLAIN_EYES = "haarcascade_eye.xml"
_PROFILE = "haarcascade_profileface.xml"
_RETRY_TURNS_DEG = (-15.0, 15.0, -30.0, 30.0)


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A square around a face in picture pixels, and the turn at which it was found (clockwise, degrees).

    `aside`: it looks to a side so far that only the detector of profiles knows it.
    """

    left: float
    top: float
    side: float
    turn_deg: float
    aside: bool = False

    @property
    def middle(self) -> tuple[float, float]:
        """Return column and row of the middle."""
        return self.left + self.side / 2, self.top + self.side / 2


def find_faces(grey: Bytes) -> list[FaceBox]:
    """Return every face found, largest first; profiles and turned pictures are tried only when no face looks ahead."""
    scale = min(1.0, _WORK_WIDTH / grey.shape[1])
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    equal = np.asarray(cv2.createCLAHE(2.0, (8, 8)).apply(small), np.uint8)
    found = _detect(equal, 0.0) or _profiles(equal)
    for turn in _RETRY_TURNS_DEG:
        if found:
            break
        found = _detect(equal, turn)
    boxes = [replace(box, left=box.left / scale, top=box.top / scale, side=box.side / scale) for box in found]
    return sorted(boxes, key=lambda box: -box.side)


def find_open_eyes(grey: Bytes, box: FaceBox) -> list[tuple[float, float]]:
    """Return column and row of the open eyes in a face, left to right in the picture; at most two."""
    top, left, side = int(box.top), int(box.left), int(box.side)
    part = grey[max(0, top) : top + int(side * 0.62), max(0, left) : left + side]
    if part.size == 0:
        return []
    scale = 220 / side
    small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    equal = np.asarray(cv2.createCLAHE(2.0, (4, 4)).apply(small), np.uint8)
    spots: list[tuple[float, float, float]] = []
    for name in (_EYES, _PLAIN_EYES):
        detected = _cascade(name).detectMultiScale(equal, 1.06, 3, minSize=(24, 24), maxSize=(90, 90))
        spots += [(x + w / 2, y + h / 2, float(w)) for x, y, w, h in np.asarray(detected).reshape(-1, 4).tolist()]
        chosen = _one_each_side(spots, equal.shape[1], equal.shape[0])
        if len(chosen) == 2:
            break
    chosen = _one_each_side(spots, equal.shape[1], equal.shape[0])
    return [(max(0, left) + x / scale, max(0, top) + y / scale) for x, y in chosen]


def _one_each_side(spots: list[tuple[float, float, float]], width: int, height: int) -> list[tuple[float, float]]:
    """Return the two largest spots that lie apart as eyes do, wherever in a turned face; else the largest one."""
    eyes = [spot for spot in spots if 0.1 * width < spot[0] < 0.9 * width and spot[1] > 0.3 * height]
    pairs = [
        (one, other)
        for one in eyes
        for other in eyes
        if 0.24 * width < other[0] - one[0] < 0.6 * width and abs(other[1] - one[1]) < 0.16 * width
    ]
    if not pairs:
        return [max(eyes, key=lambda spot: spot[2])[:2]] if eyes else []
    left, right = max(pairs, key=lambda pair: pair[0][2] + pair[1][2])
    return [left[:2], right[:2]]


def _detect(equal: Bytes, turn_deg: float) -> list[FaceBox]:
    height, width = equal.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn_deg, 1)
    picture = (
        equal if turn_deg == 0 else cv2.warpAffine(equal, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    )
    back = cv2.invertAffineTransform(matrix)
    least = int(_LEAST_SHARE * height)
    boxes: list[FaceBox] = []
    for name in _DETECTORS:
        detected = _cascade(name).detectMultiScale(picture, 1.1, 4, minSize=(least, least))
        for x, y, w, _h in np.asarray(detected).reshape(-1, 4).tolist():
            column, row = back @ np.array([x + w / 2, y + w / 2, 1.0])
            box = FaceBox(float(column) - w / 2, float(row) - w / 2, float(w), turn_deg)
            if not any(_overlap(box, other) for other in boxes):
                boxes.append(box)
    return boxes


def _profiles(equal: Bytes) -> list[FaceBox]:
    """Return heads that look to a side; the detector knows one side, the mirrored picture shows it the other."""
    height, width = equal.shape
    least = int(_LEAST_SHARE * height)
    boxes: list[FaceBox] = []
    for mirrored in (False, True):
        picture = np.ascontiguousarray(equal[:, ::-1]) if mirrored else equal
        detected = _cascade(_PROFILE).detectMultiScale(picture, 1.1, 4, minSize=(least, least))
        for x, y, w, _h in np.asarray(detected).reshape(-1, 4).tolist():
            box = FaceBox(float(width - x - w if mirrored else x), float(y), float(w), 0.0, aside=True)
            if not any(_overlap(box, other) for other in boxes):
                boxes.append(box)
    return boxes


def _overlap(one: FaceBox, other: FaceBox) -> bool:
    apart = np.hypot(one.middle[0] - other.middle[0], one.middle[1] - other.middle[1])
    return bool(apart < 0.6 * max(one.side, other.side))


@lru_cache(maxsize=5)
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / name))
