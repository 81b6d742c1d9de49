"""A small recording desk for tests: the real rooms on a real database, and devices that hand out a synthetic person.

The devices implement the product's interfaces in this process; wires and drivers are
tested in their own rooms.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from pyrage import x25519

from simulators.people.person import Person, make_person
from station.capture.backup import Backup
from station.capture.examiner import Examiner
from station.capture.extracts import SiakExtracts
from station.capture.gates import Documents
from station.capture.recording import Recording
from station.capture.sessions import Session, SessionBook
from station.capture.sitting import Sitting
from station.config import CaptureConfig
from station.devices.camera.interface import Camera
from station.devices.fingerprint.interface import (
    FingerCapture,
    FingerImage,
    FingerPreview,
    FingerprintScanner,
    FingerRequest,
)
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.iris.interface import IrisCapture, IrisImage, IrisPreview, IrisRequest, IrisScanner
from station.devices.kit import Kit
from station.devices.signature.interface import PadArea, SignatureCapture, SignaturePad, SignatureRequest
from station.domain.card import PhotoBackground, photo_background
from station.domain.clock import ManualClock
from station.domain.identifiers import CountedIds, IdSource
from station.domain.sample import ColourImage, Eye, Finger, GreyImage, PenSample, Slap
from station.domain.staff import Actor, Role
from station.keys.keystore import KitKeys
from station.keys.signing import SoftwareSigner
from station.messages.catalogue import Catalogue
from station.staff.audit import AuditLog
from station.store import rosters, siak
from station.store.database import Database, open_database
from station.store.rosters import School, Student
from station.store.schema import create_schema

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Makassar")
OPERATOR = Actor("o" * 32, "Petugas Satu", frozenset({Role.FIELD_OPERATOR}))
SUPERVISOR = Actor("s" * 32, "Petugas Dua", frozenset({Role.SUPERVISOR}))
DOCUMENTS = Documents(family_card=True, birth_certificate=True, certificate_no="AKTA-1", biodata_read_aloud=True)
IDENTITY = DeviceIdentity("Contoh", "Meja", "1", "1.0")
BACKDROPS = {
    PhotoBackground.RED: (200, 30, 35),
    PhotoBackground.BLUE: (20, 90, 200),
    PhotoBackground.ORANGE: (240, 130, 20),
}


@dataclass
class TestDevices:
    """Every capture device of the desk; `person` stands before it, `attempt` grows with each capture."""

    __test__ = False

    person: Person
    clock: ManualClock
    attempt: int = 0
    slap_from: Callable[[Slap, int, frozenset[Finger]], GreyImage] | None = None
    finger_from: Callable[[Finger, int], GreyImage] | None = None
    iris_from: Callable[[Eye, int], GreyImage] | None = None
    photo_from: Callable[[], ColourImage] | None = None
    failure: Exception | None = None
    captures_slaps: bool = True

    async def identity(self) -> DeviceIdentity:
        return IDENTITY

    async def readiness(self) -> Readiness:
        return Readiness()

    async def close(self) -> None:
        return None

    def _next(self) -> int:
        if self.failure is not None:
            raise self.failure
        self.attempt += 1
        return self.attempt

    async def finger_capture(
        self, request: FingerRequest, on_preview: Callable[[FingerPreview], None] | None = None
    ) -> FingerCapture:
        attempt = self._next()
        if request.slap is None:
            make = self.finger_from or self.person.finger_impression
            images = tuple(FingerImage(make(finger, attempt), (finger,)) for finger in request.fingers)
        else:
            missing = frozenset(request.slap.fingers) - frozenset(request.fingers)
            slap_image = (self.slap_from or self.person.slap_image)(request.slap, attempt, missing)
            images = (FingerImage(slap_image, request.fingers),)
        if on_preview is not None:
            on_preview(FingerPreview(images[0].image, len(request.fingers)))
        return FingerCapture(images, IDENTITY, self.clock.now())

    async def iris_capture(
        self, request: IrisRequest, on_preview: Callable[[IrisPreview], None] | None = None
    ) -> IrisCapture:
        attempt = self._next()
        make = self.iris_from or self.person.iris_image
        images = tuple(IrisImage(make(eye, attempt), eye) for eye in request.eyes)
        if on_preview is not None:
            on_preview(IrisPreview(images[0].eye, images[0].image))
        return IrisCapture(images, IDENTITY, self.clock.now())

    async def pen_capture(
        self, request: SignatureRequest, on_sample: Callable[[PenSample], None] | None = None
    ) -> SignatureCapture:
        assert request.lines
        samples = self.person.signature_samples(self._next())
        if on_sample is not None:
            on_sample(samples[0])
        return SignatureCapture(samples, PadArea(9600, 6000, 1023, 200, 100.0), IDENTITY, self.clock.now())

    async def preview(self) -> ColourImage:
        self.clock.advance(timedelta(seconds=1))
        return await self.still()

    async def still(self) -> ColourImage:
        if self.photo_from is not None:
            return self.photo_from()
        biodata = self.person.biodata
        background = photo_background(biodata.birth_date, biodata.citizenship)
        return self.person.face_image(self._next(), BACKDROPS[background])


class _Scanner:
    def __init__(self, devices: TestDevices, name: str) -> None:
        self._devices = devices
        self.capture = getattr(devices, f"{name}_capture")
        self.identity, self.readiness, self.close = devices.identity, devices.readiness, devices.close

    @property
    def captures_slaps(self) -> bool:
        return self._devices.captures_slaps


class DeskKit:
    """Hands out the desk's devices as the product's kit does."""

    def __init__(self, devices: TestDevices) -> None:
        self.devices = devices

    def has(self, kind: str) -> bool:
        return kind in {"fingerprint", "iris", "signature", "camera"}

    def has_staff_scanner(self) -> bool:
        return True

    def staff_fingerprint(self) -> FingerprintScanner:
        return self.fingerprint()

    def fingerprint(self) -> FingerprintScanner:
        return cast("FingerprintScanner", _Scanner(self.devices, "finger"))

    def iris(self) -> IrisScanner:
        return cast("IrisScanner", _Scanner(self.devices, "iris"))

    def signature(self) -> SignaturePad:
        return cast("SignaturePad", _Scanner(self.devices, "pen"))

    def camera(self) -> Camera:
        return cast("Camera", self.devices)


@dataclass
class Desk:
    """Everything a test of recording needs, on one database."""

    data_dir: Path
    keys: KitKeys
    database: Database
    clock: ManualClock
    audit: AuditLog
    sessions: SessionBook
    extracts: SiakExtracts
    recording: Recording
    devices: TestDevices
    school: School
    people: list[Person] = field(default_factory=list)
    students: list[Student] = field(default_factory=list)

    def open_session(self) -> Session:
        """Open today's session."""
        return self.sessions.open(OPERATOR, self.school.school_id)

    async def begin(self, session: Session, index: int = 0) -> Sitting:
        """Attend the student of that index, put the person before the kit and begin."""
        self.devices.person = self.people[index]
        student = self.students[index]
        self.sessions.attend(OPERATOR, session.session_id, student.student_id)
        return await self.recording.begin(OPERATOR, session.session_id, student.student_id, DOCUMENTS)

    def backup(self) -> Backup:
        """Return the room that makes backups of this kit; its data folder must hold a keystore."""
        return Backup(
            self.database,
            self.clock,
            self.recording.desk.ids,
            self.audit,
            self.keys,
            self.data_dir,
            "KIT-CONTOH-1",
            quiet=self.recording.sealer.paused,
        )

    def pair(self) -> x25519.Identity:
        """Write recipients as pairing does, and return the office's identity."""
        office, recovery = x25519.Identity.generate(), x25519.Identity.generate()
        trust = self.data_dir / "trust"
        trust.mkdir(parents=True, exist_ok=True)
        document = {"office": str(office.to_public()), "recovery": str(recovery.to_public())}
        (trust / "recipients.json").write_text(json.dumps(document))
        return office


def make_keys() -> KitKeys:
    """Return fresh keys that are not in a file."""
    return KitKeys(bytes(32), bytes([1]) * 32, SoftwareSigner.generate(), str(x25519.Identity.generate()))


def make_desk(
    data_dir: Path,
    people: list[Person] | None = None,
    keys: KitKeys | None = None,
    examiner: Examiner | None = None,
    config: CaptureConfig | None = None,
    ids: IdSource | None = None,
) -> Desk:
    """Build the desk with one school whose list is the people given."""
    keys = keys or make_keys()
    people = people or [make_person(1, 1, DAY, age=17)]
    clock, ids = ManualClock(NOW), ids or CountedIds()
    database = open_database(data_dir / "station.db", keys.database_key)
    create_schema(database)
    audit = AuditLog(database, clock, keys.signer)
    devices = TestDevices(people[0], clock)
    recording = Recording(
        database,
        cast("Kit", DeskKit(devices)),
        clock,
        ids,
        audit,
        keys,
        data_dir,
        ZONE,
        Catalogue("id"),
        config or CaptureConfig(),
        "KIT-CONTOH-1",
        examiner=examiner,
    )
    sessions = SessionBook(database, clock, ids, audit, ZONE, "KIT-CONTOH-1")
    extracts = SiakExtracts(database, clock, ids, audit)
    school = School("f" * 32, "SMAN 1 Contoh")
    desk = Desk(data_dir, keys, database, clock, audit, sessions, extracts, recording, devices, school, people)
    desk.students = [_student(school, number, person) for number, person in enumerate(people, start=1)]
    with database.write() as connection:
        if rosters.school_by_id(connection, school.school_id) is None:
            rosters.add_school(connection, school, NOW)
            rosters.add_students(connection, desk.students, "roster", OPERATOR.staff_id, NOW)
            for person in people:
                siak.put_record(connection, person.biodata, NOW)
    return desk


def _student(school: School, number: int, person: Person) -> Student:
    biodata = person.biodata
    return Student(
        student_id=f"e{number:031x}",
        school_id=school.school_id,
        number=number,
        nik=biodata.nik,
        name=biodata.name,
        birth_place=biodata.birth_place,
        birth_date=biodata.birth_date,
        sex=biodata.sex,
        class_name="XII IPA 1",
    )
