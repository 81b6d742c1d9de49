"""Judges the photo: one face, place and size, pose, eyes open, sharp, evenly lit, right plain background.

Scales follow ISO/IEC 29794-5 in spirit. What a classic detector cannot know for sure
is a warning that the operator may override, not a cause of refusal.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from station.biometrics.face.detect import FaceBox, find_faces, find_open_eyes
from station.biometrics.face.pose import GLASSES_ABOVE, TURNED_ABOVE, glasses_sign, turn_aside, upright
from station.biometrics.pixels import Bytes, Field, colour_array
from station.domain.card import PhotoBackground
from station.domain.sample import ColourImage

QUALITY_ALGORITHM = "station-pq-1"

_HUES_DEG = {PhotoBackground.RED: 0.0, PhotoBackground.BLUE: 220.0, PhotoBackground.ORANGE: 28.0}
_SHARP_EDGES = 1.85
_HUE_TOLERANCE_DEG = {PhotoBackground.RED: 16.0, PhotoBackground.BLUE: 35.0, PhotoBackground.ORANGE: 13.0}


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """Score 0 to 100; `causes` make it unusable, `warnings` ask the operator to look; message identifiers.

    `box` is left, top, width, height of the face, `eyes` two (column, row) pairs from left to right, in pixels.
    """

    score: int
    causes: tuple[str, ...]
    warnings: tuple[str, ...]
    box: tuple[int, int, int, int] | None
    eyes: tuple[tuple[int, int], ...]


def assess_face(image: ColourImage, background: PhotoBackground) -> FaceQuality:
    """Return the quality of a portrait before a backdrop that should have the colour given. About 0.1 s."""
    colour = colour_array(image)
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), np.uint8)
    causes, warnings = _background_problems(colour, background)
    faces = find_faces(grey)
    if not faces:
        warnings = ("face-none", *warnings)
        return FaceQuality(20 if causes else 45, causes, warnings, None, ())
    face = faces[0]
    exposure = float(np.percentile(colour[::8, ::8].max(2), 99))
    eyes = tuple(find_open_eyes(grey, face)) if face.turn_deg == 0 and not face.aside else ()
    others = [other for other in faces[1:] if other.side > 0.4 * face.side]
    causes = (
        *(("face-several",) if others else ()),
        *causes,
        *_place_problems(face, image),
        *_light(grey, face, exposure),
    )
    warnings = (*_pose_warnings(face, eyes), *_seen_from_the_eyes(colour, eyes), *warnings)
    score = 100 - 45 * min(1, len(causes)) - 15 * max(0, len(causes) - 1) - 12 * len(warnings)
    box = (round(face.left), round(face.top), round(face.side), round(face.side))
    return FaceQuality(max(0, score), causes, warnings, box, tuple((round(column), round(row)) for column, row in eyes))


def _place_problems(face: FaceBox, image: ColourImage) -> tuple[str, ...]:
    share = face.side / image.height
    problems = []
    if share < 0.26:
        problems.append("face-too-far")
    elif share > 0.62:
        problems.append("face-too-near")
    column, row = face.middle
    if abs(column - image.width / 2) > 0.13 * image.width or not 0.26 < row / image.height < 0.66:
        problems.append("face-off-centre")
    return tuple(problems)


def _light(grey: Bytes, face: FaceBox, exposure: float) -> tuple[str, ...]:
    top, left, side = max(0, int(face.top)), max(0, int(face.left)), int(face.side)
    part = grey[top : top + side, left : left + side]
    inner = part[side // 6 : -side // 6 or None, side // 6 : -side // 6 or None]
    if inner.size == 0:
        return ()
    problems = []
    if _edge_sharpness(part, side) < _SHARP_EDGES:
        problems.append("face-blurred")
    brightest = float(np.percentile(inner, 90))
    if brightest < 48 or exposure < 110:
        problems.append("face-dark")
    elif float(np.mean(inner > 250)) > 0.25:
        problems.append("face-bright")
    half = inner.shape[1] // 2
    left_light, right_light = float(np.median(inner[:, :half])) + 4, float(np.median(inner[:, -half:])) + 4
    if max(left_light, right_light) / min(left_light, right_light) > 1.3:
        problems.append("face-uneven-light")
    return tuple(problems)


def _edge_sharpness(part: Bytes, side: int) -> float:
    """Return how much the strongest edges lose between two scales: 4 for a step, 1 for a wide blur.

    A step blurred by b answers a Laplacian at scale s with 1 / (s^2 + b^2), whatever its contrast,
    so that light and dark skin are judged alike. Scales are for a face 200 pixels wide.
    """
    size = 200 / side
    normal = np.asarray(cv2.resize(part, None, fx=size, fy=size, interpolation=cv2.INTER_AREA), np.float32)
    fine, coarse = (_strongest_edges(normal, scale) for scale in (1.2, 2.4))
    return fine / max(coarse, 1e-6)


def _strongest_edges(face: Field, scale: float) -> float:
    smooth = cv2.GaussianBlur(face, (0, 0), scale)
    return float(np.percentile(np.abs(np.asarray(cv2.Laplacian(smooth, cv2.CV_32F))), 99))


def _pose_warnings(face: FaceBox, eyes: tuple[tuple[float, float], ...]) -> tuple[str, ...]:
    if face.turn_deg:
        return ("face-tilted",)
    if face.aside or len(eyes) == 1:
        return ("face-turned",)  # one eye is seen and the other is not: the head looks aside
    if not eyes:
        return ("face-eyes-closed",)
    (left_x, left_y), (right_x, right_y) = eyes
    warnings: list[str] = []
    roll = float(np.degrees(np.arctan2(right_y - left_y, right_x - left_x)))
    if abs(roll) > 8:
        warnings.append("face-tilted")
    return tuple(warnings)


def _seen_from_the_eyes(colour: Bytes, eyes: tuple[tuple[float, float], ...]) -> tuple[str, ...]:
    """Ask about a turned head and about glasses; both need two eyes to start from."""
    if len(eyes) < 2:
        return ()
    face = upright(colour, (eyes[0], eyes[1]))
    turned = ("face-turned",) if abs(turn_aside(face)) > TURNED_ABOVE else ()
    return turned + (("face-glasses",) if glasses_sign(face) > GLASSES_ABOVE else ())


def _background_problems(colour: Bytes, background: PhotoBackground) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Compare the upper corners, where no shoulder is, with the colour asked for; uneven cloth is a warning."""
    height, width = colour.shape[:2]
    strips = [colour[: height // 3, : width // 8], colour[: height // 3, -width // 8 :]]
    pixels = np.concatenate([strip[::4, ::4].reshape(-1, 3) for strip in strips])
    hsv = np.asarray(cv2.cvtColor(pixels[None], cv2.COLOR_RGB2HSV), np.float32)[0]
    hue, saturation, value = hsv[:, 0] * 2, hsv[:, 1] / 255, hsv[:, 2]
    turn = np.radians(hue)
    mean_hue = float(np.degrees(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean()))) % 360
    apart = abs((mean_hue - _HUES_DEG[background] + 180) % 360 - 180)
    if float(np.median(saturation)) < 0.35 or apart > _HUE_TOLERANCE_DEG[background]:
        return ("face-background-colour",), ()
    uneven = float(value.std()) > 38 or float(np.degrees(np.std(np.sin(turn - np.radians(mean_hue))))) > 14
    return (), (("face-background-uneven",) if uneven else ())
