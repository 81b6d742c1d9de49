"""Frames of a `multipart/x-mixed-replace` stream (motion JPEG over HTTP), pure.

Real senders disagree on almost everything: two dashes inside or outside the boundary,
a space after the colon or none, with or without Content-Length. Frames are therefore
cut by Content-Length where it is given and by the JPEG's own end marker otherwise.
"""

from __future__ import annotations

_JPEG_START = b"\xff\xd8"
_JPEG_END = b"\xff\xd9"
_HEAD_END = (b"\r\n\r\n", b"\n\n")
_LONGEST_HEAD_BYTES = 4096


class FrameTooLarge(ValueError):
    """The stream announces or holds a frame larger than any camera sends."""


class MultipartFrames:
    """Collects bytes and returns the complete JPEG frames in them."""

    def __init__(self, largest_frame_bytes: int = 16 * 1024 * 1024) -> None:
        self._largest = largest_frame_bytes
        self._buffer = bytearray()
        self._expected: int | None = None
        self._in_body = False
        self.damaged = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; raises FrameTooLarge when the stream makes no sense any more."""
        self._buffer += data
        frames = []
        while True:
            if not self._in_body and not self._read_head():
                break
            body = self._read_body()
            if body is None:
                break
            self._in_body = False
            if body.startswith(_JPEG_START) and body.rstrip(b"\r\n\x00").endswith(_JPEG_END):
                frames.append(body)
            else:
                self.damaged += 1
        return frames

    def _read_head(self) -> bool:
        ends = [(place, len(mark)) for mark in _HEAD_END if (place := self._buffer.find(mark)) >= 0]
        if not ends:
            if len(self._buffer) > _LONGEST_HEAD_BYTES:
                # lost among image bytes: begin again at the next boundary that can be seen
                place = self._buffer.rfind(b"--")
                del self._buffer[: place if place > 0 else len(self._buffer)]
            return False
        place, mark_bytes = min(ends)
        head = bytes(self._buffer[:place])
        del self._buffer[: place + mark_bytes]
        self._expected = _content_length(head)
        if self._expected is not None and self._expected > self._largest:
            raise FrameTooLarge(str(self._expected))
        self._in_body = True
        return True

    def _read_body(self) -> bytes | None:
        if self._expected is not None:
            end = self._expected
        else:
            place = self._buffer.find(_JPEG_END)
            end = place + len(_JPEG_END) if place >= 0 else len(self._buffer) + 1
        if len(self._buffer) < end:
            if len(self._buffer) > self._largest:
                raise FrameTooLarge(str(len(self._buffer)))
            return None
        body = bytes(self._buffer[:end])
        del self._buffer[:end]
        return body


def _content_length(head: bytes) -> int | None:
    for line in head.splitlines():
        name, mark, value = line.partition(b":")
        if mark and name.strip().lower() == b"content-length" and value.strip().isdigit():
            digits = value.strip()
            return int(digits) if len(digits) < 12 else 10**12
    return None
