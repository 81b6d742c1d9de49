"""The stage of the failure pictures: one bench with a session under way, a small disk where this machine allows one.

Leaves the scenes to `make_failure_pictures.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from make_screenshots import FOLDER, hands, settle
from textual.pilot import Pilot

from station.bootstrap import StationServices
from station.capture.gates import Documents
from station.capture.sitting import Sitting
from station.config import KitConfig
from station.domain.person import Biodata
from station.domain.staff import Actor
from station.store.rosters import Student
from station.ui.app import StationApp
from station.ui.screens.student import StudentScreen

DOCUMENTS = Documents(family_card=True, birth_certificate=True, certificate_no="AK-1", biodata_read_aloud=True)


class Stage:
    """One bench with a session under way, and who works there."""

    def __init__(self, services: StationServices, folder: Path, boss: Actor, second: Actor) -> None:
        self.services = services
        self.folder = folder
        self.boss = boss
        self.second = second
        self.session = services.sessions.list()[0]
        self.students = services.rosters.students(self.session.school_id)
        self.app: StationApp
        self.pilot: Pilot[None]

    def fault(self, line: str) -> None:
        """Let something go wrong at the next operation."""
        hands(self.folder, op="fault", line=line)

    def student(self, number: int) -> Student:
        """Return the student of that list number."""
        return next(one for one in self.students if one.number == number)

    def biodata(self, number: int) -> Biodata:
        """Return what the registry says about the student of that number."""
        found = self.services.extracts.of_nik(self.student(number).nik)
        if found is None:
            raise LookupError(f"no registry record of number {number}")
        return found

    def registry_says(self, biodata: Biodata) -> None:
        """Let an extract with this record arrive."""
        body = {"records": [biodata.as_dict()], "missing": [], "asked": ""}
        with self.services.database.write() as connection:
            self.services.extracts.apply_siak_extract(connection, body, self.services.clock.now())

    async def begin(self, number: int) -> Sitting:
        """Attend a student and begin the sitting."""
        student = self.student(number)
        self.services.sessions.attend(self.boss, self.session.session_id, student.student_id)
        return await self.services.recording.begin(self.boss, self.session.session_id, student.student_id, DOCUMENTS)

    async def begin_with_photo_and_signature(self, number: int) -> Sitting:
        """Begin a sitting of which the first two steps are done."""
        recording, sitting = self.services.recording, await self.begin(number)
        await recording.capture_photo(self.boss, sitting.sitting_id, at_once=True)
        recording.approve_photo(self.boss, sitting.sitting_id)
        await recording.capture_signature(self.boss, sitting.sitting_id)
        return recording.sitting(sitting.sitting_id)

    async def show_student(self, number: int) -> None:
        """Open the student's page in the app."""
        student = self.student(number)
        self.services.sessions.attend(self.boss, self.session.session_id, student.student_id)
        self.app.push_screen(StudentScreen(self.session, student))
        await settle(self.pilot)

    async def save(self, name: str) -> None:
        """Save what is on screen."""
        await self.pilot.pause(0.3)
        self.app.save_screenshot(f"failure-{name}.svg", path=str(FOLDER))
        sys.stdout.write(f"docs/screens/failure-{name}.svg\n")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[bool]:
    """Put a small disk of its own under a folder where the machine allows it; yields whether it did."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    if not mounted:
        sys.stdout.write(f"no small disk could be mounted at {folder}: a picture is left out\n")
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def passphrase(config: KitConfig) -> str:
    """Return the passphrase of the bench's kit."""
    return config.passphrase_file.read_text().strip() if config.passphrase_file else ""
