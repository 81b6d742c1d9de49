"""What every step works with, and the arithmetic of tries and thresholds they share."""

from __future__ import annotations

from dataclasses import dataclass

from station.capture.captured import CapturedPart
from station.capture.desk import SittingDesk
from station.capture.examiner import Examiner
from station.capture.results import PartResult
from station.capture.sitting import Sitting
from station.config import CaptureConfig
from station.devices.kit import Kit
from station.domain.sample import GreyImage
from station.messages.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class StepTools:
    """The desk, the devices, the judge, the thresholds and the words for the pad."""

    desk: SittingDesk
    kit: Kit
    examiner: Examiner
    config: CaptureConfig
    catalogue: Catalogue

    def part_result(self, sitting: Sitting, captured: CapturedPart, image: GreyImage | None = None) -> PartResult:
        """Return what the screen shows of one part of a try, `sitting` being as it is after the try."""
        part = sitting.part(captured.part)
        return PartResult(
            part=captured.part,
            score=captured.score,
            causes=captured.causes,
            accepted=captured.accepted,
            best_score=part.score,
            tries_left=max(0, self.config.tries - part.tries),
            image=image,
        )
