"""Synthetic people are reproducible, differ from each other and satisfy the rules of the field."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from simulators.people import FaceDefect, IrisDefect, Person, make_class, make_person
from station.domain.nik import NikParts, parse_nik
from station.domain.person import age_on
from station.domain.sample import Eye, Finger, Slap

DAY = date(2026, 11, 23)
RED = (190, 30, 40)


@pytest.fixture(scope="module")
def person() -> Person:
    return make_person(5, 0, DAY)


def test_the_same_seed_gives_the_same_pixels(person: Person) -> None:
    again = make_person(5, 0, DAY)
    assert again.biodata == person.biodata
    assert again.finger_impression(Finger.LEFT_RING, 1) == person.finger_impression(Finger.LEFT_RING, 1)
    assert again.iris_image(Eye.LEFT, 0) == person.iris_image(Eye.LEFT, 0)
    assert again.face_image(0, RED) == person.face_image(0, RED)
    assert again.signature_samples(2) == person.signature_samples(2)


def test_two_impressions_of_a_finger_are_never_the_same_picture(person: Person) -> None:
    assert person.finger_impression(Finger.LEFT_RING, 0) != person.finger_impression(Finger.LEFT_RING, 1)


def test_pictures_have_the_sizes_the_devices_promise(person: Person) -> None:
    slap = person.slap_image(Slap.LEFT_FOUR, 0)
    assert (slap.width, slap.height, slap.resolution_ppi) == (1600, 1500, 500)
    iris = person.iris_image(Eye.RIGHT, 0, IrisDefect.GAZE)
    assert (iris.width, iris.height) == (640, 480)
    face = person.face_image(0, RED, FaceDefect.TURNED)
    assert (face.width, face.height) == (1280, 960)


def test_signatures_stay_on_the_pad_and_time_only_grows(person: Person) -> None:
    samples = person.signature_samples(0)
    assert all(0 <= s.x <= 9600 and 0 <= s.y <= 6000 and 0 <= s.pressure <= 1023 for s in samples)
    assert all(b.time_ms > a.time_ms for a, b in itertools.pairwise(samples))
    assert any(not s.touching for s in samples)


def test_every_nik_of_a_class_follows_the_rules_and_is_unique() -> None:
    people = make_class(7, 40, DAY, "SMA CONTOH 1", faults=True)
    for member in people:
        parts = parse_nik(member.biodata.nik)
        assert isinstance(parts, NikParts)
        assert parts.could_be_born_on(member.biodata.birth_date)
        assert parts.sex is member.biodata.sex
    assert len({member.biodata.nik for member in people}) == 40


@pytest.mark.parametrize("count", [8, 30])
def test_a_class_with_faults_has_everyone_who_makes_work(count: int) -> None:
    people = make_class(7, count, DAY, "SMA CONTOH 1", faults=True)
    assert any(member.missing_fingers == {Finger.RIGHT_THUMB} for member in people)
    assert any(age_on(member.biodata.birth_date, DAY) < 16 for member in people)
    assert any(age_on(member.biodata.birth_date, DAY) == 16 for member in people)
    assert any(member.biodata.domicile != "63.11" for member in people)
    assert any(member.permanent_defects for member in people)
    bodies = [member.body_seed for member in people]
    assert len(set(bodies)) == len(bodies) - 1


def test_a_class_without_faults_has_only_plain_students() -> None:
    people = make_class(7, 20, DAY, "SMA CONTOH 1", faults=False)
    assert all(age_on(member.biodata.birth_date, DAY) >= 16 and not member.missing_fingers for member in people)
