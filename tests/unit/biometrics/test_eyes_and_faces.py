"""Eyes and photos: good ones pass, bad ones are told by their cause, the same eye is recognised."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from simulators.people import FaceDefect, IrisDefect, Person, make_person
from simulators.people.faces import skin_tone
from station.biometrics.face.assess import assess_face
from station.biometrics.face.portrait import crop_portrait
from station.biometrics.iris.code import SAME_EYE_BELOW, IrisCode, hamming, iris_code
from station.biometrics.iris.locate import locate_iris
from station.biometrics.iris.quality import assess_iris
from station.biometrics.pixels import grey_array
from station.biometrics.search import Gallery
from station.biometrics.signature.assess import signature_problems
from station.biometrics.signature.raster import raster_signature, signature_png
from station.domain.card import PhotoBackground
from station.domain.errors import BadInput
from station.domain.sample import Eye, PenSample

DAY = date(2026, 11, 23)
RED, BLUE = (190, 30, 40), (40, 60, 190)


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return [make_person(43, index, DAY) for index in range(4)]


def code_of(person: Person, eye: Eye, attempt: int) -> IrisCode:
    code = iris_code(person.iris_image(eye, attempt))
    assert code is not None
    return code


def test_a_good_eye_scores_high_without_a_cause(people: list[Person]) -> None:
    for person in people:
        judged = assess_iris(person.iris_image(Eye.LEFT, 0), Eye.LEFT)
        assert judged.score >= 60
        assert judged.causes == ()


@pytest.mark.parametrize(
    ("defect", "cause"),
    [
        (IrisDefect.BLURRED, "iris-blurred"),
        (IrisDefect.CLOSED, "iris-not-found"),
        (IrisDefect.GAZE, "iris-gaze"),
        (IrisDefect.GLARE, "iris-glare"),
        (IrisDefect.DARK, "iris-dark"),
        (IrisDefect.FAR, "iris-too-far"),
    ],
)
def test_a_bad_eye_is_refused_with_its_cause(people: list[Person], defect: IrisDefect, cause: str) -> None:
    judged = assess_iris(people[0].iris_image(Eye.RIGHT, 0, defect), Eye.RIGHT)
    assert judged.score < 40
    assert cause in judged.causes


def test_an_eye_labelled_wrongly_is_never_called_right(people: list[Person]) -> None:
    hints = [assess_iris(person.iris_image(eye, 0), eye).eye_hint for person in people for eye in Eye]
    truths = [eye for _ in people for eye in Eye]
    assert all(hint in {None, truth} for hint, truth in zip(hints, truths, strict=True))


def test_an_empty_picture_has_no_iris(people: list[Person]) -> None:
    assert locate_iris(people[0].iris_image(Eye.LEFT, 0, IrisDefect.CLOSED)) is None


def test_codes_tell_the_same_eye_from_every_other(people: list[Person]) -> None:
    same = hamming(code_of(people[0], Eye.LEFT, 0), code_of(people[0], Eye.LEFT, 1))
    other_eye = hamming(code_of(people[0], Eye.LEFT, 0), code_of(people[0], Eye.RIGHT, 0))
    other_person = hamming(code_of(people[0], Eye.LEFT, 0), code_of(people[1], Eye.LEFT, 0))
    assert same < SAME_EYE_BELOW < min(other_eye, other_person)


def test_a_gallery_finds_the_person_who_comes_twice(people: list[Person]) -> None:
    gallery = Gallery()
    for index, person in enumerate(people):
        gallery.add(f"person-{index}", {}, {eye: code_of(person, eye, 0) for eye in Eye})
    again = {eye: code_of(people[2], eye, 1) for eye in Eye}
    assert [found.person_id for found in gallery.search({}, again)] == ["person-2"]
    assert gallery.search({}, again, besides=("person-2",)) == ()


@pytest.mark.parametrize("tone", range(5))
def test_a_good_photo_passes_on_every_skin_tone(tone: int) -> None:
    person = next(p for p in (make_person(47, index, DAY) for index in range(60)) if skin_tone(p.body_seed) == tone)
    judged = assess_face(person.face_image(0, RED), PhotoBackground.RED)
    assert judged.box is not None
    assert judged.causes == ()
    assert not {"face-turned", "face-glasses"}.intersection(judged.warnings)


@pytest.mark.parametrize(
    ("defect", "alarm"),
    [
        (FaceDefect.CLOSED_EYES, "face-eyes-closed"),
        (FaceDefect.TILTED, "face-tilted"),
        (FaceDefect.TURNED, "face-turned"),
        (FaceDefect.GLASSES, "face-glasses"),
        (FaceDefect.FAR, "face-too-far"),
        (FaceDefect.OFF_CENTRE, "face-off-centre"),
        (FaceDefect.DARK, "face-dark"),
        (FaceDefect.BLURRED, "face-blurred"),
        (FaceDefect.TWO_FACES, "face-several"),
        (FaceDefect.NOBODY, "face-none"),
    ],
)
def test_a_bad_photo_is_told_by_its_cause(people: list[Person], defect: FaceDefect, alarm: str) -> None:
    judged = assess_face(people[0].face_image(0, RED, defect), PhotoBackground.RED)
    assert alarm in (*judged.causes, *judged.warnings)


def test_no_face_is_a_warning_that_leaves_the_photo_usable(people: list[Person]) -> None:
    judged = assess_face(people[0].face_image(0, RED, FaceDefect.NOBODY), PhotoBackground.RED)
    assert judged.causes == ()
    assert judged.score >= 40


def test_the_wrong_backdrop_is_a_cause(people: list[Person]) -> None:
    judged = assess_face(people[0].face_image(0, BLUE), PhotoBackground.RED)
    assert judged.causes == ("face-background-colour",)
    assert assess_face(people[0].face_image(0, BLUE), PhotoBackground.BLUE).causes == ()


def test_the_crop_is_three_to_four_with_or_without_a_face(people: list[Person]) -> None:
    image = people[0].face_image(0, RED)
    for quality in (assess_face(image, PhotoBackground.RED), None):
        crop = crop_portrait(image, quality)
        assert crop.width * 4 == crop.height * 3
        assert (crop.width, crop.height) >= (450, 600)


def test_a_signature_becomes_a_picture_with_ink(people: list[Person]) -> None:
    samples = people[0].signature_samples(0)
    assert signature_problems(samples, 9600, 6000) == ()
    picture = raster_signature(samples, 600, 200)
    assert 0.005 < np.mean(grey_array(picture) < 128) < 0.3
    assert signature_png(picture).startswith(b"\x89PNG")


def test_a_dot_is_no_signature() -> None:
    dot = tuple(PenSample(100, 100, 500, 5 * index, touching=True) for index in range(5))
    assert "signature-short" in signature_problems(dot, 9600, 6000)
    assert signature_problems((), 9600, 6000) == ("signature-empty",)
    with pytest.raises(BadInput):
        raster_signature((), 600, 200)
