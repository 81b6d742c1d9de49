"""The uniqueness check: compares the biometrics of a submission with everyone enrolled before.

Nothing but the pixels in the packets is looked at; a NIK enrolled before is a duplicate
by itself.

Does not simulate: a national gallery's size; it compares with everyone in turn.
"""

from __future__ import annotations

from enum import Enum

from simulators.centre.submission import Submission
from station.biometrics.finger.minutiae import MinutiaeTemplate, extract
from station.biometrics.iris.code import IrisCode, iris_code
from station.biometrics.search import Candidate, Gallery
from station.domain.sample import Eye, Finger

LEAST_MINUTIAE = 10
_SURE_FINGERS = 2
_COMPARED_FINGERS = (
    Finger.RIGHT_INDEX,
    Finger.LEFT_INDEX,
    Finger.RIGHT_MIDDLE,
    Finger.LEFT_MIDDLE,
    Finger.RIGHT_THUMB,
    Finger.LEFT_THUMB,
)


class Finding(Enum):
    """What the comparison says."""

    UNIQUE = "unique"
    SAME_PERSON = "same_person"
    DOUBTFUL = "doubtful"
    UNREADABLE = "unreadable"


class UniquenessCheck:
    """Everyone enrolled so far; for one thread."""

    def __init__(self) -> None:
        self._gallery = Gallery()
        self._niks: dict[str, str] = {}

    def examine(self, submission: Submission) -> tuple[Finding, str]:
        """Compare, and enrol when unique; returns the finding and the packet it resembles."""
        if submission.nik in self._niks:
            return Finding.SAME_PERSON, self._niks[submission.nik]
        templates, irises = _templates(submission), _irises(submission)
        if not templates and not irises:
            return Finding.UNREADABLE, ""
        candidates = self._gallery.search(templates, irises)
        if candidates:
            return _judged(candidates[0]), candidates[0].person_id
        self._gallery.add(submission.packet_id, templates, irises)
        self._niks[submission.nik] = submission.packet_id
        return Finding.UNIQUE, ""


def _judged(candidate: Candidate) -> Finding:
    sure = len(candidate.finger_scores) >= _SURE_FINGERS or (
        bool(candidate.finger_scores) and candidate.iris_distance is not None
    )
    return Finding.SAME_PERSON if sure else Finding.DOUBTFUL


def _templates(submission: Submission) -> dict[Finger, MinutiaeTemplate]:
    found = {}
    for finger in _COMPARED_FINGERS:
        if finger in submission.fingers:
            template = extract(submission.fingers[finger])
            if len(template.minutiae) >= LEAST_MINUTIAE:
                found[finger] = template
    return found


def _irises(submission: Submission) -> dict[Eye, IrisCode]:
    found = {}
    for eye, image in submission.irises.items():
        code = iris_code(image)
        if code is not None:
            found[eye] = code
    return found
