"""Which link leads to the office now, and word of links that come and go.

The office network comes first where its server answers, the metered modem otherwise. Addresses of the machine are
watched by rtnetlink, so that any link counts (cable, wireless, a modem the system brings up); a modem says itself when
its network is lost or found.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import psutil

from station.config import OfficeConfig
from station.devices.kit import Kit
from station.domain.errors import StationError
from station.sync.engine import LAN, M2M

ANSWER_TIMEOUT_S = 3.0
SETTLING_S = 0.3
_LINK_AND_ADDRESS_GROUPS = 0x1 | 0x10 | 0x100  # RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR
_NEWS_BYTES = 65536

Up = Callable[[], None]
Down = Callable[[frozenset[str], str], None]


class Links:
    """The links that kit.toml names."""

    def __init__(self, config: OfficeConfig, kit: Kit) -> None:
        self._config, self._kit = config, kit

    @property
    def any(self) -> bool:
        """Tell whether kit.toml says how the office is reached at all."""
        return bool(self._config.lan_url or self._config.m2m_url)

    async def choose(self) -> str:
        """Return the office network where the server answers there, else the modem where there is one."""
        if self._config.lan_url:
            answers: bool = await asyncio.to_thread(_answers, self._config.lan_url)
            if answers:
                return LAN
        return M2M if self._config.m2m_url and self._kit.has("modem") else LAN

    async def follow(self, up: Up, down: Down) -> None:
        """Tell of every change until cancelled: `down` with the addresses that are gone, or the link that is lost."""
        self._listen_to_modem(up, down)
        with _news_of_addresses() as news:
            known = addresses()
            while True:
                await news.wait()
                await asyncio.sleep(SETTLING_S)  # a link that comes up sends many messages
                news.clear()
                present = addresses()
                if gone := known - present:
                    down(gone, "")
                if present - known:
                    up()
                known = present

    def _listen_to_modem(self, up: Up, down: Down) -> None:
        def changed(registered: bool) -> None:
            if registered:
                up()
            else:
                down(frozenset(), M2M)

        if self._kit.has("modem"):
            try:
                self._kit.modem().watch_link(changed)
            except StationError:
                return  # a driver that cannot be opened is told by the device panel


def addresses() -> frozenset[str]:
    """Return the addresses of this machine on interfaces that are up, without the loopback."""
    running = {name for name, facts in psutil.net_if_stats().items() if facts.isup}
    found = {
        address.address.partition("%")[0]
        for name, listed in psutil.net_if_addrs().items()
        if name in running
        for address in listed
        if address.family in (socket.AF_INET, socket.AF_INET6)
    }
    return frozenset(one for one in found if not one.startswith(("127.", "::1", "fe80:")))


@contextmanager
def _news_of_addresses() -> Iterator[asyncio.Event]:
    """Give an event that is set whenever the kernel tells of a link or an address; never where it does not."""
    news = asyncio.Event()
    family = getattr(socket, "AF_NETLINK", None)
    if family is None:
        yield news
        return
    with socket.socket(family, socket.SOCK_RAW | socket.SOCK_NONBLOCK) as line:
        line.bind((0, _LINK_AND_ADDRESS_GROUPS))
        loop = asyncio.get_running_loop()
        loop.add_reader(line, _take, line, news)
        try:
            yield news
        finally:
            loop.remove_reader(line)


def _take(line: socket.socket, news: asyncio.Event) -> None:
    with suppress(OSError):  # messages that were lost are all the more reason to look
        line.recv(_NEWS_BYTES)
    news.set()


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 443), ANSWER_TIMEOUT_S):
            return True
    except (OSError, ValueError):
        return False
