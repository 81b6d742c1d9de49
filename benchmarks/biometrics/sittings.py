"""Whole sittings in great number: the same finger given twice, the other hand given, and what alarms without cause.

    python -m benchmarks.biometrics.sittings [--people 1000] [--seed 910000] [--processes 2]

    python -m benchmarks.biometrics.sittings --fingers 302     # as many comparisons, single prints, much less drawing

Every person's three slaps are drawn, cut and compared as the product does (45 pairs of fingers); then the left hand is
given once more, as a right one. With `--fingers` each finger is of another person and every two are compared: the
synthetic fingers of one person are as unlike as those of two, so 302 of them make the 45,000 comparisons of 1,000
sittings; each is also given twice. Thresholds are those of the product's configuration.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import cv2
import numpy as np

from simulators.people import make_person
from station.biometrics.finger.matching import match_score
from station.biometrics.finger.minutiae import MinutiaeTemplate, extract
from station.biometrics.finger.segment import segment_slap
from station.config import CaptureConfig
from station.domain.sample import Finger, GreyImage, Slap

DAY = date(2026, 11, 23)
HAND_SURE_FINGERS = 2
REPORTED_EVERY = 100


@dataclass(frozen=True)
class Sitting:
    """What one person's sitting gave: scores of different fingers, scores of fingers given twice, all cut or not."""

    others: list[float]
    again: list[float]
    whole: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=910_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--fingers", type=int, default=0)
    given = parser.parse_args()
    started = time.perf_counter()
    if given.fingers:
        report_fingers(given.seed, given.fingers, given.processes)
        print(f"({time.perf_counter() - started:.0f} s)", flush=True)
        return
    jobs = [(given.seed, index) for index in range(given.people)]
    sittings: list[Sitting] = []
    with ProcessPoolExecutor(given.processes) as pool:
        for sitting in pool.map(sit, jobs, chunksize=5):
            sittings.append(sitting)
            if len(sittings) % REPORTED_EVERY == 0 or len(sittings) == len(jobs):
                report(sittings)
                print(f"({time.perf_counter() - started:.0f} s)", flush=True)


def sit(job: tuple[int, int]) -> Sitting:
    """Return one sitting of person `index` of a world."""
    cv2.setNumThreads(1)
    person = make_person(*job, DAY)
    templates = {finger: extract(image) for slap in Slap for finger, image in _cut(person.slap_image(slap, 0), slap)}
    others = [match_score(templates[a], templates[b]) for a, b in combinations(templates, 2)]
    second = [(finger, extract(image)) for finger, image in _cut(person.slap_image(Slap.LEFT_FOUR, 1), Slap.LEFT_FOUR)]
    again = [match_score(template, templates[finger]) for finger, template in second if finger in templates]
    return Sitting(others, again, len(templates) == len(Finger) and len(again) == len(second) == 4)


def _cut(image: GreyImage, slap: Slap) -> list[tuple[Finger, GreyImage]]:
    return [(cut.finger, cut.image) for cut in segment_slap(image, slap, slap.fingers).fingers]


def report_fingers(seed: int, count: int, processes: int) -> None:
    """Compare single prints of `count` people with each other, and with their own second print."""
    with ProcessPoolExecutor(processes) as pool:
        prints = list(pool.map(given_twice, [(seed, index) for index in range(count)], chunksize=5))
        firsts = [first for first, _ in prints]
        rows = pool.map(compared, [(firsts[index], firsts[index + 1 :]) for index in range(count)], chunksize=5)
        others = [score for row in rows for score in row]
    again = [match_score(first, second) for first, second in prints]
    report([Sitting(others, again, True)])


def given_twice(job: tuple[int, int]) -> tuple[MinutiaeTemplate, MinutiaeTemplate]:
    """Return two prints of one finger of person `index` of a world."""
    cv2.setNumThreads(1)
    person, finger = make_person(*job, DAY), Finger(1 + job[1] % 10)
    return extract(person.finger_impression(finger, 0)), extract(person.finger_impression(finger, 1))


def compared(job: tuple[MinutiaeTemplate, list[MinutiaeTemplate]]) -> list[float]:
    """Return the score of one print with each of the others."""
    return [match_score(job[0], other) for other in job[1]]


def report(sittings: list[Sitting]) -> None:
    """Print the counts."""
    settings = CaptureConfig()
    others = np.array([score for sitting in sittings for score in sitting.others])
    again = np.array([score for sitting in sittings for score in sitting.again])
    whole = sum(sitting.whole for sitting in sittings)
    print(f"sittings {len(sittings)}, every finger cut in {whole}")
    print(f"other fingers: {len(others)} pairs, greatest {others.max():.0f}, 99.99th of a hundred "
          f"{np.percentile(others, 99.99):.0f}; given again: {len(again)}, least {again.min():.0f}")  # fmt: skip
    for name, limit in (("match", settings.match_threshold), ("same finger", settings.same_finger_threshold)):
        alarms = sum(any(score >= limit for score in sitting.others) for sitting in sittings)
        hands = sum(sum(score >= limit for score in sitting.again) >= HAND_SURE_FINGERS for sitting in sittings)
        print(f"at {name} threshold {limit:.0f}: sittings with a false alarm {alarms}; missed "
              f"{np.count_nonzero(again < limit)} of {len(again)} fingers; other hand found {hands}")  # fmt: skip


if __name__ == "__main__":
    main()
