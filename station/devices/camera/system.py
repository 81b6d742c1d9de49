"""A camera of the operating system (V4L2 on Linux) through OpenCV: `/dev/video0`, or a number.

OpenCV says of a stopped camera that it is still open and only returns no frame, so a
frame that does not come is taken as a camera that has gone, and it is opened afresh
for the next request. Exposure and focus are set where kit.toml says so; a camera that
does not offer what is asked for works all the same and tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from station.devices.camera.frame_loop import SEEN_LATELY_S, FrameLoop
from station.devices.camera.picture import decode_jpeg, from_blue_first
from station.devices.errors import BadReply, DeviceError, DeviceUnavailable
from station.devices.identity import DeviceIdentity, Readiness
from station.domain.sample import ColourImage

_AUTOMATIC = "auto"
_MOTION_JPEG = int.from_bytes(b"MJPG", "little")


class SystemCamera:
    """A `Camera` by device path or number; `width` and `height` are what is asked of it, in pixels.

    `settings`: exposure and focus by name, each `auto` or a number of the camera's own.
    """

    def __init__(
        self,
        address: str,
        name: str,
        width: int,
        height: int,
        frame_timeout_s: float,
        idle_s: float,
        settings: Mapping[str, str],
    ) -> None:
        self._address = address
        self._name = name
        self._size = (width, height)
        self._settings = settings
        self._limits: tuple[str, ...] = ()
        self._frame_timeout_s = frame_timeout_s
        self._loop = FrameLoop(name, self._opened, idle_s)

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
        return Readiness((), {"camera-size": f"{frame.width} x {frame.height}"}, self._limits)

    async def preview(self) -> ColourImage:
        """Return the newest frame; raises NoReply when frames stop."""
        return await self._loop.newest(self._frame_timeout_s, "preview")

    async def still(self) -> ColourImage:
        """Return a picture at the resolution the camera was opened with."""
        return await self._loop.newest(self._frame_timeout_s, "still")

    async def close(self) -> None:
        """Give the camera back; may be called twice."""
        await self._loop.close()

    def _opened(self) -> SystemFrames:
        frames = SystemFrames(self._address, self._name, *self._size)
        refused = [name for name, wanted in self._settings.items() if not frames.adjust(name, wanted)]
        self._limits = tuple(f"camera-lacks-{name}" for name in refused)
        return frames


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

    def adjust(self, name: str, wanted: str) -> bool:
        """Set `exposure` or `focus` to a number or to `auto`; return whether the camera offers that."""
        import cv2

        automatic, by_hand, on, off = {
            "exposure": (cv2.CAP_PROP_AUTO_EXPOSURE, cv2.CAP_PROP_EXPOSURE, 3, 1),  # V4L2: aperture priority, manual
            "focus": (cv2.CAP_PROP_AUTOFOCUS, cv2.CAP_PROP_FOCUS, 1, 0),
        }[name]
        if wanted == _AUTOMATIC:
            return bool(self._capture.set(automatic, on))
        self._capture.set(automatic, off)  # a camera without the automatic has nothing to switch off
        return bool(self._capture.set(by_hand, float(wanted)))

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
    """Make the driver; options `width` (1280), `height` (960), `frame_timeout_s` (5), `idle_s` (5).

    `exposure` and `focus`: `auto` or a number of the camera's own; left alone where not given. Raises ValueError for
    one that is neither.
    """
    settings = {setting: options[setting] for setting in ("exposure", "focus") if options.get(setting)}
    for wanted in settings.values():
        if wanted != _AUTOMATIC:
            float(wanted)
    return SystemCamera(
        address,
        name,
        int(options.get("width", "1280")),
        int(options.get("height", "960")),
        float(options.get("frame_timeout_s", "5")),
        float(options.get("idle_s", "5")),
        settings,
    )
