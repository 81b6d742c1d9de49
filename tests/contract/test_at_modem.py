"""The contract of modem drivers, held by the AT driver on a socket and on a pseudo-terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulators.faults import Fault
from simulators.modem import ModemLine, ModemModel
from station.devices.modem.at import open_modem
from station.domain.clock import SystemClock
from tests.contract.modem_contract import ModemContract
from tests.unit.devices.far_ends import SmallWorld


class AtRig:
    """The AT driver, the modem's model, and its line."""

    def __init__(self, folder: Path, *, terminal: bool) -> None:
        self._world = SmallWorld()
        self._model = ModemModel(self._world, SystemClock())
        self._line = ModemLine(self._model)
        self._terminal = terminal
        self._link = folder / "ttyMODEM"
        self._leaving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._terminal:
            self._plug_terminal()
            address = f"serial:{self._link}"
        else:
            address = await self._line.start()
        self.modem = open_modem(address, "modem", {"reply_timeout_s": "0.6"})

    async def stop(self) -> None:
        await self.modem.close()
        await self._line.stop()

    def fault(self, command: str, action: str) -> None:
        self._world.faults.add(Fault("modem", command, 1, action))

    def lose_signal(self) -> None:
        self._model.lose_signal()

    def data_flows(self) -> bool:
        return self._model.active

    def unplug(self) -> None:
        if self._terminal:
            self._line.unplug_terminal()
            self._link.unlink()
        else:
            self._leaving = asyncio.ensure_future(self._line.stop())

    async def plug(self) -> None:
        if self._terminal:
            self._plug_terminal()
            return
        if self._leaving is not None:
            await self._leaving
        await self._line.start()

    def _plug_terminal(self) -> None:
        self._link.symlink_to(self._line.start_terminal().removeprefix("serial:"))


class TestAtModem(ModemContract):
    """The AT driver keeps the contract on both kinds of line."""

    @pytest.fixture(params=[False, True], ids=["socket", "terminal"])
    async def rig(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AtRig]:
        made = AtRig(tmp_path, terminal=request.param)
        await made.start()
        yield made
        await made.stop()
