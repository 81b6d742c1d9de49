"""What a step hands to the screen: accepted or not, each part's score, causes, and what was seen."""

from __future__ import annotations

from dataclasses import dataclass

from station.capture.sitting import Sitting, Step
from station.domain.sample import ColourImage, GreyImage

PART_CAUSE_POOR = "capture-below-threshold"


@dataclass(frozen=True, slots=True)
class PartResult:
    """One part of one try: this try's score and causes, the best score so far, and tries left before an exception."""

    part: str
    score: int
    causes: tuple[str, ...]
    accepted: bool
    best_score: int
    tries_left: int
    image: GreyImage | None = None


@dataclass(frozen=True, slots=True)
class StepResult:
    """One try of a step. `causes` concern the whole capture: it was refused and nothing of it was kept.

    `evidence` says with what a cause was found (part names and scores), for the screen and the audit log.
    """

    step: Step
    accepted: bool
    parts: tuple[PartResult, ...]
    causes: tuple[str, ...]
    evidence: tuple[str, ...]
    image: GreyImage | ColourImage | None
    sitting: Sitting

    @property
    def kept(self) -> bool:
        """Tell whether anything of the try is in the journal."""
        return not self.causes


def refused(
    step: Step,
    sitting: Sitting,
    causes: tuple[str, ...],
    image: GreyImage | ColourImage | None = None,
    evidence: tuple[str, ...] = (),
    parts: tuple[PartResult, ...] = (),
) -> StepResult:
    """Return the result of a capture of which nothing was kept."""
    return StepResult(step, False, parts, causes, evidence, image, sitting)
