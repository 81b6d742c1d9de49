"""Records a class by keyboard and reports: `python -m tests.e2e.school_class --students 40 --size 80x24`.

Starts a bench with the faults of a field day and people who move as people do, opens the
app on it in tmux, and lets a typist work the whole day with keys only. Takes about a
minute and a half a student; the report and a text picture of every screen that was seen
are left in the folder.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.school_class.day import SchoolDay
from tests.e2e.school_class.terminal import Terminal
from tests.e2e.school_class.typist import Stuck, Typist

ROOT = Path(__file__).parents[3]


def main() -> int:
    """Work the day and print the report as JSON; exit 1 where the typist was stuck or somebody was not settled."""
    arguments = _parser().parse_args()
    size = tuple(int(part) for part in arguments.size.split("x"))
    folder: Path = arguments.keep or Path(tempfile.mkdtemp(prefix="station-class-"))
    bench, pictures = folder / "bench", folder / f"screens-{arguments.size}"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    terminal = Terminal(f"station-class-{arguments.size}", (size[0], size[1]), arguments.typing_s)
    typist = Typist(terminal, bench, pictures, arguments.think_s)
    day = SchoolDay(typist, arguments.students)
    command = (
        f"cd {ROOT} && exec {sys.executable} -m simulators --dir {bench} --students {arguments.students}"
        f" --seed {arguments.seed} --faults field --tempo lifelike --fresh --app"
    )
    terminal.open(command)
    try:
        day.work()
    except (Stuck, TimeoutError) as trouble:
        typist.note(str(trouble))
    except subprocess.CalledProcessError:
        typist.note("the terminal is gone: the app ended")
    finally:
        terminal.close()
    report = _report(day, terminal, typist)
    (folder / f"report-{arguments.size}.json").write_text(json.dumps(report, indent=1, ensure_ascii=False))
    sys.stdout.write(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return 1 if report["stuck"] or report["students"] < arguments.students else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.school_class", description=__doc__)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--size", default="80x24", help="columns x rows of the terminal")
    parser.add_argument("--typing-s", type=float, default=0.15, help="seconds from key to key")
    parser.add_argument("--think-s", type=float, default=0.6, help="seconds to read a screen and decide")
    parser.add_argument("--keep", type=Path, help="folder for bench, report and text pictures")
    return parser


def _report(day: SchoolDay, terminal: Terminal, typist: Typist) -> dict[str, object]:
    done = [one for one in day.outcomes if one.outcome == "recorded"]
    class_s = sum(one.seconds for one in day.outcomes)
    lags_ms = sorted(1000 * lag for lag in terminal.lags_s)
    return {
        "students": len(day.outcomes),
        "recorded": len(done),
        "refused": sum(one.outcome not in {"recorded", "stuck"} for one in day.outcomes),
        "stuck": sum(one.outcome == "stuck" for one in day.outcomes) + (len(day.seconds) < 7),
        "students_per_hour": round(3600 * len(day.outcomes) / class_s, 1) if class_s else None,
        "seconds_per_recorded_student": round(statistics.median(one.seconds for one in done), 1) if done else None,
        "keys_per_recorded_student": round(statistics.median(one.keys for one in done), 1) if done else None,
        "key_lag_ms": {
            "keys": len(lags_ms),
            "median": round(statistics.median(lags_ms), 1) if lags_ms else None,
            "p95": round(lags_ms[int(0.95 * (len(lags_ms) - 1))], 1) if lags_ms else None,
            "worst": round(lags_ms[-1], 1) if lags_ms else None,
        },
        "seconds": day.seconds,
        "keys": terminal.keys,
        "remarks": {one.number: one.remarks for one in day.outcomes if one.remarks},
        "notes": typist.notes,
        "at": time.strftime("%Y-%m-%d %H:%M"),
    }


if __name__ == "__main__":
    sys.exit(main())
