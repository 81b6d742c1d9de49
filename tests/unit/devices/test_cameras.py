from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Callable
from datetime import date

import pytest
from PIL import Image

from simulators.camera import CLOTH, CameraModel
from station.devices.camera.frame_loop import FrameLoop
from station.devices.camera.mjpeg import MjpegCamera, open_camera
from station.devices.camera.picture import decode_jpeg
from station.devices.camera.system import open_camera as open_system_camera
from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable, NoReply
from station.domain.card import PhotoBackground
from station.domain.sample import ColourImage
from tests.unit.devices.far_ends import PaperBiodata, PaperPerson, SmallWorld, soon


def _colour(picture: ColourImage) -> tuple[int, ...]:
    middle = (picture.height // 2 * picture.width + picture.width // 2) * 3
    return tuple(picture.pixels[middle : middle + 3])


def _near(picture: ColourImage, background: PhotoBackground) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(_colour(picture), CLOTH[background], strict=True))


async def _camera(*faults: str, **options: str) -> tuple[CameraModel, SmallWorld, MjpegCamera]:
    world = SmallWorld(*faults, person=PaperPerson())
    model = CameraModel(world, interval_s=0.02, variant_s=0.1)
    return model, world, open_camera(await model.start(), "kamera", {"frame_timeout_s": "1", **options})


async def test_the_picture_is_of_who_stands_there_now() -> None:
    model, world, camera = await _camera()
    assert _near(await camera.preview(), PhotoBackground.RED)
    world.person = PaperPerson(PaperBiodata("0000000000000002", date(2010, 1, 1)))
    await asyncio.sleep(0.1)
    assert _near(await camera.preview(), PhotoBackground.BLUE)
    assert _near(await camera.still(), PhotoBackground.BLUE)
    assert (await camera.readiness()).details == {"camera-size": "320 x 240"}
    await camera.close()
    await model.stop()


async def test_a_snapshot_address_gives_the_still() -> None:
    model, _world, camera = await _camera()
    await camera.close()
    host = f"http://127.0.0.1:{model.port}"
    camera = open_camera(f"{host}/stream", "kamera", {"snapshot": f"{host}/snapshot.jpg"})
    assert (await camera.still()).width == 320
    await camera.close()
    await model.stop()


async def test_name_and_password_are_sent_and_never_shown() -> None:
    asked: list[bytes] = []

    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    server = await asyncio.start_server(other, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    camera = open_camera(f"http://operator:rahasia%21@127.0.0.1:{port}/stream", "kamera", {})
    with pytest.raises(DeviceError) as caught:
        await camera.identity()
    assert b"Basic b3BlcmF0b3I6cmFoYXNpYSE=" in asked[0]
    assert "rahasia" not in str(caught.value)
    await camera.close()
    server.close()


async def test_a_stopped_stream_is_no_reply_at_the_deadline() -> None:
    model, _world, camera = await _camera("camera frame 1 stall seconds=30")
    with pytest.raises(NoReply):
        await camera.preview()
    await soon(lambda: not _threads_of("kamera"))
    await camera.preview()
    await camera.close()
    await model.stop()


async def test_a_garbled_frame_is_never_shown() -> None:
    model, _world, camera = await _camera("camera frame 1 garbage", "camera frame 2 truncated")
    assert _near(await camera.preview(), PhotoBackground.RED)
    await camera.close()
    await model.stop()


async def test_an_unplugged_camera_is_told_at_once_and_comes_back() -> None:
    model, _world, camera = await _camera()
    await camera.preview()
    await model.stop()
    assert (await camera.readiness()).problems == ("device-unavailable",)
    await model.start()
    await camera.preview()
    await camera.close()
    await model.stop()


async def test_without_interest_the_stream_is_closed() -> None:
    model, _world, camera = await _camera(idle_s="0.1")
    await camera.preview()
    await soon(lambda: not _threads_of("kamera"))
    await camera.preview()
    await camera.close()
    assert not _threads_of("kamera")
    await model.stop()


async def test_a_server_that_is_no_camera_is_a_bad_reply_or_refusal() -> None:
    async def other(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(other, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    camera = open_camera(f"http://127.0.0.1:{port}/stream", "kamera", {})
    with pytest.raises((DeviceRefused, BadReply)):
        await camera.preview()
    await camera.close()
    server.close()


async def test_a_missing_system_camera_is_unavailable() -> None:
    camera = open_system_camera("/dev/video-not-there", "kamera", {})
    with pytest.raises(DeviceUnavailable):
        await camera.preview()
    assert (await camera.readiness()).problems == ("device-unavailable",)
    await camera.close()


async def test_fifty_replugs_leave_no_thread_behind() -> None:
    model, _world, camera = await _camera(idle_s="0.05")
    for _ in range(50):
        await model.stop()
        await model.start()
        try:
            await camera.preview()
        except DeviceError:
            continue
    await camera.close()
    await soon(lambda: not _threads_of("kamera"))
    await model.stop()


def _jpeg(mode: str) -> bytes:
    made = io.BytesIO()
    Image.linear_gradient("L").convert(mode).save(made, "JPEG", quality=95)
    return made.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_coded_picture_is_the_same_whichever_library_decodes_it(mode: str) -> None:
    picture = decode_jpeg(_jpeg(mode), "kamera", "preview")
    expected = Image.open(io.BytesIO(_jpeg(mode))).convert("RGB")
    assert (picture.width, picture.height) == expected.size
    differences = zip(picture.pixels[::97], expected.tobytes()[::97], strict=True)
    assert all(abs(ours - theirs) <= 2 for ours, theirs in differences)


def test_a_picture_with_stray_bytes_is_shown_and_half_a_picture_is_not(capfd: pytest.CaptureFixture[str]) -> None:
    whole = _jpeg("RGB")
    place = whole.index(b"\xff\xda")
    stray = whole[:place] + b"\x00\x00\x00" + whole[place:]  # many cheap cameras send some
    assert decode_jpeg(stray, "kamera", "preview") == decode_jpeg(whole, "kamera", "preview")
    for harmed in (whole[: len(whole) // 2], whole[:20], b"", b"\xff\xd8\xff\xd9"):
        with pytest.raises(BadReply):
            decode_jpeg(harmed, "kamera", "preview")
    assert capfd.readouterr() == ("", "")


async def test_a_picture_asked_for_while_the_camera_is_just_being_given_back_waits_for_it() -> None:
    taken: list[_OneAtATime] = []

    def open_one() -> _OneAtATime:
        if any(not source.given_back for source in taken):
            raise DeviceUnavailable("kamera", "open")  # what V4L2 says of a camera that is in use
        taken.append(_OneAtATime())
        return taken[-1]

    loop = FrameLoop("kamera", open_one, idle_s=0.05)
    await loop.newest(2.0, "preview")
    await soon(taken[0].closing.is_set)
    assert not taken[0].given_back
    assert (await loop.newest(2.0, "preview")).width == 1
    assert len(taken) == 2
    await loop.close()


class _OneAtATime:
    """A camera that takes its time to be given back."""

    def __init__(self) -> None:
        self.closing = threading.Event()
        self.given_back = False

    def next_frame(self) -> Callable[[], ColourImage]:
        time.sleep(0.01)
        return lambda: ColourImage(1, 1, b"\0\0\0")

    def interrupt(self) -> None:
        return

    def close(self) -> None:
        self.closing.set()
        time.sleep(0.3)
        self.given_back = True


def _threads_of(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith(name)]


async def test_who_it_is_costs_no_second_picture_just_after_one_was_seen() -> None:
    model, _world, camera = await _camera(frame_timeout_s="0.5")
    assert (await camera.readiness()).ready
    await model.stop()
    assert (await camera.identity()).make == "MJPEG"
    await asyncio.sleep(1.1)
    with pytest.raises(DeviceError):
        await camera.identity()
    await camera.close()
