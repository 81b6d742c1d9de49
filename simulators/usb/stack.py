"""Starts the bridge, and a private PC/SC service on it, for a bench or a test.

Nothing of the machine is used or changed: each stack has its own directory, its own
pcscd in its own mount namespace, and ends with its owner, however that ends. Works as root, and without
where user namespaces are allowed.

Does not simulate: the machine's own PC/SC service and its access rules.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from pathlib import Path

PRELOAD_LIBRARY = "libumockdev-preload.so.0"
START_TIMEOUT_S = 15.0
STOP_TIMEOUT_S = 5.0
_PROJECT = Path(__file__).resolve().parents[2]
_PCSCD_RUN_DIR = "/run/pcscd"
_PATH_LIMIT = 60


class StackError(RuntimeError):
    """A helper process did not start; the message says why."""


class UsbBridge:
    """The bridge process in front of a USB/IP server."""

    def __init__(
        self, run_dir: Path, host: str, port: int, only: Collection[str] = (), root: Path | None = None
    ) -> None:
        self.root = root or _short_directory(run_dir, "usb")
        command = [sys.executable, "-m", "simulators.usb.bridge", str(self.root), host, str(port), *only]
        self._process = subprocess.Popen(
            command, cwd=_PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_plain_environment()
        )
        _wait_for_line(self._process, b"READY")

    def environment(self) -> dict[str, str]:
        """Return the variables that let a program see the devices with its own libusb."""
        return {"LD_PRELOAD": PRELOAD_LIBRARY, "UMOCKDEV_DIR": str(self.root)}

    @property
    def process_id(self) -> int:
        """Return the process number, for those who count descriptors and threads."""
        return self._process.pid

    def close(self) -> None:
        """End the bridge; programs that still use it must have ended before."""
        _stop(self._process)
        shutil.rmtree(self.root, ignore_errors=True)


class PcscStack:
    """A bridge and a pcscd with the real libccid on it; `socket` is what clients need."""

    def __init__(
        self, run_dir: Path, host: str, port: int, only: Collection[str] = (), log_level: str = "--error"
    ) -> None:
        self._log_level = log_level
        missing = [name for name in ("pcscd", "unshare") if _program(name) is None]
        if missing:
            raise StackError(f"not installed: {', '.join(missing)}")
        self._bridge = UsbBridge(run_dir, host, port, only)
        self._directory = _process_directory(run_dir)
        self.socket = self._directory / "pcscd.comm"
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self.start_service()
        except BaseException:
            self.close()
            raise

    def start_service(self) -> None:
        """Start the service, or start it again after `stop_service`."""
        configuration = self._directory / "conf"
        configuration.mkdir(exist_ok=True)
        variables = " ".join(f"{name}={value}" for name, value in self._bridge.environment().items())
        script = (
            f"[ -d {_PCSCD_RUN_DIR} ] || mkdir {_PCSCD_RUN_DIR} 2>/dev/null"
            f" || {{ mount -t tmpfs none /run && mkdir {_PCSCD_RUN_DIR}; }}\n"
            f"mount --bind {self._directory} {_PCSCD_RUN_DIR} || exit 70\n"
            f"env {variables} {_program('pcscd')} --foreground {self._log_level} --config {configuration} &\n"
            "service=$!\ncat >/dev/null\nkill $service\nwait $service"
        )
        flags = ["--mount"] if os.geteuid() == 0 else ["--map-root-user", "--mount"]
        log = (self._directory / "pcscd.log").open("ab")
        with contextlib.closing(log):
            self._process = subprocess.Popen(
                [str(_program("unshare")), *flags, "sh", "-c", script],
                stdin=subprocess.PIPE, stdout=log, stderr=log, env=_plain_environment(),
            )  # fmt: skip
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while not self.socket.exists():
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                words = (self._directory / "pcscd.log").read_text(errors="replace")[-500:]
                raise StackError(f"pcscd did not start: {words}")
            time.sleep(0.02)

    def stop_service(self) -> None:
        """End the service, as a crash or an update would; the readers stay plugged in."""
        process, self._process = self._process, None
        if process is not None:
            _stop(process)
        for leftover in ("pcscd.comm", "pcscd.pid"):
            (self._directory / leftover).unlink(missing_ok=True)

    def environment(self) -> dict[str, str]:
        """Return the variable that lets a PC/SC client find the service."""
        return {"PCSCLITE_CSOCK_NAME": str(self.socket)}

    @property
    def log(self) -> Path:
        """Return where the service writes."""
        return self._directory / "pcscd.log"

    def close(self) -> None:
        """End everything."""
        self.stop_service()
        self._bridge.close()
        shutil.rmtree(self._directory, ignore_errors=True)


def bridge_is_possible() -> str:
    """Return why the bridge cannot run on this machine, or an empty text."""
    folders = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
    if not any(Path(folder, PRELOAD_LIBRARY).exists() for folder in folders):
        return f"{PRELOAD_LIBRARY} is not installed (package umockdev)"
    return ""


def pcsc_is_possible() -> str:
    """Return why a private PC/SC service cannot run on this machine, or an empty text."""
    if reason := bridge_is_possible():
        return reason
    missing = [name for name in ("pcscd", "unshare") if _program(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin")


def _plain_environment() -> dict[str, str]:
    unwanted = ("LD_PRELOAD", "UMOCKDEV_DIR", "PCSCLITE_CSOCK_NAME")
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def _short_directory(run_dir: Path, name: str) -> Path:
    run_dir.mkdir(parents=True, exist_ok=True)
    place = run_dir.resolve() if len(str(run_dir.resolve())) <= _PATH_LIMIT else Path(tempfile.gettempdir())
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=place))


def _process_directory(run_dir: Path) -> Path:
    """Return the same place for every stack of this process in turn: a PC/SC client reads its socket's name once."""
    place = Path(tempfile.gettempdir()) / f"station-pcsc-{os.getpid()}"
    try:
        place.mkdir(mode=0o700)
    except FileExistsError:
        return _short_directory(run_dir, "pcsc")
    return place


def _wait_for_line(process: subprocess.Popen[bytes], wanted: bytes) -> None:
    stream = process.stdout
    if stream is None or not select.select([stream], [], [], START_TIMEOUT_S)[0] or wanted not in stream.readline():
        _stop(process)
        raise StackError("the bridge did not start")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    else:
        process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_TIMEOUT_S)
    if process.stdout is not None:
        process.stdout.close()
