"""What /sys and udev show of a USB device, below the root directory of the umockdev preload.

Does not simulate: hubs, power attributes, drivers bound to interfaces.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from simulators.usb.descriptors import interface_kinds

_MAJOR = 189
_SPEEDS = {1: "1.5", 2: "12", 3: "480"}
_UDEV_MAGIC = 0xFEEDCAFE
_HEADER_SIZE = 40
_MASK = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What the tree shows: bus name such as `1-2`, number on the bus, descriptors, strings, speed code."""

    bus_id: str
    number: int
    device_descriptor: bytes
    configuration_descriptor: bytes
    strings: tuple[str, str, str]
    speed: int

    @property
    def node(self) -> str:
        """Return the device node below the root."""
        return f"dev/bus/usb/001/{self.number:03}"

    @property
    def minor(self) -> int:
        """Return the minor number of the node."""
        return self.number - 1


class SysfsTree:
    """The entries of one device; made at once, removed once."""

    def __init__(self, root: Path, facts: DeviceFacts) -> None:
        self._root = root
        self._facts = facts
        self._path = f"devices/pci0000:00/usb1/{facts.bus_id}"
        self._folder = root / "sys" / self._path
        self._links: list[Path] = []
        vendor, product, release = struct.unpack_from("<HHH", facts.device_descriptor, 8)
        self._product = f"{vendor:x}/{product:x}/{release:x}"
        self._events = [self._device_event()]

    def make(self) -> None:
        """Write the entries; the device node itself must exist already."""
        facts = self._facts
        vendor, product = struct.unpack_from("<HH", facts.device_descriptor, 8)
        self._folder.mkdir(parents=True)
        (self._folder / "descriptors").write_bytes(facts.device_descriptor + facts.configuration_descriptor)
        texts = {
            "busnum": "1", "devnum": str(facts.number), "speed": _SPEEDS[facts.speed], "bConfigurationValue": "1",
            "bNumConfigurations": "1", "idVendor": f"{vendor:04x}", "idProduct": f"{product:04x}",
            "manufacturer": facts.strings[0], "product": facts.strings[1], "serial": facts.strings[2],
            "dev": f"{_MAJOR}:{facts.minor}", "uevent": _uevent_text(self._events[0]),
        }  # fmt: skip
        for name, text in texts.items():
            (self._folder / name).write_text(text + "\n")
        self._link(self._folder / "subsystem", "sys/bus/usb")
        self._link_to_device(f"sys/bus/usb/devices/{facts.bus_id}", self._folder)
        self._link_to_device(f"sys/dev/char/{_MAJOR}:{facts.minor}", self._folder)
        node_name = facts.node.removeprefix("dev/").replace("/", "_")
        marker = self._root / "dev/.node" / node_name
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.unlink(missing_ok=True)
        marker.symlink_to(f"{_MAJOR}:{facts.minor}")
        for number, *kind in interface_kinds(facts.configuration_descriptor):
            self._make_interface(number, *kind)

    def announce(self, action: str) -> None:
        """Tell every udev monitor under the root: `add` or `remove`."""
        events = self._events if action == "add" else reversed(self._events)
        for event in events:
            message = _monitor_message({**event, "ACTION": action, "SEQNUM": "1"})
            for path in self._root.glob("event[0-9]*"):
                _send(path, message)

    def remove(self) -> None:
        """Take the entries away."""
        for link in self._links:
            link.unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _device_event(self) -> dict[str, str]:
        facts = self._facts
        return {
            "MAJOR": str(_MAJOR), "MINOR": str(facts.minor), "DEVNAME": f"/{facts.node}", "DEVTYPE": "usb_device",
            "PRODUCT": self._product, "TYPE": "0/0/0", "BUSNUM": "001", "DEVNUM": f"{facts.number:03}",
            "SUBSYSTEM": "usb", "DEVPATH": f"/{self._path}",
        }  # fmt: skip

    def _make_interface(self, number: int, device_class: int, subclass: int, protocol: int) -> None:
        name = f"{self._facts.bus_id}:1.{number}"
        folder = self._folder / name
        folder.mkdir()
        event = {
            "DEVTYPE": "usb_interface", "PRODUCT": self._product, "TYPE": "0/0/0",
            "INTERFACE": f"{device_class}/{subclass}/{protocol}", "SUBSYSTEM": "usb",
            "DEVPATH": f"/{self._path}/{name}",
        }  # fmt: skip
        texts = {
            "bInterfaceNumber": f"{number:02x}", "bInterfaceClass": f"{device_class:02x}",
            "bInterfaceSubClass": f"{subclass:02x}", "bInterfaceProtocol": f"{protocol:02x}",
            "bAlternateSetting": " 0", "uevent": _uevent_text(event),
        }  # fmt: skip
        for file_name, text in texts.items():
            (folder / file_name).write_text(text + "\n")
        self._link(folder / "subsystem", "sys/bus/usb")
        self._link_to_device(f"sys/bus/usb/devices/{name}", folder)
        self._events.append(event)

    def _link_to_device(self, place: str, folder: Path) -> None:
        link = self._root / place
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(_relative(folder, link.parent))
        self._links.append(link)

    def _link(self, link: Path, target: str) -> None:
        (self._root / target).mkdir(parents=True, exist_ok=True)
        link.symlink_to(_relative(self._root / target, link.parent))


def _relative(target: Path, start: Path) -> Path:
    common = 0
    for left, right in zip(target.parts, start.parts, strict=False):
        if left != right:
            break
        common += 1
    return Path(*[".."] * (len(start.parts) - common), *target.parts[common:])


def _uevent_text(event: dict[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in event.items() if name not in ("SUBSYSTEM", "DEVPATH"))


def _monitor_message(properties: dict[str, str]) -> bytes:
    body = b"".join(f"{name}={value}".encode() + b"\0" for name, value in properties.items())
    head = b"libudev\0" + struct.pack(">I", _UDEV_MAGIC) + struct.pack("<III", _HEADER_SIZE, _HEADER_SIZE, len(body))
    hashes = (_murmur_hash_2(properties["SUBSYSTEM"]), _murmur_hash_2(properties["DEVTYPE"]), 0, 0)
    return head + struct.pack(">IIII", *hashes) + body


def _murmur_hash_2(text: str) -> int:
    data = text.encode()
    multiplier = 0x5BD1E995
    value = len(data)
    whole = len(data) - len(data) % 4
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        mixed = word * multiplier & _MASK
        mixed = (mixed ^ mixed >> 24) * multiplier & _MASK
        value = value * multiplier & _MASK ^ mixed
    if rest := data[whole:]:
        value = (value ^ int.from_bytes(rest, "little")) * multiplier & _MASK
    value = (value ^ value >> 13) * multiplier & _MASK
    return value ^ value >> 15


def _send(path: Path, message: bytes) -> None:
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_RAW)) as monitor:
        monitor.setblocking(False)
        try:
            monitor.connect(str(path))
            monitor.send(message)
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        except OSError:
            return
