"""A packet over a thin cellular line with real TCP at both ends (slow lane, needs root: make test-link)."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulators.cellular import CellularLink, IpCount, Weather
from station.office.kits import new_code
from station.office.serve import RunningOffice, ServeOptions
from tests.integration.office.conftest import TestKit, make_kit

pytestmark = [pytest.mark.link, pytest.mark.timeout(600)]
PAYLOAD_BYTES = 500_000
FAREWELL_S = 2.0  # the end of the connection must cross the line too, or the office waits for a kit that is gone
OFFICE_ADDRESS = "10.9.0.1"


@dataclass(frozen=True)
class Sent:
    """How one packet went over the line; seconds until the kit held the signed receipt."""

    size: int
    seconds: float
    count: IpCount
    tls_up_bytes: int

    def __str__(self) -> str:
        overhead = 100 * (self.count.total - self.size) / self.size
        return (
            f"{self.seconds:.1f} s, IP +{overhead:.1f} % both ways, {self.count.blackouts} blackouts, "
            f"{self.count.lost} packets lost, {100 * self.tls_up_bytes / self.size:.1f} % of the file written to TLS"
        )


@pytest.fixture(autouse=True)
def cubic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kit's TCP behave as on any Debian, whatever this machine's own default is (a kernel-wide setting)."""
    connect = socket.create_connection

    def connect_as_debian_does(*arguments: Any, **named: Any) -> socket.socket:
        connected = connect(*arguments, **named)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
        return connected

    monkeypatch.setattr(socket, "create_connection", connect_as_debian_does)


@pytest.fixture
def office_on_the_line(tmp_path: Path) -> Iterator[RunningOffice]:
    options = ServeOptions(
        tmp_path / "office",
        host="0.0.0.0",  # noqa: S104 - the line's address comes later
        port=0,
        host_names=(OFFICE_ADDRESS,),
        intake=False,
    )
    with RunningOffice(options) as running:
        yield running


def send(office: RunningOffice, folder: Path, weather: Weather) -> Sent:
    """Send one packet from the kit's side of the line, in as many runs as it takes."""
    kit = make_kit(folder / "kit", f"https://127.0.0.1:{office.port}")
    asyncio.run(kit.engine.pair(new_code(office.office, "KIT-1")))
    packet = kit.seal(PAYLOAD_BYTES)
    kit.queue(packet)
    kit.at(f"https://{OFFICE_ADDRESS}:{office.port}")
    with CellularLink(weather) as link:
        started = time.monotonic()
        with ThreadPoolExecutor(1) as clock, link.kit_side():
            delivered = clock.submit(_when_delivered, kit)
            for _run in range(20):
                report = asyncio.run(kit.engine.run_once("lan"))
                if report.receipts:
                    break
        seconds = delivered.result() - started
        time.sleep(FAREWELL_S)
    assert report.receipts == 1, report.problems
    sent = Sent(packet.size, seconds, link.count, kit.engine._endpoints["lan"].count.sent)
    sys.stdout.write(f"\n{weather}: {sent}\n")  # the lane runs with -s: its figures are what it is for
    return sent


def _when_delivered(kit: TestKit) -> float:
    """Wait until the kit holds the office's signed receipt; return the moment."""
    deadline = time.monotonic() + 500
    while "delivered" not in kit.outbox_states().values() and time.monotonic() < deadline:
        time.sleep(0.02)
    return time.monotonic()


def test_half_a_megabyte_over_a_clean_line_takes_hardly_longer_than_the_line_itself(
    office_on_the_line: RunningOffice, tmp_path: Path
) -> None:
    sent = send(office_on_the_line, tmp_path, Weather())
    assert sent.seconds <= 23.0  # the line alone needs 20.0
    assert sent.count.total <= 1.095 * sent.size


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_loss_and_blackouts_never_make_a_file_go_twice(
    office_on_the_line: RunningOffice, tmp_path: Path, seed: int
) -> None:
    bad = Weather(loss=0.05, blackout_every_bytes=200_000, blackout_s=5.0, seed=seed)
    sent = send(office_on_the_line, tmp_path, bad)
    assert sent.count.blackouts >= 2
    assert sent.tls_up_bytes <= 1.3 * sent.size
    assert sent.count.up <= 1.4 * sent.size


def test_blackouts_longer_than_patience_cost_time_but_not_the_file_again(
    office_on_the_line: RunningOffice, tmp_path: Path
) -> None:
    sent = send(office_on_the_line, tmp_path, Weather(loss=0.005, blackout_every_bytes=150_000, blackout_s=20.0))
    assert sent.count.blackouts >= 3
    assert sent.tls_up_bytes <= 1.4 * sent.size
