"""Hands as they come: smeared, on a glass not wiped, with the palm down, close together, small, finer scanned."""

from __future__ import annotations

from datetime import date

import cv2
import numpy as np
import pytest

from simulators.people import FingerDefect, make_person
from simulators.people.slaps import CLEAN_GLASS, ORDINARY_HAND, Glass, Hand, finger_places
from station.biometrics.finger.segment import segment_slap
from station.biometrics.pixels import grey_array, grey_image
from station.domain.sample import Finger, Slap

PERSON = make_person(43, 1, date(2026, 11, 23))
LOST = frozenset({Finger.RIGHT_RING})
EXPECTED = tuple(finger for finger in Slap.RIGHT_FOUR.fingers if finger not in LOST)


@pytest.mark.parametrize(
    ("skin", "hand", "glass"),
    [
        (FingerDefect.SMEARED, ORDINARY_HAND, CLEAN_GLASS),
        (None, ORDINARY_HAND, Glass(latent=0.22)),
        (None, ORDINARY_HAND, Glass(palm=True)),
        (FingerDefect.WET, Hand(gaps=0.15), CLEAN_GLASS),
        (None, Hand(size=0.72), CLEAN_GLASS),
        (None, Hand(size=0.92, gaps=3.5), CLEAN_GLASS),
    ],
    ids=["smeared", "prints-left-on-the-glass", "palm-down", "wet-and-close", "small", "spread"],
)
def test_a_hand_without_its_ring_finger_is_cut_rightly(skin: FingerDefect | None, hand: Hand, glass: Glass) -> None:
    skins = {} if skin is None else dict.fromkeys(Slap.RIGHT_FOUR.fingers, skin)
    image = PERSON.slap_image(Slap.RIGHT_FOUR, 0, LOST, skins, None, 21.0, hand, glass)
    found = segment_slap(image, Slap.RIGHT_FOUR, EXPECTED)
    places = finger_places(PERSON.body_seed, Slap.RIGHT_FOUR, 0, None, 21.0, hand)
    assert tuple(finger.finger for finger in found.fingers) == EXPECTED, found.problems
    there = [place for place in places if place.finger not in LOST]
    for finger, place in zip(found.fingers, there, strict=True):
        assert np.hypot(finger.centre[0] - place.column, finger.centre[1] - place.row) < 90 * hand.size


def test_a_scanner_of_twice_the_resolution_gives_the_same_fingers_twice_as_large() -> None:
    image = PERSON.slap_image(Slap.RIGHT_FOUR, 0)
    finer = cv2.resize(grey_array(image), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    usual = segment_slap(image, Slap.RIGHT_FOUR, Slap.RIGHT_FOUR.fingers)
    found = segment_slap(grey_image(finer, 1000), Slap.RIGHT_FOUR, Slap.RIGHT_FOUR.fingers)
    for large, small in zip(found.fingers, usual.fingers, strict=True):
        assert large.image.resolution_ppi == 1000
        assert np.allclose(large.centre, np.multiply(small.centre, 2), atol=12)
        assert large.image.width == pytest.approx(2 * small.image.width, abs=40)
