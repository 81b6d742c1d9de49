"""Secure Biometric Interface 0.9.5 / 1.0: names, requests and the hash rule, pure.

The words are the interface's own (verbs, type names, finger names). What a reply means,
and whether it can be believed, is left to `sbi_reply` and `sbi_trust`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from station.domain.sample import Eye, Finger, Slap

SPEC_VERSIONS = ("0.9.5", "1.0.0")
INFO, CAPTURE, STREAM, DISCOVER = "MOSIPDINFO", "RCAPTURE", "STREAM", "MOSIPDISC"


class BioType(Enum):
    """Kinds of biometrics used here."""

    FINGER = "Finger"
    IRIS = "Iris"


FINGER_NAMES = {
    Finger.RIGHT_THUMB: "Right Thumb",
    Finger.RIGHT_INDEX: "Right IndexFinger",
    Finger.RIGHT_MIDDLE: "Right MiddleFinger",
    Finger.RIGHT_RING: "Right RingFinger",
    Finger.RIGHT_LITTLE: "Right LittleFinger",
    Finger.LEFT_THUMB: "Left Thumb",
    Finger.LEFT_INDEX: "Left IndexFinger",
    Finger.LEFT_MIDDLE: "Left MiddleFinger",
    Finger.LEFT_RING: "Left RingFinger",
    Finger.LEFT_LITTLE: "Left LittleFinger",
}
EYE_NAMES = {Eye.RIGHT: "Right", Eye.LEFT: "Left"}
SLAP_SUB_IDS = {Slap.LEFT_FOUR: "1", Slap.RIGHT_FOUR: "2", Slap.THUMBS: "3"}
EYE_SUB_IDS = {Eye.LEFT: "1", Eye.RIGHT: "2"}
BOTH_EYES_SUB_ID = "3"


@dataclass(frozen=True, slots=True)
class CapturePlan:
    """One registration capture: which parts are wanted and which are excepted, in the interface's words."""

    bio_type: BioType
    device_id: str
    device_sub_id: str
    wanted: tuple[str, ...]
    excepted: tuple[str, ...]
    transaction_id: str
    previous_hash: str
    env: str
    timeout_s: float
    spec_version: str = SPEC_VERSIONS[0]

    def body(self, now: datetime) -> dict[str, object]:
        """Return the body of RCAPTURE; numbers travel as text."""
        return {
            "env": self.env,
            "purpose": "Registration",
            "specVersion": self.spec_version,
            "timeout": str(round(self.timeout_s * 1000)),
            "captureTime": written(now),
            "transactionId": self.transaction_id,
            "bio": [
                {
                    "type": self.bio_type.value,
                    "count": str(len(self.wanted)),
                    "bioSubType": list(self.wanted),
                    "exception": list(self.excepted),
                    "requestedScore": "0",
                    "deviceId": self.device_id,
                    "deviceSubId": self.device_sub_id,
                    "previousHash": self.previous_hash,
                }
            ],
            "customOpts": None,
        }


def finger_parts(fingers: tuple[Finger, ...], slap: Slap) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return wanted and excepted finger names; together they always make the whole slap."""
    wanted = tuple(FINGER_NAMES[finger] for finger in slap.fingers if finger in fingers)
    excepted = tuple(FINGER_NAMES[finger] for finger in slap.fingers if finger not in fingers)
    return wanted, excepted


def slap_of(finger: Finger) -> Slap:
    """Return the slap a finger belongs to."""
    return next(slap for slap in Slap if finger in slap.fingers)


def chained_hash(previous: str, bio_value: bytes) -> str:
    """Return the running hash over captures: SHA-256 of the previous hash's bytes and the record's own hash.

    Before the first record the previous hash is that of nothing. Upper-case hexadecimal.
    """
    before = bytes.fromhex(previous) if previous else hashlib.sha256(b"").digest()
    return hashlib.sha256(before + hashlib.sha256(bio_value).digest()).hexdigest().upper()


def written(moment: datetime) -> str:
    """Return a moment as the interface writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def read_moment(text: str) -> datetime:
    """Read a moment with zone; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("moment without zone")
    return moment.astimezone(UTC)
