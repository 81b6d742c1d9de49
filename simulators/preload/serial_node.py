"""`/dev/ttyUSBn` for programs under the preload: a pseudo-terminal with a USB identity and modem lines.

Does not simulate: baud rate, break, and the other ports a real modem has.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path

from simulators.preload.ioctl_server import Call, CallHandler, IoctlServer

_GET_LINES, _SET_LINE_BITS, _CLEAR_LINE_BITS, _SET_LINES = 0x5415, 0x5416, 0x5417, 0x5418
_CTS, _CARRIER, _DSR = 0x020, 0x040, 0x100
_MAJOR = 188


@dataclass(frozen=True, slots=True)
class SerialIdentity:
    """What the system says about the port."""

    vendor_id: int = 0x1209
    product_id: int = 0x0003
    manufacturer: str = "Contoh"
    product: str = "CM-4G"
    serial: str = "CM0001"


class SerialNode:
    """One serial port under `root`, joined to the slave side of a pseudo-terminal."""

    def __init__(self, root: Path, name: str, terminal: str, identity: SerialIdentity | None = None) -> None:
        self._lines = _CTS | _CARRIER | _DSR
        self._number = int("".join(letter for letter in name if letter.isdigit()) or 0)
        self.path = f"/dev/{name}"
        self._server = IoctlServer(root, name, self._handler)
        self._make_tree(root, name, identity or SerialIdentity())
        (root / "dev" / ".node").mkdir(parents=True, exist_ok=True)
        self._link = root / "dev" / name
        self._link.symlink_to(terminal)
        (root / "dev" / ".node" / name).symlink_to(f"{_MAJOR}:{self._number}")

    @property
    def lines(self) -> int:
        """Return the modem control lines as the program set them."""
        return self._lines

    def unplug(self) -> None:
        """Take the port away; its pseudo-terminal is closed by whoever made it."""
        self._link.unlink(missing_ok=True)

    def plug_again(self, terminal: str) -> None:
        """Put the port back on a fresh pseudo-terminal."""
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(terminal)

    def close(self) -> None:
        """Remove the port's socket; only when no program holds it any more."""
        self._server.close()

    def _handler(self) -> CallHandler:
        return self._answer

    def _answer(self, call: Call) -> int | None:
        if call.request == _GET_LINES:
            call.write(struct.pack("<I", self._lines))
        elif call.request == _SET_LINE_BITS:
            self._lines |= struct.unpack("<I", call.read(4))[0]
        elif call.request == _CLEAR_LINE_BITS:
            self._lines &= ~struct.unpack("<I", call.read(4))[0]
        elif call.request == _SET_LINES:
            self._lines = struct.unpack("<I", call.read(4))[0]
        else:
            return None
        return 0

    def _make_tree(self, root: Path, name: str, identity: SerialIdentity) -> None:
        device = root / "sys/devices/pci0000:00/usb1" / f"1-{self._number + 4}"
        interface = device / f"{device.name}:1.0"
        port = interface / name
        terminal = port / "tty" / name
        terminal.mkdir(parents=True)
        _write(
            device,
            idVendor=f"{identity.vendor_id:04x}",
            idProduct=f"{identity.product_id:04x}",
            manufacturer=identity.manufacturer,
            product=identity.product,
            serial=identity.serial,
            busnum="1",
            devnum=str(self._number + 9),
            bNumInterfaces=" 1",
            uevent="DEVTYPE=usb_device",
        )
        _write(interface, bInterfaceNumber="00", interface="AT port", uevent="DEVTYPE=usb_interface")
        _write(terminal, uevent=f"MAJOR={_MAJOR}\nMINOR={self._number}\nDEVNAME={name}", dev=f"{_MAJOR}:{self._number}")
        for folder in ("bus/usb", "bus/usb-serial", "class/tty"):
            (root / "sys" / folder).mkdir(parents=True, exist_ok=True)
        _link(device / "subsystem", root / "sys/bus/usb")
        _link(interface / "subsystem", root / "sys/bus/usb")
        _link(port / "subsystem", root / "sys/bus/usb-serial")
        _link(terminal / "subsystem", root / "sys/class/tty")
        _link(terminal / "device", port)
        _link(root / "sys/class/tty" / name, terminal)


def _write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name).write_text(text + "\n")


def _link(link: Path, target: Path) -> None:
    link.symlink_to(os.path.relpath(target, link.parent))
