"""A full disk at every write of a sitting: words for the operator, nothing lost, and on it goes once there is space."""

import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("full_disk_driver.py")


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(sys.platform == "win32", reason="file-size limits are a POSIX call")
def test_a_full_disk_at_any_write_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(tmp_path)], capture_output=True, text=True, timeout=380, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 60
