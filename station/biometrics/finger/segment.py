"""Cuts a slap into its fingers: which finger is where, how it is turned, which one is missing.

`blobs` finds what touches the glass, `hand` decides which blobs are tips; here every
tip is cut out upright and named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.finger.blobs import SCALE, Blob, contact_map, find_blobs
from station.biometrics.finger.hand import HandFit, fit_hand
from station.biometrics.pixels import Bytes, grey_array, grey_image
from station.domain.sample import Finger, GreyImage, Slap

_LONGEST_TIP, _SHORTEST_TIP = 1.7, 1.15


class Hand(Enum):
    """Which hand a slap shows."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class SegmentedFinger:
    """One finger of a slap: upright image, centre in slap pixels, turn in degrees (clockwise positive)."""

    finger: Finger
    image: GreyImage
    centre: tuple[int, int]
    angle_deg: float


@dataclass(frozen=True, slots=True)
class SlapSegmentation:
    """Fingers from left to right, the hand as far as its shape tells, and problems as message identifiers."""

    fingers: tuple[SegmentedFinger, ...]
    hand: Hand | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A finger tip in slap pixels: centre, size and turn (clockwise), its blob, whether the glass ends in it."""

    column: float
    row: float
    width: float
    height: float
    angle_deg: float
    label: int
    over_edge: bool

    def scaled(self, factor: float) -> Box:
        """Return the same box in a picture of another resolution."""
        column, row, width, height = (value * factor for value in (self.column, self.row, self.width, self.height))
        return replace(self, column=column, row=row, width=width, height=height)


def segment_slap(image: GreyImage, slap: Slap, expected: tuple[Finger, ...]) -> SlapSegmentation:
    """Return the fingers found, named in order; a count other than expected is a problem, nothing is guessed."""
    grey = grey_array(image)
    boxes, fit, labels = find_fingers(_at_500_ppi(grey, image.resolution_ppi), len(slap.fingers))
    boxes = [box.scaled(image.resolution_ppi / 500) for box in boxes]
    problems: list[str] = []
    if not boxes:
        problems.append("slap-empty")
    elif len(boxes) < len(expected):
        problems.append("slap-short")
    elif len(boxes) > len(expected):
        problems.append("slap-too-many")
    if any(box.over_edge for box in boxes):
        problems.append("slap-at-edge")
    hand = _hand(fit, slap, expected)
    if hand is not None and slap is not Slap.THUMBS and (hand is Hand.LEFT) != (slap is Slap.LEFT_FOUR):
        problems.append("slap-wrong-hand")
    named = zip(expected, boxes, strict=False) if len(boxes) == len(expected) else ()
    fingers = tuple(
        SegmentedFinger(
            finger, cut_out(grey, box, labels, image.resolution_ppi), (int(box.column), int(box.row)), box.angle_deg
        )
        for finger, box in named
    )
    return SlapSegmentation(fingers, hand, tuple(problems))


def _at_500_ppi(grey: Bytes, resolution_ppi: int) -> Bytes:
    """Return the picture at the resolution in which fingers are looked for."""
    if resolution_ppi == 500:
        return grey
    size = round(grey.shape[1] * 500 / resolution_ppi), round(grey.shape[0] * 500 / resolution_ppi)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def find_fingers(grey: Bytes, most: int) -> tuple[list[Box], HandFit | None, NDArray[np.int32]]:
    """Return finger tips from left to right, the hand, and whose every pixel is.

    More than `most` come only when they cannot be explained otherwise.
    """
    blobs, labels = find_blobs(contact_map(grey))
    fit = fit_hand(blobs, most) if blobs else None
    if fit is None:
        return [], None, labels
    return [_box(tip, labels, fit.turn_deg) for tip in fit.tips], fit, labels


def _box(tip: Blob, labels: NDArray[np.int32], hand_turn_deg: float) -> Box:
    """Return the upright box of a tip; it leans with its own long side, near the hand's turn, and ends at a joint."""
    turn = np.radians(hand_turn_deg + _own_lean_deg(tip, hand_turn_deg))
    rows, columns = np.nonzero(labels == tip.label)
    across = columns * np.cos(turn) + rows * np.sin(turn)
    down = rows * np.cos(turn) - columns * np.sin(turn)
    left, right = np.percentile(across, (0.5, 99.5))
    top, bottom = np.percentile(down, (0.5, 99.5))
    width = float(right - left) + 1
    bottom = min(float(bottom), float(top) + _LONGEST_TIP * width)
    middle, height = (float(left + right) / 2, (float(top) + bottom) / 2), bottom - float(top) + 1
    column = middle[0] * np.cos(turn) - middle[1] * np.sin(turn)
    row = middle[0] * np.sin(turn) + middle[1] * np.cos(turn)
    over_edge = _over_edge(rows, columns, labels.shape, height / width)
    return Box(
        float(column + 0.5) * SCALE,
        float(row + 0.5) * SCALE,
        width * SCALE,
        height * SCALE,
        float(np.degrees(turn)),
        tip.label,
        over_edge,
    )


def _own_lean_deg(tip: Blob, hand_turn_deg: float) -> float:
    """Return how far the tip's long side leans from the hand's direction, at most 12 degrees, damped when round."""
    leans = np.arange(-12, 12.1, 2.0)
    lengths = [tip.extent(np.radians(hand_turn_deg + lean) + np.pi / 2) for lean in leans]
    shortest, longest = min(lengths), max(lengths)
    return float(leans[int(np.argmax(lengths))]) * min(1.0, 8 * (longest - shortest) / longest)


def cut_out(grey: Bytes, box: Box, labels: NDArray[np.int32], resolution_ppi: int) -> GreyImage:
    """Return one finger upright, with a margin; ground and neighbours are filled with the glass's own brightness."""
    width, height = int(box.width * 1.25) + 24, int(box.height * 1.2) + 24
    matrix = cv2.getRotationMatrix2D((box.column, box.row), box.angle_deg, 1)
    matrix = np.asarray(matrix, np.float64)
    matrix[:, 2] += np.array([width / 2 - box.column, height / 2 - box.row])
    ground = float(np.percentile(grey[::8, ::8], 90))
    turned = cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(ground,))
    others = ((labels > 0) & (labels != box.label)).astype(np.uint8)
    others = np.asarray(cv2.resize(others, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_NEAREST), np.uint8)
    foreign = cv2.warpAffine(others, matrix, (width, height), flags=cv2.INTER_NEAREST, borderValue=(0.0,))
    alone = np.where(np.asarray(foreign) > 0, np.uint8(ground), np.asarray(turned, np.uint8))
    return grey_image(alone, resolution_ppi)


def _over_edge(rows: NDArray[np.intp], columns: NDArray[np.intp], shape: tuple[int, ...], length_share: float) -> bool:
    """Tell whether a tip touches a side or the top of the glass, or is cut short by its lower edge."""
    beside = int(columns.min()) == 0 or int(columns.max()) == shape[1] - 1 or int(rows.min()) == 0
    return beside or (int(rows.max()) >= shape[0] - 2 and length_share < _SHORTEST_TIP)


def _hand(fit: HandFit | None, slap: Slap, expected: tuple[Finger, ...]) -> Hand | None:
    """Return the hand by the heights of four tips; None when they fit both or are fewer."""
    if fit is None or slap is Slap.THUMBS or len(fit.tips) != len(expected) or len(expected) != 4:
        return None
    if fit.seems_right is None:
        return None
    return Hand.RIGHT if fit.seems_right else Hand.LEFT


def count_touching(grey: Bytes, most: int) -> int:
    """Return how many fingers a preview frame seems to show."""
    return len(find_fingers(grey, most)[0])
