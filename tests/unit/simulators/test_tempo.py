"""People of a bench that move as people do: nobody is there the moment they are called."""

from __future__ import annotations

import random
import time
from datetime import date

from simulators.people import make_class
from simulators.tempo import BRISK, LIFELIKE, spread
from simulators.world import World

DAY = date(2026, 3, 2)


def test_who_is_called_takes_a_while_to_come_forward() -> None:
    person = make_class(1, 1, DAY, "SMAN 1 CONTOH", False)[0]
    world = World([person], come_forward_s=0.2)
    world.call(1, person.biodata.name)
    assert world.subject() is None
    time.sleep(0.35)
    assert world.subject() is person


def test_in_a_brisk_world_people_are_there_at_once() -> None:
    person = make_class(1, 1, DAY, "SMAN 1 CONTOH", False)[0]
    world = World([person], come_forward_s=BRISK.come_forward_s)
    world.call(1, person.biodata.name)
    assert world.subject() is person


def test_nobody_takes_the_same_time_twice_and_nobody_takes_for_ever() -> None:
    source = random.Random(1)
    times = [spread(source, LIFELIKE.lay_fingers_s) for _ in range(50)]
    assert len(set(times)) > 40
    assert all(0.7 * LIFELIKE.lay_fingers_s <= each <= 1.5 * LIFELIKE.lay_fingers_s for each in times)
