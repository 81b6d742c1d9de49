"""What USB device models ask of the world around the kit.

Does not simulate: anything by itself; `simulators.world.World` is the real one.
"""

from __future__ import annotations

from typing import Any, Protocol

from simulators.faults import Fault


class Faults(Protocol):
    """Where a device model asks whether something goes wrong now."""

    def take(self, device: str, operation: str) -> Fault | None:
        """Count one operation and return the fault that strikes it."""


class Surroundings(Protocol):
    """The part of the world that USB devices need."""

    @property
    def faults(self) -> Faults:
        """Return the fault script."""

    def subject(self) -> Any | None:
        """Return who stands before the kit."""

    def next_attempt(self, device: str, part: str) -> int:
        """Return how often this person has given this part to this device."""
