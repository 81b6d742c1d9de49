"""The contract of signature pads, held by the serial pad driver; the person is one of the synthetic people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from simulators.people import Person, make_person
from simulators.serial_pad import SerialPadModel
from station.devices.signature.serial_pad import open_pad
from tests.contract.signature_contract import SignatureContract
from tests.contract.terminal import Terminal
from tests.unit.devices.far_ends import SmallWorld


@lru_cache(maxsize=1)
def _person() -> Person:
    return make_person(5, 0, date(2026, 7, 23))


class SerialPadRig:
    """The serial pad driver and its far end."""

    promptly_s = 1.0

    def __init__(self, folder: Path, *, terminal: bool) -> None:
        self._terminal = Terminal(folder, "ttyPAD") if terminal else None
        self._world = SmallWorld(person=_person())
        self._model = SerialPadModel(self._world, speed=8.0)
        self._leaving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        address = await self._model.start()
        if self._terminal is not None:
            await self._terminal.plug(address)
            address = self._terminal.address
        self.pad = open_pad(address, "pad", {})

    async def stop(self) -> None:
        await self.pad.close()
        if self._terminal is not None:
            self._terminal.unplug()
        await self._model.stop()

    def nobody_signs(self) -> None:
        self._world.person = None

    def somebody_signs(self) -> None:
        self._world.person = _person()

    def unplug(self) -> None:
        if self._terminal is not None:
            self._terminal.unplug()
        self._leaving = asyncio.ensure_future(self._model.stop())

    async def plug(self) -> None:
        if self._leaving is not None:
            await self._leaving
        address = await self._model.start()
        if self._terminal is not None:
            await self._terminal.plug(address)


class TestSerialPad(SignatureContract):
    """The serial pad keeps the contract on both kinds of line."""

    @pytest.fixture(params=[False, True], ids=["socket", "terminal"])
    async def rig(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SerialPadRig]:
        made = SerialPadRig(tmp_path, terminal=request.param)
        await made.start()
        yield made
        await made.stop()
