"""Runs a sitting or a backup again and again in child processes and kills each at another durable step.

Started by test_crashes.py in a process of its own. A child counts its durable
operations (fsync, rename, delete, commit) and is killed by SIGKILL right before the one
asked for. Then a second child opens what is left, as the program does after a power
cut, and checks that everything the operator was told is there and goes on to the end.

    python tests/integration/capture/crash_driver.py <folder> sitting|backup
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

sys.path.insert(0, str(Path(__file__).parents[3]))

import station.biometrics.face.assess
import station.biometrics.face.portrait
import station.biometrics.finger.quality
import station.biometrics.iris.quality
import station.biometrics.records.codecs
import station.biometrics.records.face_image
import station.biometrics.records.finger_image
import station.biometrics.records.iris_image
import station.biometrics.signature.assess  # noqa: F401 - loaded once here, not in every child
from simulators.people.person import make_person
from station.capture.backup import Backup, prove, restore_backup
from station.capture.packet import verify_outer
from station.capture.sitting import PartState, SittingState
from station.domain.identifiers import RandomIds
from station.keys.keystore import KitKeys, create_keystore
from station.messages.catalogue import Catalogue
from station.store import outbox, packets, recordings
from tests.capture_desk import DAY, OPERATOR, Desk, make_desk
from tests.capture_sittings import QuickExaminer, capture_quickly, record_quickly

PASSPHRASE = "kata sandi contoh"
PERSON = make_person(1, 1, DAY, age=17)
MOST_STEPS = 400


class Killer:
    """Counts durable operations and kills the process right before number `at`."""

    def __init__(self, at: int) -> None:
        self.count = 0
        self.at = at

    def tick(self) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """Put the count before every call that makes something durable or takes it away."""
        self._wrap(os, "fsync")
        self._wrap(Path, "replace")
        self._wrap(Path, "unlink")
        self._wrap(Connection, "commit")

    def _wrap(self, owner: object, name: str) -> None:
        original = getattr(owner, name)

        def counted(*args: object, **kwargs: object) -> object:
            self.tick()
            return original(*args, **kwargs)

        setattr(owner, name, counted)


def open_desk(folder: Path, keys: KitKeys) -> Desk:
    return make_desk(folder, [PERSON], keys=keys, examiner=QuickExaminer(), ids=RandomIds())


def tell(folder: Path, words: str) -> None:
    """Write what the operator sees at this moment; not part of the product's durability."""
    with (folder.parent / "told").open("a") as file:
        file.write(words + "\n")


async def sitting_until_killed(folder: Path, keys: KitKeys, killer: Killer) -> None:
    desk = open_desk(folder, keys)
    desk.pair()
    session = desk.open_session()
    killer.install()
    sitting = await desk.begin(session)
    tell(folder, "begun")
    original = desk.recording.desk.keep

    def keep_and_tell(*args: object) -> object:
        after = original(*args)  # type: ignore[arg-type]
        for part in after.parts:
            if part.state is PartState.CAPTURED:
                tell(folder, part.part)
        return after

    desk.recording.desk.keep = keep_and_tell  # type: ignore[method-assign,assignment]
    await capture_quickly(desk, sitting)
    await desk.recording.finish(OPERATOR, sitting.sitting_id)
    tell(folder, "finished")


async def go_on_with_sitting(folder: Path, keys: KitKeys) -> None:
    told = set((folder.parent / "told").read_text().split()) if (folder.parent / "told").exists() else set()
    desk = open_desk(folder, keys)
    assert desk.recording.recover() == []
    waiting = desk.recording.unfinished()
    session = desk.sessions.list()[0]
    if "finished" in told:
        assert waiting == []
    elif waiting:
        (sitting,) = waiting
        there = {part.part for part in sitting.parts if part.state is PartState.CAPTURED}
        assert told - {"begun"} <= there, told - there
        sitting = await desk.recording.resume(OPERATOR, sitting.sitting_id)
        sitting = await capture_quickly(desk, sitting)
        await desk.recording.finish(OPERATOR, sitting.sitting_id)
    else:
        assert "begun" not in told or recorded(desk), told
        if not recorded(desk):
            await record_quickly(desk, session)
    await desk.recording.seal_pending()
    check_one_whole_recording(desk)


def recorded(desk: Desk) -> bool:
    with desk.database.read() as connection:
        return bool(recordings.register(connection))


def check_one_whole_recording(desk: Desk) -> None:
    with desk.database.read() as connection:
        (line,) = recordings.register(connection)
        (packet,) = packets.packets(connection)
        (item,) = outbox.items(connection, outbox.OutboxState.WAITING, "packet")
    desk.recording.sealer.tidy()
    assert line.running_number == 1
    assert line.packet_id == packet.packet_id == item.item_id
    verify_outer(desk.data_dir / item.body.decode(), desk.keys.signer.public_der)
    assert desk.recording.sitting(line.sitting_id).state is SittingState.SEALED
    assert [path.name for path in (desk.data_dir / "packets").iterdir()] == [packet.file_name]
    assert list((desk.data_dir / "captures").iterdir()) == []
    assert desk.audit.verify().whole


def backup_of(desk: Desk) -> Backup:
    ids = desk.recording.desk.ids
    return Backup(desk.database, desk.clock, ids, desk.audit, desk.keys, desk.data_dir, "KIT-CONTOH-1")


async def backup_until_killed(folder: Path, keys: KitKeys, killer: Killer) -> None:
    desk = open_desk(folder, keys)
    desk.pair()
    session = desk.open_session()
    await record_quickly(desk, session)
    medium = folder.parent / "medium"
    medium.mkdir()
    killer.install()
    backup_of(desk).make(OPERATOR, session.session_id, medium)
    tell(folder, "backed-up")


async def check_backup(folder: Path, keys: KitKeys) -> None:
    told = (folder.parent / "told").exists()
    desk = open_desk(folder, keys)
    desk.recording.recover()
    medium = folder.parent / "medium"
    named = [path for path in medium.iterdir() if path.suffix != ".new"]
    for path in named:
        prove(path, keys.signer.public_der, keys.sealing_identity)
    assert named or not told
    session = desk.sessions.list()[0]
    report = backup_of(desk).make(OPERATOR, session.session_id, medium)
    restore_backup(report.path, folder.parent / "spare", PASSPHRASE)
    check_one_whole_recording(desk)


MODES: dict[str, tuple[Callable[..., object], Callable[..., object]]] = {
    "sitting": (sitting_until_killed, go_on_with_sitting),
    "backup": (backup_until_killed, check_backup),
}


def in_child(work: Callable[[], object]) -> int:
    """Run in a forked process; returns its wait status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.run(work())  # type: ignore[arg-type]
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    return os.waitpid(child, 0)[1]


def run(base: Path, mode: str) -> int:
    """Kill at every durable step in turn; returns how many there were."""
    until_killed, go_on = MODES[mode]
    keys = create_keystore(base / "keys.json", PASSPHRASE)
    Catalogue("id")  # parsed once here, not in every child
    for at in range(1, MOST_STEPS):
        folder = base / f"{mode}-{at}" / "data"
        folder.mkdir(parents=True)
        shutil.copy(base / "keys.json", folder)
        status = in_child(lambda: until_killed(folder, keys, Killer(at)))  # noqa: B023
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        if not killed and status != 0:
            raise SystemExit(f"{mode}: child {at} failed by itself")
        if in_child(lambda: go_on(folder, keys)) != 0:  # noqa: B023
            raise SystemExit(f"{mode}: not whole after a kill before durable step {at}")
        if not killed:
            return at - 1
    raise SystemExit(f"{mode}: more durable steps than expected")


if __name__ == "__main__":
    sys.stdout.write(f"{run(Path(sys.argv[1]), sys.argv[2])}\n")
