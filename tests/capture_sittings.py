"""Whole sittings in a blink, for tests of durability where the pictures do not matter: a judge that likes all."""

from __future__ import annotations

import hashlib

from station.capture.examiner import Examined, ExaminedFace, ExaminedSlap, Examiner
from station.capture.sealing import RecordedSitting
from station.capture.sessions import Session
from station.capture.sitting import Sitting
from station.devices.signature.interface import PadArea
from station.domain.card import PhotoBackground
from station.domain.sample import ColourImage, Eye, Finger, GreyImage, PenSample, Slap
from tests.capture_desk import OPERATOR, Desk

PORTRAIT = ColourImage(48, 64, bytes(48 * 64 * 3))
SMALL_PHOTO = ColourImage(64, 48, bytes(64 * 48 * 3))


class QuickExaminer(Examiner):
    """Finds everything good; templates are the hash of the picture, so only equal pictures match."""

    def face(self, image: ColourImage, background: PhotoBackground) -> ExaminedFace:
        return ExaminedFace(90, (), (), PORTRAIT)

    def slap(self, image: GreyImage, slap: Slap, expected: tuple[Finger, ...]) -> ExaminedSlap:
        return ExaminedSlap(
            tuple((finger, small_print(finger, int.from_bytes(image.pixels[:4]) // 16)) for finger in expected), ()
        )

    def finger(self, image: GreyImage) -> Examined:
        return Examined(80, (), hashlib.sha256(image.pixels).digest())

    def match(self, first: bytes, second: bytes) -> float:
        return 200.0 if first == second else 0.0

    def iris(self, image: GreyImage, eye: Eye) -> Examined:
        return Examined(80, (), hashlib.sha256(image.pixels).digest())

    def iris_distance(self, first: bytes, second: bytes) -> float:
        return 0.0 if first == second else 0.5

    def signature(self, samples: tuple[PenSample, ...], area: PadArea) -> tuple[str, ...]:
        return ()


def small_print(finger: Finger, person: int = 0) -> GreyImage:
    """Return a picture that stands for a finger of a person."""
    return GreyImage(32, 40, _marked(person, int(finger), 32 * 40), 500)


def small_eye(eye: Eye, person: int = 0) -> GreyImage:
    """Return a picture that stands for an eye of a person."""
    return GreyImage(16, 12, _marked(person, int(eye), 192), 0)


def _marked(person: int, part: int, size: int) -> bytes:
    return (person * 16 + part).to_bytes(4) * (size // 4)


def use_small_pictures(desk: Desk, person: int = 0) -> None:
    """Let the desk's devices hand out tiny pictures."""
    devices = desk.devices
    devices.slap_from = lambda _slap, _attempt, _missing: GreyImage(8, 8, _marked(person, 0, 64), 500)
    devices.finger_from = lambda finger, _attempt: small_print(finger, person)
    devices.photo_from = lambda: SMALL_PHOTO
    devices.iris_from = lambda eye, _attempt: small_eye(eye, person)


async def capture_quickly(desk: Desk, sitting: Sitting, person: int = 0) -> Sitting:
    """Do every step that is still open, once each."""
    recording, key = desk.recording, sitting.sitting_id
    use_small_pictures(desk, person)
    if sitting.part("photo").record is None:
        await recording.capture_photo(OPERATOR, key)
    recording.approve_photo(OPERATOR, key)
    if not sitting.part("signature").settled:
        await recording.capture_signature(OPERATOR, key)
    for slap in Slap:
        if not all(sitting.part(f"finger:{int(finger)}").settled for finger in slap.fingers):
            await recording.capture_slap(OPERATOR, key, slap)
    if not all(sitting.part(f"iris:{int(eye)}").settled for eye in Eye):
        await recording.capture_irises(OPERATOR, key)
    if not all(part.settled for part in sitting.parts if part.part.startswith("verify")):
        await recording.verify_fingers(OPERATOR, key)
    if not sitting.part("approval").settled:
        await recording.capture_approval(OPERATOR, key)
    return recording.sitting(key)


async def record_quickly(desk: Desk, session: Session, index: int = 0) -> RecordedSitting:
    """Record one student from attendance to the sealed packet."""
    sitting = await capture_quickly(desk, await desk.begin(session, index), index)
    return await desk.recording.finish(OPERATOR, sitting.sitting_id)
