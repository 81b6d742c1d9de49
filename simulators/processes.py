"""Starts the office server and the national centre as processes of their own and stops them in the end.

Does not simulate: servers that never start; a child that dies early is reported with its last words.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 25.0
_POLL_S = 0.05


class Child:
    """A child process that serves a TCP port on loopback; its output goes to a log file."""

    def __init__(
        self, name: str, arguments: list[str], port: int, log_dir: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.port = port
        log_dir.mkdir(parents=True, exist_ok=True)
        self._log_path = log_dir / f"{name}.log"
        self._log = self._log_path.open("ab")
        environment = {**os.environ, **(environment or {})}
        self._process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdout=self._log,
            stderr=self._log,
            stdin=subprocess.DEVNULL,
            env=environment,
        )

    def wait_until_serving(self) -> None:
        """Wait until the port answers; raises RuntimeError with the child's last words when it does not."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self._process.returncode}: {self._last_words()}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(_POLL_S)
        raise RuntimeError(f"{self.name} does not serve port {self.port}: {self._last_words()}")

    def stop(self) -> None:
        """Ask the child to end and wait; kill it when it does not."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()

    def _last_words(self) -> str:
        return self._log_path.read_text(encoding="utf-8", errors="replace")[-600:]


def run_station(arguments: list[str]) -> dict[str, object]:
    """Run one command of the station and return its JSON answer."""
    result = subprocess.run(
        [sys.executable, "-m", "station", *arguments, "--json"], capture_output=True, text=True, timeout=60, check=False
    )
    if result.returncode != 0:
        raise RuntimeError(f"station {' '.join(arguments)}: {result.stderr[-600:]} {result.stdout[-600:]}")
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def free_port() -> int:
    """Return a loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
