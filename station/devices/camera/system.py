"""A camera of the operating system (V4L2 on Linux) through OpenCV: `/dev/video0`, or a number.

OpenCV says of a stopped camera that it is still open and only returns no frame, so a
frame that does not come is taken as a camera that has gone, and it is opened afresh
for the next request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from station.devices.camera.frame_loop import SEEN_LATELY_S, FrameLoop
from station.devices.camera.picture import decode_jpeg, from_blue_first
from station.devices.errors import BadReply, DeviceError, DeviceUnavailable
from station.devices.identity import DeviceIdentity, Readiness
from station.domain.sample import ColourImage

_MOTION_JPEG = int.from_bytes(b"MJPG", "little")


class SystemCamera:
    """A `Camera` by device path or number; `width` and `height` are what is asked of it, in pixels."""

    def __init__(self, address: str, name: str, width: int, height: int, frame_timeout_s: float, idle_s: float) -> None:
        self._address = address
        self._name = name
        self._frame_timeout_s = frame_timeout_s
        self._loop = FrameLoop(name, lambda: SystemFrames(address, name, width, height), idle_s)

    async def identity(self) -> DeviceIdentity:
        """Return the system's name for the camera."""
        if not self._loop.seen_within(SEEN_LATELY_S):
            await self.preview()
        return DeviceIdentity("V4L2", self._address, "-", "-")

    async def readiness(self) -> Readiness:
        """Return every reason why no picture can be taken now."""
        try:
            frame = await self.preview()
        except DeviceError as error:
            return Readiness((error.message_id,))
        return Readiness((), {"camera-size": f"{frame.width} x {frame.height}"})

    async def preview(self) -> ColourImage:
        """Return the newest frame; raises NoReply when frames stop."""
        return await self._loop.newest(self._frame_timeout_s, "preview")

    async def still(self) -> ColourImage:
        """Return a picture at the resolution the camera was opened with."""
        return await self._loop.newest(self._frame_timeout_s, "still")

    async def close(self) -> None:
        """Give the camera back; may be called twice."""
        await self._loop.close()


class SystemFrames:
    """One opened camera, blocking; used on the frame loop's thread."""

    def __init__(self, address: str, device: str, width: int, height: int) -> None:
        import cv2

        self._device = device
        self._capture: Any = cv2.VideoCapture(int(address) if address.isdigit() else address, cv2.CAP_V4L2)
        if not self._capture.isOpened():
            self._capture.release()
            raise DeviceUnavailable(device, "open")
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        # frames as the camera coded them, where it does; see picture.py for why
        self._capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        self._coded = int(self._capture.get(cv2.CAP_PROP_FOURCC)) == _MOTION_JPEG
        if not self._coded:
            self._capture.set(cv2.CAP_PROP_CONVERT_RGB, 1)

    def next_frame(self) -> Callable[[], ColourImage]:
        """Wait for the next frame."""
        import cv2

        try:
            grabbed = self._capture.grab()
        except cv2.error as error:
            raise BadReply(self._device, "preview") from error
        if not grabbed:
            raise DeviceUnavailable(self._device, "preview")
        return self._decode

    def interrupt(self) -> None:
        """Do nothing: OpenCV cannot be called back from waiting for a frame."""

    def close(self) -> None:
        """Give the camera back."""
        self._capture.release()

    def _decode(self) -> ColourImage:
        import cv2

        try:
            good, frame = self._capture.retrieve()
        except cv2.error as error:
            raise BadReply(self._device, "preview") from error
        if not good or frame is None:
            raise BadReply(self._device, "preview")
        return decode_jpeg(frame.tobytes(), self._device, "preview") if self._coded else from_blue_first(frame)


def open_camera(address: str, name: str, options: Mapping[str, str]) -> SystemCamera:
    """Make the driver; options `width` (1280), `height` (960), `frame_timeout_s` (5), `idle_s` (5)."""
    return SystemCamera(
        address,
        name,
        int(options.get("width", "1280")),
        int(options.get("height", "960")),
        float(options.get("frame_timeout_s", "5")),
        float(options.get("idle_s", "5")),
    )
