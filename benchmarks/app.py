"""Cold start of the app to its first painted words and to its first question, on a pty, beside an empty Textual app.

Run it twice where compiled bytecode is kept: the first run after a change compiles.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure, in_turn, seconds

_EMPTY_APP = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("SIAP-KOSONG")
Empty().run()
"""
_FIRST_QUESTION = b"Mulai pertama"
_TIMEOUT_S = 30.0
_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
_ROWS_AND_COLUMNS = struct.pack("HHHH", 40, 120, 0, 0)


def figures() -> list[Figure]:
    """Measure both starts alternately."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "frasa").write_text("frasa sandi contoh")
        kit_file = folder / "kit.toml"
        kit_file.write_text('[kit]\nid = "KIT-UKUR"\ntpm = "off"\npassphrase_file = "frasa"\n')
        app = [sys.executable, "-m", "station", "--config", str(kit_file)]
        empty = [sys.executable, "-c", _EMPTY_APP]
        ours, peer = in_turn(lambda: _until_painted(app, b"STATION"), lambda: _until_painted(empty, b"SIAP-KOSONG"), 5)
        asked_s = median(seconds(lambda: _until_painted(app, _FIRST_QUESTION)) for _ in range(3))
    return [
        Figure("cold start to first paint", ours, peer, "s", "empty Textual app", "at most 2x"),
        Figure("cold start to the first question, kit unlocked", asked_s, None, "s", "", "under 2 s"),
    ]


def _until_painted(command: list[str], marker: bytes) -> None:
    """Start a program on a pty, wait until it has painted the marker, end it."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, _ROWS_AND_COLUMNS)
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, **_TERMINAL}, start_new_session=True
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
