"""One measured figure, and how to measure two things fairly: in turn, several times, medians compared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of ours beside its peer's; `ratio` is ours over the peer's, `goal` says in words what is wanted."""

    name: str
    ours: float
    peer: float | None
    unit: str
    peer_name: str
    goal: str

    @property
    def ratio(self) -> float | None:
        """Return ours over the peer's, where there is a peer."""
        return self.ours / self.peer if self.peer else None


def in_turn(ours: Callable[[], object], peer: Callable[[], object], rounds: int = 7) -> tuple[float, float]:
    """Return the median seconds of both, measured alternately after one warm-up each."""
    ours()
    peer()
    ours_s, peer_s = [], []
    for _ in range(rounds):
        ours_s.append(seconds(ours))
        peer_s.append(seconds(peer))
    return statistics.median(ours_s), statistics.median(peer_s)


def seconds(work: Callable[[], object]) -> float:
    """Return the wall seconds of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
