"""The biometric questions recording asks, each answered by `station.biometrics`; loaded when first asked."""

from __future__ import annotations

from dataclasses import dataclass

from station.capture.templates import decode_iris, decode_minutiae, encode_iris, encode_minutiae
from station.devices.signature.interface import PadArea
from station.domain.card import PhotoBackground
from station.domain.sample import ColourImage, Eye, Finger, GreyImage, PenSample, Slap


@dataclass(frozen=True, slots=True)
class Examined:
    """Quality 0-100, causes as message identifiers, and the template for later comparisons (empty: none found).

    `refused` says that a cause is too severe to keep the picture whatever it scores.
    """

    score: int
    causes: tuple[str, ...]
    template: bytes = b""
    refused: bool = False

    def good_enough(self, quality_min: int) -> bool:
        """Tell whether the picture may be kept: the score reaches the threshold and no cause is too severe."""
        return self.score >= quality_min and not self.refused


@dataclass(frozen=True, slots=True)
class ExaminedSlap:
    """The fingers found in a slap, and what is wrong with the whole of it."""

    fingers: tuple[tuple[Finger, GreyImage], ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExaminedFace:
    """Quality of a photo; `warnings` may be overridden by the operator; the portrait is the card's crop."""

    score: int
    causes: tuple[str, ...]
    warnings: tuple[str, ...]
    portrait: ColourImage


class Examiner:
    """Asks the biometric functions."""

    def face(self, image: ColourImage, background: PhotoBackground) -> ExaminedFace:
        """Judge a photo and crop the portrait."""
        from station.biometrics.face.assess import assess_face
        from station.biometrics.face.portrait import crop_portrait

        quality = assess_face(image, background)
        return ExaminedFace(quality.score, quality.causes, quality.warnings, crop_portrait(image, quality))

    def slap(self, image: GreyImage, slap: Slap, expected: tuple[Finger, ...]) -> ExaminedSlap:
        """Cut a slap into its fingers; a short slap or another hand is a problem."""
        from station.biometrics.finger.segment import segment_slap

        found = segment_slap(image, slap, expected)
        return ExaminedSlap(tuple((entry.finger, entry.image) for entry in found.fingers), found.problems)

    def finger(self, image: GreyImage) -> Examined:
        """Judge one print and take its minutiae."""
        from station.biometrics.finger.minutiae import extract
        from station.biometrics.finger.quality import assess_finger
        from station.biometrics.finger.ridges import map_ridges

        ridge_map = map_ridges(image)
        template = extract(image, ridge_map)
        quality = assess_finger(image, ridge_map, template)
        return Examined(quality.score, quality.causes, encode_minutiae(template), quality.refused)

    def match(self, first: bytes, second: bytes) -> float:
        """Return how well two finger templates fit; the threshold is the configuration's."""
        from station.biometrics.finger.matching import match_score

        return match_score(decode_minutiae(first), decode_minutiae(second))

    def iris(self, image: GreyImage, eye: Eye) -> Examined:
        """Judge an iris picture and take its code."""
        from station.biometrics.iris.code import iris_code
        from station.biometrics.iris.quality import assess_iris

        quality = assess_iris(image, eye)
        code = None if quality.geometry is None else iris_code(image, quality.geometry)
        return Examined(quality.score, quality.causes, b"" if code is None else encode_iris(code))

    def iris_distance(self, first: bytes, second: bytes) -> float:
        """Return the share of differing bits of two iris codes, 0 to 1."""
        from station.biometrics.iris.code import hamming

        return hamming(decode_iris(first), decode_iris(second))

    def is_same_eye(self, distance: float) -> bool:
        """Tell whether two codes this far apart are of one eye."""
        from station.biometrics.iris.code import SAME_EYE_BELOW

        return distance < SAME_EYE_BELOW

    def signature(self, samples: tuple[PenSample, ...], area: PadArea) -> tuple[str, ...]:
        """Return what is wrong with a signature as message identifiers; none when usable."""
        from station.biometrics.signature.assess import signature_problems

        return signature_problems(samples, area.width, area.height)
