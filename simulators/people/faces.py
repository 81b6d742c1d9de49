"""Draws a face before a backdrop: plainly a drawing, so that nobody's likeness is in it.

Does not simulate: real skin, expressions, more than one style of veil, or the lens of one camera.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.people.defects import FaceDefect
from simulators.people.noise import blurred, generator
from station.domain.sample import ColourImage

WIDTH_PX, HEIGHT_PX = 1280, 960
_SUPERSAMPLING = 2
_SKINS = ((225, 185, 150), (205, 160, 120), (175, 125, 85), (135, 90, 60), (105, 68, 45))
_VEILS = ((238, 236, 230), (28, 28, 32), (34, 44, 84), (108, 78, 56), (150, 160, 170))
_VEILED_SHARE = 0.4
_NOSE_LEAD = 0.35
_HAIRS = ((28, 22, 20), (45, 33, 26), (70, 45, 30), (24, 22, 26))

_Colour = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Pose:
    """How the face is held: degrees, pixels, shares; `yaw_px` is the turn in radians times half the face's width."""

    roll_deg: float = 0.0
    yaw_px: float = 0.0
    scale: float = 1.0
    right_px: float = 0.0
    down_px: float = 0.0
    eyes_closed: bool = False
    glasses: bool = False


@dataclass(frozen=True, slots=True)
class _Traits:
    """What stays with the person."""

    skin: _Colour
    hair: _Colour
    cloth: _Colour
    iris: _Colour
    half_width: float
    half_height: float
    eye_gap: float
    eye_row: float
    nose: float
    mouth: float
    veil: _Colour | None
    frame: _Colour
    frame_px: float


def skin_tone(body_seed: int) -> int:
    """Return 0 for the lightest to 4 for the darkest of the five tones drawn."""
    return int(generator(body_seed, "skin").integers(len(_SKINS)))


def face_image(
    body_seed: int, attempt: int, background: tuple[int, int, int], defect: FaceDefect | None
) -> ColourImage:
    """Return 1280 x 960 RGB pixels of the person before a backdrop of the colour given. About 0.3 s."""
    shot = generator(body_seed, "shot", attempt)
    pose = _pose(shot, defect)
    canvas = np.empty((HEIGHT_PX * _SUPERSAMPLING, WIDTH_PX * _SUPERSAMPLING, 3), np.uint8)
    canvas[:] = background
    if defect is not FaceDefect.NOBODY:
        if defect is FaceDefect.TWO_FACES:
            _draw(canvas, _traits(body_seed + 1), replace(pose, right_px=330, scale=0.62, down_px=-60))
            pose = replace(pose, right_px=-210, scale=0.75)
        _draw(canvas, _traits(body_seed), pose)
    picture = cv2.resize(canvas, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    return _photographed(picture, shot, defect)


def _pose(shot: np.random.Generator, defect: FaceDefect | None) -> _Pose:
    pose = _Pose(
        roll_deg=float(shot.uniform(-3, 3)),
        yaw_px=float(shot.uniform(-5, 5)),
        scale=float(shot.uniform(0.97, 1.05)),
        right_px=float(shot.uniform(-18, 18)),
        down_px=float(shot.uniform(-12, 12)),
    )
    side = float(shot.choice([-1, 1]))
    changes: dict[FaceDefect, _Pose] = {
        FaceDefect.CLOSED_EYES: replace(pose, eyes_closed=True),
        FaceDefect.TURNED: replace(pose, yaw_px=side * float(shot.uniform(62, 82))),
        FaceDefect.TILTED: replace(pose, roll_deg=side * float(shot.uniform(14, 19))),
        FaceDefect.FAR: replace(pose, scale=0.45),
        FaceDefect.NEAR: replace(pose, scale=1.75),
        FaceDefect.OFF_CENTRE: replace(pose, right_px=side * 330),
        FaceDefect.GLASSES: replace(pose, glasses=True),
    }
    return changes.get(defect, pose) if defect else pose


def _traits(body_seed: int) -> _Traits:
    body = generator(body_seed, "face")
    skin = np.array(_SKINS[skin_tone(body_seed)]) * body.uniform(0.93, 1.05)
    worn = generator(body_seed, "worn")
    veil = np.array(_VEILS[int(worn.integers(len(_VEILS)))]) if worn.random() < _VEILED_SHARE else None
    return _Traits(
        skin=np.minimum(skin, 250),
        hair=np.array(_HAIRS[int(body.integers(4))]) * body.uniform(0.8, 1.2),
        cloth=body.uniform(30, 200, 3),
        iris=body.uniform(30, 90) * np.array([1, 0.8, 0.6]),
        half_width=float(body.uniform(150, 175)),
        half_height=float(body.uniform(205, 235)),
        eye_gap=float(body.uniform(60, 70)),
        eye_row=-float(body.uniform(25, 40)),
        nose=float(body.uniform(0.85, 1.1)),
        mouth=float(body.uniform(42, 54)),
        veil=veil,
        frame=np.array([20.0, 20, 22]) if worn.random() < 0.6 else np.array([110.0, 84, 60]),
        frame_px=float(worn.uniform(3, 6)),
    )


class _Brush:
    """Draws ellipses in face coordinates: origin between nose and eyes, pixels of an unscaled face."""

    def __init__(self, canvas: NDArray[np.uint8], traits: _Traits, pose: _Pose) -> None:
        self._canvas, self._traits, self._pose = canvas, traits, pose
        turn = np.radians(pose.roll_deg)
        self._cosine, self._sine = float(np.cos(turn)), float(np.sin(turn))

    def place(self, right: float, down: float) -> tuple[int, int]:
        """Return the canvas pixel of a spot on the head; the outline stays where it is when the head turns."""
        pose = self._pose
        right, down = right * pose.scale, down * pose.scale
        column = WIDTH_PX / 2 + pose.right_px + self._cosine * right - self._sine * down
        row = HEIGHT_PX * 0.47 + pose.down_px + self._sine * right + self._cosine * down
        return int(column * _SUPERSAMPLING), int(row * _SUPERSAMPLING)

    def on_face(self, right: float) -> tuple[float, float]:
        """Return where a spot of the turned face is seen, and how much narrower than from the front."""
        width = self._traits.half_width
        before = float(np.arcsin(np.clip(right / width, -0.98, 0.98)))
        after = float(np.clip(before + self._pose.yaw_px / width, -1.45, 1.45))
        return width * float(np.sin(after)), float(np.cos(after) / np.cos(before))

    def feature(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        colour: _Colour,
        line: float = 0.0,
        arc_deg: tuple[float, float] = (0, 360),
    ) -> None:
        """Draw an ellipse that turns with the face."""
        right, narrower = self.on_face(centre[0])
        self.ellipse((right, centre[1]), (radii[0] * narrower, radii[1]), colour, line, arc_deg)

    def ellipse(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        colour: _Colour,
        line: float = 0.0,
        arc_deg: tuple[float, float] = (0, 360),
    ) -> None:
        size = self._pose.scale * _SUPERSAMPLING
        axes = max(1, int(radii[0] * size)), max(1, int(radii[1] * size))
        thickness = max(1, int(line * size)) if line else -1
        ink = tuple(float(value) for value in np.clip(colour, 0, 255))
        cv2.ellipse(self._canvas, self.place(*centre), axes, self._pose.roll_deg, *arc_deg, ink, thickness, cv2.LINE_AA)


def _draw(canvas: NDArray[np.uint8], traits: _Traits, pose: _Pose) -> None:
    brush = _Brush(canvas, traits, pose)
    width, height, skin = traits.half_width, traits.half_height, traits.skin
    brush.ellipse((0, height * 2.05), (width * 2.1, height), traits.cloth)
    if traits.veil is None:
        _draw_neck_hair_and_ears(brush, traits)
    else:
        brush.ellipse((0, height * 1.1), (width * 1.3, height * 1.0), traits.veil * 0.94)
        brush.ellipse((0, -height * 0.06), (width * 1.2, height * 1.16), traits.veil)
    brush.ellipse((0, 0), (width * 0.98, height), skin * 0.96)
    brush.ellipse((0, height * 0.06), (width * 0.88, height * 0.9), skin)
    cover = traits.hair if traits.veil is None else traits.veil
    brush.ellipse((0, -height * 0.92), (width * 0.86, height * 0.33), cover)
    if traits.veil is not None:
        brush.ellipse((0, height * 1.12), (width * 0.8, height * 0.22), traits.veil * 0.96)
    for side in (-1, 1):
        _draw_eye(brush, traits, pose, side * traits.eye_gap)
    _draw_nose_and_mouth(brush, traits, pose)
    if pose.glasses:
        _draw_glasses(brush, traits)
    _shade(canvas, brush, traits, pose)


def _draw_eye(brush: _Brush, traits: _Traits, pose: _Pose, right: float) -> None:
    row, skin = traits.eye_row, traits.skin
    brush.feature((right, row - 3), (34, 24), skin * 0.78)
    brush.feature((right, row), (30, 20), skin * 0.88)
    if pose.eyes_closed:
        brush.feature((right, row + 3), (26, 9), skin * 0.7, line=4, arc_deg=(0, 180))
    else:
        brush.feature((right, row), (25, 11.5), np.array([240.0, 238, 235]))
        iris = right + pose.yaw_px * 0.15
        brush.feature((iris, row), (11, 11), traits.iris)
        brush.feature((iris, row), (5, 5), np.array([12.0, 12, 12]))
        brush.feature((right - 3, row - 3), (2.4, 2.4), np.array([250.0, 250, 250]))
        brush.feature((right, row), (26, 13), skin * 0.35, line=3.2, arc_deg=(185, 355))
    brush.feature((right, row - 34), (36, 11), traits.hair * 0.8, line=8, arc_deg=(200, 340))


def _draw_neck_hair_and_ears(brush: _Brush, traits: _Traits) -> None:
    width, height, skin = traits.half_width, traits.half_height, traits.skin
    brush.ellipse((0, height * 1.02), (width * 0.5, height * 0.55), skin * 0.86)
    brush.ellipse((0, -height * 0.18), (width * 1.12, height * 1.02), traits.hair)
    for side in (-1, 1):
        brush.ellipse((side * width * 0.98, 0), (width * 0.13, height * 0.2), skin * 0.9)


def _draw_glasses(brush: _Brush, traits: _Traits) -> None:
    """Two rims, a bridge over the nose, ends towards the ears, and a lamp mirrored in each lens."""
    row, line = traits.eye_row, traits.frame_px
    brush.feature((0, row - 2), (traits.eye_gap - 42, 10), traits.frame, line=line, arc_deg=(180, 360))
    for side in (-1, 1):
        middle = side * traits.eye_gap
        brush.feature((middle, row + 2), (44, 34), traits.frame, line=line)
        brush.feature((middle + side * 62, row - 8), (18, 3), traits.frame)
        brush.feature((middle + 14, row - 14), (10, 5), np.array([252.0, 252, 252]))


def _draw_nose_and_mouth(brush: _Brush, traits: _Traits, pose: _Pose) -> None:
    """Draw the nose, whose tip moves further than the cheeks when the head turns because it stands out, and lips."""
    row, skin, nose = traits.eye_row, traits.skin, traits.nose
    tip = _NOSE_LEAD * pose.yaw_px
    brush.feature((tip / 2, row + 62), (16 * nose, 58), skin * 1.05)
    for side in (-1, 1):
        brush.feature((tip + side * 15 * nose, row + 112), (8, 6), skin * 0.45)
    brush.feature((tip, row + 108), (24 * nose, 14), skin * 0.8, line=3, arc_deg=(10, 170))
    brush.feature((0, traits.half_height * 0.56), (traits.mouth, 15), np.array([165.0, 85, 90]))
    brush.feature((0, traits.half_height * 0.555), (traits.mouth, 2.5), np.array([90.0, 40, 45]))


def _shade(canvas: NDArray[np.uint8], brush: _Brush, traits: _Traits, pose: _Pose) -> None:
    """Darken the face towards its edge and away from the lamp, so that it is round."""
    column, row = brush.place(0, 0)
    half_width = int(traits.half_width * pose.scale * _SUPERSAMPLING * 1.27)
    half_height = int(traits.half_height * pose.scale * _SUPERSAMPLING * 1.27)
    top, left = max(0, row - half_height), max(0, column - half_width)
    part = canvas[top : row + half_height, left : column + half_width]
    if part.size == 0:
        return
    rows, columns = np.mgrid[0 : part.shape[0], 0 : part.shape[1]].astype(np.float32)
    right, down = (columns + left - column) / half_width * 1.27, (rows + top - row) / half_height * 1.27
    distance = right**2 + down**2
    light = np.where(distance < 1.6, 1 - 0.16 * np.clip(distance, 0, 1.6) - 0.10 * right, 1)
    part[:] = np.clip(part * light[..., None], 0, 255).astype(np.uint8)


def _photographed(picture: NDArray[np.float32], shot: np.random.Generator, defect: FaceDefect | None) -> ColourImage:
    blur = 6.0 if defect is FaceDefect.BLURRED else 0.7
    picture = blurred(picture, blur)
    if defect is FaceDefect.DARK:
        picture *= 0.3
    if defect is FaceDefect.UNEVEN_LIGHT:
        fall = np.linspace(1.15, 0.25, WIDTH_PX, dtype=np.float32)
        picture *= (fall if shot.random() < 0.5 else fall[::-1])[None, :, None]
    grain = shot.standard_normal((HEIGHT_PX, WIDTH_PX, 1), dtype=np.float32) * 2.5
    skin_grain = blurred(shot.standard_normal((HEIGHT_PX, WIDTH_PX), dtype=np.float32) * 12, 2)
    pixels = np.clip(picture + grain + skin_grain[..., None], 0, 255).astype(np.uint8)
    return ColourImage(WIDTH_PX, HEIGHT_PX, pixels.tobytes())
