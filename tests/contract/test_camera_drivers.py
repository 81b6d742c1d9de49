"""The contract of cameras: motion JPEG on loopback, and the system camera on `/dev/video0`.

The second lane runs in a process of its own under the preload (`dev_video_camera.py`).
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from simulators.camera import CameraModel
from simulators.usb.stack import PRELOAD_LIBRARY, bridge_is_possible
from station.devices.camera.interface import Camera
from station.devices.camera.mjpeg import open_camera
from station.domain.sample import ColourImage
from tests.contract.camera_contract import CameraContract
from tests.unit.devices.far_ends import PaperBiodata, SmallWorld

_PROJECT = Path(__file__).resolve().parents[2]
_SIZE = (640, 480)


@dataclass(frozen=True)
class _Cloth:
    """A person so close that only the colour of a shirt is seen."""

    colour: tuple[int, int, int]
    biodata: PaperBiodata

    def face_image(self, attempt: int, background: tuple[int, int, int], defect: str | None = None) -> ColourImage:
        del attempt, background, defect
        return ColourImage(*_SIZE, bytes(self.colour) * (_SIZE[0] * _SIZE[1]))


class MjpegRig:
    """The network camera driver and its far end."""

    promptly_s = 1.5

    def __init__(self) -> None:
        self._world = SmallWorld(person=_Cloth((90, 90, 90), PaperBiodata()))
        self._model = CameraModel(self._world, interval_s=0.03, variant_s=60.0)
        self._looks = 0
        self._leaving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        address = await self._model.start()
        self.camera: Camera = open_camera(address, "kamera", {"frame_timeout_s": "1"})

    async def stop(self) -> None:
        await self.camera.close()
        await self._model.stop()

    def look_at(self, colour: tuple[int, int, int]) -> None:
        self._looks += 1
        self._world.person = _Cloth(colour, replace(PaperBiodata(), nik=f"{self._looks:016}"))

    def stall(self) -> None:
        self._model.standing_still = True

    def go_on(self) -> None:
        self._model.standing_still = False

    def unplug(self) -> None:
        self._leaving = asyncio.ensure_future(self._model.stop())

    async def plug(self) -> None:
        if self._leaving is not None:
            await self._leaving
        await self._model.start()


class TestMjpegCamera(CameraContract):
    """The network camera keeps the contract."""

    @pytest.fixture
    async def rig(self) -> AsyncIterator[MjpegRig]:
        made = MjpegRig()
        await made.start()
        yield made
        await made.stop()


@pytest.mark.bench
@pytest.mark.skipif(bool(bridge_is_possible()), reason=bridge_is_possible() or "-")
def test_the_contract_holds_on_dev_video() -> None:
    with tempfile.TemporaryDirectory(prefix="nodes") as root:
        environment = {**os.environ, "LD_PRELOAD": PRELOAD_LIBRARY, "UMOCKDEV_DIR": root}
        module = "tests/contract/dev_video_camera.py"
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--no-header", "-x", module],
            cwd=_PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    assert "passed" in run.stdout
