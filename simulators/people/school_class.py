"""A class as a recording day meets it: mostly plain students, and with faults the ones that make work.

Does not simulate: absence, or students who change their mind.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from simulators.people.biodata import OTHER_REGENCY
from simulators.people.defects import FingerDefect
from simulators.people.noise import generator
from simulators.people.person import Person, make_person
from station.domain.sample import Finger

SIXTEEN_EVERY = 5


def make_class(seed: int, count: int, day: date, school: str, faults: bool) -> list[Person]:
    """Return `count` persons; every fifth is sixteen (the card waits).

    With `faults` the first ones, spread over the list, are: no right thumb, under sixteen, other domicile,
    sixteen with one finger always dry, the twin of an earlier entry (same body, other NIK and name), glasses. A class
    of fewer than eight takes as many of them as there is room for.
    """
    world = int(generator(seed, "class", school).integers(1, 2**40))
    persons = [
        make_person(world, index, day, age=16 if index % SIXTEEN_EVERY == SIXTEEN_EVERY - 1 else None)
        for index in range(count)
    ]
    if faults:
        _add_faults(persons, world, day)
    return persons


def _add_faults(persons: list[Person], world: int, day: date) -> None:
    makers: list[Callable[[int], Person]] = [
        lambda index: make_person(world, index, day, missing_fingers=frozenset({Finger.RIGHT_THUMB})),
        lambda index: make_person(world, index, day, age=15),
        lambda index: make_person(world, index, day, domicile=OTHER_REGENCY),
        lambda index: make_person(world, index, day, age=16, permanent_defects={Finger.LEFT_RING: FingerDefect.DRY}),
        lambda index: make_person(world, index, day, same_body_as=persons[0]),
        lambda index: make_person(world, index, day, wears_glasses=True),
    ]
    step = max(1, (len(persons) - 1) // len(makers))
    for number, maker in enumerate(makers):
        index = 1 + number * step
        if index % SIXTEEN_EVERY == SIXTEEN_EVERY - 1 and step > 1:
            index += 1
        if index < len(persons):
            persons[index] = maker(index)
