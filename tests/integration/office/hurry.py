"""Jitter for tests."""

from __future__ import annotations

import random


class Hurry(random.Random):
    """Pauses after a cut shrink to a tenth."""

    def uniform(self, a: float, b: float) -> float:
        return super().uniform(a, b) / 10
