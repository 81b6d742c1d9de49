"""What a whole kit costs while nobody uses it: every device of a bench open, asked every 2 s as the device panel does.

The bench runs in processes of its own; only this process, which holds the drivers, is counted.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure
from station.config import load_config
from station.devices.kit import DeviceReport, Kit

_SECONDS = 20.0
_ASKED_EVERY_S = 2.0


def figures() -> list[Figure]:
    """Measure the kit asked as the device panel asks, and the kit left alone."""
    with tempfile.TemporaryDirectory(prefix="kit") as folder:
        command = [sys.executable, "-m", "simulators", "--dir", folder, "--students", "2"]
        bench = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert bench.stdin is not None
        assert bench.stdout is not None
        try:
            kit_file = Path(json.loads(bench.stdout.readline())["kit"])
            return asyncio.run(_measure(kit_file))
        finally:
            bench.stdin.close()
            bench.wait(30)


async def _measure(kit_file: Path) -> list[Figure]:
    kit = Kit(load_config(kit_file))
    first = await kit.reports()
    await asyncio.sleep(1.0)
    begun_s = time.perf_counter()
    last = await kit.reports()
    round_ms = (time.perf_counter() - begun_s) * 1000
    asked = await _percent(kit)
    alone = await _percent(None)
    await kit.close()
    silent = sorted({row.kind for row in last if row.in_use} - _answering(last))
    label = f"{len(_answering(last))} of {len({row.kind for row in first})} kinds of device"
    if silent:
        label += f" (silent: {', '.join(silent)})"
    return [
        Figure(f"idle kit, {label}, asked every 2 s", asked, None, "% of a core", "", "below 1 %"),
        Figure(f"idle kit, {label}, left alone", alone, None, "% of a core", "", "below 1 %"),
        Figure("all devices asked once, all answered", round_ms, None, "ms", "", "the panel is true within 2 s"),
    ]


def _answering(reports: list[DeviceReport]) -> set[str]:
    return {row.kind for row in reports if row.in_use and row.identity is not None}


async def _percent(kit: Kit | None) -> float:
    begun_s, used_s = time.perf_counter(), time.process_time()
    while time.perf_counter() - begun_s < _SECONDS:
        if kit is not None:
            await kit.reports()
        await asyncio.sleep(_ASKED_EVERY_S)
    return (time.process_time() - used_s) / (time.perf_counter() - begun_s) * 100
