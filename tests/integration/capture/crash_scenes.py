"""What a kit may be in the middle of when the power goes: scenes that crash_driver.py ends at every step.

A scene has what comes before it (`prepare`, once), the rooms opened on it (`open`), its work, during which it
notes what the operator was told, and how it is taken up after the next start (`go_on`), which asserts that all of
that is there and nothing half shows as whole.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from simulators.people.person import make_person
from station.capture.packet import open_packet, verify_outer
from station.capture.sessions import Session
from station.capture.sitting import PartState, Sitting, SittingState
from station.domain.errors import StorageFailure
from station.domain.identifiers import RandomIds
from station.domain.sample import BiometricException, ExceptionReason, Slap
from station.keys.keystore import KitKeys
from station.store import outbox, packets, recordings, sittings
from tests.capture_desk import DAY, OPERATOR, SUPERVISOR, Desk, make_desk
from tests.capture_sittings import QuickExaminer, capture_quickly, record_quickly, use_small_pictures

PASSPHRASE = "kata sandi contoh"
PEOPLE = [make_person(1, number, DAY, age=17) for number in (1, 2, 3)]
LONG_AGO = timedelta(days=400)
MISSING = (
    BiometricException("finger:2", ExceptionReason.AMPUTATED, True, "kecelakaan", SUPERVISOR.staff_id),
    BiometricException("iris:1", ExceptionReason.BLIND, True, "", SUPERVISOR.staff_id),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one run of a scene plays: the kit's data, the medium, the spare laptop, and what the operator was told."""

    base: Path
    keys: KitKeys

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def medium(self) -> Path:
        return self.base / "medium"

    @property
    def spare(self) -> Path:
        return self.base / "spare"

    def tell(self, words: str) -> None:
        """Write what the operator sees at this moment; not part of the product's durability."""
        # one page for each thing told, so that a limit on the size of files does not silence the operator
        (self.base / f"told-{words.replace(':', '-')}").touch()

    def told(self, words: str) -> bool:
        return (self.base / f"told-{words.replace(':', '-')}").exists()


@dataclass(frozen=True, slots=True)
class Ready:
    """The rooms as they stand before the work of a scene."""

    desk: Desk
    session: Session


@dataclass(frozen=True, slots=True)
class Scene:
    """See the top of the file."""

    prepare: Callable[[Place], Awaitable[None]]
    work: Callable[[Place, Ready], Awaitable[None]]
    go_on: Callable[[Place], Awaitable[None]]

    async def open(self, place: Place) -> Ready:
        desk = open_desk(place)
        return Ready(desk, desk.sessions.list()[0])


def open_desk(place: Place, data: Path | None = None) -> Desk:
    return make_desk(data or place.data, PEOPLE, keys=place.keys, examiner=QuickExaminer(), ids=RandomIds())


def next_start(place: Place) -> Ready:
    """Open what a run left, as the program does after a power cut."""
    desk = open_desk(place)
    assert desk.recording.recover() == []
    return Ready(desk, desk.sessions.list()[0])


# ---- what comes before


async def session_open(place: Place) -> None:
    desk = open_desk(place)
    office = desk.pair()
    (place.base / "office").write_text(str(office))
    desk.open_session()
    desk.database.close()


async def captured(place: Place) -> None:
    """Leave everything captured, nothing sealed."""
    await session_open(place)
    desk = open_desk(place)
    await capture_quickly(desk, await desk.begin(desk.sessions.list()[0]))
    desk.database.close()


async def some_recorded(place: Place, count: int = 1) -> None:
    await session_open(place)
    desk = open_desk(place)
    session = desk.sessions.list()[0]
    for index in range(count):
        assert (await record_quickly(desk, session, index)).sealed
    desk.database.close()


async def three_recorded(place: Place) -> None:
    await some_recorded(place, 3)


async def kept_long_enough(place: Place) -> None:
    """Leave two packets on the medium and at the office since long ago, and one in a session without either."""
    await some_recorded(place, 2)
    desk = open_desk(place)
    place.medium.mkdir()
    desk.backup().make(OPERATOR, desk.sessions.list()[0].session_id, place.medium)
    with desk.database.write() as connection:
        for row in packets.packets(connection):
            outbox.mark_delivered(connection, row.packet_id, b"receipt")
            packets.note_acknowledged(connection, row.packet_id, desk.clock.now() - LONG_AGO)
    tomorrow = desk.sessions.open(OPERATOR, desk.school.school_id, DAY + timedelta(days=1))
    await record_quickly(desk, tomorrow, 2)
    desk.database.close()


async def lost_with_a_backup(place: Place) -> None:
    """Leave a backup on the medium, and no laptop."""
    await some_recorded(place)
    desk = open_desk(place)
    await capture_quickly(desk, await desk.begin(desk.sessions.list()[0], 1), 1)
    place.medium.mkdir()
    desk.backup().make(OPERATOR, desk.sessions.list()[0].session_id, place.medium)
    desk.database.close()


async def unsealed(place: Place) -> None:
    """Leave one recording that could not be sealed, since the kit was not paired; it is paired now."""
    await session_open(place)
    desk = open_desk(place)
    trust = desk.data_dir / "trust"
    trust.rename(place.base / "trust")
    assert not (await record_quickly(desk, desk.sessions.list()[0])).sealed
    (place.base / "trust").rename(trust)
    desk.database.close()


# ---- one whole sitting


async def _record(place: Place, ready: Ready) -> None:
    desk = ready.desk
    sitting = await desk.begin(ready.session)
    place.tell("begun")
    original = desk.recording.desk.keep

    def keep_and_tell(*args: object) -> Sitting:
        after = original(*args)  # type: ignore[arg-type]
        for part in after.parts:
            if part.state is PartState.CAPTURED:
                place.tell(part.part)
        return after

    desk.recording.desk.keep = keep_and_tell  # type: ignore[method-assign,assignment]
    await capture_quickly(desk, sitting)
    recorded = await desk.recording.finish(OPERATOR, sitting.sitting_id)
    place.tell("finished")
    if not recorded.sealed:
        raise StorageFailure(recorded.problem)


async def _go_on_recording(place: Place) -> None:
    ready = next_start(place)
    desk = ready.desk
    waiting = desk.recording.unfinished()
    if place.told("finished"):
        assert waiting == []
    elif waiting:
        (sitting,) = waiting
        there = {part.part for part in sitting.parts if part.state is PartState.CAPTURED}
        for part in sitting.parts:
            assert part.part in there or not place.told(part.part), part.part
        await _finish(desk, sitting)
    elif not recorded(desk):
        assert not place.told("begun")
        await record_quickly(desk, ready.session)
    await desk.recording.seal_pending()
    check_one_whole_recording(desk)


async def _finish(desk: Desk, sitting: Sitting) -> None:
    sitting = await desk.recording.resume(OPERATOR, sitting.sitting_id)
    sitting = await capture_quickly(desk, sitting)
    await desk.recording.finish(OPERATOR, sitting.sitting_id)


def recorded(desk: Desk) -> bool:
    with desk.database.read() as connection:
        return bool(recordings.register(connection))


def check_one_whole_recording(desk: Desk, number: int = 1) -> None:
    """Assert one register row, one packet, one item to send, whole and alone, and an unbroken audit log."""
    with desk.database.read() as connection:
        line = recordings.register(connection)[-1]
        packet = packets.packets(connection)[-1]
        (item,) = outbox.items(connection, outbox.OutboxState.WAITING, "packet")[-1:]
    desk.recording.sealer.tidy()
    assert line.running_number == number
    assert line.packet_id == packet.packet_id == item.item_id
    verify_outer(desk.data_dir / item.body.decode(), desk.keys.signer.public_der)
    assert desk.recording.sitting(line.sitting_id).state is SittingState.SEALED
    held = {path.name for path in (desk.data_dir / "packets").iterdir()}
    assert held == names_of_packets(desk)
    assert not desk.recording.desk.journal_path(line.sitting_id).exists()
    assert desk.audit.verify().whole


def names_of_packets(desk: Desk) -> set[str]:
    with desk.database.read() as connection:
        return {row.file_name for row in packets.packets(connection) if row.purged_at is None}


# ---- parts that are missing, with the picture that shows it


async def _except(place: Place, ready: Ready) -> None:
    desk = ready.desk
    use_small_pictures(desk)
    sitting = await desk.begin(ready.session)
    for exception in MISSING:
        desk.recording.add_exception(OPERATOR, sitting.sitting_id, exception, SUPERVISOR)
        place.tell(exception.part)
        await desk.recording.capture_exception_photo(OPERATOR, sitting.sitting_id, exception.part)
        place.tell(f"picture-{exception.part}")


async def _go_on_with_exceptions(place: Place) -> None:
    ready = next_start(place)
    desk = ready.desk
    use_small_pictures(desk)
    sitting = await desk.begin(ready.session)
    with desk.database.read() as connection:
        kept = {row.part for row in sittings.captures(connection, sitting.sitting_id)}
    for exception in MISSING:
        state = sitting.part(exception.part).state
        assert state is PartState.EXCEPTED or not place.told(exception.part), exception
        pictured = f"exception-{exception.part.replace(':', '-')}" in kept
        assert pictured or not place.told(f"picture-{exception.part}"), kept
        if state is not PartState.EXCEPTED:
            assert not pictured
            desk.recording.add_exception(OPERATOR, sitting.sitting_id, exception, SUPERVISOR)
        if not pictured:
            await desk.recording.capture_exception_photo(OPERATOR, sitting.sitting_id, exception.part)
    await _finish(desk, sitting)
    check_one_whole_recording(desk)
    (name,) = names_of_packets(desk)
    contents = open_packet(desk.data_dir / "packets" / name, ((place.base / "office").read_text(),))
    assert contents.exceptions == MISSING
    assert {"exception-finger-2.jpg", "exception-iris-1.jpg"} <= set(contents.members), sorted(contents.members)


# ---- a capture taken back


async def _void(place: Place, ready: Ready) -> None:
    desk = ready.desk
    (sitting,) = desk.recording.unfinished()
    hand = frozenset(f"finger:{int(finger)}" for finger in Slap.LEFT_FOUR.fingers)
    desk.recording.redo(OPERATOR, sitting.sitting_id, hand, "tangan orang lain")
    place.tell("voided")


async def _go_on_after_voiding(place: Place) -> None:
    desk = next_start(place).desk
    (sitting,) = desk.recording.unfinished()
    states = {sitting.part(f"finger:{int(finger)}").state for finger in Slap.LEFT_FOUR.fingers}
    assert len(states) == 1, "half a hand was taken back"
    assert states == {PartState.OPEN} or not place.told("voided")
    await _finish(desk, sitting)
    check_one_whole_recording(desk)


# ---- a sitting given up


async def _give_up(place: Place, ready: Ready) -> None:
    (sitting,) = ready.desk.recording.unfinished()
    ready.desk.recording.discard(OPERATOR, sitting.sitting_id, SUPERVISOR, "orang yang salah")
    place.tell("given-up")


async def _go_on_after_giving_up(place: Place) -> None:
    ready = next_start(place)
    desk = ready.desk
    waiting = desk.recording.unfinished()
    if waiting:
        assert not place.told("given-up")
        assert all(part.settled for part in waiting[0].parts), "half of it was deleted"
        desk.recording.discard(OPERATOR, waiting[0].sitting_id, SUPERVISOR, "orang yang salah")
    with desk.database.read() as connection:
        (row,) = sittings.sittings_in_state(connection, SittingState.DISCARDED.value)
    assert (row.journal_key, row.thumbnail) == (None, None)
    assert list((desk.data_dir / "captures").iterdir()) == []
    await record_quickly(desk, ready.session)
    check_one_whole_recording(desk)


# ---- sealing what could not be sealed before


async def _seal_later(place: Place, ready: Ready) -> None:
    (sealed,) = await ready.desk.recording.seal_pending(OPERATOR)
    if not sealed.sealed:
        raise StorageFailure(sealed.problem)
    place.tell("sealed")


async def _go_on_sealing(place: Place) -> None:
    desk = next_start(place).desk
    waiting = await desk.recording.seal_pending(OPERATOR)
    assert not (waiting and place.told("sealed"))
    check_one_whole_recording(desk)


SITTING_SCENES: dict[str, Scene] = {
    "sitting": Scene(session_open, _record, _go_on_recording),
    "exceptions": Scene(session_open, _except, _go_on_with_exceptions),
    "voiding": Scene(captured, _void, _go_on_after_voiding),
    "giving-up": Scene(captured, _give_up, _go_on_after_giving_up),
    "sealing-later": Scene(unsealed, _seal_later, _go_on_sealing),
}
