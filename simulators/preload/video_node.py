"""`/dev/videoN` for programs under the preload: a V4L2 camera with motion JPEG by memory mapping.

The node is a plain file: programs map it at the offsets they are told, and frames are
written into it. Taking a buffer waits for the next frame, as a camera does.

Controls of exposure and focus are offered where asked for; they change no picture.

Does not simulate: raw formats, poll on the node, media controllers.
"""

from __future__ import annotations

import errno
import os
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from simulators.preload import v4l2
from simulators.preload.ioctl_server import Call, CallHandler, IoctlServer
from simulators.preload.v4l2 import Request

_BUFFERS = 4
_BUFFER_BYTES = 4 * 1024 * 1024
_MAJOR = 81
_NO_CONTROLS = (
    Request.GET_CONTROL,
    Request.SET_CONTROL,
    Request.QUERY_CONTROL,
    Request.QUERY_EXTENDED_CONTROL,
)
_RANGES = {
    v4l2.Control.EXPOSURE_AUTO: (0, 3, 3),
    v4l2.Control.EXPOSURE: (3, 2047, 250),
    v4l2.Control.FOCUS: (0, 250, 0),
    v4l2.Control.FOCUS_AUTO: (0, 1, 1),
}


class VideoNode:
    """One camera under `root`; `next_frame` blocks until there is a new JPEG of `size`, None when it stands still.

    `controls` offers those settings; what programs set stands in `settings`.
    """

    def __init__(
        self,
        root: Path,
        next_frame: Callable[[], bytes | None],
        size: tuple[int, int] = (1280, 960),
        number: int = 0,
        rate_hz: int = 30,
        controls: tuple[v4l2.Control, ...] = (),
    ) -> None:
        self.next_frame = next_frame
        self.settings = {control: _RANGES[control][2] for control in controls}
        self.size = size
        self.rate_hz = rate_hz
        self._gone = threading.Event()
        name = f"video{number}"
        self.path = f"/dev/{name}"
        folder = root / "sys/devices/virtual/video4linux" / name
        folder.mkdir(parents=True)
        (root / "sys/class/video4linux").mkdir(parents=True, exist_ok=True)
        (root / "dev" / ".node").mkdir(parents=True, exist_ok=True)
        (folder / "name").write_text("Kamera Contoh\n")
        (folder / "uevent").write_text(f"MAJOR={_MAJOR}\nMINOR={number}\nDEVNAME={name}\n")
        (folder / "dev").write_text(f"{_MAJOR}:{number}\n")
        (folder / "subsystem").symlink_to("../../../../class/video4linux")
        (root / "sys/class/video4linux" / name).symlink_to(os.path.relpath(folder, root / "sys/class/video4linux"))
        self._server = IoctlServer(root, name, self._handler)
        self._node = root / "dev" / name
        self._file = self._make_file()
        (root / "dev" / ".node" / name).symlink_to(f"{_MAJOR}:{number}")

    @property
    def gone(self) -> bool:
        """Tell whether the camera has been unplugged."""
        return self._gone.is_set()

    def unplug(self) -> None:
        """Take the camera away; programs that hold it get ENODEV."""
        self._gone.set()
        self._node.unlink(missing_ok=True)

    def plug_again(self) -> None:
        """Put the camera back; a program has to open it anew."""
        os.close(self._file)
        self._file = self._make_file()
        self._gone.clear()

    def store(self, index: int, data: bytes) -> None:
        """Write a frame where programs have mapped buffer `index`."""
        os.pwrite(self._file, data[:_BUFFER_BYTES], index * _BUFFER_BYTES)

    def close(self) -> None:
        """Remove the camera; only when no program holds it any more."""
        self._gone.set()
        self._server.close()
        os.close(self._file)

    def _make_file(self) -> int:
        file = os.open(self._node, os.O_RDWR | os.O_CREAT, 0o666)
        os.ftruncate(file, _BUFFERS * _BUFFER_BYTES)
        return file

    def _handler(self) -> CallHandler:
        return _Stream(self).answer


class _Stream:
    """One program's view of the camera."""

    def __init__(self, camera: VideoNode) -> None:
        self._camera = camera
        self._queued: deque[int] = deque()
        self._streaming = False
        self._sequence = 0
        self._simple = {
            Request.QUERY_CAPABILITIES: self._capabilities,
            Request.LIST_FORMATS: self._list_formats,
            Request.GET_FORMAT: self._format,
            Request.SET_FORMAT: self._format,
            Request.TRY_FORMAT: self._format,
            Request.REQUEST_BUFFERS: self._request_buffers,
            Request.QUERY_BUFFER: self._query_buffer,
            Request.QUEUE_BUFFER: self._queue_buffer,
            Request.TAKE_BUFFER: self._take_buffer,
            Request.STREAM_ON: self._stream_on,
            Request.STREAM_OFF: self._stream_off,
            Request.GET_RATE: self._rate,
            Request.SET_RATE: self._rate,
            Request.LIST_INPUTS: self._list_inputs,
            Request.GET_INPUT: self._input,
            Request.SET_INPUT: self._input,
            Request.LIST_SIZES: self._list_sizes,
            Request.LIST_INTERVALS: self._list_intervals,
        }

    def answer(self, call: Call) -> int | None:
        """Answer one call."""
        code = v4l2.Code.of(call.request)
        if self._camera.gone:
            return errno.ENODEV
        if code.group != v4l2.GROUP:
            return errno.ENOTTY
        if code.number in _NO_CONTROLS:
            return self._control(code, call)
        handle = self._simple.get(Request(code.number)) if code.number in set(Request) else None
        if handle is None:
            return errno.ENOTTY
        data = bytearray(call.read(code.size))
        failure = handle(data)
        if not failure and code.returns:
            call.write(bytes(data))
        return failure

    def _control(self, code: v4l2.Code, call: Call) -> int:
        """Answer about a control that is offered; EINVAL is how a camera says that it is not."""
        data = bytearray(call.read(code.size))
        wanted = int(struct.unpack_from("<I", data)[0])
        control = next((one for one in self._camera.settings if one == wanted), None)
        if control is None or code.number == Request.QUERY_EXTENDED_CONTROL:
            return errno.EINVAL
        lowest, highest, usual = _RANGES[control]
        if code.number == Request.QUERY_CONTROL:
            kind = v4l2.CONTROL_KINDS[control]
            struct.pack_into("<I32siiiiI", data, 4, kind, control.name.encode(), lowest, highest, 1, usual, 0)
        elif code.number == Request.GET_CONTROL:
            struct.pack_into("<i", data, 4, self._camera.settings[control])
        else:
            value = int(struct.unpack_from("<i", data, 4)[0])
            if not lowest <= value <= highest:
                return errno.ERANGE
            self._camera.settings[control] = value
        call.write(bytes(data))
        return 0

    def _capabilities(self, data: bytearray) -> int:
        names = (b"uvcvideo", b"Kamera Contoh", b"usb-contoh-1")
        able = v4l2.CAN_CAPTURE_AND_STREAM
        data[:] = struct.pack("<16s32s32sIII12x", *names, 0x60000, able | v4l2.HAS_DEVICE_CAPS, able)
        return 0

    def _list_formats(self, data: bytearray) -> int:
        if struct.unpack_from("<I", data)[0]:
            return errno.EINVAL
        struct.pack_into("<III32sI", data, 0, 0, v4l2.VIDEO_CAPTURE, 1, b"Motion-JPEG", v4l2.MOTION_JPEG)
        return 0

    def _format(self, data: bytearray) -> int:
        if struct.unpack_from("<I", data)[0] != v4l2.VIDEO_CAPTURE:
            return errno.EINVAL
        width, height = self._camera.size
        wanted = (width, height, v4l2.MOTION_JPEG, v4l2.FIELD_NONE, 0, width * height * 2, 8, 0)
        struct.pack_into("<IIIIIIII", data, 8, *wanted)
        return 0

    def _request_buffers(self, data: bytearray) -> int:
        struct.pack_into("<I", data, 0, min(_BUFFERS, struct.unpack_from("<I", data)[0]))
        self._queued.clear()
        return 0

    def _query_buffer(self, data: bytearray) -> int:
        index = struct.unpack_from("<I", data)[0]
        if index >= _BUFFERS:
            return errno.EINVAL
        struct.pack_into("<IQI", data, 60, v4l2.MAP_MEMORY, index * _BUFFER_BYTES, _BUFFER_BYTES)
        return 0

    def _queue_buffer(self, data: bytearray) -> int:
        self._queued.append(struct.unpack_from("<I", data)[0])
        return 0

    def _take_buffer(self, data: bytearray) -> int:
        if not self._streaming or not self._queued:
            return errno.EINVAL
        frame = None
        while frame is None:
            if self._camera.gone:
                return errno.ENODEV
            frame = self._camera.next_frame()
        index = self._queued.popleft()
        self._camera.store(index, frame)
        now = time.monotonic()
        flags = v4l2.BUFFER_MAPPED | v4l2.BUFFER_DONE | v4l2.BUFFER_MONOTONIC
        struct.pack_into("<IIIII", data, 0, index, v4l2.VIDEO_CAPTURE, len(frame), flags, v4l2.FIELD_NONE)
        struct.pack_into("<qq", data, 24, int(now), int(now % 1 * 1e6))
        struct.pack_into("<II", data, 56, self._sequence, v4l2.MAP_MEMORY)
        struct.pack_into("<QI", data, 64, index * _BUFFER_BYTES, _BUFFER_BYTES)
        self._sequence += 1
        return 0

    def _stream_on(self, _data: bytearray) -> int:
        self._streaming = True
        return 0

    def _stream_off(self, _data: bytearray) -> int:
        self._streaming = False
        self._queued.clear()
        return 0

    def _rate(self, data: bytearray) -> int:
        struct.pack_into("<IIIII", data, 0, v4l2.VIDEO_CAPTURE, v4l2.CAN_SET_TIME_PER_FRAME, 0, 1, self._camera.rate_hz)
        return 0

    def _list_inputs(self, data: bytearray) -> int:
        if struct.unpack_from("<I", data)[0]:
            return errno.EINVAL
        struct.pack_into("<I32sI", data, 0, 0, b"Kamera 1", 2)
        return 0

    def _input(self, data: bytearray) -> int:
        struct.pack_into("<I", data, 0, 0)
        return 0

    def _list_sizes(self, data: bytearray) -> int:
        if struct.unpack_from("<I", data)[0]:
            return errno.EINVAL
        struct.pack_into("<III", data, 8, 1, *self._camera.size)
        return 0

    def _list_intervals(self, data: bytearray) -> int:
        if struct.unpack_from("<I", data)[0]:
            return errno.EINVAL
        struct.pack_into("<III", data, 16, 1, 1, self._camera.rate_hz)
        return 0
