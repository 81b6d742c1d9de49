"""Tells whether pen samples are a usable signature."""

from __future__ import annotations

from collections.abc import Sequence

from station.domain.sample import PenSample

_LEAST_SAMPLES, _LEAST_TIME_MS = 25, 150


def signature_problems(samples: Sequence[PenSample], width: int, height: int) -> tuple[str, ...]:
    """Return message identifiers: nothing written, too short, too small, over the edge; empty when usable."""
    ink = [sample for sample in samples if sample.touching]
    if not ink:
        return ("signature-empty",)
    problems = []
    if len(ink) < _LEAST_SAMPLES or ink[-1].time_ms - ink[0].time_ms < _LEAST_TIME_MS:
        problems.append("signature-short")
    across = max(s.x for s in ink) - min(s.x for s in ink)
    down = max(s.y for s in ink) - min(s.y for s in ink)
    if across < 0.08 * width and down < 0.08 * height:
        problems.append("signature-small")
    at_edge = sum(1 for s in ink if s.x <= 0 or s.y <= 0 or s.x >= width or s.y >= height)
    if at_edge > 0.03 * len(ink):
        problems.append("signature-at-edge")
    return tuple(problems)
