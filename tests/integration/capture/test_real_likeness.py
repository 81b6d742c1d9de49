"""Same finger, other hand, changed eyes, same person: found with the real biometrics on synthetic people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.people.person import make_person
from simulators.people.school_class import make_class
from station.domain.sample import Eye, Finger, Slap
from tests.capture_desk import DAY, OPERATOR, Desk, make_desk

FIRST, SECOND = make_person(1, 1, DAY, age=17), make_person(1, 2, DAY, age=17)
AGAIN = make_person(1, 3, DAY, age=17, same_body_as=FIRST)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path, [FIRST, AGAIN, SECOND])
    yield desk
    desk.database.close()


async def test_ten_copies_of_one_finger_are_refused(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    desk.devices.finger_from = lambda _finger, attempt: FIRST.finger_impression(Finger.RIGHT_INDEX, attempt)
    result = await desk.recording.capture_finger(OPERATOR, sitting.sitting_id, Finger.RIGHT_INDEX)
    assert result.kept
    for finger in (Finger.RIGHT_MIDDLE, Finger.LEFT_INDEX):
        result = await desk.recording.capture_finger(OPERATOR, sitting.sitting_id, finger)
        assert result.causes == ("capture-same-finger-twice",)
        assert result.evidence


async def test_one_hand_shown_for_both_is_refused_at_the_latest_at_the_second(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    desk.devices.slap_from = lambda _slap, attempt, _missing: FIRST.slap_image(Slap.RIGHT_FOUR, attempt)
    first = await desk.recording.capture_slap(OPERATOR, sitting.sitting_id, Slap.LEFT_FOUR)
    second = await desk.recording.capture_slap(OPERATOR, sitting.sitting_id, Slap.RIGHT_FOUR)
    assert first.causes == ("slap-wrong-hand",) or second.causes == ("capture-same-finger-twice",)


async def test_a_wrong_capture_is_taken_back_and_never_counts_as_the_best(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    key = sitting.sitting_id
    desk.devices.slap_from = lambda _slap, attempt, _missing: SECOND.slap_image(Slap.LEFT_FOUR, attempt)
    assert (await desk.recording.capture_slap(OPERATOR, key, Slap.LEFT_FOUR)).kept
    desk.devices.slap_from = None
    unlike = await desk.recording.capture_slap(OPERATOR, key, Slap.LEFT_FOUR)
    assert unlike.causes == ("capture-finger-unlike-before",)
    parts = frozenset(part.part for part in unlike.parts)
    assert desk.recording.redo(OPERATOR, key, parts, "tangan orang lain").part("finger:7").record is None
    assert (await desk.recording.capture_slap(OPERATOR, key, Slap.LEFT_FOUR)).kept
    assert desk.recording.recover() == []
    assert desk.recording.sitting(key).part("finger:7").record == 1


async def test_a_missing_finger_nobody_told_about_is_a_short_slap(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    gone = frozenset({Finger.RIGHT_RING})
    desk.devices.slap_from = lambda slap, attempt, _missing: FIRST.slap_image(slap, attempt, gone)
    result = await desk.recording.capture_slap(OPERATOR, sitting.sitting_id, Slap.RIGHT_FOUR)
    assert "slap-short" in result.causes


async def test_the_same_person_under_another_name_is_flagged_and_another_is_not(desk: Desk) -> None:
    session = desk.open_session()
    for index, flagged in ((0, False), (2, False), (1, True)):
        sitting = await desk.begin(session, index)
        result = await desk.recording.capture_irises(OPERATOR, sitting.sitting_id)
        assert bool(result.sitting.open_findings) is flagged, index


async def test_one_eye_shown_for_both_is_refused(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    desk.devices.iris_from = lambda _eye, attempt: FIRST.iris_image(Eye.LEFT, attempt)
    result = await desk.recording.capture_irises(OPERATOR, sitting.sitting_id)
    assert result.causes == ("capture-same-eye-twice",)


async def test_a_finger_that_stays_dry_is_told_as_dry_and_never_as_another_hand(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    always_dry = next(one for one in make_class(7, 12, DAY, "SMAN 1 CONTOH", faults=True) if one.permanent_defects)
    desk.devices.slap_from = always_dry.slap_image
    for _attempt in range(5):
        result = await desk.recording.capture_slap(OPERATOR, sitting.sitting_id, Slap.LEFT_FOUR)
        assert "capture-finger-unlike-before" not in result.causes
