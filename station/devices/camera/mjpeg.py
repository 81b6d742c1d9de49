"""A network camera that sends motion JPEG over HTTP (`http://host:port/path`).

A picture is never answered from a queue: the stream is drained all the time by the
frame loop. Where the camera offers single pictures at full resolution, the option
`snapshot` names their address; otherwise a still is a frame of the stream. Name and
password may stand in the address (`http://name:password@host/path`); they are never shown.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import http.client
import socket
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, unquote, urlsplit

from station.devices.camera.frame_loop import SEEN_LATELY_S, FrameLoop
from station.devices.camera.picture import decode_jpeg
from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable, NoReply
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport.multipart_frames import FrameTooLarge, MultipartFrames
from station.domain.errors import BadInput
from station.domain.sample import ColourImage

_READ_BYTES = 65536
_LARGEST_SNAPSHOT_BYTES = 32 * 1024 * 1024
_DAMAGED_IN_A_ROW = 25


class MjpegCamera:
    """A `Camera` at an HTTP address."""

    def __init__(self, address: str, name: str, frame_timeout_s: float, snapshot: str, idle_s: float) -> None:
        self._url = _checked(address, name)
        self._snapshot = _checked(snapshot, name) if snapshot else None
        self._name = name
        self._frame_timeout_s = frame_timeout_s
        self._loop = FrameLoop(name, lambda: HttpFrames(self._url, name, frame_timeout_s), idle_s)

    async def identity(self) -> DeviceIdentity:
        """Return host and path: motion JPEG has no identity of its own."""
        if not self._loop.seen_within(SEEN_LATELY_S):
            await self.preview()
        return DeviceIdentity("MJPEG", self._url.path or "/", f"{self._url.hostname}:{self._url.port or 80}", "-")

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
        """Return a picture at full resolution."""
        if self._snapshot is None:
            return await self._loop.newest(self._frame_timeout_s, "still")
        data = await asyncio.to_thread(_get_snapshot, self._snapshot, self._name, self._frame_timeout_s)
        return await asyncio.to_thread(decode_jpeg, data, self._name, "still")

    async def close(self) -> None:
        """End the stream; may be called twice."""
        await self._loop.close()


class HttpFrames:
    """One HTTP stream of frames, blocking; used on the frame loop's thread."""

    def __init__(self, url: SplitResult, device: str, frame_timeout_s: float) -> None:
        self._device = device
        self._frames = MultipartFrames()
        self._ready: list[bytes] = []
        self._connection, self._response, self._socket = _request(url, device, "preview", frame_timeout_s)

    def next_frame(self) -> Callable[[], ColourImage]:
        """Wait for the next frame; when several came at once only the last one counts."""
        while not self._ready:
            try:
                data = self._response.read1(_READ_BYTES)
                self._ready = self._frames.feed(data)
            except TimeoutError as error:
                raise NoReply(self._device, "preview") from error
            except (FrameTooLarge, http.client.HTTPException) as error:
                raise BadReply(self._device, "preview") from error
            except OSError as error:
                raise DeviceUnavailable(self._device, "preview", reason=str(error)) from error
            if not data:
                raise DeviceUnavailable(self._device, "preview")
            if self._frames.damaged > _DAMAGED_IN_A_ROW:
                raise BadReply(self._device, "preview")
        self._frames.damaged = 0
        newest = self._ready[-1]
        self._ready = []
        return lambda: decode_jpeg(newest, self._device, "preview")

    def interrupt(self) -> None:
        """Break the connection, which ends the wait for the next frame."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the stream."""
        self._response.close()
        self._connection.close()


def _request(
    url: SplitResult, device: str, command: str, timeout_s: float
) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse, socket.socket]:
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=timeout_s)
    try:
        connection.request("GET", (url.path or "/") + (f"?{url.query}" if url.query else ""), headers=_headers(url))
        line = connection.sock  # the library forgets it when the answer says that the connection will close
        response = connection.getresponse()
    except TimeoutError as error:
        connection.close()
        raise NoReply(device, command) from error
    except http.client.HTTPException as error:
        connection.close()
        raise BadReply(device, command) from error
    except OSError as error:
        connection.close()
        raise DeviceUnavailable(device, command, reason=str(error)) from error
    if response.status != http.client.OK:
        response.close()
        connection.close()
        raise DeviceRefused(device, command, str(response.status))
    return connection, response, line


def _headers(url: SplitResult) -> dict[str, str]:
    if url.username is None:
        return {}
    secret = f"{unquote(url.username)}:{unquote(url.password or '')}".encode()
    return {"Authorization": f"Basic {base64.b64encode(secret).decode('ascii')}"}


def _get_snapshot(url: SplitResult, device: str, timeout_s: float) -> bytes:
    connection, response, _line = _request(url, device, "still", timeout_s)
    try:
        data = response.read(_LARGEST_SNAPSHOT_BYTES + 1)
    except TimeoutError as error:
        raise NoReply(device, "still") from error
    except http.client.HTTPException as error:
        raise BadReply(device, "still") from error
    except OSError as error:
        raise DeviceUnavailable(device, "still", reason=str(error)) from error
    finally:
        response.close()
        connection.close()
    if len(data) > _LARGEST_SNAPSHOT_BYTES:
        raise BadReply(device, "still")
    return data


def _checked(address: str, name: str) -> SplitResult:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput("device-address-wrong", device=name, address=address, example="http://127.0.0.1:7020/stream")
    return parts


def open_camera(address: str, name: str, options: Mapping[str, str]) -> MjpegCamera:
    """Make the driver; options `frame_timeout_s` (3), `snapshot`, `idle_s` (5)."""
    return MjpegCamera(
        address,
        name,
        float(options.get("frame_timeout_s", "3")),
        options.get("snapshot", ""),
        float(options.get("idle_s", "5")),
    )
