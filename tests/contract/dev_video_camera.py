"""The contract of cameras on the system camera driver; run under the preload by `test_camera_drivers.py`."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from simulators.preload.v4l2 import Control
from simulators.preload.video_node import VideoNode
from station.devices.camera.interface import Camera
from station.devices.camera.system import SystemCamera, open_camera
from station.messages.catalogue import Catalogue
from tests.contract.camera_contract import CameraContract

_SIZE = (640, 480)


class NodeRig:
    """The system camera driver on `/dev/video0`."""

    promptly_s = 2.0
    plugs = 0

    def __init__(self) -> None:
        self._root = Path(os.environ["UMOCKDEV_DIR"])
        self._still = False
        self._jpeg = b""
        self._number = NodeRig.plugs
        self.look_at((90, 90, 90))

    async def start(self) -> None:
        self._node = self._new_node()
        self.camera: Camera = open_camera(self._node.path, "kamera", {"frame_timeout_s": "1"})

    async def stop(self) -> None:
        self._node.unplug()
        await self.camera.close()
        NodeRig.plugs += 1

    def look_at(self, colour: tuple[int, int, int]) -> None:
        picture = np.full((_SIZE[1], _SIZE[0], 3), colour[::-1], np.uint8)
        self._jpeg = cv2.imencode(".jpg", picture)[1].tobytes()

    def stall(self) -> None:
        self._still = True

    def go_on(self) -> None:
        self._still = False

    def unplug(self) -> None:
        self._node.unplug()

    async def plug(self) -> None:
        self._node.plug_again()

    def _new_node(self) -> VideoNode:
        return VideoNode(self._root, self._frame, _SIZE, self._number)

    def offer(self, *controls: Control) -> None:
        """Let the camera have settings."""
        self._node.settings = dict.fromkeys(controls, 3)

    @property
    def settings(self) -> dict[Control, int]:
        return self._node.settings

    def driver(self, **options: str) -> SystemCamera:
        return open_camera(self._node.path, "kamera", {"frame_timeout_s": "1", **options})

    def _frame(self) -> bytes | None:
        time.sleep(1 / 30)
        return None if self._still else self._jpeg


class TestSystemCamera(CameraContract):
    """The system camera keeps the contract."""

    @pytest.fixture
    async def rig(self) -> AsyncIterator[NodeRig]:
        made = NodeRig()
        await made.start()
        yield made
        await made.stop()

    async def test_exposure_and_focus_are_set_where_the_camera_offers_them(self, rig: NodeRig) -> None:
        rig.offer(Control.EXPOSURE_AUTO, Control.EXPOSURE, Control.FOCUS_AUTO, Control.FOCUS)
        camera = rig.driver(exposure="400", focus="auto")
        assert (await camera.readiness()).limits == ()
        assert (rig.settings[Control.EXPOSURE_AUTO], rig.settings[Control.EXPOSURE]) == (1, 400)
        assert rig.settings[Control.FOCUS_AUTO] == 1
        await camera.close()
        camera = rig.driver(exposure="auto", focus="120")
        assert (await camera.readiness()).limits == ()
        assert rig.settings[Control.EXPOSURE_AUTO] == 3
        assert (rig.settings[Control.FOCUS_AUTO], rig.settings[Control.FOCUS]) == (0, 120)
        await camera.close()

    async def test_a_camera_without_them_works_and_says_what_it_lacks(self, rig: NodeRig) -> None:
        rig.offer(Control.EXPOSURE_AUTO, Control.EXPOSURE)
        camera = rig.driver(exposure="400", focus="120")
        readiness = await camera.readiness()
        assert readiness.ready
        assert readiness.limits == ("camera-lacks-focus",)
        for language in ("id", "en"):
            assert Catalogue(language).has("camera-lacks-focus")
            assert Catalogue(language).has("camera-lacks-exposure")
        await camera.close()

    async def test_nonsense_in_the_settings_is_refused_before_the_camera_is_touched(self, rig: NodeRig) -> None:
        with pytest.raises(ValueError, match="terang"):
            rig.driver(exposure="terang")
