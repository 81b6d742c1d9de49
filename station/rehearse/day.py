"""The whole day, phase by phase, and what must hold at its end."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from station.bootstrap import StationServices, open_station
from station.config import load_config
from station.messages.catalogue import Catalogue
from station.rehearse.bench_control import BenchControl
from station.rehearse.crew import hire
from station.rehearse.hand_over_day import HandOverDay
from station.rehearse.invariants import check_invariants
from station.rehearse.launcher import BenchRequest, running_bench
from station.rehearse.papers import write_papers
from station.rehearse.print_day import PrintDay
from station.rehearse.report import RehearsalReport
from station.rehearse.school_day import SchoolDay

_PRINTER_PACE = 0.005
_SPARE_BLANKS = 20

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RehearsalOptions:
    """How many students, which people, what goes wrong, and where to keep what was made (None: nowhere)."""

    students: int
    seed: int
    faults: str
    keep: Path | None


def rehearse(options: RehearsalOptions, catalogue: Catalogue, tell: Tell) -> RehearsalReport:
    """Run the day and return what was found; `tell` hears of the progress."""
    with _folder(options.keep) as folder:
        return asyncio.run(_run(options, folder, catalogue, tell))


async def _run(options: RehearsalOptions, folder: Path, catalogue: Catalogue, tell: Tell) -> RehearsalReport:
    report = RehearsalReport()
    phases = _Phases(report, catalogue, tell)
    tell(catalogue.text("rehearse-starting"))
    started_s = time.monotonic()
    request = BenchRequest(
        folder, options.students, options.seed, options.faults, options.students + _SPARE_BLANKS, _PRINTER_PACE
    )
    with running_bench(request) as kit_file:
        report.seconds["bench"] = time.monotonic() - started_s
        config = load_config(kit_file)
        passphrase = config.passphrase_file.read_text(encoding="utf-8").strip() if config.passphrase_file else ""
        services = open_station(config, passphrase, catalogue)
        hands = BenchControl.beside(kit_file)
        try:
            await _work(services, hands, folder, phases)
        finally:
            hands.close()
            await services.aclose()
            services.close()
    report.cpu_seconds, report.peak_rss_mib = _resources()
    return report


async def _work(services: StationServices, hands: BenchControl, folder: Path, phases: _Phases) -> None:
    report, crew = phases.report, await hire(services, hands)
    school = SchoolDay(services, crew, hands, report, phases.tell)
    cards = PrintDay(services, crew, hands, report)
    with phases.phase("prepare"):
        await school.prepare(folder / "daftar-siswa.xlsx")
    with phases.phase("record"):
        await school.record_everybody()
    with phases.phase("close"):
        report.invariants["backup-proven"] = await school.close()
    with phases.phase("sync"):
        await school.send()
    with phases.phase("centre"):
        await school.wait_for_decisions()
    with phases.phase("print"):
        cards.take_blanks(folder / "surat-jalan-blangko.txt")
        sam_pin = json.loads((folder / "bench.json").read_text(encoding="utf-8"))["sam_pin"]
        await cards.print_cards(sam_pin)
    with phases.phase("handover"):
        await HandOverDay(services, crew, hands, report).give_out(school.session_id)
        cards.give_back()
    with phases.phase("report"):
        await school.report_home()
        report.documents += write_papers(services, school.session_id, school.checklist, folder / "laporan")
    report.faults_struck = list(hands.ask("struck")["faults"])
    check_invariants(services, hands, school, folder, report)


class _Phases:
    """Times the phases and says which one runs."""

    def __init__(self, report: RehearsalReport, catalogue: Catalogue, tell: Tell) -> None:
        self.report = report
        self.tell = tell
        self._catalogue = catalogue

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time one phase."""
        words = self._catalogue.text(f"rehearse-phase-{name}")
        self.tell(self._catalogue.text("rehearse-phase", phase=words))
        started_s = time.monotonic()
        try:
            yield
        finally:
            self.report.seconds[name] = time.monotonic() - started_s


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="station-") as name:
        yield Path(name)


def _resources() -> tuple[float, float]:
    """Return the CPU seconds of this process and its peak memory in MiB."""
    import psutil

    times = os.times()
    process = psutil.Process()
    peak = getattr(process.memory_info(), "peak_wset", 0)
    if not peak:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return times.user + times.system, peak / 2**20
