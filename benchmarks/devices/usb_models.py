"""The people before the simulated USB devices of the benchmarks: each gives the same grey pictures every time."""

from __future__ import annotations

from simulators.faults import FaultScript
from station.domain.sample import GreyImage

SLAP_SIZE = (1600, 1500)
IRIS_SIZE = (640, 480)
FINGER_SIZE = (500, 600)


class Person:
    """Somebody whose pictures cost nothing to make."""

    missing_fingers: frozenset[object] = frozenset()

    def __init__(self) -> None:
        self._slap, self._iris, self._finger = (_grey(size) for size in (SLAP_SIZE, IRIS_SIZE, FINGER_SIZE))

    def slap_image(self, *_given: object) -> GreyImage:
        """Return a slap."""
        return self._slap

    def iris_image(self, *_given: object) -> GreyImage:
        """Return an eye."""
        return self._iris

    def finger_impression(self, *_given: object) -> GreyImage:
        """Return a finger."""
        return self._finger


class Room:
    """A world in which nothing goes wrong."""

    def __init__(self) -> None:
        self.faults = FaultScript()
        self._person = Person()

    def subject(self) -> Person:
        """Return who stands before the kit."""
        return self._person

    def next_attempt(self, _device: str, _part: str) -> int:
        """Count nothing."""
        return 0


def _grey(size: tuple[int, int]) -> GreyImage:
    return GreyImage(*size, bytes(size[0] * size[1]), 500)
