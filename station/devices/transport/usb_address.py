"""Addresses of USB devices in kit.toml.

`usb:VID:PID[:serial]` names a device of this machine by its vendor and product
number in hexadecimal, and by its serial number where several are alike.
`usbip://host:port/busid` names a device of a USB/IP server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from station.domain.errors import BadInput

_LOCAL = re.compile(r"usb:([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?")
_REMOTE = re.compile(r"usbip://(\[[0-9a-fA-F:.]+\]|[^:/\[\]]+)(?::(\d{1,5}))?/([0-9a-zA-Z.\-]{1,31})")
USBIP_PORT = 3240


@dataclass(frozen=True, slots=True)
class LocalUsbAddress:
    """A device on this machine's own USB, reached through libusb."""

    vendor_id: int
    product_id: int
    serial: str = ""


@dataclass(frozen=True, slots=True)
class RemoteUsbAddress:
    """A device that a USB/IP server offers under a bus identifier such as `1-2`."""

    host: str
    port: int
    bus_id: str


UsbAddress = LocalUsbAddress | RemoteUsbAddress


def parse_usb_address(text: str) -> UsbAddress:
    """Read an address of kit.toml; raises BadInput when it is none."""
    if local := _LOCAL.fullmatch(text):
        return LocalUsbAddress(int(local[1], 16), int(local[2], 16), local[3] or "")
    if remote := _REMOTE.fullmatch(text):
        port = int(remote[2]) if remote[2] else USBIP_PORT
        if 0 < port <= 0xFFFF:
            return RemoteUsbAddress(remote[1].strip("[]"), port, remote[3])
    raise BadInput("usb-address-wrong", address=text)
