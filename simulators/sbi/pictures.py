"""What the people give to SBI devices: records of fingers and eyes, and live frames.

Does not simulate: the device's own segmentation; each finger is a picture of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from simulators.far_end import Surroundings
from simulators.people.defects import FingerDefect, IrisDefect
from station.biometrics.records.codecs import encode_jpeg2000
from station.biometrics.records.finger_image import FingerCompression, FingerRepresentation, encode_fingers
from station.biometrics.records.iris_image import IrisFormat, IrisRepresentation, encode_irises
from station.devices.transport.sbi_messages import EYE_NAMES, FINGER_NAMES
from station.domain.sample import Eye, Finger, GreyImage

_FINGERS = {name: finger for finger, name in FINGER_NAMES.items()}
_EYES = {name: eye for eye, name in EYE_NAMES.items()}
_EMPTY_GREY = 235
_LIVE_WIDTH = 240
_PART_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Given:
    """One part as it was given to the device: name, ISO record, quality the device claims."""

    name: str
    record: bytes
    quality: int


def give(world: Surroundings, kind: str, name: str) -> Given | None:
    """Let the person give one part; None when nobody is there or the part does not exist."""
    person = world.subject()
    if person is None:
        return None
    if name in _FINGERS:
        return _give_finger(world, kind, person, _FINGERS[name])
    return _give_eye(world, kind, person, _EYES[name])


def _give_finger(world: Surroundings, kind: str, person: Any, finger: Finger) -> Given | None:
    part = f"finger:{finger.name}"
    attempt, fault = world.next_attempt(kind, part), world.faults.take(kind, part)
    action = fault.action if fault else ""
    shown = Finger(finger % 10 + 1) if action == "wrong-finger" else finger
    if shown in person.missing_fingers:
        return None
    defect = FingerDefect(action) if action in tuple(FingerDefect) else None
    image: GreyImage = person.finger_impression(shown, attempt, defect)
    coded = FingerRepresentation(
        finger, image.width, image.height, encode_jpeg2000(image), FingerCompression.JPEG2000_LOSSLESS
    )
    return Given(FINGER_NAMES[finger], encode_fingers((coded,)), 30 if defect else 80)


def _give_eye(world: Surroundings, kind: str, person: Any, eye: Eye) -> Given:
    part = f"eye:{eye.name}"
    attempt, fault = world.next_attempt(kind, part), world.faults.take(kind, part)
    action = fault.action if fault else ""
    shown = Eye(3 - eye) if action == "wrong-eye" else eye
    defect = IrisDefect(action) if action in tuple(IrisDefect) else None
    image: GreyImage = person.iris_image(shown, attempt, defect)
    coded = IrisRepresentation(eye, image.width, image.height, encode_jpeg2000(image), IrisFormat.JPEG2000)
    return Given(EYE_NAMES[eye], encode_irises((coded,)), 30 if defect else 80)


def live_frame(world: Surroundings, parts: tuple[str, ...]) -> bytes:
    """Return what the sensor sees now, as a small JPEG with the quality written in."""
    person = world.subject()
    if person is None or not parts:
        grey = np.full((180, _LIVE_WIDTH), _EMPTY_GREY, np.uint8)
    elif parts[0] in _FINGERS:
        present = [_FINGERS[name] for name in parts if _FINGERS[name] not in person.missing_fingers]
        grey = np.hstack([_small(person.finger_impression(finger, 0)) for finger in present] or [_nothing()])
    else:
        grey = np.hstack([_small(person.iris_image(_EYES[name], 0)) for name in parts])
    cv2.putText(grey, "80", (4, 16), cv2.FONT_HERSHEY_PLAIN, 1.0, 0)
    good, data = cv2.imencode(".jpg", grey)
    if not good:
        raise ValueError("the live picture could not be encoded")
    return data.tobytes()


def _small(image: GreyImage) -> np.ndarray[Any, np.dtype[np.uint8]]:
    grey = np.frombuffer(image.pixels, np.uint8).reshape(image.height, image.width)
    return np.asarray(cv2.resize(grey, (_PART_WIDTH, 133), interpolation=cv2.INTER_AREA), np.uint8)


def _nothing() -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.full((133, _PART_WIDTH), _EMPTY_GREY, np.uint8)
