"""What every modem driver must do, whatever carries its bytes.

A driver's test module subclasses ModemContract and offers a fixture `rig`.
"""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable
from typing import Protocol

import pytest

from station.devices.errors import DeviceRefused, DeviceUnavailable
from station.devices.modem.interface import AccessTechnology, Modem, NetworkState, RegistrationState, SimState
from tests.unit.devices.far_ends import soon

READY_DEADLINE_S = 10.0


class ModemRig(Protocol):
    """A driver, and the hands that can disturb its device."""

    modem: Modem

    def disturb_link(self, action: str) -> None:
        """Let the next command that brings the link up go wrong: `cme` (refused) or `silence`."""

    def lose_signal(self) -> None:
        """Let the network disappear."""

    def find_signal(self) -> None:
        """Let the network come back."""

    def data_flows(self) -> bool:
        """Tell whether the packet data context carries data."""

    def unplug(self) -> None:
        """Pull the device out."""

    async def plug(self) -> None:
        """Plug the device in again."""


async def problems_until(modem: Modem, wanted: Callable[[tuple[str, ...]], bool]) -> set[str]:
    """Ask until the problems are as wanted and return them; the system's services need a moment for a new modem."""
    deadline_s = time.monotonic() + READY_DEADLINE_S
    while not wanted(problems := (await modem.readiness()).problems):
        assert time.monotonic() < deadline_s, problems
        await asyncio.sleep(0.05)
    return set(problems)


async def until_ready(modem: Modem) -> None:
    """Wait until a modem that was just plugged in may be used."""
    await problems_until(modem, lambda problems: not problems)


class ModemContract:
    """The tests; `Test...` classes inherit them."""

    @pytest.fixture
    @abstractmethod
    def rig(self) -> ModemRig:
        """Return a driver with a working device, a SIM without PIN, and a network."""

    async def test_it_says_who_it_is_and_that_it_is_ready(self, rig: ModemRig) -> None:
        identity = await rig.modem.identity()
        assert len(identity.serial) == 15
        assert (await rig.modem.readiness()).ready
        assert await rig.modem.sim_state() is SimState.READY

    async def test_operator_technology_and_signal_are_those_of_the_network(self, rig: ModemRig) -> None:
        expected = NetworkState(RegistrationState.HOME, AccessTechnology.G4, "CONTOH SELULER", -79, attached=True)
        assert await rig.modem.network() == expected
        assert (await rig.modem.readiness()).details == {
            "modem-operator": "CONTOH SELULER", "modem-technology": "4G", "modem-signal-dbm": "-79",
        }  # fmt: skip

    async def test_a_link_comes_up_and_goes_down(self, rig: ModemRig) -> None:
        assert (await rig.modem.connect("m2m.contoh", 10)).count(".") == 3
        assert rig.data_flows()
        assert (await rig.modem.counters()).sent_bytes >= 0
        await rig.modem.disconnect()
        await rig.modem.disconnect()
        await soon(lambda: not rig.data_flows(), 5)

    async def test_a_refused_link_says_so_and_the_next_one_comes_up(self, rig: ModemRig) -> None:
        rig.disturb_link("cme")
        with pytest.raises(DeviceRefused):
            await rig.modem.connect("m2m.contoh", 10)
        await rig.modem.connect("m2m.contoh", 10)

    async def test_lost_signal_is_named(self, rig: ModemRig) -> None:
        await rig.modem.identity()
        rig.lose_signal()
        assert await problems_until(rig.modem, bool) == {"modem-not-registered", "modem-no-signal"}

    async def test_losing_and_finding_the_network_is_heard_without_asking(self, rig: ModemRig) -> None:
        heard: list[bool] = []
        await rig.modem.identity()
        rig.modem.watch_link(heard.append)
        rig.lose_signal()
        await soon(lambda: heard == [False], 5)
        rig.find_signal()
        await soon(lambda: heard == [False, True], 5)

    async def test_a_cancelled_connect_leaves_a_usable_modem(self, rig: ModemRig) -> None:
        await rig.modem.identity()
        rig.disturb_link("silence")
        task = asyncio.ensure_future(rig.modem.connect("m2m.contoh", 30))
        await asyncio.sleep(0.4)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await rig.modem.sim_state() is SimState.READY

    async def test_an_unplugged_modem_is_known_at_once_and_served_again(self, rig: ModemRig) -> None:
        await rig.modem.identity()
        rig.unplug()
        started_s = time.monotonic()
        assert await problems_until(rig.modem, bool) <= {
            "device-unavailable",
            "device-no-reply",
            "modem-service-missing",
        }
        assert time.monotonic() - started_s < 2.0
        await rig.plug()
        await until_ready(rig.modem)

    async def test_closing_in_mid_command_tells_whoever_waits_at_once(self, rig: ModemRig) -> None:
        await rig.modem.identity()
        rig.disturb_link("silence")
        task = asyncio.ensure_future(rig.modem.connect("m2m.contoh", 60))
        await asyncio.sleep(0.4)
        started_s = time.monotonic()
        await rig.modem.close()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < 0.5
        assert (await rig.modem.identity()).serial

    async def test_closing_while_it_waits_for_the_network_ends_the_waiting(self, rig: ModemRig) -> None:
        await rig.modem.identity()
        rig.lose_signal()
        task = asyncio.ensure_future(rig.modem.connect("m2m.contoh", 60))
        await asyncio.sleep(0.5)
        await rig.modem.close()
        started_s = time.monotonic()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < 1.5

    async def test_closing_twice_does_no_harm(self, rig: ModemRig) -> None:
        await rig.modem.identity()
        await rig.modem.close()
        await rig.modem.close()
