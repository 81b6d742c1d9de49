"""Step 4: both irises; eyes changed over or one eye twice are refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from station.capture.captured import CapturedPart, CaptureRecord, image_data
from station.capture.examiner import Examined
from station.capture.likeness import earlier_eyes, eye_problem
from station.capture.results import StepResult, refused
from station.capture.sitting import PartState, Sitting, Step, eye_part
from station.capture.steps.tools import StepTools
from station.devices.iris.interface import IrisCapture, IrisPreview, IrisRequest
from station.domain.errors import Refused
from station.domain.sample import Eye, GreyImage
from station.domain.staff import Actor


async def capture_irises(
    tools: StepTools,
    actor: Actor,
    sitting: Sitting,
    eyes: tuple[Eye, ...],
    on_preview: Callable[[IrisPreview], None] | None,
) -> StepResult:
    """Capture the eyes that are not excepted."""
    desk = tools.desk
    wanted = tuple(eye for eye in eyes if sitting.part(eye_part(eye)).state is not PartState.EXCEPTED)
    if not wanted:
        raise Refused("capture-eyes-excepted")
    started_s = desk.clock.monotonic_s()
    capture = await tools.kit.iris().capture(IrisRequest(wanted), on_preview)
    images = {entry.eye: entry.image for entry in capture.images}
    first = capture.images[0].image if capture.images else None
    if set(images) != set(wanted):
        return refused(Step.IRISES, sitting, ("capture-eyes-missing",), first)
    found = await asyncio.to_thread(_examine, tools, images)
    problem, evidence = await asyncio.to_thread(eye_problem, tools, sitting, found)
    if problem:
        return refused(Step.IRISES, sitting, (problem,), first, evidence)
    record = CaptureRecord(
        step=Step.IRISES,
        parts=tuple(_part(tools, capture, eye, images[eye], found[eye]) for eye in wanted),
        device=capture.device,
        captured_at=capture.captured_at,
        seconds=desk.clock.monotonic_s() - started_s,
        evidence=capture.evidence,
    )
    after = desk.keep(actor, sitting, record)
    seen_before = await asyncio.to_thread(earlier_eyes, tools, after, found)
    for other, distance in seen_before.items():
        desk.find(actor, after, "finding-person-seen-before", other=other, distance=round(distance, 3))
    if seen_before:
        after = desk.load(sitting.sitting_id)
    results = tuple(tools.part_result(after, part, images[eye]) for part, eye in zip(record.parts, wanted, strict=True))
    return StepResult(Step.IRISES, all(part.accepted for part in record.parts), results, (), (), first, after)


def _examine(tools: StepTools, images: dict[Eye, GreyImage]) -> dict[Eye, Examined]:
    return {eye: tools.examiner.iris(image, eye) for eye, image in images.items()}


def _part(tools: StepTools, capture: IrisCapture, eye: Eye, image: GreyImage, found: Examined) -> CapturedPart:
    data = image_data(image) | {"device_quality": capture.device_quality.get(eye)}
    accepted = found.score >= tools.config.iris_quality_min
    return CapturedPart(eye_part(eye), found.score, found.causes, accepted, data, found.template)
