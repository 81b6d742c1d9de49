"""What every fingerprint driver must do, whatever carries its bytes.

A driver's test module subclasses FingerprintContract and offers a fixture `rig`.
"""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from typing import Protocol

import pytest

from station.devices.errors import BadReply, DeviceError, DeviceUnavailable, NoReply
from station.devices.fingerprint.interface import FingerCapture, FingerPreview, FingerprintScanner, FingerRequest
from station.domain.sample import Finger, Slap


class FingerprintRig(Protocol):
    """A driver, and the hands that can disturb its device."""

    scanner: FingerprintScanner
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


class FingerprintContract:
    """The tests; `Test...` classes inherit them."""

    @pytest.fixture
    @abstractmethod
    def rig(self) -> FingerprintRig:
        """Return a driver with a working device and a person before it."""

    async def test_it_says_who_it_is_and_that_it_is_ready(self, rig: FingerprintRig) -> None:
        identity = await rig.scanner.identity()
        readiness = await rig.scanner.readiness()
        assert identity.make
        assert identity.model
        assert identity.serial
        assert readiness.ready

    async def test_a_slap_comes_with_its_fingers_resolution_and_previews(self, rig: FingerprintRig) -> None:
        if not rig.scanner.captures_slaps:
            pytest.skip("the glass takes one finger")
        previews: list[FingerPreview] = []
        capture = await rig.scanner.capture(FingerRequest.of_slap(Slap.RIGHT_FOUR, timeout_s=10), previews.append)
        assert sorted(finger for image in capture.images for finger in image.fingers) == sorted(Slap.RIGHT_FOUR.fingers)
        assert all(image.image.resolution_ppi == 500 for image in capture.images)
        assert previews
        assert all(preview.image.width <= 400 for preview in previews)
        assert capture.captured_at.tzinfo is not None

    async def test_a_slap_leaves_out_the_fingers_that_do_not_exist(self, rig: FingerprintRig) -> None:
        if not rig.scanner.captures_slaps:
            pytest.skip("the glass takes one finger")
        request = FingerRequest.of_slap(Slap.LEFT_FOUR, frozenset((Finger.LEFT_RING,)), timeout_s=10)
        capture = await rig.scanner.capture(request)
        fingers = {finger for image in capture.images for finger in image.fingers}
        assert fingers == {Finger.LEFT_LITTLE, Finger.LEFT_MIDDLE, Finger.LEFT_INDEX}

    async def test_a_single_finger_is_captured(self, rig: FingerprintRig) -> None:
        capture = await rig.scanner.capture(FingerRequest.of_single(Finger.RIGHT_INDEX, timeout_s=10))
        assert [image.fingers for image in capture.images] == [(Finger.RIGHT_INDEX,)]

    async def test_with_nobody_there_the_deadline_ends_it(self, rig: FingerprintRig) -> None:
        rig.leave()
        started_s = time.monotonic()
        with pytest.raises(NoReply):
            await rig.scanner.capture(self._request(rig, 0.5))
        assert 0.4 < time.monotonic() - started_s < 0.5 + rig.promptly_s
        assert await rig.idle()

    async def test_a_cancelled_task_cancels_the_device(self, rig: FingerprintRig) -> None:
        rig.leave()
        task = asyncio.ensure_future(rig.scanner.capture(self._request(rig, 20)))
        await asyncio.sleep(0.3)
        started_s = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        assert await rig.idle()

    async def test_an_unplugged_device_is_known_at_once_and_served_again_when_it_is_back(
        self, rig: FingerprintRig
    ) -> None:
        rig.leave()
        task = asyncio.ensure_future(rig.scanner.capture(self._request(rig, 20)))
        await asyncio.sleep(0.3)
        started_s = time.monotonic()
        rig.unplug()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        with pytest.raises(DeviceUnavailable):
            await rig.scanner.identity()
        await rig.plug()
        assert (await rig.scanner.readiness()).ready

    async def test_silence_ends_in_no_reply(self, rig: FingerprintRig) -> None:
        rig.fault("silence")
        with pytest.raises(NoReply):
            await rig.scanner.capture(self._request(rig, 3))
        assert isinstance(await self._slap(rig), FingerCapture)

    async def test_garbage_is_never_a_capture(self, rig: FingerprintRig) -> None:
        rig.fault("garbage")
        with pytest.raises(BadReply):
            await rig.scanner.capture(self._request(rig, 3))
        assert isinstance(await self._slap(rig), FingerCapture)

    async def test_closing_in_mid_capture_tells_whoever_waits_at_once(self, rig: FingerprintRig) -> None:
        rig.leave()
        task = asyncio.ensure_future(rig.scanner.capture(self._request(rig, 20)))
        await asyncio.sleep(0.3)
        started_s = time.monotonic()
        await rig.scanner.close()
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        assert (await rig.scanner.identity()).serial

    async def test_closing_twice_does_no_harm(self, rig: FingerprintRig) -> None:
        await rig.scanner.identity()
        await rig.scanner.close()
        await rig.scanner.close()

    @staticmethod
    def _request(rig: FingerprintRig, timeout_s: float) -> FingerRequest:
        if rig.scanner.captures_slaps:
            return FingerRequest.of_slap(Slap.THUMBS, timeout_s=timeout_s)
        return FingerRequest.of_single(Finger.RIGHT_INDEX, timeout_s=timeout_s)

    async def _slap(self, rig: FingerprintRig) -> FingerCapture | DeviceError:
        return await rig.scanner.capture(self._request(rig, 10))
