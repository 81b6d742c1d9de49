"""A whole rehearsed day, with the troubles of a field day, on the real code paths."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from simulators.usb.pcsc import pcsc_is_possible


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(bool(pcsc_is_possible()), reason=f"the bench cannot run here: {pcsc_is_possible()}")
def test_a_day_with_its_troubles_ends_with_everything_true(tmp_path: Path) -> None:
    report_file = tmp_path / "report.json"
    arguments = ["rehearse", "--students", "9", "--seed", "11", "--faults", "field", "--json", str(report_file)]
    result = subprocess.run(
        [sys.executable, "-m", "station", *arguments, "--keep", str(tmp_path / "day")],
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    report = json.loads(report_file.read_text())
    assert all(report["invariants"].values())
    assert report["students"] == 9
    assert report["refused"] >= 2, "the under-age student and the one of another regency"
    assert report["duplicates"] == 1, "the twin entry"
    assert report["spoiled"] >= 1, "the jam after the chip was written"
    assert report["printed"] == report["handed_over"] > 0
    struck = report["faults_struck"]
    assert any("fingerprint" in fault and "unplug" in fault for fault in struck)
    assert any("link" in fault and "cut" in fault for fault in struck)
    assert report["bytes_on_wire"] < 1.25 * report["bytes_sealed"], "no packet is sent twice after a cut"
    written = {path.suffix for path in (tmp_path / "day" / "laporan").iterdir()}
    assert {".xlsx", ".pdf", ".txt"} <= written
    assert "LULUS" in result.stdout
