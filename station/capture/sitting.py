"""One person before the kit: steps, parts, states, and the chip fingers. Values and pure rules only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from station.domain.errors import Refused
from station.domain.person import Biodata
from station.domain.sample import Eye, Finger
from station.store.sittings import CaptureRow, ExceptionRow, FindingRow

PHOTO_PART, SIGNATURE_PART, APPROVAL_PART = "photo", "signature", "approval"


class Step(Enum):
    """The six steps of a sitting, in order."""

    PHOTO = "foto"
    SIGNATURE = "tanda_tangan"
    FINGERS = "sidik_jari"
    IRISES = "iris"
    VERIFICATION = "verifikasi"
    APPROVAL = "pengesahan"


class SittingState(Enum):
    """Life of a sitting."""

    RECORDING = "berjalan"
    POSTPONED = "tunda"
    UNSEALED = "belum_disegel"
    SEALED = "disegel"
    SENT_BACK = "dikembalikan"
    PURGED = "dihapus"
    DISCARDED = "dibuang"


class SittingEvent(Enum):
    """What moves a sitting on."""

    POSTPONE = "postpone"
    RESUME = "resume"
    COMPLETE = "complete"
    SEAL = "seal"
    SEND_BACK = "send_back"
    PURGE = "purge"
    DISCARD = "discard"


TRANSITIONS: dict[tuple[SittingState, SittingEvent], SittingState] = {
    (SittingState.RECORDING, SittingEvent.POSTPONE): SittingState.POSTPONED,
    (SittingState.POSTPONED, SittingEvent.RESUME): SittingState.RECORDING,
    (SittingState.RECORDING, SittingEvent.RESUME): SittingState.RECORDING,
    (SittingState.RECORDING, SittingEvent.COMPLETE): SittingState.UNSEALED,
    (SittingState.RECORDING, SittingEvent.SEAL): SittingState.SEALED,
    (SittingState.UNSEALED, SittingEvent.SEAL): SittingState.SEALED,
    (SittingState.SEALED, SittingEvent.SEND_BACK): SittingState.SENT_BACK,
    (SittingState.SEALED, SittingEvent.PURGE): SittingState.PURGED,
    (SittingState.SENT_BACK, SittingEvent.PURGE): SittingState.PURGED,
    (SittingState.RECORDING, SittingEvent.DISCARD): SittingState.DISCARDED,
    (SittingState.POSTPONED, SittingEvent.DISCARD): SittingState.DISCARDED,
}


class PartState(Enum):
    """What is there of one part."""

    OPEN = "belum"
    POOR = "mutu_rendah"
    CAPTURED = "terekam"
    EXCEPTED = "pengecualian"
    POSTPONED = "tunda"


class ExceptionKind(Enum):
    """Why a part has no good capture: it does not exist, it cannot be better, or another day."""

    MISSING = "missing"
    LOW_QUALITY = "low_quality"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to capture (`finger:2`): best score so far, its causes and record, and how many tries it had."""

    part: str
    step: Step
    state: PartState
    score: int
    causes: tuple[str, ...]
    record: int | None
    tries: int
    exception: ExceptionRow | None

    @property
    def settled(self) -> bool:
        """Tell whether the part is captured or excepted."""
        return self.state in {PartState.CAPTURED, PartState.EXCEPTED}

    @property
    def is_missing(self) -> bool:
        """Tell whether the part is excepted as not there."""
        return self.exception is not None and self.exception.kind == ExceptionKind.MISSING.value


@dataclass(frozen=True, slots=True)
class Sitting:
    """A sitting as it stands; `running_number` is there once it is in the register."""

    sitting_id: str
    session_id: str
    student_id: str
    operator_id: str
    biodata: Biodata
    state: SittingState
    parts: tuple[Part, ...]
    findings: tuple[FindingRow, ...]
    photo_approved: bool
    problem: str
    started_at: datetime
    finished_at: datetime | None
    running_number: int | None

    @property
    def step(self) -> Step | None:
        """Return the first step that is not done nor postponed, None when nothing is left to capture."""
        for step in Step:
            parts = self.of_step(step)
            if any(not part.settled and part.state is not PartState.POSTPONED for part in parts):
                return step
            if step is Step.PHOTO and not self.photo_approved and parts[0].settled:
                return step
        return None

    @property
    def open_findings(self) -> tuple[FindingRow, ...]:
        """Return what a second person still has to look at."""
        return tuple(finding for finding in self.findings if not finding.confirmed_by)

    @property
    def missing_fingers(self) -> frozenset[Finger]:
        """Return the fingers excepted as not there."""
        return frozenset(Finger(int(part.part.split(":")[1])) for part in self.of_step(Step.FINGERS) if part.is_missing)

    def of_step(self, step: Step) -> tuple[Part, ...]:
        """Return the parts of one step."""
        return tuple(part for part in self.parts if part.step is step)

    def part(self, name: str) -> Part:
        """Return one part; raises Refused when this sitting has no such part."""
        for part in self.parts:
            if part.part == name:
                return part
        raise Refused("sitting-part-unknown", part=name)

    def obstacles(self) -> tuple[str, ...]:
        """Return, as message identifiers, everything that keeps the sitting from being finished."""
        found = []
        states = {part.state for part in self.parts}
        if states & {PartState.OPEN, PartState.POOR}:
            found.append("sitting-parts-open")
        if PartState.POSTPONED in states:
            found.append("sitting-parts-postponed")
        if self.part(PHOTO_PART).settled and not self.photo_approved:
            found.append("sitting-photo-not-approved")
        if self.open_findings:
            found.append("sitting-findings-open")
        return tuple(found)


def advance(state: SittingState, event: SittingEvent) -> SittingState:
    """Return the state that follows; raises Refused when the event has no place there."""
    follower = TRANSITIONS.get((state, event))
    if follower is None:
        raise Refused(f"sitting-cannot-{event.value.replace('_', '-')}", state=state.value)
    return follower


def finger_part(finger: Finger) -> str:
    """Return the name of a finger's part."""
    return f"finger:{int(finger)}"


def eye_part(eye: Eye) -> str:
    """Return the name of an eye's part."""
    return f"iris:{int(eye)}"


def verification_part(finger: Finger) -> str:
    """Return the name of the 1:1 check of a finger."""
    return f"verify:{int(finger)}"


def exception_photo_part(part: str) -> str:
    """Return the name of the picture that shows why a part is missing."""
    return f"exception-{part.replace(':', '-')}"


def build_parts(captures: list[CaptureRow], exceptions: list[ExceptionRow]) -> tuple[Part, ...]:
    """Return every part of a sitting from what was captured and excepted."""
    names = [(PHOTO_PART, Step.PHOTO), (SIGNATURE_PART, Step.SIGNATURE)]
    names += [(finger_part(finger), Step.FINGERS) for finger in Finger]
    names += [(eye_part(eye), Step.IRISES) for eye in Eye]
    excepted = {row.part: row for row in exceptions}
    by_part: dict[str, list[CaptureRow]] = {}
    for row in captures:
        if row.voided:
            continue
        by_part.setdefault(row.part, []).append(row)
    parts = [_part(name, step, by_part.get(name, []), excepted.get(name)) for name, step in names]
    checked = [(verification_part(finger), Step.VERIFICATION) for finger in chip_fingers(tuple(parts))]
    checked.append((APPROVAL_PART, Step.APPROVAL))
    parts += [_part(name, step, by_part.get(name, []), excepted.get(name)) for name, step in checked]
    return tuple(parts)


def chip_fingers(parts: tuple[Part, ...]) -> tuple[Finger, ...]:
    """Return the two fingers for the chip: both index fingers, or the best there is in their place.

    A hand without index gives its best other finger; a hand without fingers is replaced by the other hand.
    """
    scores = {
        Finger(int(part.part.split(":")[1])): part.score
        for part in parts
        if part.step is Step.FINGERS and not part.is_missing
    }
    chosen: list[Finger] = []
    for index, left in ((Finger.RIGHT_INDEX, False), (Finger.LEFT_INDEX, True)):
        hand = [finger for finger in scores if finger.is_left is left]
        if index in hand:
            chosen.append(index)
        elif hand:
            chosen.append(max(hand, key=lambda finger: (scores[finger], -finger)))
    others = sorted(set(scores) - set(chosen), key=lambda finger: (-scores[finger], finger))
    return tuple((chosen + others)[:2])


def _part(name: str, step: Step, captures: list[CaptureRow], exception: ExceptionRow | None) -> Part:
    best = max(captures, key=lambda row: (row.accepted, row.score, row.record), default=None)
    return Part(
        part=name,
        step=step,
        state=_state(best, exception),
        score=0 if best is None else best.score,
        causes=() if best is None else best.causes,
        record=None if best is None else best.record,
        tries=len({row.record for row in captures}),
        exception=exception,
    )


def _state(best: CaptureRow | None, exception: ExceptionRow | None) -> PartState:
    if exception is not None and exception.kind == ExceptionKind.MISSING.value:
        return PartState.EXCEPTED
    if best is not None and best.accepted:
        return PartState.CAPTURED
    if exception is not None:
        low = exception.kind == ExceptionKind.LOW_QUALITY.value
        return PartState.EXCEPTED if low else PartState.POSTPONED
    return PartState.OPEN if best is None else PartState.POOR
