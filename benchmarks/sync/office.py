"""What one office worker takes: uploads per second and CPU per packet, against a bare fsynced write and insert.

`python -m benchmarks.sync.office [--kits 4] [--packets 10] [--size 2000000]`. The office is a process of its own;
the kits are threads of this one. Also: what a feed page costs from 10 to 2,000 kits in one database.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
import sqlcipher3.dbapi2 as sqlcipher

from station.office import feed, tables
from station.office.serve import ServeOptions, open_office, pairing_code
from station.sync.connection import Endpoint
from station.sync.trust import load_trust
from tests.integration.office.conftest import TestKit, make_kit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kits", type=int, default=4)
    parser.add_argument("--packets", type=int, default=10)
    parser.add_argument("--size", type=int, default=2_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = _bare(folder / "bare", arguments.packets * arguments.kits, arguments.size)
        print(f"bare write + fsync + insert: {bare:6.1f} packets/s")
        rate, cpu_ms = _office(folder, arguments)
        print(f"office, 1 worker, SQLite:    {rate:6.1f} packets/s, {cpu_ms:.0f} ms of office CPU per packet")
        for kits in (10, 100, 2000):
            print(f"feed page of 10 with {kits:>4} kits: {_feed_page_ms(folder / f'feed-{kits}', kits):.2f} ms")


def _bare(folder: Path, count: int, size: int) -> float:
    folder.mkdir()
    connection = sqlcipher.connect(str(folder / "bare.db"), isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE packet (id INTEGER PRIMARY KEY, size INTEGER)")
    content = os.urandom(size)
    started = time.monotonic()
    for number in range(count):
        with open(folder / str(number), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        connection.execute("INSERT INTO packet VALUES (?, ?)", (number, size))
    connection.close()
    return count / (time.monotonic() - started)


def _office(folder: Path, arguments: argparse.Namespace) -> tuple[float, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "office"
    command = [sys.executable, "-m", "station", "office", "serve", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        kits = [_kit(folder / f"kit-{number}", port, data, number) for number in range(arguments.kits)]
        for kit in kits:
            for number in range(arguments.packets):
                kit.queue(kit.seal(arguments.size, seed=number))
        office = psutil.Process(process.pid)
        before = sum(office.cpu_times()[:2])
        started = time.monotonic()
        with ThreadPoolExecutor(len(kits)) as threads:
            sent = sum(threads.map(lambda kit: asyncio.run(kit.engine.run_once("lan")).receipts, kits))
        seconds = time.monotonic() - started
        used = sum(office.cpu_times()[:2]) - before
        if sent != arguments.kits * arguments.packets:
            raise SystemExit(f"only {sent} receipts")
        return sent / seconds, 1000 * used / sent
    finally:
        process.terminate()
        process.wait(30)


def _kit(folder: Path, port: int, data: Path, number: int) -> TestKit:
    kit = make_kit(folder, f"https://127.0.0.1:{port}", f"KIT-{number}")
    asyncio.run(kit.engine.pair(pairing_code(data, f"KIT-{number}")))
    Endpoint(kit.config.office.lan_url, load_trust(folder / "trust").context())
    return kit


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit("the office did not start")


def _feed_page_ms(folder: Path, kits: int) -> float:
    office = open_office(ServeOptions(folder), serving=False)
    now = datetime.now(UTC)
    with office.database.write() as connection:
        for number in range(kits):
            connection.execute(
                tables.kit.insert().values(
                    kit_id=f"KIT-{number}", state="paired", signing_public=b"", sealing_recipient="", certificate=b"",
                    certificate_until="", prints_at="", paired_at="", last_seen_at="",
                )
            )  # fmt: skip
            for _item in range(20):
                feed.append(connection, f"KIT-{number}", "status", bytes(100), now)
    turns = 200
    started = time.monotonic()
    for turn in range(turns):
        with office.database.read() as connection:
            feed.page(connection, f"KIT-{turn % kits}", 10)
            feed.acknowledged(connection, f"KIT-{turn % kits}")
    seconds = time.monotonic() - started
    office.close()
    return 1000 * seconds / turns


if __name__ == "__main__":
    main()
