"""HTTP as SBI services speak it, and finding the port a service listens on.

The interface gives services any port from 4501 to 4600 on the same computer. An address
with one port is taken as it is; with a range (`http://127.0.0.1:4501-4510`) every port is
asked who is there. What discovery says is not signed: it only chooses whom to ask next.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from station.devices.transport.sbi_messages import DISCOVER, BioType
from station.domain.errors import BadInput

_CONNECT_TIMEOUT_S = 3.0
_DISCOVERY_TIMEOUT_S = 1.5
_MOST_PORTS = 100
_ADDRESS = re.compile(r"(https?)://([A-Za-z0-9.\-\[\]:]+?):(\d{1,5})(?:-(\d{1,5}))?/?")


@dataclass(frozen=True, slots=True)
class ServiceAddress:
    """Where a service may be: a host and its ports."""

    scheme: str
    host: str
    ports: range

    @classmethod
    def parse(cls, address: str, device: str) -> ServiceAddress:
        """Read `http://host:port` or `http://host:first-last`; raises BadInput."""
        match = _ADDRESS.fullmatch(address)
        if match is not None:
            first, last = int(match[3]), int(match[4] or match[3])
            if first <= last <= 65535 and last - first < _MOST_PORTS:
                return cls(match[1], match[2], range(first, last + 1))
        raise BadInput("device-address-wrong", device=device, address=address, example="http://127.0.0.1:4501")

    async def find(self, bio_type: BioType) -> str:
        """Return the base address of the service that has a device of the type, or an empty text."""
        bases = [f"{self.scheme}://{self.host}:{port}" for port in self.ports]
        if len(bases) == 1:
            return bases[0]
        found = await asyncio.gather(*(_offers(base, bio_type) for base in bases))
        return next((base for base, yes in zip(bases, found, strict=True) if yes), "")


@asynccontextmanager
async def http_client(timeout_s: float) -> AsyncIterator[Any]:
    """Give an HTTP client for a few requests; `httpx.AsyncClient`."""
    import httpx

    # loopback by the interface's rule: no proxy, and certificates are those inside the messages
    limits = httpx.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_TIMEOUT_S))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with httpx.AsyncClient(timeout=limits, trust_env=False, verify=context) as http:
        yield http


async def _offers(base: str, bio_type: BioType) -> bool:
    import httpx

    try:
        async with asyncio.timeout(_DISCOVERY_TIMEOUT_S), http_client(_DISCOVERY_TIMEOUT_S) as http:
            response = await http.request(DISCOVER, f"{base}/device", json={"type": bio_type.value})
        entries = json.loads(response.content)
        kinds = [json.loads(base64.urlsafe_b64decode(entry["digitalId"] + "=="))["type"] for entry in entries]
    except (TimeoutError, httpx.HTTPError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return bio_type.value in kinds
