"""A whole sitting with a synthetic person and the real biometrics, from the first gate to the sealed packet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.capture.packet import open_packet, verify_outer
from station.capture.sitting import Sitting, SittingState, Step
from station.domain.errors import StorageFailure
from station.domain.sample import Slap
from station.store import outbox, packets, records
from tests.capture_desk import OPERATOR, SUPERVISOR, Desk, make_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path)
    yield desk
    desk.database.close()


async def record_everything(desk: Desk, sitting: Sitting) -> Sitting:
    recording, key = desk.recording, sitting.sitting_id
    photo = await recording.capture_photo(OPERATOR, key)
    if not photo.accepted:
        photo = await recording.capture_photo(OPERATOR, key, at_once=True)
    assert photo.accepted, photo.parts
    recording.approve_photo(OPERATOR, key)
    assert (await recording.capture_signature(OPERATOR, key)).accepted
    for slap in (Slap.LEFT_FOUR, Slap.RIGHT_FOUR, Slap.THUMBS):
        result = await recording.capture_slap(OPERATOR, key, slap)
        for _ in range(3):
            if result.accepted:
                break
            result = await recording.capture_slap(OPERATOR, key, slap)
        for part in result.sitting.of_step(Step.FINGERS):
            if part.state.name == "POOR":
                recording.accept_quality(OPERATOR, key, part.part, SUPERVISOR)
    irises = await recording.capture_irises(OPERATOR, key)
    assert irises.accepted, irises.parts
    verified = await recording.verify_fingers(OPERATOR, key)
    assert verified.accepted, verified.parts
    assert (await recording.capture_approval(OPERATOR, key)).accepted
    return recording.sitting(key)


def nothing_readable_in(folder: Path, sitting: Sitting) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        content = path.read_bytes()
        assert sitting.biodata.nik.encode() not in content, path
        assert sitting.biodata.name.encode() not in content, path


async def test_a_person_is_recorded_sealed_and_queued(desk: Desk) -> None:
    office = desk.pair()
    session = desk.open_session()
    sitting = await desk.begin(session)
    assert sitting.step is Step.PHOTO
    sitting = await record_everything(desk, sitting)
    assert sitting.step is None
    assert sitting.obstacles() == ()
    recorded = await desk.recording.finish(OPERATOR, sitting.sitting_id)
    assert recorded.sealed
    assert recorded.running_number == 1
    assert desk.recording.sitting(sitting.sitting_id).state is SittingState.SEALED
    with desk.database.read() as connection:
        (packet,) = packets.packets(connection)
        (item,) = outbox.items(connection, outbox.OutboxState.WAITING, "packet")
        status = records.status_of(connection, sitting.biodata.nik)
    assert status is not None
    assert status.status == "BIO_CAPTURED"
    path = desk.data_dir / item.body.decode()
    outer = verify_outer(path, desk.keys.signer.public_der)
    assert outer.packet_id == packet.packet_id == item.item_id == recorded.packet_id
    contents = open_packet(path, (str(office),))
    assert contents.biodata == sitting.biodata
    biometric = sum(len(data) for name, data in contents.members.items() if "iso" in name)
    assert packet.size <= 1.02 * biometric
    assert not list((desk.data_dir / "captures").glob("*"))
    with pytest.raises(StorageFailure, match="journal-key-gone"):
        desk.recording.desk.journal(sitting.sitting_id)
    nothing_readable_in(desk.data_dir, sitting)
    assert sitting.biodata.name not in str(desk.audit.entries())
    assert (await desk.recording.seal_pending()) == []
    progress = desk.sessions.progress(session.session_id)
    assert (progress.recorded, progress.waiting) == (1, 0)
