"""Gives the application what uvicorn keeps to itself.

The client certificate, a memory for each connection, and the bytes that arrived
before a cut: uvicorn reports the cut first and drops them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

CERTIFICATE = "station.certificate"
CONNECTION = "station.connection"


class OfficeProtocol(H11Protocol):
    """HTTP/1.1 whose requests carry the certificate (DER or None) and a dictionary that lives with the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the certificate the client showed in the handshake."""
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(binary_form=True) if tls is not None else None
        application, memory = self.app, dict[str, Any]()

        async def with_connection(scope: Any, receive: Any, send: Any) -> None:
            scope[CERTIFICATE] = certificate
            scope[CONNECTION] = memory
            await application(scope, _every_byte(self.cycle, receive), send)

        self.app = with_connection


def _every_byte(cycle: RequestResponseCycle, receive: Any) -> Callable[[], Awaitable[Any]]:
    """Hand out what a request body still holds before saying that the client is gone."""

    async def receive_rest_first() -> Any:
        message = await receive()
        if message["type"] == "http.disconnect" and cycle.body:
            rest = bytes(cycle.body)
            cycle.body.clear()
            return {"type": "http.request", "body": rest, "more_body": True}
        return message

    return receive_rest_first
