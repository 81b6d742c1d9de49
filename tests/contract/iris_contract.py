"""What every iris driver must do, whatever carries its bytes.

A driver's test module subclasses IrisContract and offers a fixture `rig`.
"""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from typing import Protocol

import pytest

from station.devices.errors import BadReply, DeviceUnavailable, NoReply
from station.devices.iris.interface import IrisPreview, IrisRequest, IrisScanner
from station.domain.sample import Eye


class IrisRig(Protocol):
    """A driver, and the hands that can disturb its device."""

    scanner: IrisScanner
    promptly_s: float

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


class IrisContract:
    """The tests; `Test...` classes inherit them."""

    @pytest.fixture
    @abstractmethod
    def rig(self) -> IrisRig:
        """Return a driver with a working device and a person before it."""

    async def test_it_says_who_it_is_and_that_it_is_ready(self, rig: IrisRig) -> None:
        identity = await rig.scanner.identity()
        assert identity.make
        assert identity.model
        assert identity.serial
        assert (await rig.scanner.readiness()).ready

    async def test_both_eyes_come_in_order_with_previews(self, rig: IrisRig) -> None:
        previews: list[IrisPreview] = []
        capture = await rig.scanner.capture(IrisRequest(timeout_s=10), previews.append)
        assert [image.eye for image in capture.images] == [Eye.RIGHT, Eye.LEFT]
        assert capture.images[0].image != capture.images[1].image
        # a device that does not say which eye it shows says None, never the wrong one
        assert {preview.eye for preview in previews} in ({Eye.RIGHT, Eye.LEFT}, {None})
        assert capture.captured_at.tzinfo is not None

    async def test_one_eye_alone_is_captured(self, rig: IrisRig) -> None:
        capture = await rig.scanner.capture(IrisRequest((Eye.LEFT,), timeout_s=10))
        assert [image.eye for image in capture.images] == [Eye.LEFT]

    async def test_with_nobody_there_the_deadline_ends_it(self, rig: IrisRig) -> None:
        rig.leave()
        started_s = time.monotonic()
        with pytest.raises(NoReply):
            await rig.scanner.capture(IrisRequest(timeout_s=0.5))
        assert 0.4 < time.monotonic() - started_s < 0.5 + rig.promptly_s
        assert await rig.idle()

    async def test_silence_ends_in_no_reply_and_the_next_capture_works(self, rig: IrisRig) -> None:
        rig.fault("silence")
        with pytest.raises(NoReply):
            await rig.scanner.capture(IrisRequest(timeout_s=3))
        assert len((await rig.scanner.capture(IrisRequest(timeout_s=10))).images) == 2

    async def test_garbage_is_never_a_capture(self, rig: IrisRig) -> None:
        rig.fault("garbage")
        with pytest.raises(BadReply):
            await rig.scanner.capture(IrisRequest(timeout_s=3))
        assert len((await rig.scanner.capture(IrisRequest(timeout_s=10))).images) == 2

    async def test_a_cancelled_task_cancels_the_device(self, rig: IrisRig) -> None:
        rig.leave()
        task = asyncio.ensure_future(rig.scanner.capture(IrisRequest(timeout_s=20)))
        await asyncio.sleep(0.3)
        started_s = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        assert await rig.idle()

    async def test_an_unplugged_device_is_known_at_once_and_served_again_when_it_is_back(self, rig: IrisRig) -> None:
        rig.leave()
        task = asyncio.ensure_future(rig.scanner.capture(IrisRequest(timeout_s=20)))
        await asyncio.sleep(0.3)
        started_s = time.monotonic()
        rig.unplug()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        await rig.plug()
        assert (await rig.scanner.readiness()).ready

    async def test_closing_in_mid_capture_tells_whoever_waits_at_once(self, rig: IrisRig) -> None:
        rig.leave()
        task = asyncio.ensure_future(rig.scanner.capture(IrisRequest(timeout_s=20)))
        await asyncio.sleep(0.3)
        started_s = time.monotonic()
        await rig.scanner.close()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        assert (await rig.scanner.identity()).serial

    async def test_closing_twice_does_no_harm(self, rig: IrisRig) -> None:
        await rig.scanner.identity()
        await rig.scanner.close()
        await rig.scanner.close()
        assert (await rig.scanner.identity()).serial
