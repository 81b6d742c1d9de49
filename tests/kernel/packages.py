"""Fetches what the kernel lane needs, through apt, into a cache folder; nothing is installed on this machine.

QEMU, busybox, usbip and a Debian kernel are downloaded once and unpacked.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_PROGRAMS = ("qemu-system-x86", "busybox-static", "usbip")
_NOT_NEEDED = frozenset(("linux-libc-dev", "linux-perf", "usb.ids", "hwdata"))
_KERNEL_META_PACKAGE = "linux-image-amd64"
_TIMEOUT_S = 300


class PackagesMissing(RuntimeError):
    """Something could not be fetched; the message says what."""


def unpacked(cache: Path) -> Path:
    """Return the folder with everything unpacked below it, fetched when it is not there yet."""
    ready = cache / "ready"
    root = cache / "root"
    if ready.exists():
        return root
    for program in ("apt-get", "apt-cache", "dpkg"):
        if shutil.which(program) is None:
            raise PackagesMissing(f"{program} is not on this machine")
    shutil.rmtree(cache, ignore_errors=True)
    downloads = cache / "downloads"
    downloads.mkdir(parents=True)
    _run(["apt-get", "download", "-qq", _kernel_package(), *_programs_and_libraries()], downloads)
    for package in sorted(downloads.glob("*.deb")):
        _run(["dpkg", "-x", str(package), str(root)], downloads)
    ready.touch()
    return root


def _kernel_package() -> str:
    for line in _run(["apt-cache", "depends", _KERNEL_META_PACKAGE], Path.cwd()).splitlines():
        kind, _colon, name = line.strip().partition(": ")
        if kind == "Depends" and name.startswith("linux-image-"):
            return name
    raise PackagesMissing("no kernel package; is this Debian, and was apt-get update run?")


def _programs_and_libraries() -> list[str]:
    plan = _run(["apt-get", "install", "-s", "--no-install-recommends", *_PROGRAMS], Path.cwd())
    needed = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
    return sorted({*needed, *_PROGRAMS} - _NOT_NEEDED)


def _run(command: list[str], folder: Path) -> str:
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    if run.returncode != 0:
        raise PackagesMissing(f"{' '.join(command[:3])}: {run.stderr.strip()[-300:]}")
    return run.stdout
