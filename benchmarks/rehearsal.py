"""What a whole day costs the kit: CPU seconds and bytes per student, memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Figure

_STUDENTS = 6


def figures() -> list[Figure]:
    """Rehearse a small class and divide."""
    with tempfile.TemporaryDirectory() as name:
        report_file = Path(name) / "report.json"
        command = ["rehearse", "--students", str(_STUDENTS), "--seed", "5", "--json", str(report_file)]
        subprocess.run([sys.executable, "-m", "station", *command], check=True, capture_output=True, timeout=900)
        report = json.loads(report_file.read_text())
    recorded = report["recorded"]
    overhead = report["bytes_on_wire"] / report["bytes_sealed"]
    return [
        Figure("CPU of the kit per student, whole day", report["cpu_seconds"] / recorded, None, "s", "", "under 8 s"),
        Figure("recording, wall per student", report["seconds"]["record"] / recorded, None, "s", "", "under 15 s"),
        Figure("bytes on the wire over bytes sealed", overhead, None, "x", "", "at most 1.06"),
        Figure("peak memory", report["peak_rss_mib"], None, "MiB", "", "flat in the number of students"),
    ]
