"""Runs a scene again and again in child processes and ends each at another durable step, or at another full disk.

Started by test_crashes.py and test_full_disk.py in a process of its own. What comes before a scene is made
once and copied. With `killed` a child counts its durable operations (fsync, rename, delete, both sides of a commit)
and is killed by SIGKILL right before the one asked for; with `full` no file may grow beyond a size that rises from
run to run, as on a disk without space. Then a second child opens what is left, as the program does
at its next start, checks that everything the operator was told is there, and goes on to the end. Nobody lists the
steps: the driver goes on until a run reaches its end.

    python tests/integration/capture/crash_driver.py <folder> sitting|backup|... killed
    python tests/integration/capture/crash_driver.py <folder> sitting|backup|... full [pages from one size to the next]
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

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
from station.domain.errors import StorageFailure
from station.keys.keystore import create_keystore
from station.messages.catalogue import Catalogue
from station.store import database
from tests.integration.capture.crash_scenes import PASSPHRASE, Place, Scene
from tests.integration.capture.crash_scenes_of_a_day import SCENES

MOST_RUNS = 400
PAGE_BYTES = 4096
SPACE_WORDS = frozenset({"disk-full", "backup-medium-full"})
_FULL = 3
"""Exit status of a child that met the full disk and was told so in words."""


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
        for name in ("fsync", "replace", "rename", "unlink", "rmdir"):
            self._wrap(os, name)
        self._wrap(database, "_commit", also_after=True)
        self._wrap(database.Database, "fold_log", also_after=True)

    def _wrap(self, owner: object, name: str, also_after: bool = False) -> None:
        original = getattr(owner, name)

        def counted(*args: object, **kwargs: object) -> object:
            self.tick()
            result = original(*args, **kwargs)
            if also_after:
                self.tick()
            return result

        setattr(owner, name, counted)


def killed_at(scene: Scene, place: Place, number: int, _stride: int) -> bool:
    """Kill the scene before its durable step `number`; returns whether there was such a step."""

    async def work() -> None:
        ready = await scene.open(place)
        Killer(number).install()
        await scene.work(place, ready)

    status = in_child(work)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not killed and status != 0:
        raise SystemExit(f"run {number} failed by itself")
    return killed


def full_at(scene: Scene, place: Place, number: int, stride: int) -> bool:
    """Run the scene where no file grows beyond a size; returns whether the operator met that, always in words."""

    async def work() -> None:
        ready = await scene.open(place)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, ((1 + (number - 1) * stride) * PAGE_BYTES, hard))
        try:
            await scene.work(place, ready)
        except StorageFailure as failure:
            if failure.message_id not in SPACE_WORDS:
                raise
            os._exit(_FULL)

    status = os.waitstatus_to_exitcode(in_child(work))
    if status not in {0, _FULL}:
        raise SystemExit(f"run {number} failed by itself")
    return status == _FULL


ENDS: dict[str, Callable[[Scene, Place, int, int], bool]] = {"killed": killed_at, "full": full_at}


def in_child(work: Callable[[], Awaitable[None]]) -> int:
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


def run(base: Path, name: str, end: str, stride: int) -> int:
    """End the scene at every step in turn; returns how many there were."""
    scene = SCENES[name]
    Catalogue("id")  # parsed once here, not in every child
    keys = create_keystore(base / "keys.json", PASSPHRASE)
    before = Place(base / "before", keys)
    before.data.mkdir(parents=True)
    shutil.copy(base / "keys.json", before.data)
    if in_child(lambda: scene.prepare(before)) != 0:
        raise SystemExit(f"{name}: what comes before the scene failed")
    for number in range(1, MOST_RUNS):
        place = Place(base / f"{end}-{number}", keys)
        shutil.copytree(before.base, place.base)
        ended = ENDS[end](scene, place, number, stride)
        if in_child(lambda: scene.go_on(place)) != 0:  # noqa: B023
            raise SystemExit(f"{name}: not whole after being {end} at step {number}")
        shutil.rmtree(place.base)
        if not ended:
            return number - 1
    raise SystemExit(f"{name}: more steps than expected")


if __name__ == "__main__":
    pages = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    sys.stdout.write(f"{run(Path(sys.argv[1]), sys.argv[2], sys.argv[3], pages)}\n")
