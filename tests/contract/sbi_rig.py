"""An SBI driver's rig for the contracts: the service, a synthetic person, and the hands that disturb them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from simulators.faults import Fault
from simulators.people import Person, make_person
from simulators.sbi import SbiService, TestAuthority
from station.devices.identity import Readiness
from station.devices.transport.sbi_messages import BioType
from station.domain.clock import SystemClock
from tests.unit.devices.far_ends import SmallWorld


class _Scanner(Protocol):
    async def readiness(self) -> Readiness: ...

    async def close(self) -> None: ...


ScannerT = TypeVar("ScannerT", bound=_Scanner)


@lru_cache(maxsize=1)
def _authority() -> TestAuthority:
    return TestAuthority(SystemClock().now())


@lru_cache(maxsize=1)
def _person() -> Person:
    return make_person(3, 0, date(2026, 7, 23))


class SbiRig(Generic[ScannerT]):
    """A driver on a service of its own; `kind` is what the fault script calls the device."""

    promptly_s = 1.5
    scanner: ScannerT

    def __init__(
        self, folder: Path, bio_type: BioType, kind: str, opened: Callable[[str, str, Mapping[str, str]], ScannerT]
    ) -> None:
        self._kind = kind
        self._opened = opened
        self._world = SmallWorld(person=_person())
        self._service = SbiService(self._world, bio_type, SystemClock(), _authority(), still_s=0.4)
        self._trust_file = self._service.write_trust_file(folder / "trust.pem")
        self._leaving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        address = await self._service.start()
        self.scanner = self._opened(address, self._kind, {"trust_file": str(self._trust_file)})

    async def stop(self) -> None:
        await self.scanner.close()
        await self._service.stop()

    def fault(self, action: str) -> None:
        self._world.faults.add(Fault(self._kind, "capture", 1, action))

    def leave(self) -> None:
        self._world.person = None

    def unplug(self) -> None:
        self._leaving = asyncio.ensure_future(self._service.stop())

    async def plug(self) -> None:
        if self._leaving is not None:
            await self._leaving
        await self._service.start()

    async def idle(self) -> bool:
        for _ in range(40):
            if (await self.scanner.readiness()).ready:
                return True
            await asyncio.sleep(0.05)
        return False
