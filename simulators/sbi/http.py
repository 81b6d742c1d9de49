"""A small HTTP/1.1 server that accepts the interface's own verbs, which ready-made servers refuse.

Does not simulate: keep-alive, chunked requests, TLS.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

_LARGEST_BODY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """Verb, path and JSON body of a request; the body is None when it is no JSON."""

    verb: str
    path: str
    body: Any


async def read_request(reader: asyncio.StreamReader) -> Request:
    """Read one request."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    verb, path, _version = (*first.split(" "), "", "")[:3]
    length = 0
    for line in lines:
        name, _mark, value = line.partition(":")
        if name.strip().lower() == "content-length" and value.strip().isdigit():
            length = min(int(value), _LARGEST_BODY_BYTES)
    raw = await reader.readexactly(length)
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = None
    return Request(verb, path, body)


async def send_json(writer: asyncio.StreamWriter, value: object, status: int = 200) -> None:
    """Send a JSON answer and end the connection."""
    await send_raw(writer, json.dumps(value).encode(), "application/json", status)


async def send_raw(writer: asyncio.StreamWriter, body: bytes, kind: str, status: int = 200) -> None:
    """Send any answer and end the connection."""
    head = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode("ascii") + body)
    await writer.drain()


async def begin_frames(writer: asyncio.StreamWriter) -> None:
    """Begin a live stream as the interface's reference service words it."""
    writer.write(
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
        b"Content-Type: multipart/x-mixed-replace; boundary=--BoundaryString\r\n\r\n"
    )
    await writer.drain()


async def send_frame(writer: asyncio.StreamWriter, jpeg: bytes) -> None:
    """Send one live frame."""
    head = "--BoundaryString\r\nAccess-Control-Allow-Origin:*\r\nContent-Type:image/jpeg\r\n"
    writer.write(f"{head}Content-Length:{len(jpeg)}\r\n\r\n".encode("ascii") + jpeg + b"\r\n")
    await writer.drain()
