"""What the tests of lines and sockets share: a small world, and ways to wait with a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from simulators.faults import FaultScript, parse_fault
from station.domain.person import Citizenship
from station.domain.sample import ColourImage


@dataclass(frozen=True)
class PaperBiodata:
    """The two facts of a person that a camera's cloth depends on, and a number to tell people apart."""

    nik: str = "0000000000000001"
    birth_date: date = date(2009, 3, 4)
    citizenship: Citizenship = Citizenship.INDONESIAN


@dataclass(frozen=True)
class PaperPerson:
    """A person drawn as a grey square on the cloth."""

    biodata: PaperBiodata = field(default_factory=PaperBiodata)

    def face_image(self, attempt: int, background: tuple[int, int, int], defect: str | None = None) -> ColourImage:
        del attempt, defect
        return ColourImage(320, 240, bytes(background) * (320 * 240))


class SmallWorld:
    """Surroundings of one device under test."""

    def __init__(self, *faults: str, person: Any = None) -> None:
        self.faults = FaultScript([parse_fault(line) for line in faults])
        self.person = person
        self.called: list[tuple[int, str]] = []
        self._attempts: dict[tuple[str, str], int] = {}

    def subject(self) -> Any:
        return self.person

    def next_attempt(self, device: str, part: str) -> int:
        count = self._attempts.get((device, part), 0)
        self._attempts[device, part] = count + 1
        return count

    def call(self, number: int, name: str) -> None:
        self.called.append((number, name))


async def soon(true: Callable[[], bool], deadline_s: float = 3.0) -> None:
    """Wait until a condition holds; fails at the deadline."""
    async with asyncio.timeout(deadline_s):
        while not true():  # noqa: ASYNC110 - the thing watched lives in another thread
            await asyncio.sleep(0.01)
