"""Finds the same body among many: irises first because they cost little, then fingers.

Eyes are compared crosswise, so that giving the right one as the left does not help.
Where both eyes of both persons are there and differ clearly, fingers are not compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from station.biometrics.finger.matching import DEFAULT_THRESHOLD, match_score
from station.biometrics.finger.minutiae import MinutiaeTemplate
from station.biometrics.iris.code import SAME_EYE_BELOW, IrisCode, hamming
from station.domain.sample import Eye, Finger

_SURE_FINGERS = 2
_OTHER_EYES_ABOVE = 0.38
_SEARCH_FINGERS = (
    Finger.RIGHT_INDEX,
    Finger.LEFT_INDEX,
    Finger.RIGHT_MIDDLE,
    Finger.LEFT_MIDDLE,
    Finger.RIGHT_THUMB,
    Finger.LEFT_THUMB,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone in the gallery who may be the same body: the best iris distance and finger scores that were compared."""

    person_id: str
    iris_distance: float | None
    finger_scores: Mapping[Finger, float]


@dataclass(frozen=True, slots=True)
class _Entry:
    templates: Mapping[Finger, MinutiaeTemplate]
    irises: Mapping[Eye, IrisCode]


@dataclass(slots=True)
class Gallery:
    """Templates by person; searching compares everyone, in an order that keeps 500 persons under a second or two."""

    threshold: float = DEFAULT_THRESHOLD
    _entries: dict[str, _Entry] = field(default_factory=dict)

    def add(self, person_id: str, templates: Mapping[Finger, MinutiaeTemplate], irises: Mapping[Eye, IrisCode]) -> None:
        """Remember a person; the same id again replaces what was there."""
        self._entries[person_id] = _Entry(dict(templates), dict(irises))

    def remove(self, person_id: str) -> None:
        """Forget a person; unknown ids are ignored."""
        self._entries.pop(person_id, None)

    def search(
        self,
        templates: Mapping[Finger, MinutiaeTemplate],
        irises: Mapping[Eye, IrisCode],
        besides: Sequence[str] = (),
    ) -> tuple[Candidate, ...]:
        """Return candidates, surest first: an iris below the limit, or two fingers (one, when only one is shared)."""
        found = []
        for person_id, entry in self._entries.items():
            if person_id in besides:
                continue
            candidate = self._compared(person_id, entry, templates, irises)
            if candidate is not None:
                found.append(candidate)
        return tuple(sorted(found, key=lambda item: (-len(item.finger_scores), item.iris_distance or 1.0)))

    def _compared(
        self,
        person_id: str,
        entry: _Entry,
        templates: Mapping[Finger, MinutiaeTemplate],
        irises: Mapping[Eye, IrisCode],
    ) -> Candidate | None:
        distance = min((hamming(a, b) for a in irises.values() for b in entry.irises.values()), default=None)
        both_eyes = len(irises) == len(entry.irises) == len(Eye)
        if both_eyes and distance is not None and distance > _OTHER_EYES_ABOVE:
            return None
        shared = [finger for finger in _SEARCH_FINGERS if finger in templates and finger in entry.templates]
        scores: dict[Finger, float] = {}
        for finger in shared:
            score = match_score(templates[finger], entry.templates[finger])
            if score >= self.threshold:
                scores[finger] = score
            if len(scores) >= _SURE_FINGERS:
                break
        same_eye = distance is not None and distance < SAME_EYE_BELOW
        if same_eye or len(scores) >= min(_SURE_FINGERS, max(1, len(shared))):
            return Candidate(person_id, distance, scores)
        return None
