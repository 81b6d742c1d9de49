"""Whole students: CPU seconds of one with the real biometrics, time from slap to scores, memory over many.

`python -m benchmarks.capture.students --count 500` prints memory after each fifth of them.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import psutil

from simulators.people.person import Person, make_person
from station.capture.sitting import PartState, Step
from station.domain.identifiers import RandomIds
from station.domain.sample import ColourImage, Eye, Finger, GreyImage, Slap
from tests.capture_desk import DAY, OPERATOR, SUPERVISOR, Desk, make_desk
from tests.capture_sittings import QuickExaminer, record_quickly

TRIES = 3


def prepared(desk: Desk, person: Person) -> None:
    """Draw every picture of the person beforehand, so that only the station's own work is measured."""

    @cache
    def slap(which: Slap, attempt: int, missing: frozenset[Finger]) -> GreyImage:
        return person.slap_image(which, attempt % TRIES, missing)

    @cache
    def finger(which: Finger, attempt: int) -> GreyImage:
        return person.finger_impression(which, attempt % TRIES)

    @cache
    def iris(which: Eye, attempt: int) -> GreyImage:
        return person.iris_image(which, attempt % TRIES)

    devices = desk.devices
    devices.person = person
    photo: list[ColourImage] = []

    def still() -> ColourImage:
        return photo[0]

    photo.append(asyncio.run(devices.still()))
    for attempt in range(TRIES):
        for each in Slap:
            slap(each, attempt, frozenset())
        finger(Finger.RIGHT_INDEX, attempt)
        finger(Finger.LEFT_INDEX, attempt)
        for eye in Eye:
            iris(eye, attempt)
    devices.slap_from = lambda which, attempt, missing: slap(which, attempt % TRIES, missing)
    devices.finger_from = lambda which, attempt: finger(which, attempt % TRIES)
    devices.iris_from = lambda which, attempt: iris(which, attempt % TRIES)
    devices.photo_from = still


async def whole_student(desk: Desk) -> float:
    """Record one student; returns the median seconds from a slap of four to its scores."""
    recording = desk.recording
    sitting = await desk.begin(desk.open_session())
    key = sitting.sitting_id
    await recording.capture_photo(OPERATOR, key)
    recording.approve_photo(OPERATOR, key)
    await recording.capture_signature(OPERATOR, key)
    slaps: list[float] = []
    for slap in Slap:
        for _ in range(TRIES):
            started = time.perf_counter()
            result = await recording.capture_slap(OPERATOR, key, slap)
            if slap is not Slap.THUMBS:
                slaps.append(time.perf_counter() - started)
            if result.accepted:
                break
        for part in result.sitting.of_step(Step.FINGERS):
            if part.state is PartState.POOR:
                recording.accept_quality(OPERATOR, key, part.part, SUPERVISOR)
    await recording.capture_irises(OPERATOR, key)
    await recording.verify_fingers(OPERATOR, key)
    await recording.capture_approval(OPERATOR, key)
    await recording.finish(OPERATOR, key)
    return sorted(slaps)[len(slaps) // 2]


def measure_student() -> tuple[float, float]:
    """Return CPU seconds of a whole student and seconds from slap to scores."""
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder), [make_person(1, 1, DAY, age=17)])
        desk.pair()
        prepared(desk, desk.people[0])
        started = time.process_time()
        slap_s = asyncio.run(whole_student(desk))
        cpu_s = time.process_time() - started
        desk.database.close()
    return cpu_s, slap_s


def memory_over(count: int, every: int) -> list[tuple[int, float]]:
    """Record `count` students with tiny pictures; returns resident memory in MiB after each `every`."""
    people = [make_person(3, number, DAY, age=17) for number in range(count)]
    seen = []
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder), people, examiner=QuickExaminer(), ids=RandomIds())
        desk.pair()
        session = desk.open_session()

        async def all_of_them() -> None:
            for index in range(count):
                await record_quickly(desk, session, index)
                if (index + 1) % every == 0:
                    seen.append((index + 1, psutil.Process().memory_info().rss / 2**20))

        asyncio.run(all_of_them())
        desk.database.close()
    return seen


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    arguments = parser.parse_args()
    cpu_s, slap_s = measure_student()
    print(f"whole student {cpu_s:.2f} CPU s; slap of four to scores {slap_s:.2f} s")
    started = time.perf_counter()
    for number, mebibytes in memory_over(arguments.count, max(1, arguments.count // 5)):
        print(f"{number} students: {mebibytes:.0f} MiB resident")
    print(f"{(time.perf_counter() - started) / arguments.count:.2f} s of keeping for each student")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
