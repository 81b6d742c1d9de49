"""The contract of cameras on the system camera driver; run under the preload by `test_camera_drivers.py`."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from simulators.preload.video_node import VideoNode
from station.devices.camera.interface import Camera
from station.devices.camera.system import open_camera
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
