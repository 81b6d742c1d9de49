"""The contract of signature pads, held by the serial pad driver; the person is one of the synthetic people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from functools import lru_cache

import pytest

from simulators.people import Person, make_person
from simulators.serial_pad import SerialPadModel
from station.devices.signature.serial_pad import open_pad
from tests.contract.signature_contract import SignatureContract
from tests.unit.devices.far_ends import SmallWorld


@lru_cache(maxsize=1)
def _person() -> Person:
    return make_person(5, 0, date(2026, 7, 23))


class SerialPadRig:
    """The serial pad driver and its far end."""

    promptly_s = 1.0

    def __init__(self) -> None:
        self._world = SmallWorld(person=_person())
        self._model = SerialPadModel(self._world, speed=8.0)
        self._leaving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.pad = open_pad(await self._model.start(), "pad", {})

    async def stop(self) -> None:
        await self.pad.close()
        await self._model.stop()

    def nobody_signs(self) -> None:
        self._world.person = None

    def somebody_signs(self) -> None:
        self._world.person = _person()

    def unplug(self) -> None:
        self._leaving = asyncio.ensure_future(self._model.stop())

    async def plug(self) -> None:
        if self._leaving is not None:
            await self._leaving
        await self._model.start()


class TestSerialPad(SignatureContract):
    """The serial pad keeps the contract."""

    @pytest.fixture
    async def rig(self) -> AsyncIterator[SerialPadRig]:
        made = SerialPadRig()
        await made.start()
        yield made
        await made.stop()
