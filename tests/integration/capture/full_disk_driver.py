"""Records a person with a file-size limit that stands for a full disk, met again and again as the files grow.

Started by test_full_disk.py in a process of its own. When a step fails for want of
space, a little space is made and the step is done again, as an operator would.

    python tests/integration/capture/full_disk_driver.py <folder>
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from station.capture.sitting import PartState, Sitting
from station.domain.errors import StorageFailure
from station.domain.identifiers import RandomIds
from station.keys.keystore import KitKeys, create_keystore
from station.messages.catalogue import Catalogue
from tests.capture_desk import OPERATOR, Desk, make_desk
from tests.capture_sittings import QuickExaminer, capture_quickly
from tests.integration.capture.crash_driver import in_child
from tests.integration.capture.crash_scenes import PASSPHRASE, PEOPLE, check_one_whole_recording

STEP_BYTES = 3 * 4096
OFFSETS_BYTES = range(0, STEP_BYTES, 4096)
MOST_FAILURES = 400


def limit(size: int | None) -> None:
    """Let files grow up to `size` bytes, or freely."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


async def record_with_full_disk(folder: Path, keys: KitKeys, extra: int) -> None:
    desk = make_desk(folder, PEOPLE, keys=keys, examiner=QuickExaminer(), ids=RandomIds())
    desk.pair()
    session = desk.open_session()
    largest = max(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sitting = await desk.begin(session)
    limit(largest + extra)
    failures = 0
    captured: set[str] = set()
    while True:
        try:
            sitting = await capture_quickly(desk, sitting)
            recorded = await desk.recording.finish(OPERATOR, sitting.sitting_id)
        except StorageFailure as failure:
            if failure.message_id != "disk-full":
                raise
            failures += 1
            assert failures < MOST_FAILURES
            limit(largest + extra + failures * STEP_BYTES)
            sitting = desk.recording.sitting(sitting.sitting_id)
            assert captured <= captured_parts(sitting)
            captured = captured_parts(sitting)
            continue
        break
    limit(None)
    if not recorded.sealed:
        failures += 1
        assert recorded.problem in {"packet-not-sealed", "disk-full"}, recorded.problem
        assert (await desk.recording.seal_pending())[0].sealed
    check_one_whole_recording(desk)
    (folder.parent / "failures").write_text(str(failures))
    await after_a_restart(desk)


def captured_parts(sitting: Sitting) -> set[str]:
    return {part.part for part in sitting.parts if part.state is PartState.CAPTURED}


async def after_a_restart(desk: Desk) -> None:
    assert desk.recording.recover() == []
    assert desk.recording.unfinished() == []


def run(base: Path) -> int:
    """Record once for each offset; returns how often a write met a full disk."""
    keys = create_keystore(base / "keys.json", PASSPHRASE)
    Catalogue("id")
    met = 0
    for extra in OFFSETS_BYTES:
        folder = base / f"full-{extra}" / "data"
        folder.mkdir(parents=True)
        shutil.copy(base / "keys.json", folder)
        if in_child(lambda: record_with_full_disk(folder, keys, extra)) != 0:  # noqa: B023
            raise SystemExit(f"failed with {extra} bytes left")
        met += int((folder.parent / "failures").read_text())
    return met


if __name__ == "__main__":
    if not hasattr(os, "fork"):
        raise SystemExit("needs fork")
    sys.stdout.write(f"{run(Path(sys.argv[1]))}\n")
