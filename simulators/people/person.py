"""One synthetic person: biodata and a body whose every picture follows from a seed.

Does not simulate: will of their own, speech, or a body that changes while the bench runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from simulators.people import eyes, faces, impressions, signatures, slaps
from simulators.people.biodata import HOME_REGENCY, birth_date_for_age, make_biodata
from simulators.people.defects import FaceDefect, FingerDefect, IrisDefect, SlapDefect
from simulators.people.noise import generator
from simulators.people.ridges import grow_finger
from station.domain.person import Biodata
from station.domain.sample import ColourImage, Eye, Finger, GreyImage, PenSample, Slap


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the bench; `body_seed` decides all pixels, so two entries with one body are one person.

    A defect asked for in a call goes before a permanent one.
    """

    biodata: Biodata
    body_seed: int
    missing_fingers: frozenset[Finger] = frozenset()
    permanent_defects: Mapping[Finger, FingerDefect] = field(default_factory=dict)
    wears_glasses: bool = False

    def finger_impression(self, finger: Finger, attempt: int, defect: FingerDefect | None = None) -> GreyImage:
        """Return a single finger on the glass at 500 ppi; a missing finger leaves the glass empty."""
        pattern = grow_finger(self.body_seed, finger)
        if finger in self.missing_fingers:
            return impressions.empty_glass(pattern, attempt)
        return impressions.impression(pattern, attempt, defect or self.permanent_defects.get(finger))

    def slap_image(
        self,
        slap: Slap,
        attempt: int,
        missing: frozenset[Finger] = frozenset(),
        defects: Mapping[Finger, FingerDefect] | None = None,
        placement: SlapDefect | None = None,
        turn_deg: float | None = None,
        hand: slaps.Hand = slaps.ORDINARY_HAND,
        glass: slaps.Glass = slaps.CLEAN_GLASS,
    ) -> GreyImage:
        """Return a whole hand on the glass, 1600 x 1500 at 500 ppi, less fingers that do not exist."""
        all_defects = {**self.permanent_defects, **(defects or {})}
        return slaps.slap_image(
            self.body_seed, slap, attempt, missing | self.missing_fingers, all_defects, placement, turn_deg, hand, glass
        )

    def iris_image(self, eye: Eye, attempt: int, defect: IrisDefect | None = None) -> GreyImage:
        """Return one eye in near infrared, 640 x 480."""
        return eyes.iris_image(self.body_seed, eye, attempt, defect)

    def face_image(
        self, attempt: int, background: tuple[int, int, int], defect: FaceDefect | None = None
    ) -> ColourImage:
        """Return the person before a backdrop of the RGB colour given, 1280 x 960."""
        glasses = FaceDefect.GLASSES if self.wears_glasses and attempt == 0 else None
        return faces.face_image(self.body_seed, attempt, background, defect or glasses)

    def signature_samples(self, attempt: int) -> tuple[PenSample, ...]:
        """Return the pen reports of one signature in 9600 x 6000 units."""
        return signatures.signature_samples(self.body_seed, attempt)


def make_person(
    seed: int,
    index: int,
    day: date,
    *,
    age: int | None = None,
    domicile: str = HOME_REGENCY,
    married: bool = False,
    missing_fingers: frozenset[Finger] = frozenset(),
    permanent_defects: Mapping[Finger, FingerDefect] | None = None,
    wears_glasses: bool = False,
    same_body_as: Person | None = None,
) -> Person:
    """Return person number `index` of world `seed` as they are on `day`; 17 or 18 years old unless told otherwise."""
    random = generator(seed, "person", index)
    years = age if age is not None else int(random.integers(17, 19))
    biodata = make_biodata(random, index, birth_date_for_age(random, years, day), domicile=domicile, married=married)
    body_seed = int(random.integers(1, 2**40))
    if same_body_as is not None:
        body_seed = same_body_as.body_seed
        missing_fingers = same_body_as.missing_fingers
        permanent_defects = same_body_as.permanent_defects
    return Person(biodata, body_seed, missing_fingers, dict(permanent_defects or {}), wears_glasses)
