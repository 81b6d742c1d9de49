"""The same contract tests once more, with the real libusb in the place of our USB/IP client.

Each module runs in a process of its own under the umockdev preload, with the bridge
between the simulators and the emulated device nodes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from simulators.usb.descriptors import interface_kinds
from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.stack import PRELOAD_LIBRARY, UsbBridge, bridge_is_possible
from simulators.usb.usbip_server import UsbipServer
from tests.contract.usb_bench import Room

PROJECT = Path(__file__).resolve().parents[2]
MODULES = ["test_livescan_fingerprint.py", "test_stu_pad.py", "test_livescan_iris.py", "test_uareu.py"]
reason = bridge_is_possible()
pytestmark = [pytest.mark.bench, pytest.mark.skipif(bool(reason), reason=reason)]


@pytest.mark.parametrize("module", MODULES)
def test_the_contract_holds_on_the_real_libusb(module: str) -> None:
    with tempfile.TemporaryDirectory(prefix="usb") as root:
        environment = {
            **os.environ,
            "LD_PRELOAD": PRELOAD_LIBRARY,
            "UMOCKDEV_DIR": root,
            "STATION_USB_LANE": "libusb",
        }
        for folder in ("sys/bus/usb/devices", "sys/class", "dev/bus/usb/001"):
            (Path(root) / folder).mkdir(parents=True)
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-x", f"tests/contract/{module}"]
        run = subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=110, check=False
        )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]


def test_lsusb_reads_our_descriptors_as_we_wrote_them(tmp_path: Path) -> None:
    server = UsbipServer()
    model = FingerprintScannerModel(Room())
    server.plug("1-1", model)
    bridge = UsbBridge(tmp_path, server.host, server.port)
    try:
        listing = subprocess.run(
            ["lsusb", "-v"],
            env={**os.environ, **bridge.environment()},
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        ).stdout
    finally:
        bridge.close()
        server.close()
    assert "ID 1209:0001" in listing
    assert "iSerial                 3 FP-0001" in listing
    number, device_class, subclass, protocol = interface_kinds(model.configuration_descriptor)[0]
    for name, value in [("Class", device_class), ("SubClass", subclass), ("Protocol", protocol), ("Number", number)]:
        assert any(line.split()[:2] == [f"bInterface{name}", str(value)] for line in listing.splitlines())
