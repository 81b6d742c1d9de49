"""Starts the bench as a separate process, as a person starts it by hand, and stops it in the end."""

from __future__ import annotations

import contextlib
import json
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import station
from station.domain.errors import NotFound, StorageFailure

_READY_TIMEOUT_S = 150.0
_STOP_TIMEOUT_S = 40.0


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """Which bench is wanted."""

    folder: Path
    students: int
    seed: int
    faults: str
    blanks: int
    pace: float


@contextlib.contextmanager
def running_bench(request: BenchRequest) -> Iterator[Path]:
    """Run a fresh bench and yield its kit.toml; raises NotFound or StorageFailure in the operator's words."""
    checkout = Path(station.__file__).resolve().parents[1]
    if not (checkout / "simulators").is_dir():
        raise NotFound("rehearse-bench-missing")
    command = [
        *(sys.executable, "-m", "simulators", "--fresh", "--dir", str(request.folder)),
        *("--students", str(request.students), "--seed", str(request.seed), "--faults", request.faults),
        *("--blanks", str(request.blanks), "--pace", str(request.pace)),
    ]
    request.folder.mkdir(parents=True, exist_ok=True)
    log_path = request.folder.with_name(request.folder.name + "-bench.log")
    with log_path.open("wb") as log:
        process = subprocess.Popen(command, cwd=checkout, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
    try:
        yield _wait_until_ready(process, log_path)
    finally:
        _stop(process)
        log_path.unlink(missing_ok=True)


def _wait_until_ready(process: subprocess.Popen[bytes], log_path: Path) -> Path:
    if process.stdout is None:
        raise StorageFailure("rehearse-bench-not-ready", seconds=0, reason="no output")
    deadline = time.monotonic() + _READY_TIMEOUT_S
    while time.monotonic() < deadline:
        readable, _, _ = select.select([process.stdout], [], [], 0.2)
        if readable:
            line = process.stdout.readline()
            with contextlib.suppress(ValueError, KeyError):
                return Path(json.loads(line)["kit"])
        if process.poll() is not None:
            break
    process.kill()
    words = log_path.read_text(encoding="utf-8", errors="replace")[-800:]
    raise StorageFailure("rehearse-bench-not-ready", seconds=int(_READY_TIMEOUT_S), reason=words)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_TIMEOUT_S)
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
