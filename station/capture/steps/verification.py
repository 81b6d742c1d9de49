"""Step 5: the chip's fingers once more, matched 1:1 with what was recorded in this sitting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from station.capture.captured import CapturedPart, CaptureRecord
from station.capture.likeness import earlier_fingers
from station.capture.results import PartResult, StepResult
from station.capture.sitting import Part, Sitting, Step, chip_fingers, finger_part, verification_part
from station.capture.steps.tools import StepTools
from station.devices.fingerprint.interface import FingerPreview, FingerRequest
from station.domain.errors import Refused
from station.domain.sample import Finger, GreyImage
from station.domain.staff import Actor
from station.store import sittings as rows

MOST_SCORE = 100


async def verify_fingers(
    tools: StepTools, actor: Actor, sitting: Sitting, on_preview: Callable[[FingerPreview], None] | None
) -> StepResult:
    """Capture each chip finger that is not verified yet and match it; scores are match scores, at most 100."""
    waiting = [finger for finger in chip_fingers(sitting.parts) if not _part(sitting, finger).settled]
    if not waiting:
        raise Refused("capture-nothing-to-verify")
    with tools.desk.database.read() as connection:
        templates = rows.templates(connection, sitting.sitting_id)
    results: list[PartResult] = []
    image: GreyImage | None = None
    for finger in waiting:
        name = finger_part(finger)
        if sitting.part(name).record is None:
            raise Refused("capture-fingers-first")
        template = templates.get(name, b"")  # a finger without minutiae never matches; a second person decides
        sitting, result, image = await _verify(tools, actor, sitting, finger, template, on_preview)
        results.append(result)
    seen_before = await asyncio.to_thread(earlier_fingers, tools, sitting, finger_part(waiting[0]))
    for other, score in seen_before.items():
        tools.desk.find(actor, sitting, "finding-person-seen-before", other=other, score=round(score))
    sitting = tools.desk.load(sitting.sitting_id)
    accepted = all(result.accepted for result in results)
    return StepResult(Step.VERIFICATION, accepted, tuple(results), (), (), image, sitting)


async def _verify(
    tools: StepTools,
    actor: Actor,
    sitting: Sitting,
    finger: Finger,
    template: bytes,
    on_preview: Callable[[FingerPreview], None] | None,
) -> tuple[Sitting, PartResult, GreyImage]:
    desk = tools.desk
    started_s = desk.clock.monotonic_s()
    capture = await tools.kit.fingerprint().capture(FingerRequest.of_single(finger), on_preview)
    if len(capture.images) != 1:
        raise Refused("capture-one-finger-only")
    image = capture.images[0].image
    found = await asyncio.to_thread(tools.examiner.finger, image)
    comparable = bool(found.template and template)
    score = await asyncio.to_thread(tools.examiner.match, found.template, template) if comparable else 0.0
    accepted = score >= tools.config.match_threshold
    causes = () if accepted else ("capture-finger-does-not-match", *found.causes)
    part = CapturedPart(
        part=verification_part(finger),
        score=max(0, min(MOST_SCORE, round(score))),
        causes=causes,
        accepted=accepted,
        data={"match_score": float(score), "quality": found.score},
    )
    seconds = desk.clock.monotonic_s() - started_s
    record = CaptureRecord(Step.VERIFICATION, (part,), capture.device, capture.captured_at, seconds, capture.evidence)
    after = desk.keep(actor, sitting, record)
    return after, tools.part_result(after, part, image), image


def _part(sitting: Sitting, finger: Finger) -> Part:
    return sitting.part(verification_part(finger))
