"""A camera that shows who stands before the kit, as motion JPEG over HTTP.

The operator hangs the cloth that belongs to the birth year behind the person; with
nobody there the cloth alone is seen. Every few seconds the person moves a little.

Faults (`camera frame`): `stall seconds=N`, `cut` the stream ends, `garbage` a frame of
noise bytes, `truncated` half a frame; (`camera pose`): `wrong-cloth`, or any defect
the people know (`defect name=blurred`). `GET /snapshot.jpg` gives a single picture.

Does not simulate: exposure and focus; motion blur; a crowd.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from simulators.far_end import Surroundings, TcpFarEnd
from station.domain.card import PhotoBackground, photo_background
from station.domain.sample import ColourImage

CLOTH: dict[PhotoBackground, tuple[int, int, int]] = {
    PhotoBackground.RED: (190, 24, 32),
    PhotoBackground.BLUE: (24, 72, 190),
    PhotoBackground.ORANGE: (236, 130, 24),
}
_EMPTY_SIZE = (1280, 960)
_JPEG_QUALITY = 92


@dataclass(frozen=True, slots=True)
class _Look:
    """What the lens sees: a person (or nobody), which variant, which defect, which cloth."""

    nik: str
    variant: int
    defect: str
    wrong_cloth: bool


class CameraModel:
    """A motion JPEG camera; `interval_s` between frames, `variant_s` between changes of pose."""

    def __init__(self, world: Surroundings, interval_s: float = 0.1, variant_s: float = 2.0, seed: int = 1) -> None:
        self._world = world
        self._interval_s = interval_s
        self._variant_s = variant_s
        self._random = random.Random(seed)
        self._far_end = TcpFarEnd(self._serve)
        self._frames: dict[_Look, bytes] = {}
        self._drawing = asyncio.Lock()
        self._look_fault: tuple[str, bool] = ("", False)
        self._seen = ""
        self._pose = (0.0, 0)
        self.standing_still = False

    @property
    def port(self) -> int:
        """Return the port the camera listens on."""
        return self._far_end.port

    async def start(self, port: int = 0) -> str:
        """Listen on loopback; return the address for kit.toml."""
        return f"http://127.0.0.1:{await self._far_end.start(port)}/stream"

    async def stop(self) -> None:
        """Unplug the camera."""
        await self._far_end.stop()

    async def frame(self) -> bytes:
        """Return the present picture as JPEG."""
        subject = self._world.subject()
        look = self._look(subject.biodata.nik if subject is not None else "")
        async with self._drawing:
            if look not in self._frames:
                self._forget_others(look.nik)
                self._frames[look] = await asyncio.to_thread(_draw, subject, look)
        return self._frames[look]

    def _look(self, nik: str) -> _Look:
        now_s = asyncio.get_running_loop().time()
        someone_else = nik != self._seen
        if someone_else or now_s - self._pose[0] >= self._variant_s:
            # the first look is as the person came (with glasses, say); afterwards two poses take turns
            variant = 0 if someone_else else 2 if self._pose[1] == 1 else 1
            self._seen, self._pose = nik, (now_s, variant)
            fault = self._world.faults.take("camera", "pose")
            defect = fault.settings.get("name", "blurred") if fault and fault.action == "defect" else ""
            self._look_fault = (defect, fault is not None and fault.action == "wrong-cloth")
        defect, wrong_cloth = self._look_fault
        return _Look(nik, self._pose[1], defect, wrong_cloth)

    def _forget_others(self, nik: str) -> None:
        for look in [look for look in self._frames if look.nik != nik]:
            del self._frames[look]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        path = request.split(b" ", 2)[1]
        if path.startswith(b"/snapshot"):
            picture = await self.frame()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nConnection: close\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n" % len(picture) + picture)
            await writer.drain()
            return
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n")
        writer.write(b"Cache-Control: no-store\r\nConnection: close\r\n\r\n")
        alive = True
        while alive:
            alive = await self._send_frame(writer)
            await asyncio.sleep(self._interval_s)

    async def _send_frame(self, writer: asyncio.StreamWriter) -> bool:
        fault = self._world.faults.take("camera", "frame")
        action = fault.action if fault else ""
        if action == "cut":
            return False
        if fault and action == "stall":
            await asyncio.sleep(fault.number("seconds", 10.0))
        if self.standing_still:
            return not writer.is_closing()
        picture = await self.frame()
        if action == "garbage":
            picture = self._random.randbytes(len(picture))
        head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(picture)
        if action == "truncated":
            picture = picture[: len(picture) // 2]
        writer.write(head + picture + b"\r\n")
        await writer.drain()
        return True


def _draw(subject: Any | None, look: _Look) -> bytes:
    picture = _cloth_alone(CLOTH[PhotoBackground.RED]) if subject is None else _person(subject, look)
    pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3)
    good, data = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not good:
        raise ValueError("the picture could not be encoded")
    return data.tobytes()


def _person(person: Any, look: _Look) -> ColourImage:
    right = photo_background(person.biodata.birth_date, person.biodata.citizenship)
    wrong = next(colour for colour in PhotoBackground if colour is not right)
    cloth = CLOTH[wrong if look.wrong_cloth else right]
    picture: ColourImage = person.face_image(look.variant, cloth, look.defect or None)
    return picture


def _cloth_alone(colour: tuple[int, int, int]) -> ColourImage:
    width, height = _EMPTY_SIZE
    return ColourImage(width, height, bytes(colour) * (width * height))
