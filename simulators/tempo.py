"""How fast the people of a bench move: come when they are called, lay their fingers down, hold still, sign.

Does not simulate: people who tire, hurry, or talk to the next in the queue.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

_SHORTEST, _LONGEST = 0.7, 1.5


@dataclass(frozen=True, slots=True)
class Tempo:
    """Seconds of the usual person; `signing_speed` is how many times faster than life a signature is written."""

    come_forward_s: float
    lay_fingers_s: float
    look_into_scanner_s: float
    pick_up_pen_s: float
    hold_still_s: float
    signing_speed: float


BRISK = Tempo(0.0, 0.0, 0.0, 0.0, hold_still_s=0.05, signing_speed=10.0)
"""For tests and rehearsals: people who waste no time."""
LIFELIKE = Tempo(6.0, 2.5, 3.0, 2.0, hold_still_s=0.8, signing_speed=1.0)
"""As people of a school class are, where a helper tells them what comes next."""
TEMPOS = {"brisk": BRISK, "lifelike": LIFELIKE}


def spread(source: random.Random, usual_s: float) -> float:
    """Return how long it takes this time: seven tenths to one and a half of the usual."""
    return usual_s * source.uniform(_SHORTEST, _LONGEST)
