"""How soon a key is answered in the list of a school: 2,000 students against 20, in the app itself.

What is measured is the work from a key to the painted rows: searching, laying out, painting.
A pilot waits a fixed moment at each key, the same for both lists, so the difference is the
list's own.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from station.bootstrap import StationServices
from station.ui.app import StationApp
from tests.ui.ui_bench import add_long_list, add_staff, make_services, settle, sign_in

LONG, SHORT, CAME = 2_000, 20, 15
NAMES = ("MELATI", "KENANGA", "CEMPAKA", "DAHLIA", "MAWAR", "ANGGREK", "SERUNI", "TERATAI")
KEYS = ("slash", *"melati", "space", *"kenanga", *["down"] * 8)


def median_lag_s(students: int) -> float:
    """Return the median seconds from a key to its answer, over typing, clearing and moving in a list of `students`."""
    with tempfile.TemporaryDirectory() as folder:
        services = make_services(Path(folder))
        try:
            _fill(services, students)
            return statistics.median(asyncio.run(_typed(services)))
        finally:
            services.close()


async def _typed(services: StationServices) -> list[float]:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("2")
        await settle(pilot)
        await pilot.pause(1.0)
        lags_s = []
        for key in KEYS:
            started_s = time.perf_counter()
            await pilot.press(key)
            lags_s.append(time.perf_counter() - started_s)
        return lags_s


def _fill(services: StationServices, count: int) -> None:
    boss = add_staff(services)
    names = [f"SISWA {NAMES[n % 8]} {NAMES[n // 8 % 8]}" for n in range(1, count + 1)]
    students = add_long_list(services, boss, names)
    [session] = services.sessions.list()
    for student in students[:CAME]:
        services.sessions.attend(boss, session.session_id, student.student_id)
