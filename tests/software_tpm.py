"""A real TPM 2.0 in software (swtpm) for tests: one process and one folder of state for each."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from station.keys.tpm import Tpm

START_TIMEOUT_S = 10.0


def missing() -> str:
    """Return why no software TPM can run here, or nothing."""
    if shutil.which("swtpm") is None:
        return "swtpm is not installed"
    return "" if find_spec("tpm2_pytss") else "the library tpm2-pytss is not installed"


@contextmanager
def software_tpm(state: Path) -> Iterator[Tpm]:
    """Run a TPM whose seeds and counters are kept in `state`: the same folder is the same chip after a restart."""
    state.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tpm") as folder:  # the path of a socket must be short
        socket = f"{folder}/s"
        command = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--flags", "not-need-init,startup-clear"]
        command += ["--server", f"type=unixio,path={socket}", "--ctrl", f"type=unixio,path={socket}.ctrl"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _wait_for(process, Path(f"{socket}.ctrl"))
            yield Tpm(f"swtpm:path={socket}")
        finally:
            process.terminate()
            process.wait(START_TIMEOUT_S)


def _wait_for(process: subprocess.Popen[bytes], socket: Path) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("swtpm did not start")
        time.sleep(0.01)
