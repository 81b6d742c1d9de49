"""Shows the devices of a USB/IP server to programs that use the real libusb.

A process of its own: `python -m simulators.usb.bridge ROOT HOST PORT [BUS_ID ...]`.
Programs started with LD_PRELOAD=libumockdev-preload.so.0 and UMOCKDEV_DIR=ROOT find
the devices, their sysfs entries and plug events as on a machine of their own. The
bridge ends when its standard input closes. If it were killed, the preload would end
its clients; a dead simulator behind it is only an unplugged device.

Does not simulate: bus bandwidth, permissions, kernel drivers.
"""

from __future__ import annotations

import contextlib
import select
import sys
from collections import deque
from collections.abc import Collection
from pathlib import Path

from simulators.usb.sysfs_tree import DeviceFacts
from simulators.usb.usbfs_node import UsbfsNode
from station.devices.transport.usbip_link import LinkGone, UsbipLink, list_devices
from station.devices.transport.usbip_wire import DeviceRecord, WireError

POLL_S = 0.05
_NUMBER_MAX = 127
_GONE_KEPT = 16
_CONTROL_TIMEOUT_S = 2.0
_LIST_TIMEOUT_S = 1.0


class Bridge:
    """Keeps the nodes below `root` equal to what a server offers; `only` limits it to some bus identifiers."""

    def __init__(self, root: Path, host: str, port: int, only: Collection[str] = ()) -> None:
        self._root = root
        self._host = host
        self._port = port
        self._only = frozenset(only)
        self._nodes: dict[str, UsbfsNode] = {}
        self._gone: deque[UsbfsNode] = deque()
        self._last_number = 1
        for folder in ("sys/bus/usb/devices", "sys/class", "dev/bus/usb/001", "ioctl/dev/bus/usb/001"):
            (root / folder).mkdir(parents=True, exist_ok=True)

    def update(self) -> None:
        """Unplug what is gone, plug what is new."""
        offered = self._offered()
        for bus_id, node in list(self._nodes.items()):
            if bus_id not in offered or node.link.closed:
                del self._nodes[bus_id]
                node.unplug()
                self._keep_listening(node)
        for bus_id in offered.keys() - self._nodes.keys():
            with contextlib.suppress(LinkGone):
                self._plug(bus_id)

    def close(self) -> None:
        """Unplug everything."""
        for node in self._nodes.values():
            node.unplug()
        self._nodes.clear()

    def _offered(self) -> dict[str, DeviceRecord]:
        try:
            records = list_devices(self._host, self._port, _LIST_TIMEOUT_S)
        except (OSError, WireError):
            return {}
        return {record.bus_id: record for record in records if not self._only or record.bus_id in self._only}

    def _plug(self, bus_id: str) -> None:
        link = UsbipLink.open(self._host, self._port, bus_id)
        try:
            facts = _facts(link, bus_id, self._next_number())
        except LinkGone:
            link.close()
            raise
        self._nodes[bus_id] = UsbfsNode(self._root, facts, link)

    def _next_number(self) -> int:
        used = {node.number for node in self._nodes.values()}
        number = self._last_number
        for _attempt in range(_NUMBER_MAX):
            number = number % _NUMBER_MAX + 1
            if number not in used and number > 1:
                break
        self._last_number = number
        return number

    def _keep_listening(self, node: UsbfsNode) -> None:
        """Keep the sockets of the last gone devices: a program may be just about to open one."""
        self._gone.append(node)
        if len(self._gone) > _GONE_KEPT:
            self._gone.popleft().forget()


def _facts(link: UsbipLink, bus_id: str, number: int) -> DeviceFacts:
    device = _descriptor(link, 1, 0, 18)
    total = int.from_bytes(_descriptor(link, 2, 0, 9)[2:4], "little")
    configuration = _descriptor(link, 2, 0, total)
    texts = [_text(link, index) for index in device[14:17]]
    return DeviceFacts(bus_id, number, device, configuration, (texts[0], texts[1], texts[2]), link.record.speed)


def _descriptor(link: UsbipLink, kind: int, index: int, length: int) -> bytes:
    language = 0x0409 if kind == 3 else 0
    setup = bytes((0x80, 6, index, kind)) + language.to_bytes(2, "little") + length.to_bytes(2, "little")
    return link.ask(setup, length, _CONTROL_TIMEOUT_S)


def _text(link: UsbipLink, index: int) -> str:
    if not index:
        return ""
    try:
        return _descriptor(link, 3, index, 255)[2:].decode("utf-16-le", "replace")
    except LinkGone:
        return ""


def main() -> None:
    """Run until standard input closes."""
    root, host, port, *only = sys.argv[1:]
    bridge = Bridge(Path(root), host, int(port), only)
    bridge.update()
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    while not select.select([sys.stdin], [], [], POLL_S)[0]:
        bridge.update()
    bridge.close()


if __name__ == "__main__":
    main()
