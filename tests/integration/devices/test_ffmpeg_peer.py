"""ffmpeg, which nobody here wrote, on our cameras: frames whole, in order, the picture that was shown (slow lane)."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from simulators.camera import CameraModel
from simulators.preload.video_node import VideoNode
from simulators.usb.stack import PRELOAD_LIBRARY, bridge_is_possible
from station.domain.sample import ColourImage
from tests.unit.devices.far_ends import PaperBiodata, SmallWorld

_SIZE = (640, 480)
_FRAMES = 25
_BITS = 16
_STRIPE = _SIZE[0] // _BITS
# what JPEG at our quality may change, in grey levels; a wrong colour order or a shifted picture is far above
_MEAN_LOSS = 3.0
_no_ffmpeg = "" if shutil.which("ffmpeg") else "ffmpeg is not installed"
_no_node = _no_ffmpeg or bridge_is_possible()
pytestmark = [pytest.mark.peers, pytest.mark.skipif(bool(_no_ffmpeg), reason=_no_ffmpeg)]
Picture = NDArray[np.uint8]


def _pattern(number: int) -> Picture:
    """Return a picture (RGB) with a colour ramp, and at its foot a number in sixteen black or white stripes."""
    width, height = _SIZE
    across, down = np.meshgrid(np.linspace(20, 235, width), np.linspace(235, 20, height))
    picture = np.stack([across, down, np.full_like(across, 90)], axis=2).astype(np.uint8)
    for bit in range(_BITS):
        picture[-64:, bit * _STRIPE : (bit + 1) * _STRIPE] = 255 if number >> bit & 1 else 0
    return picture


def _number_of(picture: Picture) -> int:
    middle = picture[-32, _STRIPE // 2 :: _STRIPE].mean(axis=1)
    return sum(1 << bit for bit in range(_BITS) if middle[bit] > 127)


def _frames(folder: Path, kind: str) -> list[Path]:
    return sorted(folder.glob(f"*.{kind}"))


def _run(arguments: list[str], environment: dict[str, str] | None = None) -> None:
    # -xerror and explode: the first thing that ffmpeg would mend or pass over ends it
    command = ["ffmpeg", "-loglevel", "warning", "-nostdin", "-xerror", "-err_detect", "explode", *arguments]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert "error" not in run.stderr.lower(), run.stderr


class _PatternPerson:
    """Somebody who is a test picture."""

    biodata = PaperBiodata()

    def face_image(self, attempt: int, background: tuple[int, int, int], defect: str | None = None) -> ColourImage:
        del attempt, background, defect
        return ColourImage(*_SIZE, _pattern(0b1010_0011_0101_1100).tobytes())


async def test_ffmpeg_reads_our_network_camera_frame_by_frame(tmp_path: Path) -> None:
    model = CameraModel(SmallWorld(person=_PatternPerson()), interval_s=0.02, variant_s=600.0)
    address = await model.start()
    try:
        sent = await model.frame()
        source = ["-f", "mpjpeg", "-i", address, "-frames:v", str(_FRAMES)]
        copied = [*source, "-c", "copy", "-f", "image2", str(tmp_path / "f%03d.jpg")]
        await asyncio.to_thread(_run, copied)
        await asyncio.to_thread(_run, [*source, "-f", "image2", str(tmp_path / "f%03d.png")])
    finally:
        await model.stop()
    assert [path.read_bytes() == sent for path in _frames(tmp_path, "jpg")] == [True] * _FRAMES
    decoded = [_read(path) for path in _frames(tmp_path, "png")]
    assert [picture.shape for picture in decoded] == [(_SIZE[1], _SIZE[0], 3)] * _FRAMES
    for picture in decoded:
        assert _number_of(picture) == 0b1010_0011_0101_1100
        assert _loss(picture, _pattern(0b1010_0011_0101_1100)) < _MEAN_LOSS


async def test_ffmpeg_would_have_found_a_broken_frame(tmp_path: Path) -> None:
    model = CameraModel(SmallWorld("camera frame 3 truncated", person=_PatternPerson()), interval_s=0.02, variant_s=600)
    address = await model.start()
    arguments = ["-f", "mpjpeg", "-i", address, "-frames:v", "8", "-f", "image2", str(tmp_path / "f%03d.png")]
    try:
        with pytest.raises(AssertionError):
            await asyncio.to_thread(_run, arguments)
    finally:
        await model.stop()


@pytest.mark.bench
@pytest.mark.skipif(bool(_no_node), reason=_no_node or "-")
def test_ffmpeg_reads_dev_video0_frame_by_frame(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="nodes") as root:
        camera = VideoNode(Path(root), _counted(), _SIZE)
        environment = {**os.environ, "LD_PRELOAD": PRELOAD_LIBRARY, "UMOCKDEV_DIR": root}
        source = ["-f", "v4l2", "-input_format", "mjpeg", "-video_size", f"{_SIZE[0]}x{_SIZE[1]}", "-i", camera.path]
        try:
            # passthrough: ffmpeg would double and drop frames to keep a steady rate of its own
            target = [
                "-fps_mode",
                "passthrough",
                "-frames:v",
                str(_FRAMES),
                "-f",
                "image2",
                str(tmp_path / "f%03d.png"),
            ]
            _run([*source, *target], environment)
        finally:
            camera.unplug()
            camera.close()
    decoded = [_read(path) for path in _frames(tmp_path, "png")]
    numbers = [_number_of(picture) for picture in decoded]
    assert len(numbers) == _FRAMES
    assert numbers == sorted(set(numbers))
    # a camera may drop a frame while a slow reader holds all its buffers, not many
    assert numbers[-1] - numbers[0] < 2 * _FRAMES
    for number, picture in zip(numbers, decoded, strict=True):
        assert _loss(picture, _pattern(number)) < _MEAN_LOSS


def _counted() -> Callable[[], bytes]:
    made = 0

    def following() -> bytes:
        nonlocal made
        time.sleep(1 / 30)
        made += 1
        good, data = cv2.imencode(".jpg", _pattern(made)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])
        assert good
        return data.tobytes()

    return following


def _read(path: Path) -> Picture:
    picture = cv2.imread(str(path))
    assert picture is not None
    return np.ascontiguousarray(picture[:, :, ::-1]).astype(np.uint8)


def _loss(picture: Picture, shown: Picture) -> float:
    return float(np.abs(picture.astype(np.int16) - shown.astype(np.int16)).mean())
