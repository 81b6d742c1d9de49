"""A print room of one process that is killed: activates, produces one card, and dies at the chosen moment.

Arguments: folder, number of the moment to die at (0: never), two ports, and `recover` to
recover instead, as the start after a first crash does. Started by the test as a separate
process; the printer's agent and the cards live in the test's process.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from station.config import DeviceConfig
from station.devices.registry import open_device
from station.store.database import Database
from tests.integration.print.remote_cards import RemoteReader
from tests.unit.print.print_bench import OPERATOR, PrintBench, PrintWorld

_left = 0


def pass_by() -> None:
    """Go past one moment; at the chosen one the process gets no chance to tidy up."""
    global _left  # noqa: PLW0603 - one process, one countdown
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


class KilledDatabase(Database):
    """Dies right after a commit."""

    @contextmanager
    def write(self) -> Iterator[Connection]:
        outer = getattr(self._open_write, "connection", None)
        with super().write() as connection:
            yield connection
        if outer is None:
            pass_by()


def _dying(printer: Any) -> Any:
    for name in ("feed_to_encoder", "print_card", "eject"):
        inner = getattr(printer, name)

        async def command(*arguments: Any, _inner: Any = inner, **options: Any) -> Any:
            result = await _inner(*arguments, **options)
            pass_by()
            return result

        setattr(printer, name, command)
    return printer


async def run(folder: Path, printer_port: int, card_port: int) -> None:
    """Produce and confirm one card."""
    world = PrintWorld(blanks=1)
    options = {"station": "K-UJI", "poll_s": "0.01", "reply_timeout_s": "2"}
    world.printer = _dying(
        open_device(DeviceConfig("printer", "hdp5000", f"tcp://127.0.0.1:{printer_port}", "printer", options=options))
    )
    world.readers = {name: RemoteReader(name, card_port) for name in ("sam", "encoder", "desk")}
    bench = PrintBench(world, folder / "station.db", fresh=False)
    bench.ids._count = 10_000 + os.getpid()
    bench.database.__class__ = KilledDatabase
    await bench.activate()
    global _left  # noqa: PLW0603
    _left = int(sys.argv[2])
    if "recover" in sys.argv:
        await bench.production.recover(OPERATOR)
        return
    job = bench.queue.jobs()[0]
    made = await bench.production.produce(OPERATOR, job.job_id)
    assert made.waits_for_confirmation, made.problem
    await RemoteReader("hands", card_port).ask("take_output")
    await bench.production.confirm(OPERATOR, made.intent_id)
    print("done", -_left, flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[3]), int(sys.argv[4])))
