"""Draws an eye as a near-infrared scanner sees it: a fibre texture that stays, lids and lashes that move.

Does not simulate: eye colour, contact lenses, illness of the eye.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from simulators.people.defects import IrisDefect
from simulators.people.noise import Field, blurred, generator, grid, logistic, smooth_noise, white_noise
from station.domain.sample import Eye, GreyImage

WIDTH_PX, HEIGHT_PX, PPI = 640, 480, 500
_TEXTURE_ROWS, _TEXTURE_COLUMNS = 96, 512


@dataclass(frozen=True, slots=True)
class _Look:
    """One glance: where the iris is and how open the eye."""

    column: float
    row: float
    iris_px: float
    pupil_px: float
    roll_rad: float
    opening: float


def iris_image(body_seed: int, eye: Eye, attempt: int, defect: IrisDefect | None) -> GreyImage:
    """Return 640 x 480 pixels of one eye; tear duct towards the nose. About 0.05 s."""
    body = generator(body_seed, "iris", int(eye))
    glance = generator(body_seed, "glance", int(eye), attempt)
    look = _look(body, glance, defect)
    texture = _texture(body)
    rows, columns = grid(HEIGHT_PX, WIDTH_PX)
    picture = _eyeball(texture, body.uniform(95, 130), look, glance, rows, columns)
    picture = _glints(picture, look, rows, columns)
    if defect is IrisDefect.GLARE:
        picture = _glass_glare(picture, look, glance, rows, columns)
    picture = _lids(picture, look, eye, glance, rows, columns)
    picture = _lashes(picture, look, glance)
    if defect is IrisDefect.DARK:
        picture = picture * 0.35
    blur = {IrisDefect.BLURRED: 4.5, IrisDefect.FAR: 1.2}.get(defect, 0.7) if defect else 0.7
    picture = blurred(picture, blur)
    picture = picture + 2.0 * white_noise(glance, HEIGHT_PX, WIDTH_PX)
    return GreyImage(WIDTH_PX, HEIGHT_PX, np.clip(picture, 0, 255).astype(np.uint8).tobytes(), PPI)


def _look(body: np.random.Generator, glance: np.random.Generator, defect: IrisDefect | None) -> _Look:
    iris_px = body.uniform(112, 124)
    dilation = body.uniform(0.34, 0.46) + glance.uniform(-0.03, 0.03)
    away = glance.uniform(-10, 10, 2)
    opening = glance.uniform(0.88, 1.08)
    if defect is IrisDefect.GAZE:
        away = away + np.array([glance.choice([-1, 1]) * glance.uniform(125, 160), glance.uniform(-20, 20)])
    if defect is IrisDefect.FAR:
        iris_px = iris_px * 0.5
    if defect is IrisDefect.CLOSED:
        opening = 0.02
    if defect is IrisDefect.HALF_CLOSED:
        opening = glance.uniform(0.28, 0.36)
    return _Look(
        WIDTH_PX / 2 + float(away[0]),
        HEIGHT_PX / 2 + float(away[1]),
        float(iris_px),
        float(iris_px * dilation),
        float(glance.uniform(-0.08, 0.08)),
        float(opening),
    )


def _texture(body: np.random.Generator) -> Field:
    """Return the fibres, rows from pupil to limbus, columns around; one random tile for life."""
    down = np.fft.fftfreq(_TEXTURE_ROWS)[:, None]
    around = np.fft.rfftfreq(_TEXTURE_COLUMNS)[None]

    def filtered(weight: Field) -> Field:
        white = body.standard_normal((_TEXTURE_ROWS, _TEXTURE_COLUMNS))
        shaped = np.fft.irfft2(np.fft.rfft2(white) * weight, s=white.shape)
        return np.asarray(shaped / shaped.std(), np.float32)

    fibres = filtered(np.exp(-0.5 * ((down / 0.05) ** 2 + ((around - 0.03) / 0.03) ** 2)))
    patches = filtered(np.exp(-0.5 * ((down / 0.12) ** 2 + (around / 0.05) ** 2)))
    texture = fibres + 0.7 * patches
    rings = np.sin(np.linspace(0, body.uniform(5, 9), _TEXTURE_ROWS) + body.uniform(0, 6))
    collarette = int(_TEXTURE_ROWS * body.uniform(0.22, 0.34))
    texture[:collarette] *= 1.3
    texture[collarette : collarette + 3] += 1.2
    return np.asarray(texture + 0.4 * rings[:, None], np.float32)


def _eyeball(
    texture: Field, iris_grey: float, look: _Look, glance: np.random.Generator, rows: Field, columns: Field
) -> Field:
    right, down = columns - look.column, rows - look.row
    distance = np.hypot(right, down)
    angle = (np.arctan2(down, right) + look.roll_rad) % (2 * np.pi)
    depth = np.clip((distance - look.pupil_px) / (look.iris_px - look.pupil_px), 0, 1) * (_TEXTURE_ROWS - 1)
    around = angle / (2 * np.pi) * _TEXTURE_COLUMNS
    wrapped = np.hstack([texture, texture[:, :2]])
    fibres = cv2.remap(wrapped, around.astype(np.float32), depth.astype(np.float32), cv2.INTER_LINEAR)
    white = 205 + smooth_noise(glance, rows.shape[0], rows.shape[1], 60, 6)
    iris = iris_grey + 11 * fibres - 14 * np.exp(-np.abs(look.iris_px - distance) / 6)
    inside_iris = logistic(look.iris_px - distance, 0.5)
    inside_pupil = logistic(look.pupil_px - distance, 0.77)
    ball = white * (1 - inside_iris) + iris * inside_iris
    return np.asarray(ball * (1 - inside_pupil) + 22 * inside_pupil, np.float32)


def _glints(picture: Field, look: _Look, rows: Field, columns: Field) -> Field:
    for across, up, radius in ((-0.25, -0.2, 6.0), (0.2, -0.25, 4.0)):
        spot = (columns - look.column - across * look.pupil_px) ** 2 + (rows - look.row - up * look.pupil_px) ** 2
        picture = np.maximum(picture, 250 * np.exp(-spot / (2 * radius * radius)))
    return picture


def _glass_glare(picture: Field, look: _Look, glance: np.random.Generator, rows: Field, columns: Field) -> Field:
    """Two lamps mirrored in spectacles: large bright patches over the iris."""
    for _lamp in range(2):
        angle, away = glance.uniform(0, 2 * np.pi), look.iris_px * glance.uniform(0.45, 0.75)
        column, row = look.column + away * np.cos(angle), look.row + away * np.sin(angle)
        spot = ((columns - column) / glance.uniform(30, 44)) ** 2 + ((rows - row) / glance.uniform(18, 28)) ** 2
        picture = np.maximum(picture, 255 * logistic(np.asarray(1 - spot, np.float32), 9))
    return picture


def _lid_rows(look: _Look, eye: Eye, columns: Field) -> tuple[Field, Field]:
    """Return the row of the upper and of the lower lid edge at every column; the inner corner lies lower."""
    reach = (columns - WIDTH_PX / 2) / 120
    middle = HEIGHT_PX / 2 + 6 * reach * (1 if eye is Eye.RIGHT else -1)
    upper = middle - 120 * (0.80 - 0.40 * (reach / 1.35) ** 2) * look.opening
    lower = middle + 120 * (0.92 - 0.35 * (reach / 1.35) ** 2) * look.opening
    return np.asarray(upper, np.float32), np.asarray(np.maximum(lower, upper + 2), np.float32)


def _lids(picture: Field, look: _Look, eye: Eye, glance: np.random.Generator, rows: Field, columns: Field) -> Field:
    upper, lower = _lid_rows(look, eye, columns)
    skin = 170 + smooth_noise(glance, rows.shape[0], rows.shape[1], 25, 7)
    covered = np.maximum(logistic(upper - rows, 0.6), logistic(rows - lower, 0.6))
    shade = 1 - 0.25 * np.exp(-np.abs(rows - upper) / 7) - 0.12 * np.exp(-np.abs(rows - lower) / 6)
    lit = picture * (1 - covered) + skin * covered
    corner = (columns - WIDTH_PX / 2) * (1 if eye is Eye.RIGHT else -1) - 265
    duct = np.exp(-((corner / 26) ** 2) - ((rows - HEIGHT_PX / 2 - 12) / 15) ** 2)
    return np.asarray(lit * shade - 45 * duct, np.float32)


def _lashes(picture: Field, look: _Look, glance: np.random.Generator) -> Field:
    lines = np.zeros(picture.shape, np.float32)
    for _lash in range(55):
        column = WIDTH_PX / 2 + glance.uniform(-1.6, 1.6) * look.iris_px
        reach = (column - WIDTH_PX / 2) / 120
        row = HEIGHT_PX / 2 - 120 * (0.80 - 0.40 * (reach / 1.35) ** 2) * look.opening
        angle = glance.normal(-np.pi / 2 + reach * 0.45, 0.15)
        length = glance.uniform(22, 48)
        droop = 0.25 if glance.random() < 0.12 else -1.0
        steps = np.linspace(0, 1, 8)
        across = column + steps * length * np.cos(angle)
        along = row - droop * steps * length * np.sin(angle) * -1 + 8 * steps**2
        cv2.polylines(lines, [np.stack([across, along], 1).astype(np.int32)], False, 1.0, 1, cv2.LINE_AA)
    return np.asarray(picture * (1 - 0.7 * np.clip(lines, 0, 1)), np.float32)
