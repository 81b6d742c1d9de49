"""Sends one file by tus 1.0: announce it or ask for the offset, then one PATCH for all that is left.

Bytes the office has are never sent again. Nothing here deletes anything: only a signed
receipt ends a packet's stay in the outbox.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from station.domain.errors import Refused, StorageFailure
from station.sync.connection import PIECE_BYTES, SMALL_PIECE_BYTES, HttpConnection, Reply

TUS_VERSION = "1.0.0"
_CREATED, _OK, _NO_CONTENT, _NOT_FOUND, _GONE, _CONFLICT = 201, 200, 204, 404, 410, 409
_BAD_LINK_BYTES = 100_000


@dataclass(slots=True)
class PieceSize:
    """How much goes into one write: 4 KiB, and 1.3 KB once two cuts came within 100 KB."""

    bytes_since_cut: int = 0
    total_bytes: int = 0
    piece_bytes: int = PIECE_BYTES
    cuts: int = 0

    def sent(self, count: int) -> None:
        """Count bytes that went out."""
        self.bytes_since_cut += count
        self.total_bytes += count

    def cut(self) -> None:
        """Note a cut; two in a row after less than 100 KB each mean a bad link. A try that sent nothing is no cut."""
        if not self.bytes_since_cut:
            return
        self.cuts = self.cuts + 1 if self.bytes_since_cut < _BAD_LINK_BYTES else 1
        self.bytes_since_cut = 0
        if self.cuts > 1:
            self.piece_bytes = SMALL_PIECE_BYTES


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send: its identifier, path, and the collection it is sent to.

    `announce`: begin with POST, which our office answers with the offset of an upload it knows already: one round
    trip less for a file that is new. Other tus servers would begin a second upload, so they are asked first.
    """

    packet_id: str
    path: Path
    collection: str = "/v1/packets"
    announce: bool = False


def upload(
    connection: HttpConnection, item: Upload, introduction: Callable[[], dict[str, str]], pieces: PieceSize
) -> Reply:
    """Send what is left of a file and return the office's last reply; `introduction` gives session headers.

    Raises LinkLost when the link breaks (call again on a new connection), Refused when the
    office does not take the file, StorageFailure when the file cannot be read.
    """
    size = _size(item.path)
    lines = {"Tus-Resumable": TUS_VERSION}
    location = f"{item.collection}/{item.packet_id}"
    reply = None if item.announce else connection.request("HEAD", location, {**lines, **introduction()})
    if reply is None or reply.status in {_NOT_FOUND, _GONE}:
        name = base64.b64encode(item.packet_id.encode()).decode()
        created = {**lines, **introduction(), "Upload-Length": str(size), "Upload-Metadata": f"packet {name}"}
        reply = connection.request("POST", item.collection, created)
        location = _path_of(reply.headers.get("location", location))
        if reply.status != _CREATED:
            raise refusal(reply)
        offset = int(reply.headers.get("upload-offset", "0"))
    elif reply.status in {_OK, _NO_CONTENT}:
        offset = int(reply.headers.get("upload-offset", "0"))
    else:
        raise refusal(reply)
    if offset >= size > 0 and "station-receipt" in reply.headers:
        return reply
    return _patch(connection, location, item.path, lines, offset, size, pieces)


def _patch(
    connection: HttpConnection,
    location: str,
    path: Path,
    headers: dict[str, str],
    offset: int,
    size: int,
    pieces: PieceSize,
) -> Reply:
    lines = {
        **headers,
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": str(offset),
        "Content-Length": str(size - offset),
    }
    reply = connection.stream("PATCH", location, lines, _pieces(path, offset, size, pieces))
    if reply.status != _NO_CONTENT:
        raise refusal(reply)
    return reply


def _pieces(path: Path, offset: int, size: int, pieces: PieceSize) -> Iterator[bytes]:
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            left = size - offset
            while left:
                piece = file.read(min(pieces.piece_bytes, left))
                if not piece:
                    raise StorageFailure("sync-file-shorter", path=path.name)
                yield piece
                pieces.sent(len(piece))
                left -= len(piece)
    except OSError as error:
        raise StorageFailure("sync-file-unreadable", path=path.name, reason=error.strerror or "") from error


def refusal(reply: Reply) -> Refused:
    """Return the office's refusal as an error; the reason is one of its message identifiers."""
    reason = reply.headers.get("station-reason") or reply.body[:200].decode("utf-8", "replace")
    return Refused(
        "sync-office-refused", status=reply.status, reason=reason, office_time=reply.headers.get("station-time", "")
    )


def _path_of(location: str) -> str:
    if "://" in location:
        return "/" + location.split("://", 1)[1].partition("/")[2]
    return location


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise StorageFailure("sync-file-unreadable", path=path.name, reason=error.strerror or "") from error
