"""What every driver of a satellite receiver must do, whatever carries its sentences.

A driver's test module subclasses GnssContract and offers a fixture `rig`.
"""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from typing import Protocol

import pytest

from station.devices.errors import DeviceError, DeviceUnavailable
from station.devices.gnss.interface import GnssFix, GnssReceiver


class GnssRig(Protocol):
    """A driver, and the hands that can disturb its device."""

    receiver: GnssReceiver

    def cover_the_sky(self) -> None:
        """Let the receiver go on talking without a position."""

    def fall_silent(self) -> None:
        """Let the receiver say nothing at all."""

    def say_nonsense(self) -> None:
        """Let the next words be damaged."""

    async def unplug(self) -> None:
        """Pull the receiver out."""

    async def plug(self) -> None:
        """Plug it in again."""


class GnssContract:
    """The tests; `Test...` classes inherit them. A fix counts as the present one for half a second."""

    @pytest.fixture
    @abstractmethod
    def rig(self) -> GnssRig:
        """Return a driver with a receiver under the open sky in Paringin."""

    async def test_it_says_who_it_is_and_that_it_is_ready(self, rig: GnssRig) -> None:
        assert (await rig.receiver.identity()).make
        readiness = await rig.receiver.readiness()
        assert readiness.ready
        assert set(readiness.details) == {"gnss-satellites", "gnss-accuracy-m"}

    async def test_a_fix_has_place_time_and_accuracy(self, rig: GnssRig) -> None:
        fix = await _found(rig)
        assert (round(fix.latitude_deg, 2), round(fix.longitude_deg, 2)) == (-2.34, 115.47)
        assert fix.time.tzinfo is not None
        assert 0 < fix.accuracy_m < 100

    async def test_under_a_covered_sky_there_is_no_fix_and_the_reason_is_said(self, rig: GnssRig) -> None:
        await _found(rig)
        rig.cover_the_sky()
        await asyncio.sleep(1.0)
        assert await rig.receiver.fix(0.2) is None
        assert (await rig.receiver.readiness()).problems == ("gnss-no-fix",)

    async def test_a_silent_receiver_shows_no_old_position(self, rig: GnssRig) -> None:
        await _found(rig)
        rig.fall_silent()
        await asyncio.sleep(1.0)
        assert await rig.receiver.fix(0.2) is None
        assert (await rig.receiver.readiness()).problems == ("gnss-silent",)

    async def test_nonsense_is_passed_over(self, rig: GnssRig) -> None:
        rig.say_nonsense()
        await _found(rig)

    async def test_cancelling_frees_the_caller_at_once(self, rig: GnssRig) -> None:
        rig.fall_silent()
        await asyncio.sleep(1.0)
        task = asyncio.ensure_future(rig.receiver.fix(20))
        await asyncio.sleep(0.2)
        started_s = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started_s < 0.5

    async def test_closing_while_somebody_waits_tells_it_at_once(self, rig: GnssRig) -> None:
        await _found(rig)
        rig.fall_silent()
        await asyncio.sleep(1.0)
        task = asyncio.ensure_future(rig.receiver.fix(20))
        await asyncio.sleep(0.2)
        started_s = time.monotonic()
        await rig.receiver.close()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < 0.5
        await rig.receiver.close()

    async def test_an_unplugged_receiver_is_known_at_once_and_served_again(self, rig: GnssRig) -> None:
        await _found(rig)
        await rig.unplug()
        started_s = time.monotonic()
        with pytest.raises(DeviceError):
            await _search(rig)
        assert time.monotonic() - started_s < 1.5
        await rig.plug()
        await _found(rig)


async def _search(rig: GnssRig) -> None:
    for _ in range(10):
        await rig.receiver.fix(0.2)
        await asyncio.sleep(0.1)


async def _found(rig: GnssRig) -> GnssFix:
    fix = await rig.receiver.fix(3.0)
    assert fix is not None
    return fix
