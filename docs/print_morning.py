"""A print room ready for its morning: a bench, recorded students, print-ready records, blanks in the hopper.

Used by `make_print_morning.py` for its pictures; run alone it leaves the bench standing
for somebody who wants to walk the morning by hand, and prints how to open the app on it.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

import make_screenshots

from station.bootstrap import StationServices, open_station
from station.config import load_config
from station.domain.errors import StationError
from station.domain.staff import Actor
from station.rehearse.bench_control import BenchControl
from station.rehearse.crew import Crew
from station.rehearse.launcher import BenchRequest, running_bench
from station.rehearse.operator import RecordingOperator

STUDENTS, BLANKS_DELIVERED, SEED, PACE = 8, 60, 11, 0.1


@dataclass(slots=True)
class Morning:
    """The bench's folder, the people on duty, and the hands of the people in the room."""

    folder: Path
    boss: Actor
    second: Actor
    hands: BenchControl


def open_services(kit_file: Path) -> StationServices:
    """Open the station on the bench as the app does."""
    config = load_config(kit_file)
    passphrase = config.passphrase_file.read_text().strip() if config.passphrase_file else ""
    return open_station(config, passphrase)


async def prepare(services: StationServices, kit_file: Path, cards: int) -> Morning:
    """Record students until `cards` of them may be printed, and wait for the centre's records."""
    folder = kit_file.parent
    boss, second = await make_screenshots.prepare(services, folder)
    hands = BenchControl.beside(kit_file)
    operator = RecordingOperator(services, Crew(boss, boss, second, boss, second, boss), hands)
    session = services.sessions.list()[0]
    for student in services.rosters.students(session.school_id):
        services.sessions.attend(boss, session.session_id, student.student_id)
        try:
            await operator.record(session.session_id, student.student_id, student.name)
        except StationError as error:
            sys.stderr.write(f"{student.name}: {services.catalogue.error(error)}\n")
        hands.ask("leave")
    await make_screenshots.sync_until(
        services, lambda: sum(job.printable for job in services.print_queue.jobs()) >= cards
    )
    return Morning(folder, boss, second, hands)


async def _stand(folder: Path) -> None:
    with running_bench(BenchRequest(folder, STUDENTS, SEED, "none", BLANKS_DELIVERED, PACE)) as kit_file:
        services = open_services(kit_file)
        await prepare(services, kit_file, cards=3)
        await services.aclose()
        services.close()
        words = f"station --config {kit_file}   (sari / {make_screenshots.PASSWORD}; Enter here ends the bench)\n"
        sys.stdout.write(words)
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(_stand(Path(sys.argv[1]).resolve()))
