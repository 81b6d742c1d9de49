"""Services for the tests of the app: the real composition root on a real encrypted database, a clock that stands still.

Only the devices are absent: a kit without devices answers at once.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from textual.pilot import Pilot

from station.bootstrap import StationServices, open_station
from station.config import CaptureConfig, KitConfig, LetterheadConfig, OfficeConfig, PrintConfig
from station.domain.clock import ManualClock
from station.domain.identifiers import CountedIds
from station.domain.person import Biodata, Citizenship, MaritalStatus, Sex
from station.domain.staff import Actor, Role
from station.staff.book import StaffBook
from station.store import rosters
from station.store.rosters import School, Student
from station.ui.app import StationApp

MORNING = datetime(2026, 7, 20, 0, 15, tzinfo=UTC)
PASSWORD = "rahasia-contoh"
_NAMES = ("MELATI", "KENANGA", "CEMPAKA", "DAHLIA", "MAWAR", "ANGGREK", "SERUNI", "TERATAI")
WORK_GROUPS = ("work", "credentials", "overview", "start")


def kit_config(data_dir: Path) -> KitConfig:
    """Return settings without devices."""
    return KitConfig(
        kit_id="KIT-UJI",
        data_dir=data_dir,
        passphrase_file=None,
        time_zone=ZoneInfo("Asia/Makassar"),
        language="id",
        devices=(),
        office=OfficeConfig(),
        letterhead=LetterheadConfig(),
        capture=CaptureConfig(backup_dirs=(str(data_dir / "medium"),)),
        printing=PrintConfig(),
    )


def make_services(folder: Path) -> StationServices:
    """Return services on a fresh database in `folder`; passwords are hashed cheaply, all else is as in the field."""
    services = open_station(kit_config(folder), "kata sandi kit", clock=ManualClock(MORNING), ids=CountedIds())
    services.__dict__["staff"] = StaffBook(
        services.database, services.clock, services.ids, services.audit, PasswordHasher(1, 8, 1)
    )
    return services


def add_staff(services: StationServices) -> Actor:
    """Add an administrator `sari`, a supervisor `budi`, custodian `wati`, division head `joko`; return the first."""
    boss = services.staff.create_administrator("Sari Contoh", "sari", PASSWORD)
    services.staff.add(boss, "Budi Contoh", "budi", PASSWORD, frozenset({Role.SUPERVISOR}))
    services.staff.add(boss, "Wati Contoh", "wati", PASSWORD, frozenset({Role.CUSTODIAN}))
    services.staff.add(boss, "Joko Contoh", "joko", PASSWORD, frozenset({Role.DIVISION_HEAD}))
    return boss


def person(number: int) -> Biodata:
    """Return the biodata of a fictional student."""
    female = number % 2 == 0
    day = number + (40 if female else 0)
    return Biodata(
        nik=f"631101{day:02d}0309{number:04d}",
        name=f"SISWA {_NAMES[number % len(_NAMES)]} CONTOH",
        birth_place="PARINGIN",
        birth_date=date(2009, 3, number),
        sex=Sex.FEMALE if female else Sex.MALE,
        blood_type="-",
        address=f"JALAN CONTOH NO {number}",
        neighbourhood="001/002",
        village="CONTOH",
        district="PARINGIN",
        regency="BALANGAN",
        province="KALIMANTAN SELATAN",
        domicile="63.11",
        religion="ISLAM",
        marital_status=MaritalStatus.SINGLE,
        occupation="PELAJAR/MAHASISWA",
        citizenship=Citizenship.INDONESIAN,
        family_card_no=f"63110103090900{number:02d}",
    )


def add_school(services: StationServices, actor: Actor, count: int = 12) -> list[Biodata]:
    """Add a school with fictional students of whom the registry's records are on the kit."""
    people = [person(number) for number in range(1, count + 1)]
    add_students(services, actor, people)
    return people


def add_students(services: StationServices, actor: Actor, people: Sequence[Biodata]) -> School:
    """Put people on the list of a school, with the registry's records of them, and return the school."""
    school = services.rosters.add_school(actor, "SMAN 1 CONTOH")
    for one in people:
        services.rosters.add_walk_in(
            actor, school.school_id, one.nik, one.name, one.birth_place, one.birth_date, one.sex, "XI IPA 1"
        )
    body = {"records": [one.as_dict() for one in people], "missing": [], "asked": ""}
    with services.database.write() as connection:
        services.extracts.apply_siak_extract(connection, body, services.clock.now())
    return school


def add_long_list(services: StationServices, actor: Actor, names: Sequence[str]) -> list[Student]:
    """Put a long list of names on one school at once and open a session there."""
    school = services.rosters.add_school(actor, "SMAN 1 CONTOH")
    students = [
        Student(
            f"{number:032x}",
            school.school_id,
            number,
            f"6311{number:012d}",
            name,
            "PARINGIN",
            date(2009, 3, 1),
            Sex.FEMALE,
            f"XI {number // 40:02}",
        )
        for number, name in enumerate(names, 1)
    ]
    with services.database.write() as connection:
        rosters.add_students(connection, students, "roster", actor.staff_id, services.clock.now())
    services.sessions.open(actor, school.school_id)
    return students


async def settle(pilot: Pilot[None], timeout_s: float = 20.0) -> None:
    """Wait until no work of a screen runs and all messages are handled."""
    ends_at = time.monotonic() + timeout_s
    while time.monotonic() < ends_at:
        await pilot.pause(0.02)
        if not any(worker.group in WORK_GROUPS and worker.is_running for worker in pilot.app.workers):
            await pilot.pause()
            return
    raise AssertionError("work of the screen did not end")


async def sign_in(pilot: Pilot[None], login: str = "sari") -> None:
    """Enter as somebody without typing; typing the password is tested once, in the shell's tests."""
    app = pilot.app
    assert isinstance(app, StationApp)
    await settle(pilot)
    app.enter(app.services.staff.sign_in(login, PASSWORD))
    await settle(pilot)


async def type_password(pilot: Pilot[None], login: str) -> None:
    """Sign in by keyboard from the first screen."""
    await settle(pilot)
    await pilot.press(*login, "enter", *PASSWORD, "enter")
    await settle(pilot)
