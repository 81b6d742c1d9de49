"""Step 1: the photo. Watches the camera until a frame is good, takes the picture, leaves approval to the person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from station.capture.captured import CapturedPart, CaptureRecord
from station.capture.examiner import ExaminedFace
from station.capture.results import StepResult
from station.capture.sitting import PHOTO_PART, PartState, Sitting, Step, exception_photo_part
from station.capture.steps.tools import StepTools
from station.devices.camera.interface import Camera
from station.domain.card import PhotoBackground, photo_background
from station.domain.errors import Refused
from station.domain.sample import ColourImage
from station.domain.staff import Actor

WATCH_S = 20.0
GOOD_FRAMES = 2
MOST_FRAMES = 200
FRAME_JPEG_QUALITY = 95
PORTRAIT_JPEG_QUALITY = 92


@dataclass(frozen=True, slots=True)
class PhotoPreview:
    """A frame from the camera and what is said about it."""

    image: ColourImage
    score: int
    causes: tuple[str, ...]
    warnings: tuple[str, ...]
    background: PhotoBackground


async def capture_photo(
    tools: StepTools,
    actor: Actor,
    sitting: Sitting,
    on_preview: Callable[[PhotoPreview], None] | None,
    at_once: bool,
) -> StepResult:
    """Take the photo when the frames are good, or now; a photo taken at the operator's word may have warnings."""
    desk, camera = tools.desk, tools.kit.camera()
    background = photo_background(sitting.biodata.birth_date, sitting.biodata.citizenship)
    started_s = desk.clock.monotonic_s()
    if not at_once:
        await _watch(tools, camera, background, on_preview)
    image = await camera.still()
    device = await camera.identity()
    found = await asyncio.to_thread(tools.examiner.face, image, background)
    causes = found.causes + found.warnings
    data = await asyncio.to_thread(_encode, image, found.portrait, background)
    looked_at = at_once or not found.warnings
    accepted = found.score >= tools.config.face_quality_min and not found.causes and looked_at
    part = CapturedPart(PHOTO_PART, found.score, causes, accepted, data)
    record = CaptureRecord(Step.PHOTO, (part,), device, desk.clock.now(), desk.clock.monotonic_s() - started_s)
    after = desk.keep(actor, sitting, record)
    result = tools.part_result(after, part)
    return StepResult(Step.PHOTO, accepted, (result,), (), (), found.portrait, after)


async def capture_exception_photo(tools: StepTools, actor: Actor, sitting: Sitting, part: str) -> ColourImage:
    """Picture why a part is missing: kept in the journal and sent along, judged by people only."""
    desk, camera = tools.desk, tools.kit.camera()
    if sitting.part(part).state is not PartState.EXCEPTED:
        raise Refused("sitting-part-not-excepted", part=part)
    image = await camera.still()
    device = await camera.identity()
    data: dict[str, object] = {"frame_jpeg": await asyncio.to_thread(jpeg, image, PORTRAIT_JPEG_QUALITY)}
    captured = CapturedPart(exception_photo_part(part), 0, (), accepted=True, data=data)
    desk.keep(actor, sitting, CaptureRecord(sitting.part(part).step, (captured,), device, desk.clock.now(), 0.0))
    return image


async def _watch(
    tools: StepTools,
    camera: Camera,
    background: PhotoBackground,
    on_preview: Callable[[PhotoPreview], None] | None,
) -> None:
    """Look at frames until `GOOD_FRAMES` in a row are good or the time is over."""
    clock = tools.desk.clock
    deadline_s = clock.monotonic_s() + WATCH_S
    good = 0
    for _frame in range(MOST_FRAMES):
        if good == GOOD_FRAMES or clock.monotonic_s() >= deadline_s:
            return
        image = await camera.preview()
        found: ExaminedFace = await asyncio.to_thread(tools.examiner.face, image, background)
        if on_preview is not None:
            on_preview(PhotoPreview(image, found.score, found.causes, found.warnings, background))
        is_good = not found.causes and not found.warnings and found.score >= tools.config.face_quality_min
        good = good + 1 if is_good else 0


def _encode(frame: ColourImage, portrait: ColourImage, background: PhotoBackground) -> dict[str, object]:
    return {
        "background": background.value,
        "frame_jpeg": jpeg(frame, FRAME_JPEG_QUALITY),
        "portrait_jpeg": jpeg(portrait, PORTRAIT_JPEG_QUALITY),
        "portrait_width": portrait.width,
        "portrait_height": portrait.height,
        "thumbnail_jpeg": _thumbnail(portrait),
    }


def jpeg(image: ColourImage, quality: int) -> bytes:
    """Return the picture as JPEG."""
    import io

    from PIL import Image

    target = io.BytesIO()
    Image.frombytes("RGB", (image.width, image.height), image.pixels).save(target, "JPEG", quality=quality)
    return target.getvalue()


def _thumbnail(portrait: ColourImage) -> bytes:
    import io

    from PIL import Image

    target = io.BytesIO()
    picture = Image.frombytes("RGB", (portrait.width, portrait.height), portrait.pixels)
    picture.thumbnail((120, 160))
    picture.save(target, "JPEG", quality=70)
    return target.getvalue()
