"""The room around the kit: who is there, who stands before it, what goes wrong.

People in the waiting room read the call board and come forward when it shows their
list number and name. Device models ask the world whom they see.

Does not simulate: people who come without being called, or two people at once.
"""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING

from simulators.faults import FaultScript
from simulators.tempo import spread

if TYPE_CHECKING:
    from simulators.people import Person


class World:
    """Shared state of all device models of a bench; safe between threads.

    Who is called stands before the kit after about `come_forward_s`.
    """

    def __init__(self, people: list[Person], faults: FaultScript | None = None, come_forward_s: float = 0.0) -> None:
        self._lock = threading.Lock()
        self.people = list(people)
        self.faults = faults or FaultScript()
        self._subject: Person | None = None
        self._called = False
        self._there_at_s = 0.0
        self._come_forward_s = come_forward_s
        self._random = random.Random(len(self.people))
        self._attempts: dict[tuple[str, str], int] = {}

    def call(self, number: int, name: str) -> None:
        """Let the person whom the board shows step forward; nobody comes when nobody has that name."""
        wanted = _spoken(name)
        same_name = [person for person in self.people if _spoken(person.biodata.name) == wanted]
        with self._lock:
            self._called = True
            found = same_name[0] if same_name else None
            if len(same_name) > 1:
                found = same_name[(number - 1) % len(same_name)]
            if found is not self._subject:
                self._attempts.clear()
                self._there_at_s = time.monotonic() + spread(self._random, self._come_forward_s)
            self._subject = found

    def leave(self) -> None:
        """Nobody stands before the kit any more."""
        with self._lock:
            self._subject = None
            self._called = False
            self._attempts.clear()

    @property
    def somebody_is_called(self) -> bool:
        """Tell whether it is somebody's turn, also while they are still on their way, or do not come."""
        with self._lock:
            return self._called

    def subject(self) -> Person | None:
        """Return who stands before the kit now."""
        with self._lock:
            return self._subject if time.monotonic() >= self._there_at_s else None

    def next_attempt(self, device: str, part: str) -> int:
        """Return 0 for the first time this person gives this part to this device, then 1, 2 and so on."""
        with self._lock:
            attempt = self._attempts.get((device, part), 0)
            self._attempts[device, part] = attempt + 1
            return attempt


def _spoken(name: str) -> str:
    return " ".join(name.upper().split())
