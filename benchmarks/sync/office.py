"""What one and two office workers take: packets per second and CPU per packet, against a bare fsynced write and insert.

`python -m benchmarks.sync.office [--kits 4] [--packets 10] [--size 2000000] [--rounds 3]`. Each office worker is a
process of its own; the kits are threads of this one. Rounds alternate, medians are shown, and each round has a fresh
database, since workers go on with what an earlier round left. One worker on SQLite, one and two on one PostgreSQL with
a common folder. CPU is told apart by process: the kits, the workers, the database server; and how many cores they kept
busy together: where that is less than there are, the disk is waited for. `TMPDIR=/dev/shm` puts everything into memory
and shows what is left without one. Opening packets goes on behind the receipts: two workers get more of it done in the
same round and so seem dearer; `--receive-only` leaves it out.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import sqlcipher3.dbapi2 as sqlcipher

from station.office.serve import pairing_code
from tests.integration.office.conftest import TestKit, make_kit
from tests.integration.office.postgres import PrivatePostgres, private_postgres


@dataclass(frozen=True)
class Setting:
    """How many workers on which database."""

    name: str
    workers: int
    on_postgres: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kits", type=int, default=4)
    parser.add_argument("--packets", type=int, default=10)
    parser.add_argument("--size", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--receive-only", action="store_true", help="workers that do not open what they receive")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = [
            Setting("1 worker, SQLite", 1, False),
            Setting("1 worker, PostgreSQL", 1, True),
            Setting("2 workers, PostgreSQL", 2, True),
        ]
        bare: list[float] = []
        measured: dict[str, list[Round]] = {setting.name: [] for setting in settings}
        for turn in range(arguments.rounds):
            bare.append(_bare(folder / f"bare-{turn}", arguments.packets * arguments.kits, arguments.size))
            for setting in settings:
                measured[setting.name].append(_round(folder / f"{turn}-{setting.name}", setting, arguments))
        _show(bare, measured)


@dataclass(frozen=True)
class Round:
    """Packets per second, and milliseconds of CPU per packet of the kits, the workers and the database server.

    `queued_ms`: how long the workers' threads were ready to run and had no core.
    """

    rate: float
    kits_ms: float
    workers_ms: float
    database_ms: float
    queued_ms: float

    @property
    def cores(self) -> float:
        """Return how many cores they kept busy together."""
        return self.rate * (self.kits_ms + self.workers_ms + self.database_ms) / 1000


def _show(bare: list[float], measured: dict[str, list[Round]]) -> None:
    best = statistics.median(bare)
    print(f"bare write + fsync + insert: {best:6.1f} packets/s; {os.cpu_count()} cores")
    for name, rounds in measured.items():
        rate, kits, workers, database, queued, cores = (
            statistics.median(getattr(each, part) for each in rounds)
            for part in ("rate", "kits_ms", "workers_ms", "database_ms", "queued_ms", "cores")
        )
        print(
            f"{name:<22} {rate:6.1f} packets/s, {rate / best:.2f} of bare; CPU per packet: kits {kits:.0f} ms, workers "
            f"{workers:.0f} ms (and {queued:.0f} ms waiting for a core), database {database:.0f} ms; "
            f"{cores:.2f} cores busy"
        )


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


def _round(folder: Path, setting: Setting, arguments: argparse.Namespace) -> Round:
    data = folder / "office"
    with ExitStack() as stack:
        server = stack.enter_context(private_postgres()) if setting.on_postgres else None
        database = None if server is None else server.url
        workers = [
            stack.enter_context(_worker(data, database, arguments.receive_only))
            for _worker_number in range(setting.workers)
        ]
        kits = []
        for number in range(arguments.kits):
            port = workers[number % len(workers)][1]
            name = f"KIT-{number}"
            kits.append(_kit(folder / name, port, data, name, database))
        for kit in kits:  # one packet each, so that no worker is measured while it wakes up
            kit.queue(kit.seal(arguments.size, seed=arguments.packets))
        _send(kits)
        for kit in kits:
            for number in range(arguments.packets):
                kit.queue(kit.seal(arguments.size, seed=number))
        processes = [psutil.Process(worker[0].pid) for worker in workers]
        queued_before = _queued_s(processes)
        before, started = _cpu_s(processes, server), time.monotonic()
        sent = _send(kits)
        seconds = time.monotonic() - started
        queued = _queued_s(processes) - queued_before
        used = [after - earlier for after, earlier in zip(_cpu_s(processes, server), before, strict=True)]
    if sent != arguments.kits * arguments.packets:
        raise SystemExit(f"only {sent} receipts")
    return Round(sent / seconds, *(1000 * part / sent for part in (*used, queued)))


def _send(kits: list[TestKit]) -> int:
    with ThreadPoolExecutor(len(kits)) as threads:
        return sum(threads.map(lambda kit: asyncio.run(kit.engine.run_once("lan")).receipts, kits))


@contextmanager
def _worker(
    data: Path, database: str | None, receive_only: bool = False
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    program = ["benchmarks.sync.receiving_worker"] if receive_only else ["station", "office", "serve"]
    command = [sys.executable, "-m", *program, "--data", str(data), "--port", str(port)]
    command += ["--database", database] if database else []
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield process, port
    finally:
        process.terminate()
        process.wait(30)


def _cpu_s(workers: list[psutil.Process], server: PrivatePostgres | None) -> tuple[float, float, float]:
    """Return CPU seconds so far of the kits, the workers, and every process of the database server that is alive."""
    database: list[psutil.Process] = []
    if server is not None:
        number = int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        database = psutil.Process(number).children()
    return _sum([psutil.Process()]), _sum(workers), _sum(database)


def _sum(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.Error):
            total += sum(process.cpu_times()[:2])
    return total


def _queued_s(workers: list[psutil.Process]) -> float:
    """Return the seconds all threads of the workers waited on a run queue (Linux, schedstat)."""
    waited = 0
    for process in workers:
        for thread in Path(f"/proc/{process.pid}/task").glob("*/schedstat"):
            with suppress(OSError):
                waited += int(thread.read_text().split()[1])
    return waited / 1e9


def _kit(folder: Path, port: int, data: Path, name: str, database: str | None) -> TestKit:
    kit = make_kit(folder, f"https://127.0.0.1:{port}", name)
    asyncio.run(kit.engine.pair(pairing_code(data, name, database)))
    return kit


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit("the office did not start")


if __name__ == "__main__":
    main()
