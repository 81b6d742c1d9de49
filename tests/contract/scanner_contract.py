"""What every scanner that looks at a person must do, of fingers or of eyes: deadlines, cancelling, plug, closing.

`FingerprintContract` and `IrisContract` add what is captured; a driver's test module subclasses one of them.
"""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Coroutine
from typing import Any, Protocol

import pytest

from station.devices.errors import BadReply, DeviceUnavailable, NoReply
from station.devices.identity import DeviceIdentity, Readiness


class Scanner(Protocol):
    """The part that scanners of every kind share."""

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot capture now."""

    async def close(self) -> None:
        """Give the device back."""


class ScannerRig(Protocol):
    """A driver, and the hands that can disturb its device."""

    promptly_s: float

    @property
    def scanner(self) -> Scanner:
        """Return the driver under test."""

    def fault(self, action: str) -> None:
        """Let the next capture go wrong: `silence`, `garbage`."""

    def leave(self) -> None:
        """Let nobody stand before the device."""

    def unplug(self) -> None:
        """Pull the device out."""

    async def plug(self) -> None:
        """Plug the device in again and return when the driver can reach it."""

    async def idle(self) -> bool:
        """Wait until the device has nothing under way; False when it does not come to rest."""


class ScannerContract:
    """The tests; they take the `rig` of the class that inherits them."""

    @abstractmethod
    def capture(self, rig: Any, timeout_s: float) -> Coroutine[Any, Any, Any]:
        """Return a capture of something this device can take."""

    async def test_it_says_who_it_is_and_that_it_is_ready(self, rig: ScannerRig) -> None:
        identity = await rig.scanner.identity()
        assert identity.make
        assert identity.model
        assert identity.serial
        assert (await rig.scanner.readiness()).ready

    async def test_with_nobody_there_the_deadline_ends_it(self, rig: ScannerRig) -> None:
        rig.leave()
        started_s = time.monotonic()
        with pytest.raises(NoReply):
            await self.capture(rig, 0.5)
        assert 0.4 < time.monotonic() - started_s < 0.5 + rig.promptly_s
        assert await rig.idle()

    @pytest.mark.parametrize(("action", "error"), [("silence", NoReply), ("garbage", BadReply)])
    async def test_silence_and_garbage_are_never_a_capture_and_the_next_one_works(
        self, rig: ScannerRig, action: str, error: type[Exception]
    ) -> None:
        rig.fault(action)
        with pytest.raises(error):
            await self.capture(rig, 3)
        assert (await self.capture(rig, 10)).images

    async def test_a_cancelled_task_cancels_the_device(self, rig: ScannerRig) -> None:
        task, started_s = await self._under_way(rig)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        assert await rig.idle()

    async def test_an_unplugged_device_is_known_at_once_and_served_again_when_it_is_back(self, rig: ScannerRig) -> None:
        task, started_s = await self._under_way(rig)
        rig.unplug()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        with pytest.raises(DeviceUnavailable):
            await rig.scanner.identity()
        await rig.plug()
        assert (await rig.scanner.readiness()).ready

    async def test_closing_in_mid_capture_tells_whoever_waits_at_once(self, rig: ScannerRig) -> None:
        task, started_s = await self._under_way(rig)
        await rig.scanner.close()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        assert (await rig.scanner.identity()).serial

    async def test_closing_twice_does_no_harm(self, rig: ScannerRig) -> None:
        await rig.scanner.identity()
        await rig.scanner.close()
        await rig.scanner.close()
        assert (await rig.scanner.identity()).serial

    async def _under_way(self, rig: ScannerRig) -> tuple[asyncio.Future[Any], float]:
        """Return a capture that waits for somebody, and the moment from which its end is timed."""
        rig.leave()
        task = asyncio.ensure_future(self.capture(rig, 20))
        await asyncio.sleep(0.3)
        return task, time.monotonic()
