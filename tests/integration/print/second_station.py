"""A print room of one process that shares its printer: makes one card, tells each step, then waits to be killed.

Arguments: folder, port of the printer's agent, port of the card slots. `hold` as a fourth
argument keeps the process, and with it the printer, after the card is out.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from station.config import DeviceConfig
from station.devices.registry import open_device
from tests.integration.print.remote_cards import RemoteReader
from tests.unit.print.print_bench import OPERATOR, PrintBench, PrintWorld


async def run(folder: Path, printer_port: int, card_port: int, hold: bool) -> None:
    """Produce one card."""
    world = PrintWorld(blanks=1)
    options = {"station": "K-UJI", "poll_s": "0.01", "reply_timeout_s": "5"}
    address = f"tcp://127.0.0.1:{printer_port}"
    world.printer = open_device(DeviceConfig("printer", "hdp5000", address, "printer", options=options))
    world.readers = {name: RemoteReader(name, card_port) for name in ("sam", "encoder", "desk")}
    bench = PrintBench(world, folder / "station.db", fresh=False)
    bench.ids._count = 10_000 + os.getpid()
    await bench.activate()
    job = bench.queue.jobs()[0]
    made = await bench.production.produce(OPERATOR, job.job_id, lambda one: print(one.step.value, flush=True))  # noqa: T201
    print("made", made.state.value, flush=True)  # noqa: T201
    if hold:
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), "hold" in sys.argv[4:]))
