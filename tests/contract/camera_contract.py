"""What every camera driver must do, whatever carries its frames.

A driver's test module subclasses CameraContract and offers a fixture `rig`.
"""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from typing import Protocol

import pytest

from station.devices.camera.interface import Camera
from station.devices.errors import DeviceError, DeviceUnavailable, NoReply
from station.domain.sample import ColourImage


class CameraRig(Protocol):
    """A driver, and the hands that can disturb its device."""

    camera: Camera
    promptly_s: float

    def look_at(self, colour: tuple[int, int, int]) -> None:
        """Hang a cloth of the RGB colour before the lens."""

    def stall(self) -> None:
        """Let frames stop, without unplugging."""

    def go_on(self) -> None:
        """Let frames come again."""

    def unplug(self) -> None:
        """Pull the camera out."""

    async def plug(self) -> None:
        """Plug the camera in again."""


def middle(picture: ColourImage) -> tuple[int, ...]:
    """Return the RGB colour in the middle of a picture."""
    place = (picture.height // 2 * picture.width + picture.width // 2) * 3
    return tuple(picture.pixels[place : place + 3])


def near(picture: ColourImage, colour: tuple[int, int, int]) -> bool:
    """Tell whether the middle of a picture has a colour, up to the losses of JPEG."""
    return all(abs(a - b) < 16 for a, b in zip(middle(picture), colour, strict=True))


class CameraContract:
    """The tests; `Test...` classes inherit them."""

    @pytest.fixture
    @abstractmethod
    def rig(self) -> CameraRig:
        """Return a driver with a working camera."""

    async def test_it_says_who_it_is_and_that_it_is_ready(self, rig: CameraRig) -> None:
        assert (await rig.camera.identity()).make
        assert (await rig.camera.readiness()).ready

    async def test_colours_come_as_they_are(self, rig: CameraRig) -> None:
        for colour in ((200, 30, 40), (30, 60, 200)):
            rig.look_at(colour)
            await asyncio.sleep(0.3)
            assert near(await rig.camera.preview(), colour)
            assert near(await rig.camera.still(), colour)

    async def test_a_frame_is_never_one_that_waited(self, rig: CameraRig) -> None:
        rig.look_at((200, 30, 40))
        await rig.camera.preview()
        await asyncio.sleep(0.5)  # what comes in meanwhile must not be handed out later
        rig.look_at((30, 60, 200))
        await asyncio.sleep(0.3)
        assert near(await rig.camera.preview(), (30, 60, 200))

    async def test_many_may_look_at_once(self, rig: CameraRig) -> None:
        pictures = await asyncio.gather(*(rig.camera.preview() for _ in range(8)))
        assert len({picture.width for picture in pictures}) == 1

    async def test_stalled_frames_are_no_reply_at_the_deadline(self, rig: CameraRig) -> None:
        await rig.camera.preview()
        rig.stall()
        started_s = time.monotonic()
        with pytest.raises(NoReply):
            await _look(rig.camera, 4)
        assert time.monotonic() - started_s < 4.0
        rig.go_on()
        await self._sees_again(rig)

    async def test_cancelling_frees_the_caller_at_once(self, rig: CameraRig) -> None:
        await rig.camera.preview()
        rig.stall()
        await asyncio.sleep(0.2)
        task = asyncio.ensure_future(rig.camera.still())
        await asyncio.sleep(0.1)
        started_s = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started_s < 1.0
        rig.go_on()

    async def test_an_unplugged_camera_is_known_at_once_and_served_again(self, rig: CameraRig) -> None:
        await rig.camera.preview()
        rig.unplug()
        started_s = time.monotonic()
        with pytest.raises(DeviceError):
            await _look(rig.camera, 5)
        assert time.monotonic() - started_s < rig.promptly_s
        await rig.plug()
        await self._sees_again(rig)

    async def test_closing_while_somebody_looks_tells_it_at_once(self, rig: CameraRig) -> None:
        await rig.camera.preview()
        rig.stall()
        await asyncio.sleep(0.2)
        task = asyncio.ensure_future(rig.camera.preview())
        await asyncio.sleep(0.1)
        started_s = time.monotonic()
        closing = asyncio.ensure_future(rig.camera.close())
        with pytest.raises(DeviceUnavailable):
            await task
        assert time.monotonic() - started_s < 0.5
        rig.go_on()
        await closing
        await self._sees_again(rig)

    async def test_closing_twice_does_no_harm(self, rig: CameraRig) -> None:
        await rig.camera.preview()
        await rig.camera.close()
        await rig.camera.close()

    async def _sees_again(self, rig: CameraRig) -> None:
        for _ in range(20):
            if (await rig.camera.readiness()).ready:
                return
            await asyncio.sleep(0.1)
        raise AssertionError((await rig.camera.readiness()).problems)


async def _look(camera: Camera, times: int) -> None:
    for _ in range(times):
        await camera.preview()
