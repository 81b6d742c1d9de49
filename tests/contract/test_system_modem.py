"""The contract of modem drivers, held with Debian's own ModemManager and NetworkManager between us and the modem."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from simulators.faults import Fault
from simulators.modem.model import ModemModel
from station.devices.errors import DeviceRefused, DeviceUnavailable
from station.devices.modem.system import open_modem
from station.domain.clock import SystemClock
from tests.contract.modem_contract import ModemContract, problems_until, until_ready
from tests.contract.network_services import NetworkServices, PluggedModem, network_services
from tests.unit.devices.far_ends import SmallWorld, soon

pytestmark = [pytest.mark.peers, pytest.mark.xdist_group("network_services")]


class SystemRig:
    """The driver, the services, the modem's model and its line."""

    def __init__(self, services: NetworkServices, folder: Path, pin: str = "") -> None:
        self._services, self._folder, self._pin = services, folder, pin
        self._world = SmallWorld()
        self._ports = 0
        self.modem = open_modem(services.address, "modem", {})
        self._leaving: asyncio.Task[None] | None = None

    async def plug(self) -> None:
        if self._leaving is not None:
            await self._leaving
            self._leaving = None
        self._ports += 1
        self.model = ModemModel(self._world, SystemClock(), pin=self._pin)
        self.line = PluggedModem(self.model, self._folder / f"port{self._ports}")
        await self.line.start()
        await self._services.plug(self.line)

    async def stop(self) -> None:
        await self.modem.disconnect()
        await self.modem.close()
        if self._leaving is None:
            await self._services.unplug(self.line)
        else:
            await self._leaving

    def disturb_link(self, action: str) -> None:
        self._world.faults.add(Fault("modem", "D*99***1#", 1, action))

    def lose_signal(self) -> None:
        self.model.lose_signal()

    def find_signal(self) -> None:
        self.model.find_signal()

    def data_flows(self) -> bool:
        return self.model.active

    def unplug(self) -> None:
        self._leaving = asyncio.ensure_future(self._services.unplug(self.line))


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkServices]:
    with network_services(tmp_path_factory.mktemp("services")) as running:
        yield running


class TestSystemModem(ModemContract):
    """The driver of the operating system's services keeps the contract."""

    @pytest.fixture
    async def rig(self, services: NetworkServices, tmp_path: Path) -> AsyncIterator[SystemRig]:
        made = SystemRig(services, tmp_path)
        await made.plug()
        await until_ready(made.modem)
        yield made
        await made.stop()

    async def test_the_network_is_told_the_apn_and_the_system_holds_the_address(self, rig: SystemRig) -> None:
        assert await rig.modem.connect("m2m.contoh", 10) == "10.64.17.8"
        assert "m2m.contoh" in rig.model.contexts.values()
        assert rig.model.commands[-1].startswith("ATD*99***")

    async def test_a_connection_ends_with_the_program_that_made_it(self, rig: SystemRig) -> None:
        await rig.modem.connect("m2m.contoh", 10)
        await rig.modem.close()
        await soon(lambda: not rig.data_flows(), 5)

    async def test_a_locked_sim_is_opened_by_its_pin_tried_once(
        self, services: NetworkServices, tmp_path: Path
    ) -> None:
        rig = SystemRig(services, tmp_path, pin="1234")
        await rig.plug()
        await problems_until(rig.modem, lambda problems: "modem-pin-needed" in problems)
        with pytest.raises(DeviceRefused) as refused:
            await rig.modem.connect("m2m.contoh", 5)
        assert refused.value.message_id == "modem-pin-needed"
        with pytest.raises(DeviceRefused) as wrong:
            await rig.modem.enter_pin("9999")
        assert (wrong.value.message_id, rig.model.pin_tries) == ("modem-pin-wrong", 2)
        await rig.modem.enter_pin("1234")
        await until_ready(rig.modem)
        await rig.stop()


async def test_without_network_manager_the_reason_is_told(tmp_path: Path) -> None:
    with network_services(tmp_path, with_network_manager=False) as services:
        rig = SystemRig(services, tmp_path)
        await rig.plug()
        await problems_until(rig.modem, lambda problems: "modem-no-signal" in problems)
        with pytest.raises(DeviceUnavailable) as missing:
            await rig.modem.connect("m2m.contoh", 15)
        assert (missing.value.message_id, missing.value.params["service"]) == (
            "modem-service-missing",
            "NetworkManager",
        )
        await rig.stop()


async def test_without_a_bus_the_reason_is_told(tmp_path: Path) -> None:
    modem = open_modem(f"dbus:unix:path={tmp_path}/none", "modem", {})
    assert (await modem.readiness()).problems == ("modem-bus-missing",)
    await modem.close()
