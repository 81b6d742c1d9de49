"""What every modem driver must do, whatever carries its bytes.

A driver's test module subclasses ModemContract and offers a fixture `rig`.
"""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from typing import Protocol

import pytest

from station.devices.errors import DeviceRefused, DeviceUnavailable, NoReply
from station.devices.modem.interface import Modem, SimState


class ModemRig(Protocol):
    """A driver, and the hands that can disturb its device."""

    modem: Modem

    def fault(self, command: str, action: str) -> None:
        """Let the next command of that name go wrong: `silence`, `garbage`, `chatter`, `truncated`."""

    def lose_signal(self) -> None:
        """Let the network disappear."""

    def data_flows(self) -> bool:
        """Tell whether the packet data context carries data."""

    def unplug(self) -> None:
        """Pull the device out."""

    async def plug(self) -> None:
        """Plug the device in again."""


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

    async def test_a_link_comes_up_and_goes_down(self, rig: ModemRig) -> None:
        assert (await rig.modem.connect("m2m.contoh", 10)).count(".") == 3
        assert rig.data_flows()
        assert (await rig.modem.counters()).sent_bytes >= 0
        await rig.modem.disconnect()
        await rig.modem.disconnect()
        assert not rig.data_flows()

    async def test_a_refused_command_says_so_and_the_next_one_works(self, rig: ModemRig) -> None:
        rig.fault("CGACT", "cme")
        with pytest.raises(DeviceRefused):
            await rig.modem.connect("m2m.contoh", 10)
        await rig.modem.connect("m2m.contoh", 10)

    async def test_unasked_codes_between_reply_lines_change_nothing(self, rig: ModemRig) -> None:
        rig.fault("CSQ", "chatter")
        rig.fault("COPS", "chatter")
        assert (await rig.modem.network()).signal_dbm == -79

    @pytest.mark.parametrize("action", ["silence", "garbage", "truncated"])
    async def test_an_answer_that_makes_no_sense_is_no_reply(self, rig: ModemRig, action: str) -> None:
        await rig.modem.identity()
        rig.fault("CPIN", action)
        started_s = time.monotonic()
        with pytest.raises(NoReply):
            await rig.modem.sim_state()
        assert time.monotonic() - started_s < 3
        assert await rig.modem.sim_state() is SimState.READY

    async def test_lost_signal_is_named(self, rig: ModemRig) -> None:
        await rig.modem.identity()
        rig.lose_signal()
        assert set((await rig.modem.readiness()).problems) == {"modem-not-registered", "modem-no-signal"}

    async def test_a_cancelled_connect_leaves_a_usable_modem(self, rig: ModemRig) -> None:
        await rig.modem.identity()
        rig.fault("CGACT", "silence")
        task = asyncio.ensure_future(rig.modem.connect("m2m.contoh", 30))
        await asyncio.sleep(0.4)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await rig.modem.sim_state() is SimState.READY

    async def test_an_unplugged_modem_is_known_at_once_and_served_again(self, rig: ModemRig) -> None:
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
        assert (await rig.modem.readiness()).ready

    async def test_closing_in_mid_command_tells_whoever_waits_at_once(self, rig: ModemRig) -> None:
        await rig.modem.identity()
        rig.fault("CGACT", "silence")
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
