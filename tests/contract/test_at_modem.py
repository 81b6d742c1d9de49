"""The contract of modem drivers, held by the AT driver on a socket and on a pseudo-terminal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulators.faults import Fault
from simulators.modem import ModemLine, ModemModel
from station.devices.errors import DeviceUnavailable, NoReply
from station.devices.modem.at import open_modem
from station.devices.modem.interface import SimState
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

    def disturb_link(self, action: str) -> None:
        self.fault("CGACT", action)

    def lose_signal(self) -> None:
        self._model.lose_signal()

    def find_signal(self) -> None:
        self._model.find_signal()

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

    async def test_unasked_codes_between_reply_lines_change_nothing(self, rig: AtRig) -> None:
        rig.fault("CSQ", "chatter")
        rig.fault("COPS", "chatter")
        assert (await rig.modem.network()).signal_dbm == -79

    @pytest.mark.parametrize("action", ["silence", "garbage", "truncated"])
    async def test_an_answer_that_makes_no_sense_is_no_reply(self, rig: AtRig, action: str) -> None:
        await rig.modem.identity()
        rig.fault("CPIN", action)
        started_s = time.monotonic()
        with pytest.raises(NoReply):
            await rig.modem.sim_state()
        assert time.monotonic() - started_s < 3
        assert await rig.modem.sim_state() is SimState.READY

    async def test_unplugging_in_mid_command_tells_whoever_waits(self, rig: AtRig) -> None:
        await rig.modem.identity()
        rig.fault("CPIN", "silence")
        task = asyncio.ensure_future(rig.modem.sim_state())
        await asyncio.sleep(0.1)
        started_s = time.monotonic()
        rig.unplug()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < 2.0
        await rig.plug()
