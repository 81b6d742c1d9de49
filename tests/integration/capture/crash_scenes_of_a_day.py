"""What a kit may be in the middle of after its sittings: review, purge, backup, restore, closing (see crash_scenes)."""

from __future__ import annotations

import shutil

from station.capture.attendance import RefusalReason
from station.capture.backup import prove, restore_backup
from station.capture.review import Decision
from station.capture.session_states import SessionState
from station.capture.sessions import CloseOverride
from station.capture.sitting import SittingState
from station.keys.keystore import unlock_keystore
from station.store import outbox, packets, recordings, sittings
from tests.capture_desk import OPERATOR, SUPERVISOR
from tests.capture_sittings import record_quickly
from tests.integration.capture.crash_scenes import (
    PASSPHRASE,
    SITTING_SCENES,
    Place,
    Ready,
    Scene,
    check_one_whole_recording,
    kept_long_enough,
    lost_with_a_backup,
    next_start,
    open_desk,
    some_recorded,
    three_recorded,
)

# ---- the supervisor's review


async def _review(place: Place, ready: Ready) -> None:
    review = ready.desk.recording.review
    first, second, _third = review.pending(ready.session.session_id)
    seen = frozenset({first.sitting_id})
    review.confirm(SUPERVISOR, ready.session.session_id, seen, {second.sitting_id: "jari tertukar"})
    place.tell("reviewed")


async def _go_on_after_review(place: Place) -> None:
    ready = next_start(place)
    desk, key = ready.desk, ready.session.session_id
    decisions = [item.decision for item in desk.recording.review.items(key)]
    if decisions == [None, None, None]:
        assert not place.told("reviewed")
        await _review(place, ready)
        decisions = [item.decision for item in desk.recording.review.items(key)]
    assert decisions == [Decision.APPROVED, Decision.SENT_BACK, Decision.APPROVED]
    with desk.database.read() as connection:
        lines = recordings.register(connection)
        waiting = {item.item_id for item in outbox.items(connection, outbox.OutboxState.WAITING, "packet")}
    assert waiting == {lines[0].packet_id, lines[2].packet_id}
    desk.recording.retention.delete_sent_back(OPERATOR, lines[1].sitting_id, SUPERVISOR, "direkam ulang")
    await record_quickly(desk, ready.session, 1)
    check_one_whole_recording(desk, 4)


# ---- what may be forgotten


async def _purge(place: Place, ready: Ready) -> None:
    report = ready.desk.recording.retention.purge(SUPERVISOR)
    assert (report.purged, report.without_receipt) == (2, 1)
    place.tell("purged")


async def _go_on_after_purge(place: Place) -> None:
    ready = next_start(place)
    desk = ready.desk
    with desk.database.read() as connection:
        held = [row for row in packets.packets(connection) if row.purged_at is None]
    assert {path.name for path in (desk.data_dir / "packets").iterdir()} == {row.file_name for row in held}
    assert len(held) == 1 or not place.told("purged")
    assert desk.recording.retention.purge(SUPERVISOR).purged == len(held) - 1
    with desk.database.read() as connection:
        purged = sittings.sittings_in_state(connection, SittingState.PURGED.value)
    assert [(row.biodata, row.thumbnail) for row in purged] == [("", None)] * 2
    check_one_whole_recording(desk, 3)


# ---- backup, restore, closing


async def _back_up(place: Place, ready: Ready) -> None:
    place.medium.mkdir(exist_ok=True)
    ready.desk.backup().make(OPERATOR, ready.session.session_id, place.medium)
    place.tell("backed-up")


async def _go_on_after_backup(place: Place) -> None:
    desk = next_start(place).desk
    place.medium.mkdir(exist_ok=True)
    named = [path for path in place.medium.iterdir() if path.suffix != ".new"]
    for path in named:
        prove(path, place.keys.signer.public_der, place.keys.sealing_identity)
    assert named or not place.told("backed-up")
    session = desk.sessions.list()[0]
    report = desk.backup().make(OPERATOR, session.session_id, place.medium)
    restore_backup(report.path, place.spare, PASSPHRASE)
    check_one_whole_recording(desk)


async def _restore(place: Place, _ready: Ready) -> None:
    (backup,) = place.medium.iterdir()
    restore_backup(backup, place.spare, PASSPHRASE)
    place.tell("restored")


async def _go_on_after_restore(place: Place) -> None:
    """The spare laptop has the kit wholly or not at all; restoring again brings it, and the sitting goes on."""
    (backup,) = place.medium.iterdir()
    if place.spare.exists() and any(place.spare.iterdir()):
        unlock_keystore(place.spare / "keys.json", PASSPHRASE)
    else:
        assert not place.told("restored")
        restore_backup(backup, place.spare, PASSPHRASE)
    shutil.rmtree(place.data)
    desk = open_desk(place, place.spare)
    assert desk.recording.recover() == []
    check_one_whole_recording(desk)
    (sitting,) = desk.recording.unfinished()
    assert all(part.settled for part in sitting.parts)
    assert (await desk.recording.finish(OPERATOR, sitting.sitting_id)).running_number == 2
    check_one_whole_recording(desk, 2)
    assert not any(path.name.endswith(".restoring") for path in place.base.iterdir() if path.is_dir())


async def _close(place: Place, ready: Ready) -> None:
    desk, key = ready.desk, ready.session.session_id
    desk.sessions.attend(OPERATOR, key, desk.students[1].student_id)
    desk.sessions.refuse(OPERATOR, key, desk.students[1].student_id, RefusalReason.TOO_YOUNG)
    place.tell("refused")
    assert desk.sessions.reconcile(OPERATOR, key).balanced
    place.tell("reconciled")
    desk.sessions.close(OPERATOR, key, CloseOverride("tidak ada media", SUPERVISOR))
    place.tell("closed")


async def _go_on_closing(place: Place) -> None:
    ready = next_start(place)
    desk, key = ready.desk, ready.session.session_id
    state = desk.sessions.get(key).state
    if state is not SessionState.CLOSED:
        assert not place.told("closed")
        assert state is SessionState.RECONCILED or not place.told("reconciled")
        await _close(place, ready)
    closed = desk.sessions.get(key)
    assert (closed.state, closed.override_reason) == (SessionState.CLOSED, "tidak ada media")
    assert [row.reason for row in desk.sessions.attendance(key)] == ["", RefusalReason.TOO_YOUNG.value]
    check_one_whole_recording(desk)


SCENES: dict[str, Scene] = {
    **SITTING_SCENES,
    "review": Scene(three_recorded, _review, _go_on_after_review),
    "purge": Scene(kept_long_enough, _purge, _go_on_after_purge),
    "backup": Scene(some_recorded, _back_up, _go_on_after_backup),
    "restore": Scene(lost_with_a_backup, _restore, _go_on_after_restore),
    "closing": Scene(some_recorded, _close, _go_on_closing),
}
