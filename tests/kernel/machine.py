"""A small machine with a real Linux kernel in QEMU: attaches simulated USB devices and tells what it sees.

The guest is the Debian kernel, busybox, Debian's usbip and `guest.sh`; it talks on its
serial line. QEMU's user network lets it reach the simulators on our loopback.
"""

from __future__ import annotations

import gzip
import os
import re
import select
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

_MODULES = (
    "usb-common", "usbcore", "usbip-core", "vhci-hcd", "hid", "usbhid", "hid-generic", "e1000",
)  # fmt: skip
_GUEST_SCRIPT = Path(__file__).with_name("guest.sh")
_HOST_LIBRARY_FOLDERS = (Path("/lib/x86_64-linux-gnu"), Path("/usr/lib/x86_64-linux-gnu"))
_USBIP_LIBRARIES = ("libudev.so.1", "libc.so.6")


class Machine:
    """One run of the guest; `lines` are what it said so far."""

    def __init__(self, root: Path, work: Path, port: int, bus_ids: tuple[str, ...]) -> None:
        self.lines: list[str] = []
        self._rest = b""
        kernel = next((root / "boot").glob("vmlinuz-*"))
        initial = work / "initramfs.gz"
        initial.write_bytes(gzip.compress(_archive(_guest_files(root)), 1))
        libraries = f"{root}/usr/lib/x86_64-linux-gnu:{root}/lib/x86_64-linux-gnu"
        words = f"console=ttyS0 quiet panic=-1 port={port} devices={','.join(bus_ids)}"
        command = [
            str(root / "usr/bin/qemu-system-x86_64"),
            *("-L", str(root / "usr/share/seabios"), "-L", str(root / "usr/share/qemu")),
            *("-accel", "tcg", "-m", "512"),
            *("-netdev", "user,id=net", "-device", "e1000,netdev=net,romfile="),
            *("-display", "none", "-serial", "stdio", "-no-reboot", "-monitor", "none"),
            *("-kernel", str(kernel), "-initrd", str(initial), "-append", words),
        ]
        self._process = subprocess.Popen(
            command,
            env={**os.environ, "LD_LIBRARY_PATH": libraries},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def wait_for(self, pattern: str, within_s: float = 60.0) -> str:
        """Return the first line, also an earlier one, in which the pattern is found; raises AssertionError."""
        deadline_s = time.monotonic() + within_s
        seen = 0
        while True:
            for line in self.lines[seen:]:
                if re.search(pattern, line):
                    return line
            seen = len(self.lines)
            if time.monotonic() > deadline_s or not self._read(0.2):
                said = "\n".join(self.lines[-40:])
                raise AssertionError(f"the guest did not say {pattern!r}; it said:\n{said}")

    def close(self) -> None:
        """Switch the machine off."""
        self._process.kill()
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self, within_s: float) -> bool:
        stream = self._process.stdout
        if stream is None:
            return False
        if select.select([stream], [], [], within_s)[0]:
            piece = os.read(stream.fileno(), 65536)
            *whole, self._rest = (self._rest + piece).split(b"\n")
            self.lines += [line.decode("utf-8", "replace").strip() for line in whole]
            return bool(piece)
        return True


def _guest_files(root: Path) -> Iterator[tuple[str, int, bytes]]:
    for folder in ("bin", "dev", "proc", "sys", "lib64", "lib", "modules", "var", "var/run", "usr", "usr/share"):
        yield folder, stat.S_IFDIR | 0o755, b""
    yield "init", stat.S_IFREG | 0o755, _GUEST_SCRIPT.read_bytes()
    yield "bin/busybox", stat.S_IFREG | 0o755, (root / "bin/busybox").read_bytes()
    yield "bin/usbip", stat.S_IFREG | 0o755, (root / "usr/sbin/usbip").read_bytes()
    yield "lib64/ld-linux-x86-64.so.2", stat.S_IFREG | 0o755, Path("/lib64/ld-linux-x86-64.so.2").read_bytes()
    for name in _USBIP_LIBRARIES:
        found = next(folder / name for folder in _HOST_LIBRARY_FOLDERS if (folder / name).exists())
        yield f"lib/{name}", stat.S_IFREG | 0o755, found.read_bytes()
    for place, name in enumerate(_MODULES):
        module = next((root / "lib/modules").rglob(f"{name}.ko"))
        yield f"modules/{place:02}-{name}.ko", stat.S_IFREG | 0o644, module.read_bytes()


def _archive(files: Iterator[tuple[str, int, bytes]]) -> bytes:
    """Return a cpio archive in the `newc` format that the kernel unpacks."""
    parts = bytearray()
    entries = [*files, ("TRAILER!!!", 0, b"")]
    for number, (name, mode, data) in enumerate(entries, start=1):
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        parts += b"070701" + "".join(f"{field:08x}" for field in fields).encode() + name.encode() + b"\0"
        parts += b"\0" * (-len(parts) % 4) + data
        parts += b"\0" * (-len(parts) % 4)
    return bytes(parts)
