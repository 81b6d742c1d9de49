"""The real process killed at every durable step: nothing told is lost, nothing half shows as whole."""

import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("crash_driver.py")


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("mode", "least_steps"), [("sitting", 25), ("backup", 5)])
def test_a_kill_at_any_durable_step_loses_nothing_told(tmp_path: Path, mode: str, least_steps: int) -> None:
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(tmp_path), mode], capture_output=True, text=True, timeout=380, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= least_steps
