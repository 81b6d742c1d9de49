"""Gives the application what uvicorn keeps to itself: the client certificate, and a memory for each connection."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

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
            await application(scope, receive, send)

        self.app = with_connection
