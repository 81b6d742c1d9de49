"""Memory of the kit over rehearsed days of different length: peak of each phase, growth per student while recording.

`python -m benchmarks.capture.day_memory --students 6 18` takes some minutes; the growth is
the slope of a straight line through the samples after the first three students. The curve is printed while
the day runs, one line for every tenth of the students, so that a day that is cut short has told something too. The
peaks are the system's own (VmHWM), begun anew with each phase, so that no short one is missed between two samples.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from station.messages.catalogue import Catalogue

_CATALOGUE = Catalogue("id")
_NAMES = ("prepare", "record", "close", "sync", "centre", "print", "handover", "report")
_PHASES = {
    _CATALOGUE.text("rehearse-phase", phase=_CATALOGUE.text(f"rehearse-phase-{name}")).strip() for name in _NAMES
}
_SAMPLE_S = 2.0
_WARM_STUDENTS = 3


@dataclass(slots=True)
class _Day:
    """Resident MiB against the number of students told as recorded so far."""

    done: list[int] = field(default_factory=list)
    resident_mib: list[float] = field(default_factory=list)
    students: int = 0
    phase: str = "start"
    peaks_mib: dict[str, float] = field(default_factory=dict)

    def enter(self, phase: str, process_id: int) -> None:
        """Keep the peak of the phase that ends and begin a new one."""
        self.peaks_mib[self.phase] = max(self.peaks_mib.get(self.phase, 0.0), _peak_mib(process_id))
        self.phase = phase
        with contextlib.suppress(OSError):
            Path(f"/proc/{process_id}/clear_refs").write_text("5")

    def growth(self) -> float | None:
        """Return MiB per student once the libraries are loaded, None when the day was too short to tell."""
        warm = [(d, m) for d, m in zip(self.done, self.resident_mib, strict=True) if d >= _WARM_STUDENTS]
        if len({d for d, _ in warm}) < 2:
            return None
        return statistics.linear_regression([d for d, _ in warm], [m for _, m in warm]).slope


def rehearsed(students: int) -> tuple[dict[str, float], float | None]:
    """Return the peak MiB of each phase of a day, and MiB per student (None: too short to tell).

    Raises CalledProcessError when the day does not hold.
    """
    day, ended = _Day(), threading.Event()
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        command = ["rehearse", "--students", str(students), "--seed", "5", "--faults", "field", "--json", str(report)]
        process = subprocess.Popen(
            [sys.executable, "-m", "station", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        sampler = threading.Thread(target=_sample, args=(day, process.pid, ended, students))
        sampler.start()
        try:
            for line in process.stdout or ():
                if line.strip() in _PHASES:
                    day.enter(line.strip(), process.pid)
                number = line.partition("/")[0].strip()
                day.students = int(number) if number.isdigit() else day.students
        finally:
            ended.set()
            sampler.join()
        if process.wait() != 0:
            raise subprocess.CalledProcessError(process.returncode, command)
        return day.peaks_mib, day.growth()


def _peak_mib(process_id: int) -> float:
    """Return the highest resident memory since the mark was last reset; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _sample(day: _Day, process_id: int, ended: threading.Event, students: int) -> None:
    process = psutil.Process(process_id)
    told, every = 0, max(1, students // 10)
    while not ended.wait(_SAMPLE_S) and day.students < students:
        day.done.append(day.students)
        day.resident_mib.append(process.memory_info().rss / 2**20)
        if day.students >= told + every:
            told = day.students
            print(f"  after {told} students: {day.resident_mib[-1]:.0f} MiB resident", flush=True)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, nargs="+", default=[6, 18])
    for students in parser.parse_args().students:
        peaks_mib, growth_mib = rehearsed(students)
        growth = "too short to tell growth" if growth_mib is None else f"{growth_mib:+.1f} MiB for each after the third"
        print(f"{students} students: peak {max(peaks_mib.values()):.0f} MiB, {growth}")
        print("\n".join(f"  {phase:<40} {peak:4.0f} MiB" for phase, peak in peaks_mib.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
