"""Shows network far ends as device nodes: python -m simulators.preload.bridge ROOT [video0=URL] [ttyUSB2=URL] ...

A camera model's motion JPEG becomes `/dev/video0`, a modem's or receiver's socket becomes
`/dev/ttyUSBn`, for programs started under the preload with the same ROOT. When the far
end goes, the node goes; when it is back, the node is back. Says READY when all first
attempts are done, and ends when its input is closed.

Does not simulate: anything by itself; the far ends do.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import socket
import sys
import threading
import tty
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from simulators.preload.serial_node import SerialNode
from simulators.preload.video_node import VideoNode
from station.devices.transport.multipart_frames import FrameTooLarge, MultipartFrames

_TIMEOUT_S = 1.0
_RETRY_S = 0.3
_PIECE_BYTES = 65536
_JPEG_SIZE_MARKERS = range(0xC0, 0xC4)


class CameraLink:
    """Follows one motion JPEG stream and keeps its newest frame for a video node."""

    def __init__(self, root: Path, name: str, url: str) -> None:
        self._root = root
        self._number = int(name.removeprefix("video"))
        self._url = urlsplit(url)
        self._fresh = threading.Condition()
        self._newest: bytes | None = None
        self._node: VideoNode | None = None

    def run_once(self, ready: Callable[[], None]) -> None:
        """Follow the stream until it ends."""
        connection = http.client.HTTPConnection(self._url.hostname or "", self._url.port, timeout=5.0)
        try:
            connection.request("GET", self._url.path or "/")
            response = connection.getresponse()
            frames = MultipartFrames()
            while data := response.read1(_PIECE_BYTES):
                for frame in frames.feed(data)[-1:]:
                    self._show(frame)
                    ready()
        finally:
            connection.close()
            if self._node is not None:
                self._node.unplug()

    def _show(self, frame: bytes) -> None:
        with self._fresh:
            self._newest = frame
            self._fresh.notify_all()
        if self._node is None:
            self._node = VideoNode(self._root, self._next, _jpeg_size(frame), self._number)
        elif self._node.gone:
            self._node.plug_again()

    def _next(self) -> bytes | None:
        with self._fresh:
            self._newest = None
            self._fresh.wait(_TIMEOUT_S)
            return self._newest


class SerialLink:
    """Joins one socket to a pseudo-terminal that programs see as a serial port."""

    def __init__(self, root: Path, name: str, url: str) -> None:
        self._root = root
        self._name = name
        parts = urlsplit(url)
        self._place = (parts.hostname or "", parts.port or 0)
        self._node: SerialNode | None = None

    def run_once(self, ready: Callable[[], None]) -> None:
        """Carry bytes both ways until the far end goes."""
        with socket.create_connection(self._place, timeout=_TIMEOUT_S) as line:
            master, slave = os.openpty()
            tty.setraw(slave)
            try:
                self._plug(os.ttyname(slave))
                ready()
                self._carry(line, master)
            finally:
                if self._node is not None:
                    self._node.unplug()
                os.close(slave)
                os.close(master)

    def _plug(self, terminal: str) -> None:
        if self._node is None:
            self._node = SerialNode(self._root, self._name, terminal)
        else:
            self._node.plug_again(terminal)

    def _carry(self, line: socket.socket, master: int) -> None:
        while True:
            ready, _writable, _broken = select.select([line.fileno(), master], [], [])
            if master in ready:
                line.sendall(os.read(master, _PIECE_BYTES))
            if line.fileno() in ready:
                data = line.recv(_PIECE_BYTES)
                if not data:
                    return
                os.write(master, data)


def _jpeg_size(frame: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 < len(frame) and frame[place] == 0xFF:
        if frame[place + 1] in _JPEG_SIZE_MARKERS:
            height, width = (int.from_bytes(frame[at : at + 2], "big") for at in (place + 5, place + 7))
            return width, height
        place += 2 + int.from_bytes(frame[place + 2 : place + 4], "big")
    raise ValueError("no size in the picture")


def _follow(link: CameraLink | SerialLink, tried: threading.Event, stopping: threading.Event) -> None:
    while not stopping.is_set():
        with contextlib.suppress(OSError, http.client.HTTPException, FrameTooLarge):
            link.run_once(tried.set)
        tried.set()
        stopping.wait(_RETRY_S)


def main() -> None:
    """Serve until the input is closed."""
    root = Path(sys.argv[1])
    root.mkdir(parents=True, exist_ok=True)
    stopping = threading.Event()
    tries = []
    for argument in sys.argv[2:]:
        name, _mark, url = argument.partition("=")
        link = CameraLink(root, name, url) if name.startswith("video") else SerialLink(root, name, url)
        tried = threading.Event()
        tries.append(tried)
        threading.Thread(target=_follow, args=(link, tried, stopping), name=name, daemon=True).start()
    for tried in tries:
        tried.wait(10)
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    sys.stdin.read()
    stopping.set()


if __name__ == "__main__":
    main()
