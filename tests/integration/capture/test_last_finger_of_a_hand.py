"""A slap of which one finger is left: the glass is cut down to that finger, as with a whole hand."""

from pathlib import Path

from simulators.people.person import make_person
from station.domain.sample import BiometricException, ExceptionReason, Finger, Slap
from tests.capture_desk import DAY, OPERATOR, SUPERVISOR, make_desk

RIGHT_THUMB, LEFT_THUMB = "finger:1", "finger:6"


async def test_the_thumb_that_is_left_is_cut_out_of_the_glass(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, [make_person(1, 1, DAY, age=17, missing_fingers=frozenset({Finger.RIGHT_THUMB}))])
    sitting = await desk.begin(desk.open_session())
    missing = BiometricException(RIGHT_THUMB, ExceptionReason.AMPUTATED, True, "", SUPERVISOR.staff_id)
    desk.recording.add_exception(OPERATOR, sitting.sitting_id, missing, SUPERVISOR)
    result = await desk.recording.capture_slap(OPERATOR, sitting.sitting_id, Slap.THUMBS)
    (thumb,) = result.parts
    assert thumb.part == LEFT_THUMB
    assert thumb.image is not None
    assert thumb.image.width < 800, "not the 1,600 pixels of the whole glass"
    desk.database.close()
