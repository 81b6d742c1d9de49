"""The members of staff at the bench: whoever sits at the keyboard lays the finger asked for on the desk scanner.

Nobody tells a scanner who is there. A word in the file `petugas` of the bench's folder (a login, say) tells which
member of staff it is; without the file it is one and the same person whoever's login is typed; an empty file is an
empty chair. Every word has a body of its own.

They also try the pen of a signature pad, as long as nobody has been called to it.

Does not simulate: what they type.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from simulators.people import Person, make_person
from simulators.usb.surroundings import Faults

if TYPE_CHECKING:
    from simulators.world import World

FILE = "petugas"
_ANYBODY = "siapa pun"
_AGE = 34


class StaffAtDesk:
    """What the desk scanner sees of the room: the staff, never the students."""

    def __init__(self, world: World, folder: Path, seed: int, day: date) -> None:
        self._world = world
        self._file = folder / FILE
        self._seed = seed
        self._day = day
        self._known: dict[str, Person] = {}

    @property
    def faults(self) -> Faults:
        """Return the fault script of the bench."""
        return self._world.faults

    def sit(self, who: str) -> None:
        """Let a member of staff sit down at the keyboard; an empty word leaves the chair empty."""
        self._file.write_text(who, encoding="utf-8")

    def subject(self) -> Person | None:
        """Return who sits at the keyboard."""
        who = self._file.read_text(encoding="utf-8").strip().lower() if self._file.exists() else _ANYBODY
        if not who:
            return None
        if who not in self._known:
            number = int.from_bytes(hashlib.sha256(who.encode()).digest()[:4])
            self._known[who] = make_person(self._seed, 1_000_000 + number, self._day, age=_AGE)
        return self._known[who]

    def next_attempt(self, device: str, part: str) -> int:
        """Return how often this part was given to this device."""
        return self._world.next_attempt(device, part)


class HandAtPad:
    """Who takes the pen of a signature pad: whoever is called; while it is nobody's turn, the member of staff."""

    def __init__(self, world: World, staff: StaffAtDesk) -> None:
        self._world = world
        self._staff = staff

    @property
    def faults(self) -> Faults:
        """Return the fault script of the bench."""
        return self._world.faults

    def subject(self) -> Person | None:
        """Return whose hand it is."""
        return self._world.subject() if self._world.somebody_is_called else self._staff.subject()

    def next_attempt(self, device: str, part: str) -> int:
        """Return how often this part was given to this device."""
        return self._world.next_attempt(device, part)
