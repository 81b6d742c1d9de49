"""Serial addresses of every kind, and what is left behind after many plugs and unplugs."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serial
import serial.rfc2217

from simulators.gnss import GnssModel
from simulators.modem import ModemLine, ModemModel
from station.devices.errors import DeviceError, DeviceUnavailable
from station.devices.gnss.nmea import open_receiver
from station.devices.modem.at import open_modem
from station.domain.clock import SystemClock
from station.domain.errors import BadInput
from tests.unit.devices.far_ends import SmallWorld, soon


class _PortServer(threading.Thread):
    """One RFC 2217 port server before a pseudo-terminal, made of pyserial's own server side."""

    def __init__(self, terminal: str) -> None:
        super().__init__(daemon=True, name="port server")
        self._serial = serial.serial_for_url(terminal, timeout=0.02)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._stopping = threading.Event()

    def write(self, data: bytes) -> None:
        """Send to the client; called by the protocol's server side."""
        self._client.sendall(data)

    def run(self) -> None:
        self._client, _address = self._listener.accept()
        self._client.settimeout(0.02)
        # the server side asks for modem lines, which a pseudo-terminal has not
        port: Any = _WithLines(self._serial)
        connection: Any = self
        manager = serial.rfc2217.PortManager(port, connection)
        while not self._stopping.is_set():
            try:
                data = self._client.recv(1024)
                if not data:
                    break
                self._serial.write(b"".join(manager.filter(data)))
            except TimeoutError:
                pass
            if got := self._serial.read(self._serial.in_waiting or 1):
                self._client.sendall(b"".join(manager.escape(got)))

    def stop(self) -> None:
        self._stopping.set()
        self.join(3)
        self._client.close()
        self._listener.close()
        self._serial.close()


class _WithLines:
    """A port that says its modem lines are all set."""

    cts = dsr = cd = True
    ri = False

    def __init__(self, port: serial.SerialBase) -> None:
        object.__setattr__(self, "_port", port)

    def __getattr__(self, name: str) -> object:
        return getattr(self._port, name)


@pytest.fixture
def threads_and_files() -> Iterator[None]:
    threads, files = threading.active_count(), _open_files()
    yield
    # the test's own event loop has three descriptors and a few worker threads; a leak would have hundreds
    assert threading.active_count() <= threads + 8
    assert _open_files() <= files + 8


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial's own
async def test_a_modem_behind_a_port_server_is_the_same_modem() -> None:
    line = ModemLine(ModemModel(SmallWorld(), SystemClock()))
    server = _PortServer(line.start_terminal().removeprefix("serial:"))
    server.start()
    modem = open_modem(f"rfc2217://127.0.0.1:{server.port}", "modem", {})
    assert (await modem.identity()).model == "CM-4G"
    await modem.close()
    await asyncio.to_thread(server.stop)
    await line.stop()


@pytest.mark.parametrize("address", ["nonsense://x", "socket:127.0.0.1:7010", "tcp://127.0.0.1:7010"])
def test_an_address_that_can_never_be_opened_is_told_as_such(address: str) -> None:
    with pytest.raises(BadInput) as caught:
        open_receiver(address, "gnss", {})
    assert caught.value.message_id == "device-address-wrong"


async def test_a_port_that_is_not_there_is_unavailable() -> None:
    for address in ("serial:/dev/not-there", "socket://127.0.0.1:1"):
        receiver = open_receiver(address, "gnss", {})
        with pytest.raises(DeviceUnavailable):
            await receiver.fix(1.0)
        await receiver.close()


@pytest.mark.usefixtures("threads_and_files")
async def test_fifty_plugs_and_unplugs_leave_nothing_behind() -> None:
    await _plug_and_unplug(50)


@pytest.mark.slow
@pytest.mark.usefixtures("threads_and_files")
async def test_five_hundred_plugs_and_unplugs_in_mid_command_leave_nothing_behind() -> None:
    await _plug_and_unplug(500)


async def _plug_and_unplug(times: int) -> None:
    line = ModemLine(ModemModel(SmallWorld(), SystemClock()))
    gnss = GnssModel(SmallWorld(), SystemClock(), interval_s=0.01)
    modem = open_modem(await line.start(), "modem", {"reply_timeout_s": "0.5"})
    receiver = open_receiver(await gnss.start(), "gnss", {"fresh_s": "0.5"})
    for _ in range(times):
        asking = asyncio.ensure_future(modem.sim_state())
        fixing = asyncio.ensure_future(receiver.fix(0.5))
        await asyncio.sleep(0.01)
        await asyncio.gather(line.stop(), gnss.stop())
        results = await asyncio.gather(asking, fixing, return_exceptions=True)
        assert all(not isinstance(result, BaseException) or isinstance(result, DeviceError) for result in results)
        await asyncio.gather(line.start(), gnss.start())
    await asyncio.sleep(0.3)  # a line that was cut is noticed by its reading thread
    assert (await modem.readiness()).ready
    assert await receiver.fix(2.0) is not None
    await asyncio.gather(modem.close(), receiver.close())
    await asyncio.gather(line.stop(), gnss.stop())
    await soon(
        lambda: not [thread for thread in threading.enumerate() if thread.name in ("modem reader", "gnss reader")]
    )
