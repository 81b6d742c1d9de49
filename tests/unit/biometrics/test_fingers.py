"""Slaps are cut into the right fingers, defects are told by their cause, the same finger is recognised."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from simulators.people import FingerDefect, Person, SlapDefect, make_person
from simulators.people.slaps import finger_places
from station.biometrics.finger.matching import DEFAULT_THRESHOLD, match_score, same_finger
from station.biometrics.finger.minutiae import MinutiaeTemplate, extract
from station.biometrics.finger.quality import assess_finger
from station.biometrics.finger.ridges import map_ridges
from station.biometrics.finger.segment import segment_slap
from station.biometrics.pixels import grey_image
from station.biometrics.records.finger_minutiae import decode_card_minutiae, encode_card_minutiae
from station.capture.examiner import Examiner
from station.domain.sample import Finger, GreyImage, Slap

DAY = date(2026, 11, 23)
SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
NEEDS_SAMPLES = pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not beside this checkout")


@pytest.fixture(scope="module")
def person() -> Person:
    return make_person(41, 3, DAY)


@pytest.mark.parametrize("slap", Slap)
@pytest.mark.parametrize("turn_deg", [-28.0, 4.0, 28.0])
def test_a_turned_hand_is_cut_into_its_fingers(person: Person, slap: Slap, turn_deg: float) -> None:
    found = segment_slap(person.slap_image(slap, 0, turn_deg=turn_deg), slap, slap.fingers)
    assert tuple(finger.finger for finger in found.fingers) == slap.fingers
    for finger, place in zip(found.fingers, finger_places(person.body_seed, slap, 0, None, turn_deg), strict=True):
        assert np.hypot(finger.centre[0] - place.column, finger.centre[1] - place.row) < 90


def test_a_missing_finger_that_is_expected_to_be_missing_is_no_problem(person: Person) -> None:
    missing = frozenset({Finger.RIGHT_RING})
    expected = tuple(finger for finger in Slap.RIGHT_FOUR.fingers if finger not in missing)
    found = segment_slap(person.slap_image(Slap.RIGHT_FOUR, 0, missing), Slap.RIGHT_FOUR, expected)
    assert tuple(finger.finger for finger in found.fingers) == expected
    assert not found.problems


def test_a_short_slap_names_no_finger_and_says_so(person: Person) -> None:
    found = segment_slap(
        person.slap_image(Slap.LEFT_FOUR, 0, placement=SlapDefect.SHORT), Slap.LEFT_FOUR, Slap.LEFT_FOUR.fingers
    )
    assert found.fingers == ()
    assert "slap-short" in found.problems


def test_an_empty_glass_is_empty() -> None:
    glass = grey_image(np.full((1500, 1600), 244), 500)
    assert segment_slap(glass, Slap.LEFT_FOUR, Slap.LEFT_FOUR.fingers).problems == ("slap-empty",)
    assert assess_finger(grey_image(np.full((500, 400), 244), 500)).causes == ("finger-none",)


@pytest.mark.parametrize(
    ("defect", "cause"),
    [
        (FingerDefect.DRY, "finger-too-dry"),
        (FingerDefect.LIGHT, "finger-too-light"),
        (FingerDefect.OFF_CENTRE, "finger-off-centre"),
        (FingerDefect.SMEARED, "finger-smeared"),
    ],
)
def test_a_bad_finger_is_refused_with_its_cause(person: Person, defect: FingerDefect, cause: str) -> None:
    judged = assess_finger(person.finger_impression(Finger.RIGHT_INDEX, 0, defect))
    assert judged.refused
    assert cause in judged.causes


def test_a_severe_cause_refuses_a_finger_whose_ridges_score_well(person: Person) -> None:
    examined = Examiner().finger(person.finger_impression(Finger.RIGHT_INDEX, 0, FingerDefect.DRY))
    assert examined.refused
    assert examined.score >= 35
    assert not Examiner().finger(person.finger_impression(Finger.RIGHT_INDEX, 0)).refused


def test_prints_that_share_little_do_not_match_by_chance() -> None:
    people = [make_person(61, index, DAY) for index in range(5)]
    partial = [extract(p.finger_impression(Finger.LEFT_INDEX, 0, FingerDefect.PARTIAL)) for p in people]
    whole = [extract(p.finger_impression(Finger.LEFT_INDEX, 1)) for p in people]
    others = [match_score(a, b) for i, a in enumerate(partial) for j, b in enumerate(whole) if i != j]
    assert max(others) < DEFAULT_THRESHOLD


def test_a_wet_finger_is_told_even_when_its_ridges_can_be_read(person: Person) -> None:
    assert "finger-too-wet" in assess_finger(person.finger_impression(Finger.RIGHT_INDEX, 0, FingerDefect.WET)).causes


def test_a_good_finger_has_no_cause(person: Person) -> None:
    judged = assess_finger(person.finger_impression(Finger.LEFT_THUMB, 0))
    assert judged.score >= 35
    assert not judged.refused
    assert judged.causes == ()


def test_the_same_finger_matches_across_slap_and_single_capture_and_the_card(person: Person) -> None:
    slap = segment_slap(person.slap_image(Slap.RIGHT_FOUR, 0), Slap.RIGHT_FOUR, Slap.RIGHT_FOUR.fingers)
    template = extract(slap.fingers[0].image)
    again = extract(person.finger_impression(Finger.RIGHT_INDEX, 7))
    assert same_finger(template, again)
    assert same_finger(decode_card_minutiae(encode_card_minutiae(template)), again)
    other = extract(person.finger_impression(Finger.RIGHT_MIDDLE, 7))
    assert match_score(template, other) < DEFAULT_THRESHOLD


def test_an_empty_template_matches_nothing(person: Person) -> None:
    empty = MinutiaeTemplate(400, 500, 500, ())
    assert match_score(empty, extract(person.finger_impression(Finger.RIGHT_INDEX, 0))) == 0.0


def test_the_ridge_period_is_measured_at_any_resolution(person: Person) -> None:
    image = person.finger_impression(Finger.LEFT_MIDDLE, 0)
    array = np.frombuffer(image.pixels, np.uint8).reshape(image.height, image.width)
    doubled = grey_image(cv2.resize(array, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), 1000)
    one, other = map_ridges(image), map_ridges(doubled)
    assert abs(np.median(one.frequency[one.inside]) - np.median(other.frequency[other.inside])) < 0.01


@NEEDS_SAMPLES
def test_minutiae_of_foreign_prints_agree_with_the_reference_extractor() -> None:
    shares = []
    for number in range(1, 6):
        picture = cv2.imread(str(SAMPLES / f"nfiq2-sfinge/SFinGe_Test0{number}.pgm"), cv2.IMREAD_GRAYSCALE)
        assert picture is not None
        found = extract(GreyImage(picture.shape[1], picture.shape[0], picture.tobytes(), 500))
        reference = np.loadtxt(SAMPLES / f"expected/xyt/nfiq2-sfinge__SFinGe_Test0{number}.xyt")
        spots = reference[reference[:, 3] >= 30][:, :2]
        spots[:, 1] = picture.shape[0] - spots[:, 1]
        mine = np.array([(minutia.x, minutia.y) for minutia in found.minutiae])
        shares.append(np.mean(np.hypot(*(spots[:, None] - mine[None]).transpose(2, 0, 1)).min(1) < 10))
    assert np.mean(shares) > 0.8


@NEEDS_SAMPLES
def test_good_foreign_prints_score_near_their_reference() -> None:
    for number, reference in zip(range(1, 6), (54, 45, 53, 52, 57), strict=True):
        picture = cv2.imread(str(SAMPLES / f"nfiq2-sfinge/SFinGe_Test0{number}.pgm"), cv2.IMREAD_GRAYSCALE)
        assert picture is not None
        judged = assess_finger(GreyImage(picture.shape[1], picture.shape[0], picture.tobytes(), 500))
        assert abs(judged.score - reference) < 15
