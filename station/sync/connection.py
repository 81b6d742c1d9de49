"""One HTTP/1.1 connection over TLS 1.3, kept alive, written in small pieces, with every wire byte counted.

The TLS record is the unit of loss when a link is cut, so bodies are written in pieces of
4 KiB or less, each its own record. Blocking; runs in a worker thread. Deadlines on all waits.
"""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import h11

from station.domain.errors import StationError

CONNECT_TIMEOUT_S = 15.0
STALL_TIMEOUT_S = 12.0
PIECE_BYTES = 4096
SMALL_PIECE_BYTES = 1300
_RECEIVE_BYTES = 65536
_SEND_BUFFER_BYTES = 32768
MAX_REPLY_BYTES = 80 * 1024 * 1024


class LinkLost(StationError):
    """The connection broke or fell silent; what was acknowledged before stays acknowledged."""


@dataclass(slots=True)
class WireCount:
    """Bytes of TLS records that crossed the socket, both ways."""

    sent: int = 0
    received: int = 0
    connections: int = 0

    @property
    def total(self) -> int:
        """Return bytes both ways."""
        return self.sent + self.received


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP reply: status, headers by lower-case name, whole body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Endpoint:
    """Where the office is and how it is trusted; remembers the TLS session for a cheap return."""

    url: str
    context: ssl.SSLContext
    session: ssl.SSLSession | None = None
    count: WireCount = field(default_factory=WireCount)

    @property
    def host(self) -> str:
        """Return the host name or address."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Return the port, 443 when the address names none."""
        return urlsplit(self.url).port or 443


class HttpConnection:
    """A kept connection to one endpoint; raises LinkLost on any break, and is then of no further use.

    `opened` is given the connection before the handshake, so that another thread can break that off as well.
    """

    def __init__(self, endpoint: Endpoint, opened: Callable[[HttpConnection], None] | None = None) -> None:
        self._endpoint = endpoint
        self._http = h11.Connection(h11.CLIENT)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        try:
            address = (endpoint.host, endpoint.port)
            self._socket = socket.create_connection(address, timeout=CONNECT_TIMEOUT_S)
        except OSError as error:
            raise LinkLost("sync-no-connection", host=endpoint.host, reason=error.strerror or str(error)) from error
        endpoint.count.connections += 1
        self._socket.settimeout(STALL_TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        self._greeted = False
        self._tls = endpoint.context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=endpoint.host, session=endpoint.session
        )
        if opened is not None:
            opened(self)
        try:
            self._shake_hands()
        except LinkLost:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket; the TLS session is kept for the next connection."""
        self._keep_session()
        self._socket.close()

    @property
    def local_address(self) -> str:
        """Return the address of this machine the connection goes out from, empty once it is closed."""
        with suppress(OSError):
            return str(self._socket.getsockname()[0])
        return ""

    def break_off(self) -> None:
        """Break the connection from another thread; whoever reads or writes hears LinkLost at once."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def request(
        self,
        method: str,
        target: str,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        max_reply_bytes: int = MAX_REPLY_BYTES,
    ) -> Reply:
        """Send a request with a small body and return the reply."""
        lines = {**(headers or {})}
        if body or method in {"POST", "PUT", "PATCH"}:
            lines["Content-Length"] = str(len(body))
        return self.stream(method, target, lines, [body] if body else [], max_reply_bytes)

    def stream(
        self,
        method: str,
        target: str,
        headers: dict[str, str],
        pieces: Iterable[bytes],
        max_reply_bytes: int = MAX_REPLY_BYTES,
    ) -> Reply:
        """Send a request piece by piece; an early reply stops the sending."""
        lines = [("Host", f"{self._endpoint.host}:{self._endpoint.port}"), *headers.items()]
        self._send(self._http.send(h11.Request(method=method, target=target, headers=lines)))
        cut_short = False
        for piece in pieces:
            self._send(self._http.send(h11.Data(data=piece)))
            if self._answer_waiting():
                cut_short = True
                break
        if not cut_short:
            self._send(self._http.send(h11.EndOfMessage()))
        reply = self._read_reply(max_reply_bytes)
        if cut_short or self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            self.close()
        else:
            self._http.start_next_cycle()
        self._keep_session()
        return reply

    @property
    def usable(self) -> bool:
        """Tell whether another request may be sent on this connection."""
        return self._socket.fileno() >= 0 and self._http.our_state is h11.IDLE

    def _shake_hands(self) -> None:
        try:
            while True:
                try:
                    self._tls.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    self._flush()
                    self._receive()
        except ssl.SSLCertVerificationError as error:
            raise LinkLost("sync-office-not-trusted", reason=error.verify_message) from error
        except ssl.SSLError as error:
            raise LinkLost("sync-tls-refused", reason=error.reason or str(error)) from error
        self._greeted = True
        self._flush()

    def _send(self, data: bytes | None) -> None:
        if not data:
            return
        for start in range(0, len(data), PIECE_BYTES):
            self._tls.write(data[start : start + PIECE_BYTES])
            self._flush()

    def _flush(self) -> None:
        data = self._outgoing.read()
        if not data:
            return
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise self._lost(error) from error
        self._endpoint.count.sent += len(data)

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_RECEIVE_BYTES)
        except OSError as error:
            raise self._lost(error) from error
        if not data:
            raise LinkLost("sync-link-lost", reason="closed")
        self._endpoint.count.received += len(data)
        self._incoming.write(data)

    def _answer_waiting(self) -> bool:
        """Tell whether the office has said anything while we are still sending."""
        readable, _writable, _broken = select.select([self._socket], [], [], 0)
        if not readable:
            return False
        self._receive()
        return self._decrypt()

    def _decrypt(self) -> bool:
        found = False
        while True:
            try:
                data = self._tls.read(_RECEIVE_BYTES)
            except ssl.SSLWantReadError:
                return found
            except ssl.SSLError as error:
                raise LinkLost("sync-tls-refused", reason=error.reason or str(error)) from error
            self._http.receive_data(data)
            found = True
            if not data:
                return found

    def _read_reply(self, max_bytes: int) -> Reply:
        status, headers, body = 0, {}, bytearray()
        try:
            while True:
                event = self._http.next_event()
                if event is h11.NEED_DATA:
                    if not self._decrypt():
                        self._receive()
                        self._decrypt()
                elif isinstance(event, h11.Response):
                    status = event.status_code
                    headers = {name.decode().lower(): value.decode("latin-1") for name, value in event.headers}
                elif isinstance(event, h11.Data):
                    body += event.data
                    if len(body) > max_bytes:
                        raise LinkLost("sync-reply-too-large")
                elif isinstance(event, h11.EndOfMessage):
                    return Reply(status, headers, bytes(body))
                elif isinstance(event, h11.ConnectionClosed):
                    raise LinkLost("sync-link-lost", reason="closed")
        except h11.RemoteProtocolError as error:
            raise LinkLost("sync-reply-malformed", reason=str(error)) from error

    def _keep_session(self) -> None:
        session = self._tls.session if self._greeted else None
        if session is not None and session.has_ticket:
            self._endpoint.session = session

    def _lost(self, error: OSError) -> LinkLost:
        self._socket.close()
        reason = "silent" if isinstance(error, TimeoutError) else (error.strerror or str(error))
        return LinkLost("sync-link-lost", reason=reason)
