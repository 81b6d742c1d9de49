"""Comparisons within a sitting and with the kit's other sittings: same finger, same eye, same person."""

from __future__ import annotations

from collections.abc import Mapping

from station.capture.examiner import Examined
from station.capture.sitting import PartState, Sitting, eye_part, finger_part
from station.capture.steps.tools import StepTools
from station.domain.sample import Eye, Finger
from station.store import sittings as rows

OTHER_EYE = "iris-other-eye"


def same_fingers(
    tools: StepTools, sitting: Sitting, found: Mapping[Finger, Examined], one_picture: bool
) -> tuple[str, ...]:
    """Return `finger:2 finger:3 118` for each pair of different positions that is one and the same finger.

    Fingers of `one_picture` lay on the glass side by side and are not compared with each other.
    """
    with tools.desk.database.read() as connection:
        known = {part: data for part, data in rows.templates(connection, sitting.sitting_id).items() if data}
    new = {finger_part(finger): item.template for finger, item in found.items() if item.template}
    evidence = []
    pairs = [(part, other, known[other]) for part in new for other in known if other != part and "finger:" in other]
    if not one_picture:
        pairs += [(part, other, new[other]) for part in new for other in new if part < other]
    for part, other, template in pairs:
        score = tools.examiner.match(new[part], template)
        if score >= tools.config.same_finger_threshold:
            evidence.append(f"{part} {other} {score:.0f}")
    return tuple(evidence)


def unlike_fingers(tools: StepTools, sitting: Sitting, found: Mapping[Finger, Examined]) -> tuple[str, ...]:
    """Return `finger:2 13` for each finger that is good now, was good before, and is not the same one."""
    least = tools.config.finger_quality_min
    with tools.desk.database.read() as connection:
        known = rows.templates(connection, sitting.sitting_id)
    evidence = []
    for finger, item in found.items():
        part = sitting.part(finger_part(finger))
        if item.template and known.get(part.part) and item.good_enough(least) and part.state is PartState.CAPTURED:
            score = tools.examiner.match(item.template, known[part.part])
            if score < tools.config.match_threshold:
                evidence.append(f"{part.part} {score:.0f}")
    return tuple(evidence)


def eye_problem(tools: StepTools, sitting: Sitting, found: Mapping[Eye, Examined]) -> tuple[str, tuple[str, ...]]:
    """Return the message of what is wrong with the eyes (one eye twice, changed over), and the evidence."""
    with tools.desk.database.read() as connection:
        known = rows.templates(connection, sitting.sitting_id)
    codes = {eye: item.template for eye, item in found.items() if item.template}
    if len(found) == len(Eye) and all(OTHER_EYE in item.causes for item in found.values()):
        return "capture-eyes-swapped", ()
    if len(codes) == len(Eye):
        distance = tools.examiner.iris_distance(codes[Eye.RIGHT], codes[Eye.LEFT])
        if tools.examiner.is_same_eye(distance):
            return "capture-same-eye-twice", (f"{distance:.3f}",)
    for eye, code in codes.items():
        other = known.get(eye_part(_other(eye)))
        if other and not known.get(eye_part(eye)):
            distance = tools.examiner.iris_distance(code, other)
            if tools.examiner.is_same_eye(distance):
                return "capture-same-eye-twice", (f"{distance:.3f}",)
        if other and known.get(eye_part(eye)):
            crossed = tools.examiner.iris_distance(code, other)
            if tools.examiner.is_same_eye(crossed):
                return "capture-eyes-swapped", (f"{crossed:.3f}",)
    return "", ()


def earlier_eyes(tools: StepTools, sitting: Sitting, found: Mapping[Eye, Examined]) -> dict[str, float]:
    """Return the kit's other sittings, under whatever name, that have one of these eyes, with the distance."""
    seen: dict[str, float] = {}
    for eye, item in found.items():
        if not item.template:
            continue
        for part in (eye_part(eye), eye_part(_other(eye))):
            with tools.desk.database.read() as connection:
                others = rows.templates_of_part(connection, part, sitting.sitting_id)
            for other, template in others:
                distance = tools.examiner.iris_distance(item.template, template)
                if tools.examiner.is_same_eye(distance):
                    seen[other] = min(distance, seen.get(other, 1.0))
    return seen


def earlier_fingers(tools: StepTools, sitting: Sitting, part: str) -> dict[str, float]:
    """Return the kit's other sittings with this finger, with the match score: for people without iris codes."""
    with tools.desk.database.read() as connection:
        own = rows.templates(connection, sitting.sitting_id)
        others = rows.templates_of_part(connection, part, sitting.sitting_id)
    if any(name.startswith("iris:") and data for name, data in own.items()) or part not in own:
        return {}
    scores = {other: tools.examiner.match(own[part], template) for other, template in others}
    return {other: score for other, score in scores.items() if score >= tools.config.match_threshold}


def _other(eye: Eye) -> Eye:
    return Eye.LEFT if eye is Eye.RIGHT else Eye.RIGHT
