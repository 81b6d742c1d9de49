"""Steps 2 and 6: the signature, and the signature by which the person approves what was recorded."""

from __future__ import annotations

from collections.abc import Callable

from station.capture.captured import CapturedPart, CaptureRecord, samples_data
from station.capture.results import StepResult, refused
from station.capture.sitting import APPROVAL_PART, SIGNATURE_PART, Sitting, Step
from station.capture.steps.tools import StepTools
from station.devices.signature.interface import SignatureRequest
from station.domain.sample import PenSample
from station.domain.staff import Actor

USABLE_SCORE = 100
LINES_ON_PAD = 4


async def capture_pen(
    tools: StepTools, actor: Actor, sitting: Sitting, step: Step, on_sample: Callable[[PenSample], None] | None
) -> StepResult:
    """Take one signature: with the person's name on the pad, or with what they approve."""
    desk, pad = tools.desk, tools.kit.signature()
    part_name = SIGNATURE_PART if step is Step.SIGNATURE else APPROVAL_PART
    started_s = desk.clock.monotonic_s()
    capture = await pad.capture(SignatureRequest(_lines(tools, sitting, step)), on_sample)
    area = capture.area
    problems = tools.examiner.signature(capture.samples, area)
    if problems:
        return refused(step, sitting, problems)
    data = {
        "samples": samples_data(capture.samples),
        "area": [area.width, area.height, area.max_pressure, area.rate_hz],
        "unit_per_mm": area.unit_per_mm,
    }
    part = CapturedPart(part_name, USABLE_SCORE, (), accepted=True, data=data)
    seconds = desk.clock.monotonic_s() - started_s
    after = desk.keep(actor, sitting, CaptureRecord(step, (part,), capture.device, capture.captured_at, seconds))
    return StepResult(step, True, (tools.part_result(after, part),), (), (), None, after)


def _lines(tools: StepTools, sitting: Sitting, step: Step) -> tuple[str, ...]:
    words = tools.catalogue
    if step is Step.SIGNATURE:
        return (words.text("pad-sign-here"), sitting.biodata.name)
    born = words.long_date(sitting.biodata.birth_date)
    return (
        words.text("pad-approve"),
        sitting.biodata.name,
        words.text("pad-born", place=sitting.biodata.birth_place, day=born),
        words.text("pad-approve-sign"),
    )[:LINES_ON_PAD]
