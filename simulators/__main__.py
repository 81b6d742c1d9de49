"""`python -m simulators`: starts a bench, writes kit.toml, and opens the app on it where asked.

Without `--app` it prints one line of JSON when everything serves, and runs until its
standard input ends or it is told to stop.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from simulators.bench import Bench, BenchOptions
from simulators.field_day import FIELD_FAULTS
from simulators.tempo import TEMPOS

_FAULTS_HELP = "what goes wrong: nothing, people with difficulties, or devices and link as well (default: none)"
_ZONE = ZoneInfo("Asia/Makassar")


def main() -> int:
    """Read the arguments and run the bench."""
    arguments = _parser().parse_args()
    if arguments.fresh and arguments.dir.exists():
        shutil.rmtree(arguments.dir)
    return asyncio.run(_run(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path("bench"), help="folder of the bench (default: bench)")
    parser.add_argument("--students", type=int, default=40, help="people in the waiting room (default: 40)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same people (default: 7)")
    parser.add_argument("--faults", choices=["none", "people", "field"], default="none", help=_FAULTS_HELP)
    parser.add_argument("--blanks", type=int, default=100, help="blanks delivered with the bench (default: 100)")
    parser.add_argument(
        "--pace", type=float, default=0.2, help="seconds of the printer, scaled (1: true, default: 0.2)"
    )
    parser.add_argument("--tempo", choices=[*TEMPOS], default="brisk", help="how fast people move (default: brisk)")
    parser.add_argument("--fresh", action="store_true", help="throw away what an earlier bench left in the folder")
    parser.add_argument("--app", action="store_true", help="open the station's app on the bench and stop with it")
    return parser


async def _run(arguments: argparse.Namespace) -> int:
    field = arguments.faults == "field"
    options = BenchOptions(
        folder=arguments.dir.resolve(),
        students=arguments.students,
        seed=arguments.seed,
        day=datetime.now(_ZONE).date(),
        difficult_people=field or arguments.faults == "people" or arguments.app,
        faults=FIELD_FAULTS if field else "",
        pace=arguments.pace,
        tempo=TEMPOS[arguments.tempo],
        delivered_blanks=arguments.blanks,
        attended=arguments.app,
    )
    if arguments.app:
        sys.stderr.write("Menyiapkan orang, alat, server kantor dan pusat tiruan ...\n")
    bench = Bench(options)
    _end_on_signals()
    try:
        await bench.start()
        if arguments.app:
            return await asyncio.to_thread(_open_app, bench.kit_file)
        sys.stdout.write(json.dumps({"ready": True, "kit": str(bench.kit_file)}) + "\n")
        sys.stdout.flush()
        await _until_input_ends()
        return 0
    except asyncio.CancelledError:
        return 0
    finally:
        await bench.stop()


def _end_on_signals() -> None:
    """Let SIGTERM and SIGINT end the bench in order, also while it is still starting."""
    task = asyncio.current_task()
    if task is None:
        return
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, task.cancel)


def _open_app(kit_file: Path) -> int:
    return subprocess.run([sys.executable, "-m", "station", "--config", str(kit_file)], check=False).returncode


async def _until_input_ends() -> None:
    """Wait for the end of standard input where somebody holds it open, else for ever."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    descriptor = sys.stdin.fileno()

    def read_and_forget() -> None:
        if not os.read(descriptor, 4096):
            loop.remove_reader(descriptor)
            ended.set()

    with contextlib.suppress(PermissionError):  # a file or /dev/null: nobody holds it open, only signals count
        loop.add_reader(descriptor, read_and_forget)
    await ended.wait()


if __name__ == "__main__":
    sys.exit(main())
