"""Makes the pictures of docs/screens: starts a bench, works a short day on it through the app, saves what is seen.

Every picture shows the real app on the real code paths; people and devices are the
bench's. Pictures of printing are made by `make_print_morning.py`. Run by `make
screenshots`; takes about two minutes.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from textual.pilot import Pilot

from station.bootstrap import StationServices, open_station
from station.capture.gates import Documents
from station.capture.sitting import Sitting
from station.config import load_config
from station.domain.sample import Finger
from station.domain.staff import Actor, Role
from station.ledger.accounts import Party, PartyKind
from station.ledger.posting import Document
from station.registers.regency_files import RegencyMonth
from station.ui.app import StationApp
from station.ui.screens.read_aloud import ReadAloudScreen
from station.ui.screens.sitting import SittingScreen
from station.ui.widgets.picture import Picture

FOLDER = Path(__file__).parent / "screens"
PASSWORD = "kata-sandi-contoh"  # noqa: S105 - of a bench that lives two minutes
STUDENTS, BLANKS = 6, 40
BENCH_START_S, STEP_S = 180.0, 90.0
SMALL, LARGE = (80, 24), (120, 40)


@contextmanager
def bench(folder: Path, *options: str) -> Iterator[Path]:
    """Start a bench of simulators as a process of its own; yield its kit.toml."""
    command = [sys.executable, "-m", "simulators", "--dir", str(folder), "--students", str(STUDENTS), "--seed", "11"]
    command += options
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(process.stdout.readline() if process.stdout else "{}")
        yield Path(ready["kit"])
    finally:
        if process.stdin:
            process.stdin.close()
        process.wait(30)


def hands(folder: Path, **request: object) -> None:
    """Let the people of the bench do something with their hands."""
    port = json.loads((folder / "bench.json").read_text())["control_port"]
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(json.dumps(request).encode() + b"\n")
        line.makefile().readline()


async def prepare(services: StationServices, folder: Path) -> tuple[Actor, Actor]:
    """Set up staff, roster, registry data, blanks and a session, through the services the screens call."""
    first = services.staff.create_administrator("Sari Contoh", "sari", PASSWORD)
    services.staff.change_access(first, first.staff_id, frozenset(Role), active=True)
    boss = services.staff.sign_in("sari", PASSWORD)
    second = services.staff.add(boss, "Budi Contoh", "budi", PASSWORD, frozenset(Role) - {Role.ADMINISTRATOR})
    preview = services.roster_import.preview(folder / "daftar-siswa.xlsx", "SMAN 1 CONTOH")
    school = services.roster_import.commit(boss, preview).school
    await services.sync.pair(services.config.office.pairing_code)
    services.extracts.request(boss, school.school_id)
    await sync_until(services, lambda: len(services.extracts.known()) > 0)
    serials = (folder / "surat-jalan-blangko.txt").read_text(encoding="utf-8").split()
    today = services.clock.now().date()
    giver = Party(PartyKind.PROVINCE, "PROVINSI CONTOH")
    document = Document("001/BAST/CONTOH", today)
    services.blanks.receive(boss, document, giver, len(serials), len(serials), None, serials)
    services.blanks.issue_to_division(boss, second, BLANKS)
    services.blanks.issue_to_room(boss, second, services.config.printing.room, BLANKS)
    hands(folder, op="load_hopper", count=BLANKS)
    services.sessions.open(boss, school.school_id)
    return boss, second


async def sync_until(services: StationServices, done: object) -> None:
    """Exchange with the office until something came, within a deadline."""
    ends_at = time.monotonic() + STEP_S
    while time.monotonic() < ends_at:
        await services.sync.run_once("lan")
        if done():  # type: ignore[operator]
            return
        await asyncio.sleep(1)
    raise TimeoutError("the office did not answer")


async def settle(pilot: Pilot[None], quiet_s: float = 0.4) -> None:
    """Wait until no work of a screen runs."""
    ends_at = time.monotonic() + STEP_S
    while time.monotonic() < ends_at:
        await pilot.pause(quiet_s)
        if not any(worker.group in {"work", "overview", "start"} and worker.is_running for worker in pilot.app.workers):
            return


def save(pilot: Pilot[None], name: str) -> None:
    """Save what is on screen."""
    pilot.app.save_screenshot(f"{name}.svg", path=str(FOLDER))
    sys.stdout.write(f"docs/screens/{name}.svg\n")


ROOMS = {
    "home": "",
    "roster": "1",
    "session": "2",
    "devices": "d",
    "blanks": "9",
    "registers": "5",
    "sync": "4",
    "staff": "p",
}


async def visit(app: StationApp, boss: Actor, size: tuple[int, int], rooms: dict[str, str]) -> None:
    """Open the rooms one after the other."""
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.enter(boss)
        await pilot.pause(4)
        for name, key in rooms.items():
            await settle(pilot)
            for press in filter(None, key.split(",")):
                await pilot.press(press)
                await settle(pilot)
            save(pilot, f"{name}-{size[0]}")
            for _ in filter(None, key.split(",")):
                await pilot.press("escape")


async def share_out(app: StationApp, services: StationServices, boss: Actor) -> None:
    """Share blanks out among four invented regencies, with a picture of the proposal and one of the month's columns."""
    names = ("KABUPATEN CONTOH", "KOTA MISAL", "KABUPATEN UMPAMA", "KABUPATEN REKAAN")
    months = [RegencyMonth(name, "-", 200, 0, 0, 60 + 31 * index, 1, 40 * index, 20, 31)
              for index, name in enumerate(names)]  # fmt: skip
    made = services.province.start(boss, months)
    services.province.set_figures(boss, made.allocation_id, names[0], 310, 4)
    services.province.propose(boss, made.allocation_id, 500, floor=20, cap=250)
    await visit(app, boss, SMALL, {"province": "5,p", "usage-month": "9,b"})


async def record(app: StationApp, services: StationServices, boss: Actor) -> None:
    """Record the first student whose capture goes through, with pictures of each step."""
    session = services.sessions.list()[0]
    documents = Documents(family_card=True, birth_certificate=True, certificate_no="AK-1", biodata_read_aloud=True)
    student = services.rosters.students(session.school_id)[2]
    services.sessions.attend(boss, session.session_id, student.student_id)
    sitting: Sitting = await services.recording.begin(boss, session.session_id, student.student_id, documents)
    async with app.run_test(size=LARGE) as pilot:
        await settle(pilot)
        app.enter(boss)
        await settle(pilot)
        app.push_screen(ReadAloudScreen(sitting.biodata))
        await pilot.pause(0.5)
        save(pilot, "read-aloud-120")
        await pilot.press("escape")
        app.push_screen(SittingScreen(sitting))
        await settle(pilot)
        save(pilot, "photo-120")
        await pilot.press("enter")
        await pilot.pause(6)
        ends_at = time.monotonic() + STEP_S
        while time.monotonic() < ends_at and not app.screen.query_one(Picture).shows_picture:
            await pilot.pause(0.2)
        save(pilot, "fingers-120")
        await settle(pilot, 1.0)
        save(pilot, "review-120")
        await pilot.press("enter")
        await settle(pilot)


async def sign_in(services: StationServices, folder: Path, boss: Actor) -> None:
    """Enrol a finger and picture the sign-in that asks for it, with nobody at the desk."""
    await services.finger_sign_in.enrol(boss, boss.staff_id, Finger.RIGHT_INDEX)
    hands(folder, op="staff", who="")
    async with StationApp(services).run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press(*"sari", "enter", *PASSWORD, "enter")
        await settle(pilot, 1.0)
        save(pilot, "finger-80")
        await pilot.press("escape")
    (folder / "petugas").unlink()


async def main() -> None:
    """Make all pictures."""
    FOLDER.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="station-screens-"))
    try:
        with bench(folder) as kit_file:
            config = load_config(kit_file)
            passphrase = config.passphrase_file.read_text().strip() if config.passphrase_file else ""
            services = open_station(config, passphrase)
            boss, _second = await prepare(services, folder)
            await visit(StationApp(services), boss, SMALL, ROOMS)
            await visit(StationApp(services, theme_name="matahari"), boss, LARGE, {"home": ""})
            await share_out(StationApp(services), services, boss)
            await record(StationApp(services), services, boss)
            await sign_in(services, folder, boss)
            await services.aclose()
            services.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main())
