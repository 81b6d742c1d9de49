"""Members one after the other in a stream, each with its name and length; the last one is the index.

Frame: name length (2 bytes), data length (8 bytes), big-endian, then name (UTF-8) and
data. The index (`index.cbor`) maps every name to its size and SHA-256 and ends the
stream, so a stream that was cut is never taken for a whole one.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import cbor2

from station.domain.errors import Tampered
from station.keys.sealing import ByteSource

INDEX = "index.cbor"
CHUNK_BYTES = 64 * 1024
LARGEST_NAME_BYTES = 200
LARGEST_INDEX_BYTES = 8 * 1024 * 1024
_HEADER = struct.Struct(">HQ")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A line of the index: size in bytes and SHA-256."""

    name: str
    size: int
    sha256: bytes


class FrameReader:
    """Turns members into one readable stream without holding more than a member's chunk.

    `members` yields name, size and an iterable of chunks that together have that size.
    """

    def __init__(self, members: Iterable[tuple[str, int, Iterable[bytes]]]) -> None:
        self.entries: list[MemberEntry] = []
        self._chunks = self._produce(members)
        self._chunk = memoryview(b"")

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, none only at the end; with no size all of the stream."""
        if size < 0:
            rest, self._chunk = bytes(self._chunk), memoryview(b"")
            return rest + b"".join(self._chunks)
        while not self._chunk:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._chunk = memoryview(chunk)
        part, self._chunk = bytes(self._chunk[:size]), self._chunk[size:]
        return part

    def _produce(self, members: Iterable[tuple[str, int, Iterable[bytes]]]) -> Iterator[bytes]:
        for name, size, chunks in members:
            yield _header(name, size)
            digest, written = hashlib.sha256(), 0
            for chunk in chunks:
                digest.update(chunk)
                written += len(chunk)
                yield chunk
            if written != size:
                raise Tampered("packet-member-size", name=name)
            self.entries.append(MemberEntry(name, size, digest.digest()))
        index = encode_index(self.entries)
        yield _header(INDEX, len(index)) + index


def encode_index(entries: Iterable[MemberEntry]) -> bytes:
    """Return the index as canonical CBOR: name to [size, SHA-256]."""
    return cbor2.dumps({entry.name: [entry.size, entry.sha256] for entry in entries}, canonical=True)


def read_members(source: ByteSource, largest_member_bytes: int) -> Iterator[tuple[str, int, Iterator[bytes]]]:
    """Yield name, size and chunks of each member but the index; raises Tampered unless the index proves them all.

    The chunks of a member must be taken before the next member is asked for.
    """
    seen: dict[str, list[object]] = {}
    while True:
        name_bytes, size = _HEADER.unpack(read_exactly(source, _HEADER.size))
        if name_bytes > LARGEST_NAME_BYTES:
            raise Tampered("packet-malformed", part="name")
        name = _decode_name(read_exactly(source, name_bytes))
        if name == INDEX:
            _check_index(source, size, seen)
            return
        if size > largest_member_bytes or name in seen:
            raise Tampered("packet-malformed", part="member")
        digest = hashlib.sha256()
        yield name, size, _chunks(source, size, digest)
        seen[name] = [size, digest.digest()]


def read_exactly(source: ByteSource, size: int) -> bytes:
    """Return exactly `size` bytes; raises Tampered when the stream ends before."""
    parts, missing = [], size
    while missing:
        part = source.read(min(missing, CHUNK_BYTES))
        if not part:
            raise Tampered("packet-truncated")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def copy_chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file's content in chunks."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _header(name: str, size: int) -> bytes:
    encoded = name.encode()
    return _HEADER.pack(len(encoded), size) + encoded


def _decode_name(encoded: bytes) -> str:
    try:
        name = encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Tampered("packet-malformed", part="name") from error
    if not _NAME.fullmatch(name):
        raise Tampered("packet-malformed", part="name")
    return name


def _chunks(source: ByteSource, size: int, digest: hashlib._Hash) -> Iterator[bytes]:
    missing = size
    while missing:
        chunk = read_exactly(source, min(missing, CHUNK_BYTES))
        digest.update(chunk)
        missing -= len(chunk)
        yield chunk


def _check_index(source: ByteSource, size: int, seen: dict[str, list[object]]) -> None:
    if size > LARGEST_INDEX_BYTES:
        raise Tampered("packet-malformed", part="index")
    content = read_exactly(source, size)
    if content != cbor2.dumps(seen, canonical=True):
        raise Tampered("packet-index-differs")
    if source.read(1):
        raise Tampered("packet-malformed", part="end")
