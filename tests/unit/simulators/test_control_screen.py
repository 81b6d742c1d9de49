"""The control screen of the bench: what is chosen there strikes, and every fault on offer is one a model knows."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.control import ControlServer, fault_operations
from simulators.faults import FaultScript, parse_fault
from simulators.known_faults import KNOWN_FAULTS
from simulators.people import defects

_MODELS = {
    "fingerprint": ("usb.livescan", "usb.fingerprint_scanner", "sbi.service"),
    "fingerprint-staff": ("usb.livescan", "usb.fingerprint_scanner"),
    "iris": ("usb.livescan", "usb.iris_scanner"),
    "signature": ("usb.stu_pad",),
    "camera": ("camera",),
    "modem": ("modem.model",),
    "link": ("relay",),
    "gnss": ("gnss",),
    "printer": ("printer.agent",),
    "display": ("display",),
    "smartcard-sam": ("usb.ccid",),
    "smartcard-encoder": ("usb.ccid",),
}


@pytest.fixture
def faults() -> FaultScript:
    return FaultScript()


@pytest.fixture
def bench(faults: FaultScript, tmp_path: Path) -> Iterator[Path]:
    server = ControlServer({**fault_operations(faults), "look": lambda _request: {"somebody": True}})
    (tmp_path / "bench.json").write_text(json.dumps({"control_port": server.port}))
    yield tmp_path
    server.close()


def _typed(bench: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulators.control_screen", "--dir", str(bench)]
    text = "".join(f"{line}\n" for line in lines)
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=30, check=False)


def test_a_fault_chosen_by_number_or_typed_strikes_the_next_operation(bench: Path, faults: FaultScript) -> None:
    number = [line for _words, line in KNOWN_FAULTS].index("printer print_card 1 jam") + 1
    seen = _typed(bench, str(number), "iris eye:LEFT 1 closed", "", "q")
    assert seen.returncode == 0, seen.stderr
    assert "done: printer print_card 1 jam" in seen.stdout
    assert "waiting: iris eye:LEFT 1 closed" in seen.stdout
    assert "before the kit: somebody" in seen.stdout
    struck = faults.take("printer", "print_card")
    assert struck is not None
    assert struck.action == "jam"
    assert "struck:  printer print_card 1 jam" in _typed(bench, "q").stdout


def test_what_is_no_fault_is_refused_with_the_reason_and_does_nothing(bench: Path, faults: FaultScript) -> None:
    seen = _typed(bench, "999", "printer jam", "unplug", "q")
    assert "there is no fault 999" in seen.stdout
    assert "refused: ValueError: a fault is: device operation count action" in seen.stdout
    assert faults.waiting() == ()


def test_without_a_bench_it_says_so(tmp_path: Path) -> None:
    seen = _typed(tmp_path, "q")
    assert seen.returncode == 2
    assert "no bench runs" in seen.stderr


@pytest.mark.parametrize("line", [line for _words, line in KNOWN_FAULTS])
def test_every_fault_on_offer_is_one_that_a_device_model_knows(line: str) -> None:
    fault = parse_fault(line)
    people = {
        defect.value for kind in (defects.FingerDefect, defects.SlapDefect, defects.IrisDefect) for defect in kind
    }
    told = " ".join(importlib.import_module(f"simulators.{module}").__doc__ or "" for module in _MODELS[fault.device])
    assert f"`{fault.action}" in told or fault.action in people
