"""Makes the pictures of docs/recording.md: failures of a recording day, brought about on the bench.

The real app on the real code paths; faults come from the bench's fault language, people with
their difficulties from its class. A full disk and a full medium are real ones (a small
tmpfs) where this machine allows mounting; otherwise these two pictures are left out with a
word. Run by `make failure-pictures`; takes about four minutes.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from failure_stage import Stage, passphrase, small_disk
from make_screenshots import PASSWORD, bench, prepare, settle

from station.bootstrap import open_station
from station.config import load_config
from station.domain.clock import ManualClock
from station.domain.errors import StationError
from station.domain.person import MaritalStatus
from station.domain.sample import BiometricException, ExceptionReason, Finger
from station.ui.app import StationApp
from station.ui.screens.closing import ClosingScreen
from station.ui.screens.session import SessionScreen
from station.ui.screens.sitting import SittingScreen

SMALL = (80, 24)
SCENE_S = 300.0
Scene = Callable[["Stage"], Awaitable[None]]


# Before the recording ------------------------------------------------------------------


async def too_young(stage: Stage) -> None:
    """Show someone under sixteen: the gate says so, X settles the student."""
    await stage.show_student(4)
    await stage.save("too-young")
    await stage.pilot.press("x")
    await stage.save("refused")


async def other_regency(stage: Stage) -> None:
    """Show a student whom the registry has in another regency."""
    await stage.show_student(6)
    await stage.save("other-regency")


async def not_in_registry(stage: Stage) -> None:
    """Add a walk-in whose NIK the registry does not know."""
    walk_in = stage.services.sessions.add_walk_in(
        stage.boss,
        stage.session.session_id,
        nik="6311071703080999",
        name="CONTOH TANPA DATA",
        birth_place="BALANGAN",
        birth_date=stage.student(1).birth_date,
        sex=stage.student(1).sex,
    )
    with stage.services.database.write() as connection:
        body = {"records": [], "missing": [walk_in.nik], "asked": ""}
        stage.services.extracts.apply_siak_extract(connection, body, stage.services.clock.now())
    stage.students.append(walk_in)
    await stage.show_student(walk_in.number)
    await stage.save("not-in-registry")


async def married_young(stage: Stage) -> None:
    """Show someone under sixteen but married: the document decides."""
    known = stage.biodata(4)
    stage.registry_says(replace(known, marital_status=MaritalStatus.MARRIED))
    await stage.show_student(4)
    await stage.pilot.press("b", *["enter"] * 13, "k", "a", *"AK-4", "enter")
    await settle(stage.pilot)
    await stage.save("married-young")
    stage.registry_says(known)


async def data_differs(stage: Stage) -> None:
    """Let the registry spell the name otherwise; the student calls it wrong; a correction is asked for."""
    known = stage.biodata(7)
    stage.registry_says(replace(known, name=known.name.replace("A", "AH", 1)))
    await stage.show_student(7)
    await stage.pilot.press("k", "a", *"AK-7", "enter", "b", "s", *["enter"] * 12)
    await settle(stage.pilot)
    await stage.pilot.press("enter")
    await stage.save("data-differs")
    await stage.pilot.press("c")
    await stage.save("correction")
    stage.registry_says(known)


async def clock_wrong(stage: Stage) -> None:
    """Put the laptop's clock behind the last thing that was written down."""
    services, now = stage.services, stage.services.clock.now()
    slow = open_station(services.config, passphrase(services.config), clock=ManualClock(now - timedelta(days=3)))
    stage.app._services = slow  # noqa: SLF001 - the same kit, opened with a wrong clock
    try:
        await stage.show_student(8)
        await stage.pilot.press("b", *["enter"] * 13, "k", "a", *"AK-8", "enter")
        await settle(stage.pilot)
        await stage.save("clock-wrong")
    finally:
        stage.app._services = services  # noqa: SLF001 - back to the clock that is right
        slow.close()


# At the devices ------------------------------------------------------------------------


async def scanner_dies(stage: Stage) -> None:
    """Pull the scanner's plug: words, the spare, and on it goes."""
    sitting = await stage.begin_with_photo_and_signature(1)
    stage.fault("fingerprint capture 1 unplug seconds=0")
    stage.app.push_screen(SittingScreen(sitting))
    await settle(stage.pilot)
    await stage.save("scanner-dies")
    await stage.pilot.press("enter", "g")
    await stage.save("scanner-spare")
    await stage.pilot.press("2")
    await settle(stage.pilot)
    await stage.pilot.press("enter")
    await settle(stage.pilot, 1.0)
    await stage.save("scanner-spare-works")


async def no_spare(stage: Stage) -> None:
    """Pull the plug of the spare too: the step is postponed, then the student."""
    sitting = await stage.begin_with_photo_and_signature(5)
    stage.fault("fingerprint-spare capture 1 unplug seconds=6")
    stage.app.push_screen(SittingScreen(sitting))
    await settle(stage.pilot)
    await stage.pilot.press("enter", "t", *"pemindai dan cadangannya mati", "enter")
    await settle(stage.pilot, 1.0)
    for _turn in range(3):
        screen = stage.app.screen
        if not isinstance(screen, SittingScreen):
            await stage.pilot.press("enter")
        elif screen.sitting.step is None:
            break
        else:
            await stage.pilot.press("t", *"pemindai mati", "enter")
        await settle(stage.pilot, 1.0)
    await stage.save("step-postponed")
    await stage.pilot.press("t")
    await stage.save("student-postponed")


async def dry_finger(stage: Stage) -> None:
    """Lay down a finger as dry as paper: cause, best try kept, tries left."""
    sitting = await stage.begin_with_photo_and_signature(8)
    stage.fault("fingerprint-spare slap:LEFT_FOUR 1 dry finger=7")
    stage.app.push_screen(SittingScreen(sitting))
    await settle(stage.pilot)
    await stage.save("finger-dry")


async def wrong_hand(stage: Stage) -> None:
    """Lay down the other hand: refused, nothing of it is kept."""
    sitting = await stage.begin_with_photo_and_signature(10)
    stage.fault("fingerprint-spare slap:LEFT_FOUR 1 wrong-hand")
    stage.app.push_screen(SittingScreen(sitting))
    await settle(stage.pilot)
    await stage.save("wrong-hand")


async def missing_finger(stage: Stage) -> None:
    """Record someone without a right thumb: exception, second person, picture as evidence."""
    sitting = await stage.begin_with_photo_and_signature(2)
    stage.app.push_screen(SittingScreen(sitting))
    await settle(stage.pilot)
    await stage.pilot.press("e")
    await stage.save("exception-part")
    await stage.pilot.press("1")
    await stage.pilot.pause(0.2)
    await stage.save("exception-reason")
    await stage.pilot.press("1", "1", "enter")
    await stage.pilot.pause(0.3)
    await stage.save("exception-second-person")
    await settle(stage.pilot, 1.0)
    await stage.pilot.press(*"budi", "enter", *PASSWORD, "enter")
    await stage.pilot.pause(3)
    await stage.save("exception-picture")
    await stage.pilot.press("y")
    await settle(stage.pilot, 2.0)
    await stage.save("exception-kept")


async def no_hands_and_blind(stage: Stage) -> None:
    """Record someone without fingers whose eyes cannot be captured: all of it said, nothing silently empty."""
    recording, sitting = stage.services.recording, await stage.begin_with_photo_and_signature(11)
    parts = [f"finger:{int(finger)}" for finger in Finger]
    for part in parts:
        missing = BiometricException(part, ExceptionReason.AMPUTATED, True, "", stage.second.staff_id)
        recording.add_exception(stage.boss, sitting.sitting_id, missing, stage.second)
    for part in ("iris:1", "iris:2"):
        blind = BiometricException(part, ExceptionReason.BLIND, True, "", stage.second.staff_id)
        recording.add_exception(stage.boss, sitting.sitting_id, blind, stage.second)
    unable = BiometricException("approval", ExceptionReason.CANNOT_SIGN, True, "", stage.second.staff_id)
    recording.add_exception(stage.boss, sitting.sitting_id, unable, stage.second)
    stage.app.push_screen(SittingScreen(recording.sitting(sitting.sitting_id)))
    await settle(stage.pilot)
    await stage.save("no-hands-blind")


async def cannot_sign(stage: Stage) -> None:
    """Record someone who cannot write: the exception of the signature."""
    recording, sitting = stage.services.recording, await stage.begin(12)
    await recording.capture_photo(stage.boss, sitting.sitting_id, at_once=True)
    recording.approve_photo(stage.boss, sitting.sitting_id)
    stage.fault("signature capture 1 no-ink")
    stage.app.push_screen(SittingScreen(recording.sitting(sitting.sitting_id)))
    await stage.pilot.pause(1.0)
    await stage.pilot.press("e", "1")
    await stage.pilot.pause(0.3)
    await stage.save("cannot-sign")


# Network, disk, power ------------------------------------------------------------------


async def no_network(stage: Stage) -> None:
    """Take the link down: everything waits in the queue."""
    for turn in range(1, 40):
        stage.fault(f"link connection {turn} cut bytes=1000")
    await stage.pilot.press("4", "m")
    await settle(stage.pilot)
    await stage.save("no-network")


async def power_cut(stage: Stage) -> None:
    """Start after a power cut: what was captured is there, and the sitting goes on where it stopped."""
    stage.app.push_screen(SessionScreen())
    await settle(stage.pilot)
    await stage.pilot.press("u")
    await stage.save("power-cut")


async def disk_full(stage: Stage) -> None:
    """Leave no byte where recordings are kept."""
    sitting = await stage.begin(14)
    filler = stage.services.config.data_dir / "captures" / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        except OSError:
            pass
    stage.app.refresh_overview()
    stage.app.push_screen(SittingScreen(sitting))
    await settle(stage.pilot)
    await stage.save("disk-full")
    filler.unlink()


async def medium_missing(stage: Stage) -> None:
    """Take the external disk away, then fill it."""
    medium = Path(stage.services.config.capture.backup_dirs[0])
    for row in stage.services.sessions.attendance(stage.session.session_id):
        if row.outcome.name == "WAITING":
            from station.capture.attendance import PostponeReason

            stage.services.sessions.postpone(
                stage.boss, stage.session.session_id, row.student.student_id, PostponeReason.NO_TIME
            )
    stage.app.push_screen(ClosingScreen())
    await settle(stage.pilot)
    await stage.pilot.press("r")
    await settle(stage.pilot)
    away = medium.with_name("away")
    await asyncio.to_thread(medium.rename, away)
    await stage.pilot.press("c", "1")
    await settle(stage.pilot)
    await stage.save("medium-missing")
    await stage.pilot.press("enter")
    await asyncio.to_thread(away.rename, medium)
    with small_disk(medium, "64k") as mounted:
        if mounted:
            await stage.pilot.press("c", "1")
            await settle(stage.pilot)
            await stage.save("medium-full")
            await stage.pilot.press("enter")


async def recorded_already(stage: Stage) -> None:
    """Let a student come again whom this kit has recorded."""
    sitting = await stage.begin_with_photo_and_signature(13)
    app = stage.app
    app.push_screen(SittingScreen(sitting))
    for _turn in range(12):
        await settle(stage.pilot)
        if not isinstance(app.screen, SittingScreen):
            break
        await stage.pilot.press("enter")
    await stage.save("slip")
    await stage.pilot.press("enter")
    await stage.show_student(13)
    await stage.save("recorded-already")


SCENES: tuple[Scene, ...] = (
    too_young, other_regency, not_in_registry, married_young, data_differs, clock_wrong, scanner_dies, no_spare,
    dry_finger, wrong_hand, missing_finger, no_hands_and_blind, cannot_sign, recorded_already, no_network,
    power_cut, disk_full, medium_missing,
)  # fmt: skip


async def play(stage: Stage, scene: Scene) -> None:
    """Play one scene in an app of its own."""
    stage.app = StationApp(stage.services)
    async with stage.app.run_test(size=SMALL) as pilot:
        stage.pilot = pilot
        await settle(pilot)
        stage.app.enter(stage.boss)
        await pilot.pause(1.5)
        await asyncio.wait_for(scene(stage), SCENE_S)


async def played(stage: Stage, scene: Scene) -> bool:
    """Play one scene; one that does not come to its end is said and does not keep the others from theirs."""
    try:
        await play(stage, scene)
    except (StationError, TimeoutError, LookupError) as error:
        sys.stdout.write(f"! {scene.__name__}: {type(error).__name__} {error}\n")
        return False
    return True


async def main() -> int:
    """Play all scenes, or those named on the command line; returns 1 where one did not come to its end."""
    failed: list[str] = []
    wanted = [scene for scene in SCENES if not sys.argv[1:] or scene.__name__ in sys.argv[1:]]
    folder = Path(tempfile.mkdtemp(prefix="station-failures-"))
    try:
        with bench(folder, "--students", "14", "--faults", "people") as kit_file:
            config = load_config(kit_file)
            config.data_dir.mkdir(exist_ok=True)
            with small_disk(config.data_dir, "120m"):
                services = open_station(config, passphrase(config))
                boss, second = await prepare(services, folder)
                stage = Stage(services, folder, boss, second)
                failed = [scene.__name__ for scene in wanted if not await played(stage, scene)]
                await services.aclose()
                services.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
