"""Cold start of the app to its first painted words, against an empty Textual app, each in its own process on a pty."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, in_turn

_EMPTY_APP = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("SIAP-KOSONG")
Empty().run()
"""
_TIMEOUT_S = 30.0
_SIZE = {"COLUMNS": "120", "LINES": "40", "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def figures() -> list[Figure]:
    """Measure both starts alternately."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "frasa").write_text("frasa sandi contoh")
        kit_file = folder / "kit.toml"
        kit_file.write_text('[kit]\nid = "KIT-UKUR"\npassphrase_file = "frasa"\n')
        app = [sys.executable, "-m", "station", "--config", str(kit_file)]
        empty = [sys.executable, "-c", _EMPTY_APP]
        ours, peer = in_turn(lambda: _until_painted(app, b"KTP-el"), lambda: _until_painted(empty, b"SIAP-KOSONG"), 5)
    return [Figure("cold start to first paint", ours, peer, "s", "empty Textual app", "at most 2x")]


def _until_painted(command: list[str], marker: bytes) -> None:
    """Start a program on a pty, wait until it has painted the marker, end it."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, **_SIZE}, start_new_session=True
    )
    os.close(slave)
    try:
        seen = b""
        deadline = time.monotonic() + _TIMEOUT_S
        while marker not in seen:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{command[-1]} painted nothing")
            if select.select([master], [], [], 0.5)[0]:
                seen += os.read(master, 65536)
    finally:
        process.kill()
        process.wait()
        os.close(master)
