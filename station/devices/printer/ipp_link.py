"""HTTP to one IPP printer: a request out, a checked reply in, each within a deadline. Nothing is ever sent twice.

`close` ends what is under way at once. Whether a request that was broken off reached
the printer is told by the error: DeviceUnavailable means that nothing was sent.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any
from urllib.parse import urlsplit

from ippx import IppMessage

from station.devices.errors import BadReply, DeviceUnavailable, NoReply, OutcomeUnknown
from station.devices.printer.ipp_messages import CONTENT_TYPE, LONGEST_REPLY_BYTES, encoded, read_reply
from station.domain.errors import BadInput

_CONNECT_TIMEOUT_S = 3.0
_IPP_PORT = 631
_EXAMPLE = "ipp://192.0.2.10/ipp/print"


class IppLink:
    """The way to one printer. `authority_file`: PEM certificates to trust for `ipps://`, instead of the system's."""

    def __init__(self, address: str, device: str, reply_timeout_s: float, authority_file: str = "") -> None:
        parts = urlsplit(address)
        try:
            host, port = parts.hostname, parts.port or _IPP_PORT
        except ValueError:
            host, port = None, _IPP_PORT
        if parts.scheme not in ("ipp", "ipps") or not host:
            raise BadInput("device-address-wrong", device=device, address=address, example=_EXAMPLE)
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.printer_uri = f"{parts.scheme}://{place}{parts.path or '/ipp/print'}"
        self._url = f"{'https' if parts.scheme == 'ipps' else 'http'}://{place}{parts.path or '/ipp/print'}"
        self._device = device
        self._reply_timeout_s = reply_timeout_s
        self._authority_file = authority_file
        self._http: Any = None

    async def ask(self, command: str, request: IppMessage, physical: bool = False) -> IppMessage:
        """Send one request and return its reply.

        Raises DeviceUnavailable when nothing was sent, NoReply (OutcomeUnknown for a physical command) when no
        answer came, BadReply and DeviceRefused as `read_reply` says.
        """
        import httpx

        silence: type[NoReply | OutcomeUnknown] = OutcomeUnknown if physical else NoReply
        try:
            async with asyncio.timeout(self._reply_timeout_s):
                data = await self._post(command, encoded(request))
            return read_reply(self._device, command, request.request_id, data)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise DeviceUnavailable(self._device, command, reason=str(error)) from error
        except (
            TimeoutError,
            httpx.HTTPError,
            OSError,
        ) as error:  # among them TLS that broke after the request went out
            raise silence(self._device, command) from error
        except BadReply as error:
            if physical:  # it answered something: whether it took the job is not known
                raise OutcomeUnknown(self._device, command) from error
            raise

    async def close(self) -> None:
        """Close the connection; may be called twice."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _post(self, command: str, content: bytes) -> bytes:
        head = {"Content-Type": CONTENT_TYPE, "Accept": CONTENT_TYPE, "User-Agent": "station"}
        head["Accept-Encoding"] = "identity"
        async with self._client().stream("POST", self._url, content=content, headers=head) as response:
            kind = response.headers.get("content-type", "").partition(";")[0].strip()
            if response.status_code != 200 or kind != CONTENT_TYPE:
                raise BadReply(self._device, command)
            data = bytearray()
            async for piece in response.aiter_bytes():
                data += piece
                if len(data) > LONGEST_REPLY_BYTES:
                    raise BadReply(self._device, command)
            return bytes(data)

    def _client(self) -> Any:
        import httpx

        if self._http is None:
            limits = httpx.Timeout(self._reply_timeout_s, connect=min(self._reply_timeout_s, _CONNECT_TIMEOUT_S))
            # no connection is kept: one that died unnoticed must not make a print job doubtful
            connections = httpx.Limits(max_keepalive_connections=0)
            context = self._trust()
            self._http = httpx.AsyncClient(timeout=limits, limits=connections, trust_env=False, verify=context)
        return self._http

    def _trust(self) -> ssl.SSLContext:
        if not self._url.startswith("https"):
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used; loading the system's certificates takes time
        try:
            return ssl.create_default_context(cafile=self._authority_file or None)
        except (OSError, ssl.SSLError) as error:
            raise BadInput("driver-settings-wrong", device=self._device, reason=self._authority_file) from error
