"""Scores one print from 0 to 100 and says in message identifiers what is wrong with it.

The score is our own ("quality 0-100"), never NFIQ 2: a smooth function of the measures
(kernel ridge regression) learnt from prints whose scores by NFIQ 2 were known. How it
was learnt and how well it agrees is told in docs/biometrics.md. NFIQ 2 hardly reacts
to some severe defects; those refuse the print by themselves and leave its score alone,
so that scores of different prints can still be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from station.biometrics.finger.measures import Measures, measure
from station.biometrics.finger.minutiae import MinutiaeTemplate, extract
from station.biometrics.finger.ridges import RidgeMap, map_ridges
from station.domain.sample import GreyImage

QUALITY_ALGORITHM = "station-fq-1"

_MODEL_FILE = "quality_model.npz"
_FAR_FROM_USUAL = 3.0
_AREA_FOR_FULL_SCORE = 2.2
_SEVERE = frozenset({"finger-none", "finger-smeared", "finger-too-dry", "finger-too-light", "finger-off-centre"})


@dataclass(frozen=True, slots=True)
class FingerQuality:
    """Score 0 to 100 (higher is better) and causes, worst first, as message identifiers."""

    score: int
    causes: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Tell whether a cause is so severe that the print has to be taken again whatever it scores."""
        return bool(_SEVERE.intersection(self.causes))


@dataclass(frozen=True, slots=True)
class _Model:
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    centres: NDArray[np.float64]
    weights: NDArray[np.float64]
    offset: float
    sharpness: float


def assess_finger(
    image: GreyImage, ridge_map: RidgeMap | None = None, template: MinutiaeTemplate | None = None
) -> FingerQuality:
    """Return score and causes of one print at 500 ppi; an empty glass scores 0."""
    found = ridge_map or map_ridges(image)
    minutiae = template or extract(image, found)
    measures = measure(found, len(minutiae.minutiae))
    if measures is None:
        return FingerQuality(0, ("finger-none",))
    causes = _causes(measures)
    score = predicted_score(measures.vector())
    return FingerQuality(round(min(score, area_ceiling(measures))), causes)


def predicted_score(vector: NDArray[np.float64]) -> float:
    """Return the learnt score of a vector of measures, 0 to 100."""
    model = _model()
    normal = np.clip((vector - model.mean) / model.spread, -_FAR_FROM_USUAL, _FAR_FROM_USUAL)
    nearness = np.exp(-model.sharpness * ((model.centres - normal) ** 2).sum(1))
    return float(np.clip(nearness @ model.weights + model.offset, 0, 100))


@lru_cache(maxsize=1)
def _model() -> _Model:
    with files("station.biometrics.finger").joinpath(_MODEL_FILE).open("rb") as stream, np.load(stream) as data:
        arrays = {name: np.asarray(data[name], np.float64) for name in data.files}
    return _Model(
        arrays["mean"],
        arrays["spread"],
        arrays["centres"],
        arrays["weights"],
        float(arrays["offset"]),
        float(arrays["sharpness"]),
    )


def area_ceiling(measures: Measures) -> float:
    """Return the most a print can score whatever its ridges."""
    return 100 * min(1.0, measures.area / _AREA_FOR_FULL_SCORE)


def _causes(measures: Measures) -> tuple[str, ...]:
    causes = []
    if measures.unridged > 0.35 or (measures.ridge_fit < 0.60 and measures.clarity < 0.08):
        causes.append("finger-smeared")
    if measures.off_centre > 0.17 and measures.at_edge > 0.15:
        causes.append("finger-off-centre")
    causes += [] if causes == ["finger-smeared"] else _moisture(measures)
    if measures.area < 0.95 and "finger-smeared" not in causes:
        light = measures.ridge_grey > 0.6 or "finger-too-light" in causes
        causes += () if light else ("finger-partial",)
    return tuple(causes)


def _moisture(measures: Measures) -> list[str]:
    """Return dry (few dark pixels, broken ridges), light (pale but whole ridges) or wet (dark valleys)."""
    pale = measures.ridge_grey > 0.62
    if pale and measures.ridge_share < 0.27 and measures.ridge_fit < 0.80:
        return ["finger-too-dry"]
    if pale and measures.clarity < 0.25 and measures.ridge_fit >= 0.75:
        return ["finger-too-light"]
    if measures.ridge_share > 0.56 and measures.valley_grey < 0.70 and measures.clarity > 0.08:
        return ["finger-too-wet"]
    return []
