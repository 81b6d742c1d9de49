"""Writes signatures: strokes through points that belong to the person, with a hand that is never quite the same.

Does not simulate: forgery, or writing in letters that spell the name.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.people.noise import generator
from station.domain.sample import PenSample

WIDTH_UNITS, HEIGHT_UNITS, MAX_PRESSURE, RATE_HZ = 9600, 6000, 1023, 200

_Points = NDArray[np.float64]


def signature_samples(body_seed: int, attempt: int) -> tuple[PenSample, ...]:
    """Return pen reports at 200 Hz, hovering between strokes, in 9600 x 6000 units and pressure 0 to 1023."""
    body, hand = generator(body_seed, "signature"), generator(body_seed, "signing", attempt)
    strokes = [points + hand.normal(0, 28, points.shape) for points in _strokes(body)]
    width = max(float(points[:, 0].max()) for points in strokes)
    scale = min(1.0, (WIDTH_UNITS - 900) / width) * hand.uniform(0.93, 1.0)
    samples: list[PenSample] = []
    for points in strokes:
        if samples:
            samples += _hover(samples[-1], points[0] * scale, hand)
        samples += _written(points * np.array([scale, 1.0]), len(samples))
    return tuple(samples)


def _strokes(body: np.random.Generator) -> list[_Points]:
    strokes: list[_Points] = []
    column = 700.0
    for _stroke in range(int(body.integers(2, 5))):
        points = []
        for _point in range(int(body.integers(6, 14))):
            column += body.uniform(140, 480) * (1 if body.random() < 0.85 else -0.8)
            tall = body.choice([320, 560, 960], p=[0.5, 0.35, 0.15])
            points.append((max(300.0, column), HEIGHT_UNITS / 2 + body.uniform(-1, 1) * tall * 1.6))
        strokes.append(np.array(points))
        column += body.uniform(120, 400)
    return strokes


def _written(points: _Points, first_sample: int) -> list[PenSample]:
    """Return the samples of one stroke: a Catmull-Rom curve, light where the pen is fast."""
    count = len(points)
    times = np.linspace(0, count - 1, int(count * 0.11 * RATE_HZ))
    padded = np.vstack([points[:1], points, points[-1:]])
    index = np.clip(times.astype(int), 0, count - 2)
    share = (times - index)[:, None]
    before, start, end, after = (padded[index + k] for k in range(4))
    curve = 0.5 * (
        2 * start
        + (end - before) * share
        + (2 * before - 5 * start + 4 * end - after) * share**2
        + (3 * start - before - 3 * end + after) * share**3
    )
    speed = np.hypot(*np.gradient(curve, axis=0).T)
    ramp = np.minimum(1, np.minimum(np.arange(len(curve)) + 1, np.arange(len(curve))[::-1] + 1) / 8)
    pressure = np.clip(1.15 - speed / speed.max(), 0.15, 1) * ramp * MAX_PRESSURE
    return [
        _sample(row[0], row[1], int(force), first_sample + number, touching=True)
        for number, (row, force) in enumerate(zip(curve, np.maximum(pressure, 8), strict=True))
    ]


def _hover(last: PenSample, target: _Points, hand: np.random.Generator) -> list[PenSample]:
    count = int(hand.uniform(0.10, 0.30) * RATE_HZ)
    first = last.time_ms * RATE_HZ // 1000 + 1
    shares = (np.arange(count) + 1) / count
    return [
        _sample(last.x + s * (target[0] - last.x), last.y + s * (target[1] - last.y), 0, first + number, touching=False)
        for number, s in enumerate(shares)
    ]


def _sample(column: float, row: float, pressure: int, number: int, *, touching: bool) -> PenSample:
    return PenSample(
        int(min(max(column, 0), WIDTH_UNITS)),
        int(min(max(row, 0), HEIGHT_UNITS)),
        min(pressure, MAX_PRESSURE),
        number * 1000 // RATE_HZ,
        touching,
    )
