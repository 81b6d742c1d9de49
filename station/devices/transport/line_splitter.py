"""Cuts a byte stream into lines, whatever mixture of CR and LF ends them, and bounds what is kept."""

from __future__ import annotations


class LineSplitter:
    """Collects bytes and returns complete lines without their ends; empty lines are dropped.

    A line longer than `longest` bytes cannot be valid in any protocol used here: it is
    thrown away up to its end and counted in `overlong`.
    """

    def __init__(self, longest: int = 4096) -> None:
        self._longest = longest
        self._buffer = bytearray()
        self._skipping = False
        self.overlong = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes and return the lines they complete."""
        self._buffer += data.replace(b"\r", b"\n")
        *complete, rest = bytes(self._buffer).split(b"\n")
        self._buffer = bytearray(rest)
        lines = []
        for line in complete:
            if self._skipping:
                self._skipping = False
            elif len(line) > self._longest:
                self.overlong += 1
            elif line:
                lines.append(line)
        if len(self._buffer) > self._longest:
            if not self._skipping:
                self.overlong += 1
            self._skipping = True
            self._buffer.clear()
        return lines
