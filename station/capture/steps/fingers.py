"""Step 3: ten fingers, by slaps of four, four and two, or one by one.

Every finger has its own score and threshold. A capture in which the fingers are too
few, of the other hand, or the same finger shows up twice is refused as a whole and
nothing of it is kept; a finger that is merely poor is kept when it is the best so far.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from station.capture.captured import CapturedPart, CaptureRecord, image_data
from station.capture.examiner import Examined
from station.capture.likeness import same_fingers, unlike_fingers
from station.capture.results import PartResult, StepResult, refused
from station.capture.sitting import Sitting, Step, finger_part
from station.capture.steps.tools import StepTools
from station.devices.fingerprint.interface import FingerCapture, FingerPreview, FingerRequest
from station.domain.errors import Refused
from station.domain.sample import Finger, GreyImage, Slap
from station.domain.staff import Actor

WIDEST_FINGER_IN = 1.7
"""A single finger's sensor is at most 1.6 inch wide (FAP 45), a slap scanner's glass 2 inch and more."""
OnPreview = Callable[[FingerPreview], None]


@dataclass(frozen=True, slots=True)
class _Print:
    finger: Finger
    image: GreyImage
    found: Examined


async def capture_slap(
    tools: StepTools, actor: Actor, sitting: Sitting, slap: Slap, on_preview: OnPreview | None
) -> StepResult:
    """Capture a slap less the fingers that are excepted as missing."""
    scanner = tools.kit.fingerprint()
    if not scanner.captures_slaps:
        raise Refused("capture-scanner-single-only")
    request = FingerRequest.of_slap(slap, sitting.missing_fingers)
    if not request.fingers:
        raise Refused("capture-slap-all-missing")
    return await _capture(tools, actor, sitting, request, on_preview)


async def capture_finger(
    tools: StepTools, actor: Actor, sitting: Sitting, finger: Finger, on_preview: OnPreview | None
) -> StepResult:
    """Capture one finger by itself."""
    if finger in sitting.missing_fingers:
        raise Refused("capture-finger-excepted")
    return await _capture(tools, actor, sitting, FingerRequest.of_single(finger), on_preview)


async def _capture(
    tools: StepTools, actor: Actor, sitting: Sitting, request: FingerRequest, on_preview: OnPreview | None
) -> StepResult:
    desk = tools.desk
    started_s = desk.clock.monotonic_s()
    capture = await tools.kit.fingerprint().capture(request, on_preview)
    whole = capture.images[0].image if capture.images else None
    images, problems = await asyncio.to_thread(_split, tools, capture, request)
    if problems:
        return refused(Step.FINGERS, sitting, problems, whole)
    found = await asyncio.gather(*(asyncio.to_thread(tools.examiner.finger, image) for image in images.values()))
    prints = [_Print(finger, image, item) for (finger, image), item in zip(images.items(), found, strict=True)]
    cause, evidence = await asyncio.to_thread(_compare, tools, sitting, prints, len(capture.images) == 1)
    if cause:
        parts = tuple(_refused_part(tools, sitting, item) for item in prints)
        return refused(Step.FINGERS, sitting, (cause,), whole, evidence, parts)
    record = CaptureRecord(
        step=Step.FINGERS,
        parts=tuple(_part(tools, capture, item) for item in prints),
        device=capture.device,
        captured_at=capture.captured_at,
        seconds=desk.clock.monotonic_s() - started_s,
        evidence=capture.evidence,
    )
    after = desk.keep(actor, sitting, record)
    by_part = {finger_part(item.finger): item.image for item in prints}
    results = tuple(tools.part_result(after, part, by_part[part.part]) for part in record.parts)
    return StepResult(Step.FINGERS, all(part.accepted for part in record.parts), results, (), (), whole, after)


def _split(
    tools: StepTools, capture: FingerCapture, request: FingerRequest
) -> tuple[dict[Finger, GreyImage], tuple[str, ...]]:
    """Return an image per finger, or why the capture cannot be used."""
    images: dict[Finger, GreyImage] = {}
    problems: list[str] = []
    for entry in capture.images:
        if len(entry.fingers) == 1 and not _is_whole_glass(entry.image):
            images[entry.fingers[0]] = entry.image
        elif request.slap is not None:
            found = tools.examiner.slap(entry.image, request.slap, request.fingers)
            images.update(found.fingers)
            problems += found.problems
    if set(images) != set(request.fingers) and not problems:
        problems.append("capture-fingers-missing" if set(images) < set(request.fingers) else "capture-fingers-other")
    return images, tuple(dict.fromkeys(problems))


def _is_whole_glass(image: GreyImage) -> bool:
    """Tell whether a picture is wider than any finger: of a hand with one finger left, scanners give all the glass."""
    return image.width > WIDEST_FINGER_IN * image.resolution_ppi


def _compare(
    tools: StepTools, sitting: Sitting, prints: list[_Print], one_picture: bool
) -> tuple[str, tuple[str, ...]]:
    """Return the message and evidence when a finger is another one than it should be."""
    found = {item.finger: item.found for item in prints}
    evidence = same_fingers(tools, sitting, found, one_picture)
    if evidence:
        return "capture-same-finger-twice", evidence
    evidence = unlike_fingers(tools, sitting, found)
    return ("capture-finger-unlike-before", evidence) if evidence else ("", ())


def _part(tools: StepTools, capture: FingerCapture, item: _Print) -> CapturedPart:
    data = image_data(item.image) | {"device_quality": capture.device_quality.get(item.finger)}
    accepted = item.found.good_enough(tools.config.finger_quality_min)
    return CapturedPart(
        finger_part(item.finger), item.found.score, item.found.causes, accepted, data, item.found.template
    )


def _refused_part(tools: StepTools, sitting: Sitting, item: _Print) -> PartResult:
    known = sitting.part(finger_part(item.finger))
    left = max(0, tools.config.tries - known.tries)
    return PartResult(known.part, item.found.score, item.found.causes, False, known.score, left, item.image)
