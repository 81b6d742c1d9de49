"""What a sitting looks like: the rail of steps, fingers and parts with their marks, words for what to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.capture.sitting import PartState, Step
from station.domain.sample import ExceptionReason, Finger, Slap
from station.messages.body_parts import full_finger_words, part_words
from station.messages.catalogue import Catalogue
from station.ui.widgets.facts import Fact, Mark
from station.ui.widgets.fingers import FingerState, bar
from station.ui.widgets.steps import StepState

if TYPE_CHECKING:
    from station.capture.results import StepResult
    from station.capture.sitting import Part, Sitting

_MARKS = {
    PartState.OPEN: Mark.WAIT,
    PartState.POOR: Mark.WARN,
    PartState.CAPTURED: Mark.GOOD,
    PartState.EXCEPTED: Mark.PLAIN,
    PartState.POSTPONED: Mark.WARN,
}
SLAPS = (Slap.LEFT_FOUR, Slap.RIGHT_FOUR, Slap.THUMBS)


def rail(catalogue: Catalogue, sitting: Sitting, now: Step | None) -> list[StepState]:
    """Return the six steps with their marks."""
    return [StepState(catalogue.text(f"ui-step-{step.name.lower()}"), _step_mark(sitting, step, now)) for step in Step]


def _step_mark(sitting: Sitting, step: Step, now: Step | None) -> Mark:
    if step is now:
        return Mark.NOW
    parts = sitting.of_step(step)
    if all(part.settled for part in parts) and (step is not Step.PHOTO or sitting.photo_approved):
        return Mark.GOOD
    if any(part.state in {PartState.POSTPONED, PartState.POOR} for part in parts):
        return Mark.WARN
    return Mark.WAIT


def finger_states(catalogue: Catalogue, sitting: Sitting) -> dict[Finger, FingerState]:
    """Return what is known about each of the ten fingers."""
    states = {}
    for part in sitting.of_step(Step.FINGERS):
        finger = Finger(int(part.part.split(":")[1]))
        score = part.score if part.record is not None else None
        # the cause stands in the result line; in the panel it would push the other hand off a small screen
        words = catalogue.text(f"ui-part-state-{part.state.name.lower()}")
        states[finger] = FingerState(_MARKS[part.state], score, words)
    return states


def part_facts(catalogue: Catalogue, parts: tuple[Part, ...]) -> list[Fact]:
    """Return one fact per part: mark, name, bar, score and words."""
    facts = []
    for part in parts:
        score = f"{bar(part.score)} {part.score} " if part.record is not None else ""
        facts.append(Fact(part_words(catalogue, part.part), score + _state_words(catalogue, part), _MARKS[part.state]))
    return facts


def step_facts(catalogue: Catalogue, sitting: Sitting) -> list[Fact]:
    """Return one fact per step for the review: how many parts are settled, and the weakest of them."""
    facts = []
    for step in Step:
        parts = sitting.of_step(step)
        settled = [part for part in parts if part.settled]
        scored = [part for part in parts if part.record is not None]
        words = f"{len(settled)}/{len(parts)}"
        if scored:
            weakest = min(scored, key=lambda part: part.score)
            name = f"({part_words(catalogue, weakest.part)})" if len(parts) > 1 else ""
            words += f" · {catalogue.text('ui-weakest', score=weakest.score, part=name)}".rstrip()
        words += "".join(f"\n· {line}" for line in _exception_lines(catalogue, parts))
        mark = Mark.GOOD if len(settled) == len(parts) else Mark.WARN
        facts.append(Fact(catalogue.text(f"ui-step-{step.name.lower()}"), words, mark))
    return facts


def _exception_lines(catalogue: Catalogue, parts: tuple[Part, ...]) -> list[str]:
    """Return one line per reason with its parts; `all` where a step has nothing else."""
    by_reason: dict[str, list[str]] = {}
    for part in parts:
        if part.state is PartState.EXCEPTED:
            by_reason.setdefault(_reason(catalogue, part), []).append(part_words(catalogue, part.part))
    everything = catalogue.text("ui-exception-all")
    return [
        f"{reason}: {everything if len(names) == len(parts) > 1 else ', '.join(names)}"
        for reason, names in by_reason.items()
    ]


def _reason(catalogue: Catalogue, part: Part) -> str:
    reason = part.exception.reason if part.exception else ""
    known = {one.value: one.name.lower() for one in ExceptionReason}
    return catalogue.text(f"ui-exception-{known[reason]}") if reason in known else catalogue.text("ui-part-state-poor")


def _state_words(catalogue: Catalogue, part: Part) -> str:
    if part.state is PartState.POOR and part.causes:
        return catalogue.text(part.causes[0])
    return catalogue.text(f"ui-part-state-{part.state.name.lower()}")


def result_words(catalogue: Catalogue, result: StepResult) -> str:
    """Return what came of a try: accepted, poor fingers with cause and tries left, or refused with the cause."""
    if result.causes:
        causes = " ".join(catalogue.text(cause) for cause in result.causes)
        lines = [f"✗ {catalogue.text('ui-result-refused', causes=causes)}"]
        return "\n".join([*lines, *(f"  {_evidence_words(catalogue, one)}" for one in result.evidence[:2])])
    poor = [part for part in result.parts if not part.accepted]
    if not poor:
        return f"✓ {catalogue.text('ui-result-accepted')}"
    lines = []
    for part in poor:
        causes = " ".join(catalogue.text(cause) for cause in part.causes) or catalogue.text("ui-result-low")
        name = part_words(catalogue, part.part)
        lines.append(catalogue.text("ui-result-poor", part=name, score=part.score, causes=causes, left=part.tries_left))
    return "\n".join(f"! {line}" for line in lines)


def _evidence_words(catalogue: Catalogue, evidence: str) -> str:
    """Return `finger:2 finger:7 82` in words, and anything else as it is."""
    words = evidence.split()
    if len(words) == 3 and all(word.startswith("finger:") for word in words[:2]):
        first, second = (part_words(catalogue, word) for word in words[:2])
        return catalogue.text("ui-evidence-same", first=first, second=second, score=words[2])
    return evidence


def next_slap(sitting: Sitting) -> Slap | None:
    """Return the next group of fingers in which something is still open."""
    for slap in SLAPS:
        parts = [sitting.part(f"finger:{int(finger)}") for finger in slap.fingers]
        if any(not part.settled and part.state is not PartState.POSTPONED for part in parts):
            return slap
    return None


def instruction(catalogue: Catalogue, sitting: Sitting, step: Step | None) -> str:
    """Return what the person before the kit should do now."""
    if step is None:
        return catalogue.text("ui-do-review")
    if step is Step.FINGERS:
        slap = next_slap(sitting)
        return catalogue.text(f"ui-do-{slap.name.lower().replace('_', '-')}" if slap else "ui-do-fingers-done")
    if step is Step.VERIFICATION:
        waiting = [part for part in sitting.of_step(step) if not part.settled]
        fingers = [full_finger_words(catalogue, Finger(int(part.part.split(":")[1]))) for part in waiting]
        return catalogue.text("ui-do-verification", fingers=", ".join(fingers))
    return catalogue.text(f"ui-do-{step.name.lower()}")
