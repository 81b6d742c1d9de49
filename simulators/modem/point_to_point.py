"""Stands where pppd stands for NetworkManager: the far end of PPP answers at once and gives an address.

NetworkManager starts it with pppd's own words. It makes the network interface and tells NetworkManager's plugin
interface what pppd would have negotiated, then stays until it is ended. For machines whose kernel has no PPP.

Does not simulate: PPP frames, authentication, echo requests, loss of the carrier.
"""

from __future__ import annotations

import asyncio
import fcntl
import ipaddress
import os
import signal
import socket
import struct
import sys
from collections.abc import Sequence

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

INTERFACE = "ppp0"
ADDRESS, PEER, NAME_SERVER = "10.64.17.8", "10.64.17.1", "10.64.0.53"
_SERVICE, _PLUGIN = "org.freedesktop.NetworkManager", "org.freedesktop.NetworkManager.PPP"
_RUNNING = 9
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


async def negotiate(arguments: Sequence[str]) -> None:
    """Make the interface, report it to NetworkManager, and wait to be ended."""
    path = arguments[list(arguments).index("ipparam") + 1]
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", INTERFACE.encode(), _IFF_TUN | _IFF_NO_PI))
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    configuration = {
        "interface": Variant("s", INTERFACE),
        "address": Variant("u", _number(ADDRESS)),
        "gateway": Variant("u", _number(PEER)),
        "prefix": Variant("u", 32),
        "dns": Variant("au", [_number(NAME_SERVER)]),
    }
    await _tell(bus, path, "SetIfindex", "i", socket.if_nametoindex(INTERFACE))
    await _tell(bus, path, "SetState", "u", _RUNNING)
    await _tell(bus, path, "SetIp4Config", "a{sv}", configuration)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    os.close(device)


async def _tell(bus: MessageBus, path: str, member: str, signature: str, value: object) -> None:
    reply = await bus.call(Message(_SERVICE, path, _PLUGIN, member, signature=signature, body=[value]))
    if reply.message_type is MessageType.ERROR:
        raise SystemExit(f"{member}: {reply.error_name} {reply.body}")


def _number(address: str) -> int:
    """Return an address as NetworkManager's plugin hands it over: the four bytes as the machine reads them."""
    return int.from_bytes(ipaddress.IPv4Address(address).packed, sys.byteorder)


if __name__ == "__main__":
    asyncio.run(negotiate(sys.argv[1:]))
