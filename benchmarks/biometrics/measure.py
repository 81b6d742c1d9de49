"""Measures what docs/biometrics.md states, on synthetic people that were not used for tuning.

    python -m benchmarks.biometrics.measure [--people 20] [--only slaps,matching,...] [--seed 900000]

Each section prints one table. People of the seeds below 100000 were looked at while tuning; the default is not.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.people import FaceDefect, FingerDefect, IrisDefect, Person, SlapDefect, make_person
from simulators.people.faces import skin_tone
from simulators.people.impressions import as_image, press_for, press_on_glass
from simulators.people.noise import generator
from simulators.people.ridges import grow_finger
from simulators.people.slaps import finger_places
from station.biometrics.face.assess import assess_face
from station.biometrics.finger.matching import DEFAULT_THRESHOLD, match_score
from station.biometrics.finger.minutiae import MinutiaeTemplate, extract
from station.biometrics.finger.quality import assess_finger
from station.biometrics.finger.ridges import map_ridges
from station.biometrics.finger.segment import segment_slap
from station.biometrics.iris.code import SAME_EYE_BELOW, IrisCode, hamming, iris_code
from station.biometrics.iris.quality import assess_iris
from station.biometrics.search import Gallery
from station.domain.card import PhotoBackground
from station.domain.sample import Eye, Finger, GreyImage, Slap

DAY = date(2026, 11, 23)
RED = (190, 30, 40)
FINGER_SCORE_MIN = 35
TIP_TOLERANCE_PX = 90


@dataclass(frozen=True)
class Crowd:
    """The people of one measurement, and randomness for choices."""

    people: list[Person]
    random: np.random.Generator


def main() -> None:
    sections: dict[str, Callable[[Crowd], None]] = {
        "quality": quality, "slaps": slaps, "sessions": sessions, "matching": matching,
        "irises": irises, "faces": faces, "search": search, "speed": speed,
    }  # fmt: skip
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seed", type=int, default=900_000)
    parser.add_argument("--only", default=",".join(sections))
    given = parser.parse_args()
    cv2.setNumThreads(1)
    crowd = Crowd(
        [make_person(given.seed, index, DAY) for index in range(given.people)], np.random.default_rng(given.seed)
    )
    for name in given.only.split(","):
        start = time.process_time()
        print(f"\n== {name}: {given.people} people")
        sections[name](crowd)
        print(f"   ({time.process_time() - start:.0f} s CPU)")


def quality(crowd: Crowd) -> None:
    """Score and causes of single fingers, per defect."""
    print("defect        score p10/median/p90   refused   causes")
    for defect in (None, *FingerDefect):
        scores, causes, refused = [], Counter[str](), 0
        for index, person in enumerate(crowd.people):
            judged = assess_finger(person.finger_impression(Finger(1 + index % 10), 5, defect))
            refused += judged.refused or judged.score < FINGER_SCORE_MIN
            scores.append(judged.score)
            causes.update(judged.causes)
        low, middle, high = np.percentile(scores, (10, 50, 90))
        share = refused / len(crowd.people)
        print(f"{defect or 'none':12s}  {low:4.0f} {middle:4.0f} {high:4.0f}           {share:6.0%}   {dict(causes)}")


def slaps(crowd: Crowd) -> None:
    """Slaps entirely right at turns up to 30 degrees, and alarms of badly placed ones."""
    for slap in Slap:
        right, hands = Counter[str](), Counter[str]()
        for person in crowd.people:
            one = Finger(int(crowd.random.choice(slap.fingers)))
            for missing in (frozenset[Finger](), frozenset({one})):
                turn = float(crowd.random.uniform(-30, 30))
                kind = "one missing" if missing else "full"
                right[kind] += _slap_right(person, slap, missing, turn, hands if not missing else Counter())
        shares = ", ".join(f"{kind} {count}/{len(crowd.people)}" for kind, count in right.items())
        print(f"{slap.name:10s} entirely right: {shares}; hand by shape: {dict(hands)}")
    for defect in (SlapDefect.SHORT, SlapDefect.LOW, SlapDefect.SIDEWAYS):
        alarms = Counter[str]()
        for person in crowd.people:
            found = segment_slap(person.slap_image(Slap.RIGHT_FOUR, 1, placement=defect), *_whole(Slap.RIGHT_FOUR))
            alarms.update(found.problems or ("no alarm",))
        print(f"{defect:10s} {dict(alarms)}")


def _whole(slap: Slap) -> tuple[Slap, tuple[Finger, ...]]:
    return slap, slap.fingers


def _slap_right(person: Person, slap: Slap, missing: frozenset[Finger], turn: float, hands: Counter[str]) -> bool:
    expected = tuple(finger for finger in slap.fingers if finger not in missing)
    found = segment_slap(person.slap_image(slap, 0, missing, turn_deg=turn), slap, expected)
    places = [place for place in finger_places(person.body_seed, slap, 0, None, turn) if place.finger in expected]
    if slap is not Slap.THUMBS:
        hands["unsure" if found.hand is None else "wrong" if "slap-wrong-hand" in found.problems else "right"] += 1
    return len(found.fingers) == len(places) and all(
        np.hypot(finger.centre[0] - place.column, finger.centre[1] - place.row) < TIP_TOLERANCE_PX
        for finger, place in zip(found.fingers, places, strict=True)
    )


def slap_templates(person: Person, slap: Slap, attempt: int) -> dict[Finger, MinutiaeTemplate]:
    """Return the templates of a slap, as the capture step makes them."""
    found = segment_slap(person.slap_image(slap, attempt), slap, slap.fingers)
    return {finger.finger: extract(finger.image) for finger in found.fingers}


def sessions(crowd: Crowd) -> None:
    """Whole sittings: scores of honest slaps, same finger twice, the other hand given."""
    scores, causes, false_alarms, wrong_hand_found, repeats_found = [], Counter[str](), 0, 0, 0
    for person in crowd.people:
        hands: dict[Finger, MinutiaeTemplate] = {}
        for slap in Slap:
            for cut in segment_slap(person.slap_image(slap, 0), slap, slap.fingers).fingers:
                found = map_ridges(cut.image)
                hands[cut.finger] = extract(cut.image, found)
                judged = assess_finger(cut.image, found, hands[cut.finger])
                scores.append(judged.score)
                causes.update(judged.causes)
        pairs = [(a, b) for a in hands for b in hands if a < b]
        false_alarms += any(match_score(hands[a], hands[b]) >= DEFAULT_THRESHOLD for a, b in pairs)
        again = list(slap_templates(person, Slap.LEFT_FOUR, 1).values())
        lefts = [hands[finger] for finger in Slap.LEFT_FOUR.fingers if finger in hands]
        matches = sum(any(match_score(new, old) >= DEFAULT_THRESHOLD for old in lefts) for new in again)
        repeats_found += matches
        wrong_hand_found += matches >= 2
    count = len(crowd.people)
    low, middle = np.percentile(scores, (1, 50))
    print(
        f"honest fingers: {len(scores)} of {10 * count}, score p1 {low:.0f} median {middle:.0f}, causes {dict(causes)}"
    )
    print(f"same finger twice: false alarms {false_alarms} of {count} sittings, found {repeats_found} of {4 * count}")
    print(f"left hand given as right: found {wrong_hand_found} of {count}")


def matching(crowd: Crowd) -> None:
    """Equal error rate of single fingers, whole and with 45 % cut away."""
    for cut in (0.0, 0.45):
        first = {(i, f): _print(p, f, 0, 0.0) for i, p in enumerate(crowd.people) for f in _two(i)}
        second = {(i, f): _print(p, f, 1, cut) for i, p in enumerate(crowd.people) for f in _two(i)}
        same = np.array([match_score(first[key], second[key]) for key in first])
        other = np.array([match_score(first[a], second[b]) for a in first for b in second if a != b])
        rate, at = equal_error(same, other)
        print(
            f"cut {cut:.0%}: EER {rate:.2%} at {at:.0f}; same {len(same)} least {same.min():.0f}, other {len(other)} "
            f"greatest {other.max():.0f}; at {DEFAULT_THRESHOLD:.0f}: missed {np.mean(same < DEFAULT_THRESHOLD):.1%}, "
            f"false {np.mean(other >= DEFAULT_THRESHOLD):.3%}"
        )


def _two(index: int) -> tuple[Finger, Finger]:
    return Finger(1 + index % 10), Finger(1 + (index + 5) % 10)


def _print(person: Person, finger: Finger, attempt: int, cut: float) -> MinutiaeTemplate:
    pattern = grow_finger(person.body_seed, finger)
    random = generator(*pattern.seed, "measure", attempt)
    press = press_for(random, None, turn_deg=10 + 10 * attempt, shift_px=16)
    return extract(as_image(press_on_glass(pattern, replace(press, cut=cut), random), 1.0, random))


def equal_error(same: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[float, float]:
    """Return the rate at which misses and false matches are equal, and the score where."""
    limits = np.unique(np.concatenate([same, other]))
    missed = np.array([(same < limit).mean() for limit in limits])
    false = np.array([(other >= limit).mean() for limit in limits])
    best = int(np.argmin(np.maximum(missed, false)))
    return float(missed[best] + false[best]) / 2, float(limits[best])


def irises(crowd: Crowd) -> None:
    """Alarms per defect, right and left told apart, and codes of same and other eyes."""
    for defect in (None, *IrisDefect):
        causes, low = Counter[str](), 0
        for person in crowd.people:
            for eye in Eye:
                judged = assess_iris(person.iris_image(eye, 0, defect), eye)
                causes.update(judged.causes)
                low += judged.score < 40
        print(f"{defect or 'none':12s} below 40: {low}/{2 * len(crowd.people)}  {dict(causes)}")
    codes = [
        (person.body_seed, eye, attempt, code)
        for person in crowd.people
        for eye in Eye
        for attempt in (0, 1)
        if (code := iris_code(person.iris_image(eye, attempt))) is not None
    ]
    same = [hamming(a[3], b[3]) for a, b in _pairs(codes) if a[:2] == b[:2]]
    other = [hamming(a[3], b[3]) for a, b in _pairs(codes) if a[:2] != b[:2]]
    print(f"codes: same eye {len(same)} greatest {max(same):.2f}, other {len(other)} least {min(other):.2f}", end="")
    print(f", limit {SAME_EYE_BELOW}")


def _pairs(
    codes: list[tuple[int, Eye, int, IrisCode]],
) -> Iterable[tuple[tuple[int, Eye, int, IrisCode], tuple[int, Eye, int, IrisCode]]]:
    return ((a, b) for index, a in enumerate(codes) for b in codes[index + 1 :])


def faces(crowd: Crowd) -> None:
    """Faces found by skin tone, alarms per defect."""
    tones, found = Counter[str](), Counter[str]()
    for defect in (None, *FaceDefect):
        alarms, usable = Counter[str](), 0
        for person in crowd.people:
            judged = assess_face(person.face_image(0, RED, defect), PhotoBackground.RED)
            alarms.update((*judged.causes, *judged.warnings))
            usable += judged.score >= 40 and not judged.causes
            if defect is None:
                tone = "light" if skin_tone(person.body_seed) < 2 else "dark"
                tones[tone] += 1
                found[tone] += judged.box is not None
        print(f"{defect or 'none':13s} usable {usable}/{len(crowd.people)}  {dict(alarms)}")
    print(f"found by tone: {dict(found)} of {dict(tones)}")


def search(crowd: Crowd) -> None:
    """One person recording again among all others."""
    gallery = Gallery()
    for index, person in enumerate(crowd.people):
        gallery.add(str(index), *_recorded(person, 0))
    start, right, wrong = time.perf_counter(), 0, 0
    asked = crowd.people[: max(3, len(crowd.people) // 4)]
    again = [_recorded(person, 1) for person in asked]
    start = time.perf_counter()
    for index, recorded in enumerate(again):
        names = [candidate.person_id for candidate in gallery.search(*recorded)]
        right += str(index) in names
        wrong += len([name for name in names if name != str(index)])
    each = (time.perf_counter() - start) / len(asked)
    print(f"found {right} of {len(asked)}, false candidates {wrong}, {each * 1000:.0f} ms per search")


def _recorded(person: Person, attempt: int) -> tuple[dict[Finger, MinutiaeTemplate], dict[Eye, IrisCode]]:
    fingers = (Finger.RIGHT_INDEX, Finger.LEFT_INDEX, Finger.RIGHT_MIDDLE)
    templates = {finger: extract(person.finger_impression(finger, attempt)) for finger in fingers}
    codes = {eye: code for eye in Eye if (code := iris_code(person.iris_image(eye, attempt))) is not None}
    return templates, codes


def speed(crowd: Crowd) -> None:
    """CPU milliseconds per operation; the first call of each is not counted."""
    person = crowd.people[0]
    slap = person.slap_image(Slap.RIGHT_FOUR, 0)
    finger = person.finger_impression(Finger.RIGHT_INDEX, 0)
    ridge_map = map_ridges(finger)
    template = extract(finger, ridge_map)
    code = iris_code(person.iris_image(Eye.LEFT, 0))
    assert code is not None
    eye, face = person.iris_image(Eye.LEFT, 0), person.face_image(0, RED)
    operations: dict[str, Callable[[], object]] = {
        "slap to four scored fingers": lambda: _scored(slap),
        "segment a slap": lambda: segment_slap(slap, Slap.RIGHT_FOUR, Slap.RIGHT_FOUR.fingers),
        "ridge map": lambda: map_ridges(finger),
        "minutiae from the map": lambda: extract(finger, ridge_map),
        "quality from map and minutiae": lambda: assess_finger(finger, ridge_map, template),
        "match": lambda: match_score(template, template),
        "iris quality": lambda: assess_iris(eye, Eye.LEFT),
        "iris code": lambda: iris_code(eye),
        "compare two iris codes": lambda: hamming(code, code),
        "face": lambda: assess_face(face, PhotoBackground.RED),
        "draw a slap (simulator)": lambda: person.slap_image(Slap.RIGHT_FOUR, 0),
    }
    for name, operation in operations.items():
        operation()
        start = time.process_time()
        for _repeat in range(5):
            operation()
        print(f"{name:32s} {(time.process_time() - start) / 5 * 1000:7.1f} ms")


def _scored(slap: GreyImage) -> list[int]:
    fingers = segment_slap(slap, Slap.RIGHT_FOUR, Slap.RIGHT_FOUR.fingers).fingers
    return [assess_finger(finger.image).score for finger in fingers]


if __name__ == "__main__":
    main()
