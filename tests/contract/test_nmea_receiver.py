"""The contract of satellite receivers, held by the NMEA driver on a socket and on a terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulators.faults import parse_fault
from simulators.gnss import GnssModel
from station.devices.gnss.nmea import open_receiver
from station.domain.clock import SystemClock
from tests.contract.gnss_contract import GnssContract
from tests.contract.terminal import Terminal
from tests.unit.devices.far_ends import SmallWorld


class NmeaRig:
    """The NMEA driver, the receiver's model, and its line."""

    def __init__(self, folder: Path, *, terminal: bool) -> None:
        self._world = SmallWorld()
        self._model = GnssModel(self._world, SystemClock(), interval_s=0.05)
        self._terminal = Terminal(folder, "ttyGNSS") if terminal else None

    async def start(self) -> None:
        address = await self._model.start()
        if self._terminal is not None:
            await self._terminal.plug(address)
            address = self._terminal.address
        self.receiver = open_receiver(address, "gnss", {"fresh_s": "0.5"})

    async def stop(self) -> None:
        await self.receiver.close()
        await self.unplug()

    def cover_the_sky(self) -> None:
        self._world.faults.add(parse_fault("gnss burst 1 no-fix seconds=30"))

    def fall_silent(self) -> None:
        self._world.faults.add(parse_fault("gnss burst 1 silence seconds=30"))

    def say_nonsense(self) -> None:
        self._world.faults.add(parse_fault("gnss burst 1 garbage"))
        self._world.faults.add(parse_fault("gnss burst 2 truncated"))

    async def unplug(self) -> None:
        if self._terminal is not None:
            self._terminal.unplug()
        await self._model.stop()

    async def plug(self) -> None:
        address = await self._model.start()
        if self._terminal is not None:
            await self._terminal.plug(address)


class TestNmeaReceiver(GnssContract):
    """The NMEA driver keeps the contract on both kinds of line."""

    @pytest.fixture(params=[False, True], ids=["socket", "terminal"])
    async def rig(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[NmeaRig]:
        made = NmeaRig(tmp_path, terminal=request.param)
        await made.start()
        yield made
        await made.stop()
