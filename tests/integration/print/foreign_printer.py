"""`ippeveprinter` of CUPS as a printer not written here, with a message bus and a name service of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

_PROGRAMS = ("ippeveprinter", "dbus-daemon", "avahi-daemon")
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={path}</listen><policy context="default"><allow user="*"/>
<allow own="*"/><allow send_type="method_call"/><allow send_destination="*"/><allow receive_sender="*"/></policy>
</busconfig>"""
_AVAHI = """[server]
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
[publish]
publish-workstation=no
publish-hinfo=no
"""
_START_DEADLINE_S = 10.0


def why_not() -> str:
    """Return why no foreign printer can run here, or an empty text."""
    missing = [name for name in _PROGRAMS if find(name) is None]
    if missing:
        return f"{', '.join(missing)} not installed (make test-peers installs it)"
    return "" if os.geteuid() == 0 else "the name service of ippeveprinter needs root"


def find(name: str) -> str | None:
    """Return where a program is; those of the system may not be on a user's path."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


@contextlib.contextmanager
def foreign_printer(folder: Path, script: str) -> Iterator[tuple[str, Path]]:
    """Run a printer whose inner works are a shell script; gives its address and its folder of printed files."""
    (folder / "bus.conf").write_text(_BUS.format(path=folder / "bus"))
    (folder / "avahi.conf").write_text(_AVAHI)
    (folder / "spool").mkdir()
    works = folder / "works.sh"
    works.write_text("#!/bin/sh\n" + script)
    works.chmod(0o755)
    port = _free_port()
    environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder / 'bus'}"}
    formats = "image/png,image/jpeg,application/pdf"
    commands = [
        ["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile"],
        ["avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits", "-f", str(folder / "avahi.conf")],
        ["ippeveprinter", "-k", "-c", str(works), "-d", str(folder / "spool"), "-p", str(port), "-n", "localhost"],
    ]
    commands[-1] += ["-f", formats, "Pencetak Contoh"]
    running: list[subprocess.Popen[bytes]] = []
    with (folder / "log").open("wb") as log, contextlib.ExitStack() as ending:
        for command in commands:
            program = [find(command[0]) or command[0], *command[1:]]
            running.append(subprocess.Popen(program, env=environment, stdout=log, stderr=log))
            ending.callback(_end, running[-1])
            time.sleep(1.0)
        _wait_until_serving(port, running[-1], folder / "log")
        yield f"ipp://localhost:{port}/ipp/print", folder / "spool"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5.0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_serving(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline_s = time.monotonic() + _START_DEADLINE_S
    while time.monotonic() < deadline_s and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0):
            return
        time.sleep(0.1)
    raise RuntimeError(f"ippeveprinter does not serve: {log.read_text(errors='replace')[-500:]}")
