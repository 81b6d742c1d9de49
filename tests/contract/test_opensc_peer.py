"""opensc-tool, which nobody here wrote, on our readers and a card of ours (slow lane: make test-peers)."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.cards.slot import CardSlot
from simulators.faults import FaultScript
from simulators.usb.ccid import encoder_reader, sam_reader
from simulators.usb.pcsc import PcscStack, pcsc_is_possible
from simulators.usb.usbip_server import UsbipServer
from tests.contract.test_pcsc_readers import ATR, EchoCard

reason = pcsc_is_possible() or ("" if shutil.which("opensc-tool") else "opensc-tool is not installed (package opensc)")
pytestmark = [pytest.mark.peers, pytest.mark.skipif(bool(reason), reason=reason)]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[PcscStack]:
    server, slot = UsbipServer(), CardSlot()
    slot.insert(EchoCard())
    server.plug("1-3", sam_reader(slot, FaultScript()))
    server.plug("1-4", encoder_reader(CardSlot(), FaultScript()))
    stack = PcscStack(tmp_path, server.host, server.port)
    yield stack
    stack.close()
    server.close()


def opensc(stack: PcscStack, *arguments: str) -> str:
    command = ["opensc-tool", *arguments]
    environment = {**os.environ, **stack.environment()}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    return run.stdout + run.stderr


def test_opensc_lists_both_readers_and_sees_the_card(stack: PcscStack) -> None:
    deadline_s = time.monotonic() + 10
    while "ENCODER-0001" not in (listing := opensc(stack, "--list-readers")) and time.monotonic() < deadline_s:
        time.sleep(0.1)
    lines = {line.split()[0]: line for line in listing.splitlines() if "OMNIKEY" in line}
    assert len(lines) == 2
    assert any("SAM-0001" in line and "Yes" in line for line in lines.values())
    assert any("ENCODER-0001" in line and "No" in line for line in lines.values())


def test_opensc_reads_the_answer_to_reset_and_exchanges_a_command(stack: PcscStack) -> None:
    deadline_s = time.monotonic() + 10
    while "Yes" not in opensc(stack, "--list-readers") and time.monotonic() < deadline_s:
        time.sleep(0.1)
    number = next(line.split()[0] for line in opensc(stack, "--list-readers").splitlines() if "SAM-0001" in line)
    assert ATR.hex(":") in opensc(stack, "--reader", number, "--atr").lower()
    answer = opensc(stack, "--reader", number, "--send-apdu", "00:A4:04:00:02:A0:B1")
    assert "SW1=0x90, SW2=0x00" in answer
