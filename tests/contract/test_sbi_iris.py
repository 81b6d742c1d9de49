"""The contract of iris drivers, held by the SBI driver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from simulators.faults import Fault
from simulators.people import Person, make_person
from simulators.sbi import SbiService, TestAuthority
from station.devices.iris.sbi import open_scanner
from station.devices.transport.sbi_messages import BioType
from station.domain.clock import SystemClock
from tests.contract.iris_contract import IrisContract
from tests.unit.devices.far_ends import SmallWorld


@lru_cache(maxsize=1)
def _authority() -> TestAuthority:
    return TestAuthority(SystemClock().now())


@lru_cache(maxsize=1)
def _person() -> Person:
    return make_person(3, 0, date(2026, 7, 23))


class SbiIrisRig:
    """The SBI driver, its service, and the hands that disturb it."""

    promptly_s = 1.5

    def __init__(self, folder: Path) -> None:
        self._world = SmallWorld(person=_person())
        self._service = SbiService(self._world, BioType.IRIS, SystemClock(), _authority(), still_s=0.4)
        self._trust_file = self._service.write_trust_file(folder / "trust.pem")
        self._leaving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.scanner = open_scanner(await self._service.start(), "iris", {"trust_file": str(self._trust_file)})

    async def stop(self) -> None:
        await self.scanner.close()
        await self._service.stop()

    def fault(self, action: str) -> None:
        self._world.faults.add(Fault("iris", "capture", 1, action))

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


class TestSbiIris(IrisContract):
    """The SBI driver keeps the contract."""

    @pytest.fixture
    async def rig(self, tmp_path: Path) -> AsyncIterator[SbiIrisRig]:
        made = SbiIrisRig(tmp_path)
        await made.start()
        yield made
        await made.stop()
