"""The product's drivers, unmodified and in a process of their own, on `/dev/video0` and `/dev/ttyUSB2`."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from simulators.camera import CameraModel
from simulators.modem import ModemLine, ModemModel
from simulators.preload.serial_node import SerialNode
from simulators.preload.video_node import VideoNode
from simulators.usb.stack import PRELOAD_LIBRARY, bridge_is_possible
from station.domain.clock import SystemClock
from tests.unit.devices.far_ends import PaperPerson, SmallWorld

_PROJECT = Path(__file__).parents[3]
_reason = bridge_is_possible()
pytestmark = [pytest.mark.bench, pytest.mark.skipif(bool(_reason), reason=_reason)]


@pytest.fixture
def root() -> Iterator[Path]:
    # the preload's socket paths are short: not below pytest's own long folders
    with tempfile.TemporaryDirectory(prefix="nodes") as folder:
        yield Path(folder)


def _client(root: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "LD_PRELOAD": PRELOAD_LIBRARY, "UMOCKDEV_DIR": str(root)}
    command = [sys.executable, "-m", "tests.integration.devices.preload_client", *arguments]
    return subprocess.Popen(
        command, cwd=_PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _bridge(root: Path, far_ends: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "simulators.preload.bridge", str(root), *far_ends]
    return subprocess.Popen(command, cwd=_PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_the_system_camera_driver_reads_dev_video0_until_it_is_unplugged(root: Path) -> None:
    picture = np.full((480, 640, 3), (190, 72, 24), np.uint8)
    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()

    def paced() -> bytes:
        time.sleep(1 / 30)
        return jpeg

    camera = VideoNode(root, paced, (640, 480))
    with _client(root, "camera", "/dev/video0") as client:
        assert client.stdout is not None
        assert client.stdin is not None
        assert client.stdout.readline().strip() == "READY"
        camera.unplug()
        client.stdin.write("\n")
        client.stdin.flush()
        seen: dict[str, Any] = json.loads(client.stdout.readline())
        client.wait(10)
    camera.close()
    assert seen["size"] == [640, 480]
    assert all(abs(a - b) < 8 for a, b in zip(seen["colour"], (24, 72, 190), strict=True))
    assert seen["rate_hz"] > 5
    assert seen["gone"] == "device-unavailable"


async def test_the_modem_driver_works_on_a_usb_serial_port(root: Path) -> None:
    model = ModemModel(SmallWorld(), SystemClock())
    line = ModemLine(model)
    node = SerialNode(root, "ttyUSB2", line.start_terminal().removeprefix("serial:"))
    client = _client(root, "modem", f"serial:{node.path}")
    out, _nothing = await asyncio.to_thread(client.communicate, None, 20)
    await line.stop()
    node.close()
    seen = json.loads(out.splitlines()[-1])
    assert seen["imei"] == "001017003456784"
    assert seen["address"] == "10.64.17.8"
    assert seen["problems"] == []
    assert "VID:PID=1209:0003" in seen["found"][0]
    assert model.active


async def test_network_far_ends_become_device_nodes_by_the_bridge(root: Path) -> None:
    camera = CameraModel(SmallWorld(person=PaperPerson()), interval_s=0.03)
    line = ModemLine(ModemModel(SmallWorld(), SystemClock()))
    far_ends = [f"video0={await camera.start()}", f"ttyUSB2={await line.start()}"]
    bridge = _bridge(root, far_ends)
    assert bridge.stdout is not None
    try:
        assert (await asyncio.to_thread(bridge.stdout.readline)).strip() == "READY"
        modem = await asyncio.to_thread(_client(root, "modem", "serial:/dev/ttyUSB2").communicate, None, 30)
        client = _client(root, "camera", "/dev/video0")
        assert client.stdout is not None
        assert (await asyncio.to_thread(client.stdout.readline)).strip() == "READY"
        await camera.stop()
        seen = json.loads((await asyncio.to_thread(client.communicate, "\n", 30))[0].splitlines()[-1])
    finally:
        await asyncio.to_thread(bridge.communicate, "", 10)
        await camera.stop()
        await line.stop()
    assert json.loads(modem[0].splitlines()[-1])["address"] == "10.64.17.8"
    assert seen["size"] == [320, 240]
    assert seen["gone"] == "device-unavailable"


async def test_opencv_with_ffmpeg_reads_our_network_camera() -> None:
    model = CameraModel(SmallWorld(person=PaperPerson()), interval_s=0.03)
    address = await model.start()

    def read() -> tuple[int, ...]:
        capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG)
        good, frame = capture.read()
        capture.release()
        return tuple(frame.shape) if good else ()

    assert await asyncio.to_thread(read) == (240, 320, 3)
    await model.stop()


@pytest.mark.peers
@pytest.mark.skipif(shutil.which("gammu") is None, reason="gammu is not installed")
async def test_gammu_knows_our_modem(tmp_path: Path) -> None:
    line = ModemLine(ModemModel(SmallWorld(), SystemClock()))
    port = line.start_terminal().removeprefix("serial:")
    settings = tmp_path / "gammurc"
    settings.write_text(f"[gammu]\ndevice = {port}\nconnection = at115200\n")
    try:
        told = await asyncio.to_thread(_gammu, settings, "identify")
        network = await asyncio.to_thread(_gammu, settings, "networkinfo")
    finally:
        await line.stop()
    assert "001017003456784" in told
    assert "Contoh" in told
    assert "home network" in network


def _gammu(settings: Path, word: str) -> str:
    command = ["gammu", "-c", str(settings), word]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout
