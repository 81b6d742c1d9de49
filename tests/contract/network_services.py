"""ModemManager and NetworkManager as Debian ships them, on a bus and in a network of their own.

Root is needed for the separate network (`unshare`), in which NetworkManager may do as it likes. The modem is the
simulated one on a socket file: ModemManager takes it through its test interface, all AT commands are its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from simulators.modem.model import ModemModel

_ROOT = Path(__file__).parents[2]
_MODEM_MANAGER, _NETWORK_MANAGER, _PPPD = "/usr/sbin/ModemManager", "/usr/sbin/NetworkManager", "/usr/sbin/pppd"
_SERVICE = "org.freedesktop.ModemManager1"
_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={bus}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>
"""
_NETWORK_CONFIG = "[main]\nplugins=keyfile\ndhcp=internal\ndns=none\nrc-manager=unmanaged\nauth-polkit=false\n"
_NETWORK_SCRIPT = """set -e
mkdir -p /run/NetworkManager /var/lib/NetworkManager
mount -t tmpfs own /run/NetworkManager; mount -t tmpfs own /var/lib/NetworkManager; mount -t tmpfs own {run}
mount --bind {folder}/pppd {pppd}
exec {program} --debug --config={folder}/network.conf --config-dir={run} --system-config-dir={run} \
 --intern-config={run}/intern --pid-file={run}/pid --state-file={run}/state
"""


def why_not() -> str:
    """Return why the services cannot run here, empty when they can."""
    if os.geteuid() != 0:
        return "a network of its own needs root"
    missing = [name for name in (_MODEM_MANAGER, _NETWORK_MANAGER, _PPPD) if not Path(name).exists()]
    missing += [name for name in ("dbus-daemon", "unshare") if shutil.which(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


class NetworkServices:
    """The running services; `address` for kit.toml."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bus = folder / "bus"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._modem_manager: subprocess.Popen[bytes] | None = None
        self.address = f"dbus:unix:path={self._bus}"

    def start(self, with_network_manager: bool = True) -> None:
        """Start the bus, then the services on it."""
        (self._folder / "bus.conf").write_text(_BUS_CONFIG.format(bus=self._bus))
        self._run(["dbus-daemon", f"--config-file={self._folder}/bus.conf", "--nofork", "--nopidfile"], "bus.log")
        _until(self._bus_answers, "the bus did not start")
        if with_network_manager:
            self._start_network_manager()

    def stop(self) -> None:
        """End everything that was started, the newest first."""
        for process in reversed(self._processes):
            _end(process)
        self._processes.clear()

    async def plug(self, line: PluggedModem) -> None:
        """Start ModemManager and let it find the modem on this line."""
        options = ("--test-session", "--test-enable", "--test-no-udev", "--test-no-suspend-resume", "--no-auto-scan")
        self._modem_manager = self._run([_MODEM_MANAGER, *options], "modem-manager.log")
        bus = await MessageBus(bus_address=self.address.removeprefix("dbus:")).connect()
        values = ["bench", "generic", [str(line.path)]]
        place = (_SERVICE, "/org/freedesktop/ModemManager1", f"{_SERVICE}.Test", "SetProfile")
        try:
            async with asyncio.timeout(10):
                while True:
                    reply = await bus.call(Message(*place, signature="ssas", body=values))
                    if reply.message_type is not MessageType.ERROR:
                        return
                    await asyncio.sleep(0.05)
        finally:
            bus.disconnect()

    async def unplug(self, line: PluggedModem) -> None:
        """Pull the cable and end ModemManager: it forgets such a modem only so, there is no kernel to tell it."""
        await line.unplug()
        process, self._modem_manager = self._modem_manager, None
        if process is not None:
            await asyncio.to_thread(_end, process)

    def _start_network_manager(self) -> None:
        wrapper = self._folder / "pppd"
        wrapper.write_text(
            f'#!/bin/sh\nPYTHONPATH={_ROOT} exec {sys.executable} -m simulators.modem.point_to_point "$@"\n'
        )
        wrapper.chmod(0o755)
        (self._folder / "network.conf").write_text(_NETWORK_CONFIG)
        run = self._folder / "run"
        run.mkdir()
        script = _NETWORK_SCRIPT.format(folder=self._folder, run=run, pppd=_PPPD, program=_NETWORK_MANAGER)
        self._run(["unshare", "--net", "--mount", "sh", "-c", script], "network-manager.log")

    def _bus_answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self._bus)) == 0

    def _run(self, command: list[str], log: str) -> subprocess.Popen[bytes]:
        address = self.address.removeprefix("dbus:")
        surroundings = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address, "DBUS_SESSION_BUS_ADDRESS": address}
        with open(self._folder / log, "wb") as output:
            process = subprocess.Popen(
                command, env=surroundings, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._processes.append(process)
        return process


class PluggedModem:
    """A modem model on a socket file, one computer at a time."""

    def __init__(self, model: ModemModel, path: Path) -> None:
        self.model, self.path = model, path
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Wait for a computer."""
        self._server = await asyncio.start_unix_server(self._converse, self.path)

    async def unplug(self) -> None:
        """Pull the cable; may be called twice."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            for writer in set(self._writers):
                writer.transport.abort()
            await server.wait_closed()
            self.path.unlink(missing_ok=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.model.send = writer.write
        self._writers.add(writer)
        try:
            while data := await reader.read(4096):
                self.model.feed(data)
                await writer.drain()
        except ConnectionError:
            return  # the cable was pulled
        finally:
            self._writers.discard(writer)
            writer.close()


@contextlib.contextmanager
def network_services(folder: Path, with_network_manager: bool = True) -> Iterator[NetworkServices]:
    """Run the services for some tests; skips where they cannot run."""
    if reason := why_not():
        pytest.skip(reason)
    services = NetworkServices(folder)
    try:
        services.start(with_network_manager)
        yield services
    finally:
        services.stop()


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
            return


def _until(true: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + 5
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(complaint)
        time.sleep(0.02)
