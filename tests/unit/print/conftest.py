"""A print room for each test, its module unlocked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.print.print_bench import PrintBench, PrintWorld


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[PrintBench]:
    bench = PrintBench(PrintWorld(), tmp_path / "station.db")
    await bench.activate()
    yield bench
    await bench.production.close()
    bench.close()
