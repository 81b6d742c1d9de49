"""Rules of a sitting: best try kept, chip fingers, exceptions, second person, refusals with evidence."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulators.people.person import make_person
from station.biometrics.records.finger_image import decode_fingers
from station.capture.attendance import PostponeReason
from station.capture.examiner import Examined
from station.capture.journal import new_journal_key
from station.capture.packet import open_packet
from station.capture.sitting import PartState, SittingState, Step, build_parts, chip_fingers, finger_part
from station.devices.errors import DeviceUnavailable
from station.domain.errors import NotAllowed, Refused, StorageFailure
from station.domain.sample import BiometricException, ExceptionReason, Eye, Finger, GreyImage, Slap
from station.store import sittings as sitting_rows
from station.store.sittings import CaptureRow, ExceptionRow
from tests.capture_desk import DAY, OPERATOR, SUPERVISOR, Desk, make_desk
from tests.capture_sittings import (
    QuickExaminer,
    capture_quickly,
    record_quickly,
    small_eye,
    small_print,
    use_small_pictures,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
PEOPLE = [make_person(1, number, DAY, age=17) for number in (1, 2)]


class ScoringExaminer(QuickExaminer):
    """Gives the scores it was told for fingers, one after the other, then 80."""

    def __init__(self) -> None:
        self.scores: list[int] = []
        self.smooth = False

    def finger(self, image: GreyImage) -> Examined:
        found = super().finger(image)
        if self.smooth:
            return replace(found, template=b"")
        return replace(found, score=self.scores.pop(0)) if self.scores else found


@pytest.fixture
def examiner() -> ScoringExaminer:
    return ScoringExaminer()


@pytest.fixture
def desk(tmp_path: Path, examiner: ScoringExaminer) -> Iterator[Desk]:
    desk = make_desk(tmp_path, PEOPLE, examiner=examiner)
    use_small_pictures(desk)
    yield desk
    desk.database.close()


def capture(part: str, score: int, record: int = 0, accepted: bool = True) -> CaptureRow:
    return CaptureRow("s", record, part, "sidik_jari", score, (), accepted, 1.0, NOW)


def missing(part: str) -> ExceptionRow:
    return ExceptionRow("s", part, "missing", "tidak_ada", True, "", "x", NOW)


def chip(scores: dict[Finger, int], gone: set[Finger]) -> tuple[Finger, ...]:
    parts = build_parts(
        [capture(finger_part(finger), score) for finger, score in scores.items()],
        [missing(finger_part(finger)) for finger in gone],
    )
    return chip_fingers(parts)


def test_the_chip_takes_both_index_fingers_or_the_best_in_their_place() -> None:
    even = dict.fromkeys(Finger, 60)
    assert chip(even, set()) == (Finger.RIGHT_INDEX, Finger.LEFT_INDEX)
    assert chip(even | {Finger.RIGHT_RING: 90}, {Finger.RIGHT_INDEX}) == (Finger.RIGHT_RING, Finger.LEFT_INDEX)
    right = {finger for finger in Finger if not finger.is_left}
    assert chip(even | {Finger.LEFT_THUMB: 88}, right) == (Finger.LEFT_INDEX, Finger.LEFT_THUMB)
    assert chip({}, set(Finger) - {Finger.LEFT_LITTLE}) == (Finger.LEFT_LITTLE,)
    assert chip({}, set(Finger)) == ()


async def test_one_bad_finger_is_not_hidden_behind_good_ones_and_the_best_try_is_kept(
    desk: Desk, examiner: ScoringExaminer
) -> None:
    sitting = await desk.begin(desk.open_session())
    examiner.scores = [90, 90, 90, 10]
    first = await desk.recording.capture_slap(OPERATOR, sitting.sitting_id, Slap.LEFT_FOUR)
    assert not first.accepted
    assert [part.accepted for part in first.parts] == [True, True, True, False]
    assert first.parts[3].tries_left == 2
    finger = Finger.LEFT_INDEX
    for score in (30, 5):
        examiner.scores = [score]
        result = await desk.recording.capture_finger(OPERATOR, sitting.sitting_id, finger)
    part = result.sitting.part(finger_part(finger))
    assert (part.score, part.record, part.tries, part.state) == (30, 1, 3, PartState.POOR)
    with pytest.raises(NotAllowed, match="staff-second-person"):
        desk.recording.accept_quality(OPERATOR, sitting.sitting_id, part.part, OPERATOR)
    after = desk.recording.accept_quality(OPERATOR, sitting.sitting_id, part.part, SUPERVISOR, "kapalan")
    assert after.part(part.part).state is PartState.EXCEPTED
    examiner.scores = [70]
    better = await desk.recording.capture_finger(OPERATOR, sitting.sitting_id, finger)
    assert better.sitting.part(part.part).state is PartState.CAPTURED


async def test_low_quality_is_not_accepted_while_tries_are_left(desk: Desk, examiner: ScoringExaminer) -> None:
    sitting = await desk.begin(desk.open_session())
    examiner.scores = [10]
    await desk.recording.capture_finger(OPERATOR, sitting.sitting_id, Finger.LEFT_INDEX)
    with pytest.raises(Refused, match="sitting-tries-left"):
        desk.recording.accept_quality(OPERATOR, sitting.sitting_id, finger_part(Finger.LEFT_INDEX), SUPERVISOR)


async def test_the_same_finger_under_two_names_is_refused_with_evidence(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    await desk.recording.capture_finger(OPERATOR, sitting.sitting_id, Finger.RIGHT_INDEX)
    picture = small_print(Finger.RIGHT_INDEX)
    desk.devices.finger_from = lambda _finger, _attempt: picture
    result = await desk.recording.capture_finger(OPERATOR, sitting.sitting_id, Finger.RIGHT_MIDDLE)
    assert result.causes == ("capture-same-finger-twice",)
    assert result.evidence == ("finger:3 finger:2 200",)
    assert not result.kept
    assert desk.recording.sitting(sitting.sitting_id).part("finger:3").state is PartState.OPEN


async def test_an_eye_shown_twice_and_eyes_changed_over_are_refused(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    desk.devices.iris_from = lambda _eye, _attempt: small_eye(Eye.LEFT)
    twice = await desk.recording.capture_irises(OPERATOR, sitting.sitting_id)
    assert twice.causes == ("capture-same-eye-twice",)
    use_small_pictures(desk)
    assert (await desk.recording.capture_irises(OPERATOR, sitting.sitting_id)).accepted
    desk.devices.iris_from = lambda eye, _attempt: small_eye(Eye(3 - int(eye)))
    swapped = await desk.recording.capture_irises(OPERATOR, sitting.sitting_id)
    assert swapped.causes == ("capture-eyes-swapped",)
    alone = await desk.recording.capture_irises(OPERATOR, sitting.sitting_id, eyes=(Eye.LEFT,))
    assert alone.causes == ("capture-eyes-swapped",)


async def test_somebody_recorded_before_under_another_name_needs_a_second_person(desk: Desk) -> None:
    desk.pair()
    session = desk.open_session()
    await record_quickly(desk, session, 0)
    sitting = await desk.begin(session, 1)
    use_small_pictures(desk, person=1)
    desk.devices.iris_from = lambda eye, _attempt: small_eye(eye)
    await desk.recording.capture_irises(OPERATOR, sitting.sitting_id)
    sitting = await capture_quickly(desk, desk.recording.sitting(sitting.sitting_id), 1)
    assert sitting.obstacles() == ("sitting-findings-open",)
    with pytest.raises(Refused, match="sitting-findings-open"):
        await desk.recording.finish(OPERATOR, sitting.sitting_id)
    (finding,) = sitting.open_findings
    assert finding.message_id == "finding-person-seen-before"
    with pytest.raises(NotAllowed):
        desk.recording.confirm_finding(OPERATOR, sitting.sitting_id, finding.finding_id, OPERATOR, "kembar")
    desk.recording.confirm_finding(OPERATOR, sitting.sitting_id, finding.finding_id, SUPERVISOR, "kembar")
    assert (await desk.recording.finish(OPERATOR, sitting.sitting_id)).sealed


async def test_missing_fingers_are_exceptions_confirmed_by_a_second_person(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    thumb = BiometricException("finger:1", ExceptionReason.AMPUTATED, permanent=True, note="", confirmed_by="")
    with pytest.raises(NotAllowed):
        desk.recording.add_exception(OPERATOR, sitting.sitting_id, thumb, OPERATOR)
    after = desk.recording.add_exception(OPERATOR, sitting.sitting_id, thumb, SUPERVISOR)
    assert after.missing_fingers == {Finger.RIGHT_THUMB}
    result = await desk.recording.capture_slap(OPERATOR, sitting.sitting_id, Slap.THUMBS)
    assert [part.part for part in result.parts] == ["finger:6"]
    with pytest.raises(Refused, match="capture-finger-excepted"):
        await desk.recording.capture_finger(OPERATOR, sitting.sitting_id, Finger.RIGHT_THUMB)
    photo = replace(thumb, part="photo")
    with pytest.raises(Refused, match="sitting-part-no-exception"):
        desk.recording.add_exception(OPERATOR, sitting.sitting_id, photo, SUPERVISOR)


async def test_a_finger_that_turns_out_to_be_excepted_does_not_travel(desk: Desk) -> None:
    office = desk.pair()
    sitting = await desk.begin(desk.open_session())
    await desk.recording.capture_finger(OPERATOR, sitting.sitting_id, Finger.LEFT_LITTLE)
    gone = BiometricException("finger:10", ExceptionReason.BANDAGED, permanent=False, note="", confirmed_by="")
    desk.recording.add_exception(OPERATOR, sitting.sitting_id, gone, SUPERVISOR)
    await capture_quickly(desk, desk.recording.sitting(sitting.sitting_id))
    recorded = await desk.recording.finish(OPERATOR, sitting.sitting_id)
    contents = open_packet(desk.data_dir / "packets" / f"{recorded.packet_id}.packet", (str(office),))
    fingers = {item.position for item in decode_fingers(contents.members["fingers.iso19794-4"])}
    assert fingers == set(range(1, 10))


async def test_skin_without_ridges_leaves_the_check_to_a_second_person(desk: Desk, examiner: ScoringExaminer) -> None:
    desk.pair()
    examiner.smooth = True
    sitting = await capture_quickly(desk, await desk.begin(desk.open_session()))
    for _ in range(2):
        await desk.recording.verify_fingers(OPERATOR, sitting.sitting_id)
    for part in ("verify:2", "verify:7"):
        assert desk.recording.sitting(sitting.sitting_id).part(part).state is PartState.POOR
        desk.recording.accept_quality(OPERATOR, sitting.sitting_id, part, SUPERVISOR, "kulit halus")
    assert (await desk.recording.finish(OPERATOR, sitting.sitting_id)).sealed


async def test_a_picture_of_what_is_missing_travels_with_the_packet(desk: Desk) -> None:
    office = desk.pair()
    sitting = await desk.begin(desk.open_session())
    with pytest.raises(Refused, match="sitting-part-not-excepted"):
        await desk.recording.capture_exception_photo(OPERATOR, sitting.sitting_id, "finger:1")
    thumb = BiometricException("finger:1", ExceptionReason.AMPUTATED, permanent=True, note="", confirmed_by="")
    desk.recording.add_exception(OPERATOR, sitting.sitting_id, thumb, SUPERVISOR)
    await desk.recording.capture_exception_photo(OPERATOR, sitting.sitting_id, "finger:1")
    await capture_quickly(desk, desk.recording.sitting(sitting.sitting_id))
    recorded = await desk.recording.finish(OPERATOR, sitting.sitting_id)
    contents = open_packet(desk.data_dir / "packets" / f"{recorded.packet_id}.packet", (str(office),))
    assert contents.members["exception-finger-1.jpg"][:2] == b"\xff\xd8"
    assert [entry.part for entry in contents.exceptions] == ["finger:1"]


async def test_a_second_step_waits_outside_and_a_cancelled_one_opens_the_door(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    started, never = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        async with desk.recording._step(OPERATOR, sitting.sitting_id):
            started.set()
            await never.wait()

    hanging = asyncio.create_task(hang())
    await started.wait()
    with pytest.raises(Refused, match="sitting-step-running"):
        await desk.recording.capture_signature(OPERATOR, sitting.sitting_id)
    hanging.cancel()
    with suppress(asyncio.CancelledError):
        await hanging
    assert (await desk.recording.capture_signature(OPERATOR, sitting.sitting_id)).accepted


async def test_a_person_without_hands_is_recorded_all_the_same(desk: Desk) -> None:
    desk.pair()
    sitting = await desk.begin(desk.open_session())
    for finger in Finger:
        gone = BiometricException(finger_part(finger), ExceptionReason.AMPUTATED, True, "", "")
        desk.recording.add_exception(OPERATOR, sitting.sitting_id, gone, SUPERVISOR)
    for part in ("signature", "approval"):
        reason = BiometricException(part, ExceptionReason.CANNOT_SIGN, True, "", "")
        desk.recording.add_exception(OPERATOR, sitting.sitting_id, reason, SUPERVISOR)
    await desk.recording.capture_photo(OPERATOR, sitting.sitting_id)
    desk.recording.approve_photo(OPERATOR, sitting.sitting_id)
    await desk.recording.capture_irises(OPERATOR, sitting.sitting_id)
    assert desk.recording.sitting(sitting.sitting_id).step is None
    assert (await desk.recording.finish(OPERATOR, sitting.sitting_id)).sealed


async def test_a_new_photo_must_be_approved_again(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    with pytest.raises(Refused, match="sitting-photo-first"):
        desk.recording.approve_photo(OPERATOR, sitting.sitting_id)
    await desk.recording.capture_photo(OPERATOR, sitting.sitting_id)
    assert desk.recording.approve_photo(OPERATOR, sitting.sitting_id).step is Step.SIGNATURE
    again = await desk.recording.capture_photo(OPERATOR, sitting.sitting_id)
    assert again.sitting.step is Step.PHOTO
    assert desk.recording.desk.thumbnail(sitting.sitting_id)


async def test_a_broken_device_leaves_the_sitting_whole_and_the_step_can_wait(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    await desk.recording.capture_signature(OPERATOR, sitting.sitting_id)
    desk.devices.failure = DeviceUnavailable("pemindai", "capture")
    with pytest.raises(DeviceUnavailable):
        await desk.recording.capture_slap(OPERATOR, sitting.sitting_id, Slap.LEFT_FOUR)
    after = desk.recording.postpone_step(OPERATOR, sitting.sitting_id, Step.FINGERS, "pemindai mati")
    assert after.part("signature").state is PartState.CAPTURED
    assert {part.state for part in after.of_step(Step.FINGERS)} == {PartState.POSTPONED}
    assert "sitting-parts-postponed" in after.obstacles()
    desk.devices.failure = None
    result = await desk.recording.capture_slap(OPERATOR, sitting.sitting_id, Slap.LEFT_FOUR)
    assert result.sitting.part("finger:7").state is PartState.CAPTURED


async def test_a_postponed_student_goes_on_another_day_with_what_was_captured(desk: Desk) -> None:
    session = desk.open_session()
    sitting = await desk.begin(session)
    await desk.recording.capture_signature(OPERATOR, sitting.sitting_id)
    student = desk.students[0].student_id
    desk.sessions.postpone(OPERATOR, session.session_id, student, PostponeReason.DEVICE_FAULT, "pemindai mati")
    assert desk.recording.sitting(sitting.sitting_id).state is SittingState.POSTPONED
    desk.clock.advance(timedelta(days=7))
    later = desk.sessions.open(OPERATOR, desk.school.school_id)
    again = await desk.begin(later)
    assert again.sitting_id == sitting.sitting_id
    assert again.session_id == later.session_id
    assert again.part("signature").state is PartState.CAPTURED


async def test_an_unpaired_kit_keeps_the_sitting_and_seals_it_once_paired(desk: Desk) -> None:
    session = desk.open_session()
    recorded = await record_quickly(desk, session)
    assert (recorded.sealed, recorded.problem, recorded.running_number) == (False, "packet-no-recipient", 1)
    assert desk.recording.sitting(recorded.sitting_id).state is SittingState.UNSEALED
    (still,) = await desk.recording.seal_pending()
    assert still.problem == "packet-no-recipient"
    desk.pair()
    (sealed,) = await desk.recording.seal_pending()
    assert (sealed.sealed, sealed.running_number, sealed.packet_id) == (True, 1, recorded.packet_id)
    assert await desk.recording.seal_pending() == []


async def test_a_sitting_whose_key_is_missing_keeps_its_captures_until_the_key_is_back(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    await desk.recording.capture_signature(OPERATOR, sitting.sitting_id)
    with desk.database.read() as connection:
        row = sitting_rows.sitting_by_id(connection, sitting.sitting_id)
    assert row is not None
    _key, of_another_sitting = new_journal_key(desk.keys.capture_key, "ab" * 16)
    with desk.database.write() as connection:
        sitting_rows.change_sitting(connection, sitting.sitting_id, journal_key=of_another_sitting)

    (waiting,) = desk.recording.unfinished()
    assert desk.recording.not_whole == (sitting.sitting_id,), "the operator is told"
    assert waiting.part("signature").state is PartState.CAPTURED, "nothing is taken away"
    with pytest.raises(StorageFailure, match="journal-key-wrong"):
        await desk.recording.capture_signature(OPERATOR, sitting.sitting_id)

    with desk.database.write() as connection:
        sitting_rows.change_sitting(connection, sitting.sitting_id, journal_key=row.journal_key)
    desk.recording.unfinished()
    assert not list(desk.recording.not_whole)
    after = await capture_quickly(desk, desk.recording.sitting(sitting.sitting_id))
    assert (await desk.recording.finish(OPERATOR, after.sitting_id)).sealed is False, "only the pairing is missing"
