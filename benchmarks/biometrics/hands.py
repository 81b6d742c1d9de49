"""Slap segmentation over hundreds of hands: skin, sizes, gaps, what else is on the glass, turned by up to 30 degrees.

    python -m benchmarks.biometrics.hands [--people 40] [--seed 900000] [--only dry,child,...] [--keep FOLDER]

Each person gives one hand (left, right, thumbs in turn), full and with one finger missing, under each condition; a
hand is entirely right when every finger there is, and nothing else, was found in place. People of seeds below 100000
were looked at while tuning; the default is not. `--keep` writes the hands that went wrong as pictures.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
import numpy as np

from simulators.people import FingerDefect, Person, make_person
from simulators.people.slaps import CLEAN_GLASS, ORDINARY_HAND, Glass, Hand, finger_places
from station.biometrics.finger.segment import SlapSegmentation, segment_slap
from station.biometrics.pixels import Field, grey_array, grey_image
from station.domain.sample import Finger, GreyImage, Slap

DAY = date(2026, 11, 23)
MOST_TURN_DEG = 30.0
TOLERANCE_PX = 90
SLAPS = (Slap.LEFT_FOUR, Slap.RIGHT_FOUR, Slap.LEFT_FOUR, Slap.RIGHT_FOUR, Slap.THUMBS)


@dataclass(frozen=True)
class Condition:
    """How the hands of one series differ: skin, hand, glass, contrast of the scanner, its resolution in ppi."""

    skin: FingerDefect | None = None
    hand: Hand = ORDINARY_HAND
    glass: Glass = CLEAN_GLASS
    contrast: float = 1.0
    uneven: bool = False
    resolution_ppi: int = 500


CONDITIONS = {
    "ordinary": Condition(),
    "wet": Condition(FingerDefect.WET),
    "dry": Condition(FingerDefect.DRY),
    "light": Condition(FingerDefect.LIGHT),
    "smeared": Condition(FingerDefect.SMEARED),
    "child": Condition(hand=Hand(size=0.72)),
    "large": Condition(hand=Hand(size=1.1)),
    "wide gaps": Condition(hand=Hand(size=0.92, gaps=3.5)),
    "touching": Condition(hand=Hand(gaps=0.15)),
    "left prints": Condition(glass=Glass(latent=0.22)),
    "palm": Condition(glass=Glass(palm=True)),
    "low contrast": Condition(contrast=0.35),
    "uneven ground": Condition(uneven=True),
    "1000 ppi": Condition(resolution_ppi=1000),
}


@dataclass(frozen=True)
class Given:
    """One hand on the glass and what is true of it."""

    image: GreyImage
    slap: Slap
    expected: tuple[Finger, ...]
    centres: tuple[tuple[float, float], ...]
    size: float


def given(person: Person, slap: Slap, missing: frozenset[Finger], turn_deg: float, condition: Condition) -> Given:
    """Lay a hand on the glass under a condition."""
    skin = {} if condition.skin is None else dict.fromkeys(slap.fingers, condition.skin)
    image = person.slap_image(slap, 0, missing, skin, None, turn_deg, condition.hand, condition.glass)
    expected = tuple(finger for finger in slap.fingers if finger not in missing)
    places = finger_places(person.body_seed, slap, 0, None, turn_deg, condition.hand)
    scale = condition.resolution_ppi / 500
    centres = tuple((place.column * scale, place.row * scale) for place in places if place.finger in expected)
    return Given(as_scanned(image, condition), slap, expected, centres, condition.hand.size * scale)


def as_scanned(image: GreyImage, condition: Condition) -> GreyImage:
    """Return what a scanner of that contrast, light and resolution makes of a picture."""
    grey: Field = grey_array(image).astype(np.float32)
    if condition.contrast < 1:
        grey = np.float32(235) - (np.float32(235) - grey) * np.float32(condition.contrast)
        grey += np.random.default_rng(1).normal(0, 1.6, grey.shape).astype(np.float32)
    if condition.uneven:
        slope = (
            np.linspace(0, 70, grey.shape[1], dtype=np.float32)[None]
            + np.linspace(0, 40, grey.shape[0], dtype=np.float32)[:, None]
        )
        grey = grey * (1 - slope / 255)
    clipped = np.clip(grey, 0, 255).astype(np.uint8)
    factor = condition.resolution_ppi / 500
    if factor != 1:
        clipped = np.asarray(cv2.resize(clipped, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)
    return grey_image(clipped, condition.resolution_ppi)


def entirely_right(hand: Given, found: SlapSegmentation) -> bool:
    """Tell whether every finger was found in its place."""
    return len(found.fingers) == len(hand.centres) and all(
        np.hypot(finger.centre[0] - column, finger.centre[1] - row) < TOLERANCE_PX * hand.size
        for finger, (column, row) in zip(found.fingers, hand.centres, strict=True)
    )


def picture(hand: Given, found: SlapSegmentation) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the slap with the true centres (green) and those found (red), a third as large."""
    shown = cv2.cvtColor(grey_array(hand.image), cv2.COLOR_GRAY2BGR)
    for column, row in hand.centres:
        cv2.circle(shown, (round(column), round(row)), 40, (0, 160, 0), 8)
    for finger in found.fingers:
        cv2.circle(shown, finger.centre, 25, (0, 0, 220), -1)
    cv2.putText(shown, " ".join(found.problems), (30, 80), cv2.FONT_HERSHEY_SIMPLEX, 2, (200, 0, 0), 5)
    return np.asarray(cv2.resize(shown, (533, 500), interpolation=cv2.INTER_AREA), np.uint8)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seed", type=int, default=900_000)
    parser.add_argument("--only", default=",".join(CONDITIONS))
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    random = np.random.default_rng(chosen.seed)
    total, right = Counter[str](), Counter[str]()
    for name in chosen.only.split(","):
        problems, series = Counter[str](), Counter[str]()
        for index in range(chosen.people):
            person, slap = make_person(chosen.seed, index, DAY), SLAPS[index % len(SLAPS)]
            lost = Finger(int(random.choice(slap.fingers)))
            for kind, missing in (("full", frozenset[Finger]()), ("one missing", frozenset({lost}))):
                turn_deg = float(random.uniform(-MOST_TURN_DEG, MOST_TURN_DEG))
                hand = given(person, slap, missing, turn_deg, CONDITIONS[name])
                found = segment_slap(hand.image, slap, hand.expected)
                is_right = entirely_right(hand, found)
                total[kind] += 1
                right[kind] += is_right
                series[kind] += is_right
                problems.update(found.problems if is_right else (*found.problems, "WRONG"))
                if chosen.keep and not is_right:
                    chosen.keep.mkdir(parents=True, exist_ok=True)
                    file = f"{name}-{index}-{slap.name}-{kind}-{turn_deg:.0f}.png".replace(" ", "_")
                    cv2.imwrite(str(chosen.keep / file), picture(hand, found))
        told = ", ".join(f"{kind} {series[kind]}/{chosen.people}" for kind in ("full", "one missing"))
        print(f"{name:14s} {told}   {dict(problems)}", flush=True)
    print(f"{'all':14s} " + ", ".join(f"{k} {right[k]}/{total[k]} ({right[k] / total[k]:.1%})" for k in total))


if __name__ == "__main__":
    main()
