"""Rules around a sitting: gates, corrections, review, retention, closing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulators.people.person import make_person
from station.capture.attendance import PostponeReason, RefusalReason
from station.capture.sessions import CloseOverride
from station.capture.sitting import Step
from station.domain.errors import BadInput, NotAllowed, NotFound, Refused
from station.domain.person import Sex
from station.store import outbox, records
from tests.capture_desk import DAY, DOCUMENTS, OPERATOR, SUPERVISOR, Desk, make_desk
from tests.capture_sittings import QuickExaminer, record_quickly, use_small_pictures

NOW = datetime(2026, 3, 2, tzinfo=UTC)
PEOPLE = [make_person(1, number, DAY, age=17) for number in (1, 2, 3)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path, PEOPLE, examiner=QuickExaminer())
    use_small_pictures(desk)
    yield desk
    desk.database.close()


async def test_gates_name_every_cause(desk: Desk) -> None:
    session = desk.open_session()
    student = desk.students[0].student_id
    with pytest.raises(Refused, match="gate-berkas-not-read-aloud"):
        await desk.recording.begin(OPERATOR, session.session_id, student, replace(DOCUMENTS, biodata_read_aloud=False))
    with pytest.raises(Refused, match="gate-berkas-shut"):
        await desk.recording.begin(OPERATOR, session.session_id, student, replace(DOCUMENTS, family_card=False))
    desk.pair()
    await record_quickly(desk, session)
    with pytest.raises(Refused, match="gate-belum-rekam-shut"):
        await desk.recording.begin(OPERATOR, session.session_id, student, DOCUMENTS)


@pytest.mark.parametrize(
    ("choices", "cause"),
    [
        ({"domicile": "63.09"}, "gate-domisili-shut"),
        ({"age": 15}, "gate-umur-shut"),
        ({"age": 15, "married": True}, "gate-umur-marriage-document"),
    ],
)
async def test_who_may_not_be_recorded_is_told_why(tmp_path: Path, choices: dict[str, object], cause: str) -> None:
    person = make_person(1, 5, DAY, **choices)  # type: ignore[arg-type]
    desk = make_desk(tmp_path, [person], examiner=QuickExaminer())
    session = desk.open_session()
    with pytest.raises(Refused, match=cause):
        await desk.begin(session)
    desk.sessions.refuse(
        OPERATOR, session.session_id, desk.students[0].student_id, RefusalReason.TOO_YOUNG, "bulan depan"
    )
    assert desk.sessions.reconcile(OPERATOR, session.session_id).balanced
    desk.database.close()


async def test_without_a_siak_record_nobody_is_recorded_and_the_extract_opens_the_gate(desk: Desk) -> None:
    session = desk.open_session()
    walk_in = desk.sessions.add_walk_in(
        OPERATOR,
        session.session_id,
        nik="6311014101080009",
        name="siswa pindahan",
        birth_place="Paringin",
        birth_date=PEOPLE[0].biodata.birth_date,
        sex=Sex.FEMALE,
    )
    assert walk_in.number == len(PEOPLE) + 1
    with pytest.raises(Refused, match="gate-siak-not-asked"):
        await desk.recording.begin(OPERATOR, session.session_id, walk_in.student_id, DOCUMENTS)
    assert desk.extracts.request(OPERATOR, desk.school.school_id) == 1
    with desk.database.write() as connection:
        desk.extracts.apply_siak_extract(connection, {"records": [], "missing": [walk_in.nik], "asked": ""}, NOW)
    with pytest.raises(Refused, match="gate-siak-missing"):
        await desk.recording.begin(OPERATOR, session.session_id, walk_in.student_id, DOCUMENTS)
    body = {"records": [replace(PEOPLE[0].biodata, nik=walk_in.nik).as_dict()], "missing": [], "asked": ""}
    with desk.database.write() as connection:
        desk.extracts.apply_siak_extract(connection, body, NOW)
        waiting = outbox.items(connection, outbox.OutboxState.WAITING, "event")
    assert [item.topic for item in waiting] == ["session", "siak_request"]
    assert (await desk.recording.begin(OPERATOR, session.session_id, walk_in.student_id, DOCUMENTS)).step is Step.PHOTO


def test_a_difference_becomes_a_request_with_evidence_and_siak_is_not_touched(desk: Desk) -> None:
    session = desk.open_session()
    student = desk.students[0]
    assert all(entry.same for entry in desk.recording.compare(session.session_id, student.student_id))
    before = desk.extracts.of_nik(student.nik)
    with pytest.raises(BadInput, match="correction-certificate-missing"):
        desk.extracts.request_correction(OPERATOR, student.student_id, {"birth_place": "LAIN"}, " ")
    with pytest.raises(BadInput, match="correction-field-wrong"):
        desk.extracts.request_correction(OPERATOR, student.student_id, {"shoe_size": "41"}, "AKTA-1")
    with pytest.raises(BadInput, match="correction-nothing-differs"):
        desk.extracts.request_correction(OPERATOR, student.student_id, {"name": student.name}, "AKTA-1")
    desk.extracts.request_correction(OPERATOR, student.student_id, {"birth_place": "LAIN"}, "AKTA-1")
    (row,) = desk.extracts.corrections(student.nik)
    assert row.differences == {"birth_place": [student.birth_place, "LAIN"]}
    assert desk.extracts.of_nik(student.nik) == before


async def test_a_sitting_sent_back_by_the_supervisor_is_recorded_again(desk: Desk) -> None:
    desk.pair()
    session = desk.open_session()
    first = await record_quickly(desk, session, 0)
    second = await record_quickly(desk, session, 1)
    review = desk.recording.review
    assert [item.running_number for item in review.pending(session.session_id)] == [1, 2]
    assert review.sample(session.session_id, 100) == review.pending(session.session_id)
    with pytest.raises(NotAllowed):
        review.confirm(OPERATOR, session.session_id, frozenset())
    approved = review.confirm(
        SUPERVISOR, session.session_id, frozenset({first.sitting_id}), {second.sitting_id: "foto gelap"}
    )
    assert approved == 1
    assert review.pending(session.session_id) == []
    with desk.database.read() as connection:
        waiting = [item.item_id for item in outbox.items(connection, outbox.OutboxState.WAITING, "packet")]
    assert waiting == [first.packet_id]
    use_small_pictures(desk, 1)
    again = await desk.begin(session, 1)
    assert again.sitting_id != second.sitting_id
    retention = desk.recording.retention
    other = replace(SUPERVISOR, staff_id="t" * 32)
    with pytest.raises(Refused, match="sitting-not-sent-back"):
        retention.delete_sent_back(SUPERVISOR, first.sitting_id, other, "salah rekam")
    with pytest.raises(NotAllowed):
        retention.delete_sent_back(SUPERVISOR, second.sitting_id, SUPERVISOR, "salah rekam")
    retention.delete_sent_back(SUPERVISOR, second.sitting_id, other, "salah rekam")
    assert not (desk.data_dir / "packets" / f"{second.packet_id}.packet").exists()


async def test_biometrics_go_only_after_receipt_retention_and_a_look_at_all_three_places(
    desk: Desk, tmp_path: Path
) -> None:
    desk.pair()
    (desk.data_dir / "keys.json").write_text("{}")
    session = desk.open_session()
    recorded = await record_quickly(desk, session)
    retention = desk.recording.retention
    path = desk.data_dir / "packets" / f"{recorded.packet_id}.packet"
    desk.clock.advance(timedelta(days=400))
    assert retention.purge(SUPERVISOR).without_receipt == 1
    with desk.database.write() as connection:
        outbox.mark_delivered(connection, recorded.packet_id, b"receipt")
    counts = retention.counts(session.session_id)
    assert (counts.recorded, counts.laptop, counts.medium, counts.office, counts.agree) == (1, 1, 0, 1, False)
    assert retention.purge(SUPERVISOR).too_young == 1
    assert path.exists()
    desk.clock.advance(timedelta(days=8))
    report = retention.purge(SUPERVISOR)
    assert (report.purged, report.not_compared) == (0, 1)
    assert path.exists(), "no medium holds it yet"
    desk.backup().make(OPERATOR, session.session_id, tmp_path)
    assert retention.counts(session.session_id).agree
    assert retention.purge(SUPERVISOR).purged == 1
    assert not path.exists()
    with pytest.raises(NotFound, match="sitting-purged"):
        desk.recording.sitting(recorded.sitting_id)
    desk.recording.recover()
    assert desk.sessions.progress(session.session_id).recorded == 1
    assert desk.recording.review.items(session.session_id) == []


async def test_a_recording_sent_back_is_missing_in_none_of_the_three_places(desk: Desk, tmp_path: Path) -> None:
    desk.pair()
    (desk.data_dir / "keys.json").write_text("{}")
    session = desk.open_session()
    kept = await record_quickly(desk, session, 0)
    refused = await record_quickly(desk, session, 1)
    desk.backup().make(OPERATOR, session.session_id, tmp_path)
    seen = frozenset({kept.sitting_id})
    desk.recording.review.confirm(SUPERVISOR, session.session_id, seen, {refused.sitting_id: "foto gelap"})
    with desk.database.write() as connection:
        outbox.mark_delivered(connection, kept.packet_id, b"receipt")
    counts = desk.recording.retention.counts(session.session_id)
    assert (counts.recorded, counts.laptop, counts.medium, counts.office, counts.agree) == (1, 1, 1, 1, True)
    await record_quickly(desk, session, 2)
    counts = desk.recording.retention.counts(session.session_id)
    assert (counts.recorded, counts.laptop, counts.medium, counts.office, counts.agree) == (2, 2, 1, 1, False)


async def test_a_session_closed_without_a_backup_is_purged_on_the_offices_word_alone(desk: Desk) -> None:
    desk.pair()
    session = desk.open_session()
    recorded = await record_quickly(desk, session)
    assert desk.sessions.reconcile(OPERATOR, session.session_id).balanced
    desk.sessions.close(OPERATOR, session.session_id, CloseOverride("media hilang", SUPERVISOR))
    with desk.database.write() as connection:
        outbox.mark_delivered(connection, recorded.packet_id, b"receipt")
    assert desk.recording.retention.purge().too_young == 1
    desk.clock.advance(timedelta(days=8))
    assert desk.recording.retention.purge().purged == 1


async def test_with_the_clock_set_back_sending_back_and_the_offices_word_still_count(desk: Desk) -> None:
    desk.pair()
    session = desk.open_session()
    first = await record_quickly(desk, session, 0)
    second = await record_quickly(desk, session, 1)
    desk.clock.jump_to(desk.clock.now() - timedelta(hours=2))
    desk.recording.review.confirm(SUPERVISOR, session.session_id, frozenset(), {second.sitting_id: "foto gelap"})
    assert (await desk.begin(session, 1)).sitting_id != second.sitting_id
    early, nik = datetime(2026, 1, 1, tzinfo=UTC), desk.students[0].nik
    with desk.database.write() as connection:
        records.set_status(connection, nik, first.packet_id, "RECEIVED_AT_CENTRAL", early, "", early)
        records.set_status(connection, nik, first.packet_id, "PROCESSING", early - timedelta(days=1), "", early)
    with desk.database.read() as connection:
        known = records.status_of(connection, nik)
    assert known is not None
    assert known.status == "RECEIVED_AT_CENTRAL", "the kit's clock was ahead when it recorded"


async def test_closing_without_a_backup_needs_reconciliation_a_reason_and_a_second_person(desk: Desk) -> None:
    session = desk.open_session()
    desk.sessions.attend(OPERATOR, session.session_id, desk.students[0].student_id)
    found = desk.sessions.reconcile(OPERATOR, session.session_id)
    assert [row.student.student_id for row in found.unsettled] == [desk.students[0].student_id]
    with pytest.raises(Refused, match="session-cannot-close-by-override"):
        desk.sessions.close(OPERATOR, session.session_id, CloseOverride("media hilang", SUPERVISOR))
    desk.sessions.postpone(OPERATOR, session.session_id, desk.students[0].student_id, PostponeReason.LEFT)
    assert desk.sessions.reconcile(OPERATOR, session.session_id).balanced
    with pytest.raises(NotAllowed):
        desk.sessions.close(OPERATOR, session.session_id, CloseOverride("media hilang", OPERATOR))
    with pytest.raises(BadInput):
        desk.sessions.close(OPERATOR, session.session_id, CloseOverride(" ", SUPERVISOR))
    closed = desk.sessions.close(OPERATOR, session.session_id, CloseOverride("media hilang", SUPERVISOR))
    assert closed.override_reason == "media hilang"
    with pytest.raises(Refused, match="session-cannot-work"):
        desk.sessions.attend(OPERATOR, session.session_id, desk.students[0].student_id)


async def test_a_sitting_that_will_not_be_finished_is_given_up_by_two(desk: Desk) -> None:
    sitting = await desk.begin(desk.open_session())
    await desk.recording.capture_signature(OPERATOR, sitting.sitting_id)
    journal = desk.recording.desk.journal_path(sitting.sitting_id)
    assert journal.exists()
    with pytest.raises(NotAllowed):
        desk.recording.discard(OPERATOR, sitting.sitting_id, OPERATOR, "salah orang")
    desk.recording.discard(OPERATOR, sitting.sitting_id, SUPERVISOR, "salah orang")
    assert not journal.exists()
    assert desk.recording.unfinished() == []


async def test_a_clock_behind_the_last_entry_is_told_and_age_counts_from_the_sure_date(desk: Desk) -> None:
    session = desk.open_session()
    desk.clock.jump_to(datetime(2019, 1, 1, tzinfo=UTC))
    gates = {gate.kind.value: gate for gate in desk.recording.gates(session.session_id, desk.students[0].student_id)}
    assert not gates["jam"].passed
    assert gates["umur"].passed


async def test_an_unknown_status_code_is_no_reason_to_record_again(desk: Desk) -> None:
    session = desk.open_session()
    nik = desk.students[0].nik
    with desk.database.write() as connection:
        records.set_status(connection, nik, "p", "KODE_BARU", NOW, "", NOW)
    with pytest.raises(Refused, match="gate-belum-rekam-shut"):
        await desk.begin(session)
    with desk.database.write() as connection:
        records.set_status(connection, nik, "p", "ENROLL_FAILURE_AT_CENTRAL", NOW, "", NOW)
    assert (await desk.begin(session)).step is Step.PHOTO
