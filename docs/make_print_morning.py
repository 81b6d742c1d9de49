"""Walks a whole morning of the print room through the app and saves each moment at 80 x 24 and 120 x 40.

Three cards: a good one, one after a jam, one after a spoiled chip, an empty ribbon and a
power cut (a process killed with SIGKILL while the printer prints); then inspection and
hand-over. Run by `python docs/make_print_morning.py`; recording the students first takes
most of its minutes. With `--in folder` it uses a bench that `print_morning.py` left standing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import print_morning
from make_screenshots import FOLDER, LARGE, PASSWORD, SMALL, settle
from textual.pilot import Pilot

from station.domain.sample import Finger
from station.domain.staff import Actor
from station.rehearse.bench_control import BenchControl
from station.rehearse.launcher import BenchRequest, running_bench
from station.ui.app import StationApp
from station.ui.services import Services

SAM_PIN = "123456"
_DEADLINE_S = 90.0


async def save(pilot: Pilot[None], name: str) -> None:
    """Save what is on screen at both sizes."""
    for columns, rows in (LARGE, SMALL):
        await pilot.resize_terminal(columns, rows)
        await pilot.pause(0.6)
        pilot.app.save_screenshot(f"morning-{name}-{columns}.svg", path=str(FOLDER))
    sys.stdout.write(f"docs/screens/morning-{name}-80.svg, -120.svg\n")


async def press(pilot: Pilot[None], *keys: str, quiet_s: float = 0.6) -> None:
    """Press keys one after the other; each waits until the work that the one before it began is done."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot, 0.15)
    await settle(pilot, quiet_s)


def expect(app: StationApp, good: int, spoiled: int) -> None:
    """Stop where the morning went another way than its pictures would tell."""
    found = app.services.production.outcome_counts()
    if found != (good, spoiled):
        raise RuntimeError(f"cards good and spoiled: {found}, expected {(good, spoiled)}")


async def operator(services: Services) -> Actor:
    """Sign in by password and finger, enrolled the first time: a password alone starts no card."""
    actor = services.staff.sign_in("sari", PASSWORD)
    if not services.staff.fingers_of(actor.staff_id):
        await services.finger_sign_in.enrol(actor, actor.staff_id, Finger.RIGHT_INDEX)
    return await services.finger_sign_in.check(actor)


async def cards(app: StationApp, hands: BenchControl) -> None:
    """Queue, first card, jam, spoiled chip, empty ribbon."""
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.enter(await operator(app.services))
        await press(pilot, "6")
        await save(pilot, "1-queue")
        await press(pilot, "c", "a", *SAM_PIN, "enter", quiet_s=1.5)
        await save(pilot, "2-ready")
        await press(pilot, "c", "y")
        await save(pilot, "3-card-out")
        await pilot.press("v")
        await save(pilot, "4-back")
        hands.ask("take_output")
        await press(pilot, "b", "1", "n", quiet_s=1.5)
        hands.ask("clear_desk")
        hands.ask("fault", line="printer print_card 1 jam")
        await press(pilot, "c", "y")
        await save(pilot, "5-jam")
        hands.ask("remove_inside")
        await press(pilot, "enter", "l", "c", "y", quiet_s=1.0)
        hands.ask("take_output")
        await press(pilot, "b", "1", "n", quiet_s=1.5)
        hands.ask("clear_desk")
        hands.ask("spoil_next_chip")
        await press(pilot, "c", "y", quiet_s=1.0)
        await save(pilot, "6-spoiled-chip")
        hands.ask("take_output")
        hands.ask("clear_desk")
        hands.ask("fault", line="printer print_card 1 ribbon-out")
        await press(pilot, "enter", "l", "c", "y", quiet_s=1.0)
        await save(pilot, "7-ribbon-out")
        hands.ask("remove_inside")
        hands.ask("change_ribbon", serial="PITA-CONTOH-2")
        hands.ask("clear_error")
        await press(pilot, "enter", "escape", "escape", "7", "g")
        await save(pilot, "8-ribbon-change")
        await press(pilot, "y")
        expect(app, good=2, spoiled=3)


def cut_the_power(kit_file: Path, hands: BenchControl) -> None:
    """Print the third card in a process of its own and kill it while the printer prints."""
    command = [sys.executable, __file__, "--print-one", str(kit_file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    for line in process.stdout or ():
        if line.strip() == "print":
            break
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    ends_at = time.monotonic() + _DEADLINE_S
    while not hands.ask("truth")["tray"] and time.monotonic() < ends_at:
        time.sleep(0.2)


async def print_one(kit_file: Path) -> None:
    """Make the next card and tell each step on standard output."""
    services = print_morning.open_services(kit_file)
    boss = await operator(services)
    await services.production.activate_sam(boss, SAM_PIN)
    job = next(job for job in services.print_queue.jobs() if job.printable)
    await services.production.produce(boss, job.job_id, lambda one: print(one.step.value, flush=True))  # noqa: T201


async def recovery(app: StationApp, hands: BenchControl) -> None:
    """Start anew: what became of the card is asked; it lies there and is good."""
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.enter(await operator(app.services))
        await press(pilot, "7", "r")
        await save(pilot, "9-power-cut")
        hands.ask("take_output")
        await press(pilot, "a", *SAM_PIN, "enter", quiet_s=1.0)
        await press(pilot, "j")
        await save(pilot, "10-what-is-seen")
        await press(pilot, "1", "enter", quiet_s=1.0)
        hands.ask("clear_desk")
        await save(pilot, "11-recovered")
        expect(app, good=3, spoiled=3)


async def envelopes(app: StationApp, hands: BenchControl) -> None:
    """Inspect every card, then give the first one against a finger, with a photo."""
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.enter(await operator(app.services))
        await press(pilot, "8", "a", *SAM_PIN, "enter", quiet_s=1.0)
        await press(pilot, "i", "down", "i", "down", "i", "up", "up")
        await save(pilot, "12-envelope")
        card = app.services.handover.cards()[0]
        await app.services.kit.display().call(1, card.name)
        hands.ask("lay_on_desk", serial=card.serial)
        await press(pilot, "f", "enter", quiet_s=1.5)
        await save(pilot, "13-hand-over")
        await press(pilot, "y", quiet_s=1.5)
        await save(pilot, "14-given")
        hands.ask("leave")
        hands.ask("clear_desk")
        if len(app.services.handover.receipts()) != 1:
            raise RuntimeError("the first card was not handed over")


async def morning(kit_file: Path) -> None:
    """Make the pictures on a bench whose queue is ready."""
    hands = BenchControl.beside(kit_file)
    for part in (cards, None, recovery, envelopes):
        if part is None:
            await asyncio.to_thread(cut_the_power, kit_file, hands)
            continue
        services = print_morning.open_services(kit_file)
        services.put_in_order()
        await part(StationApp(services), hands)
        await services.aclose()
        services.close()
    hands.close()


async def whole() -> None:
    """Prepare a bench, walk the morning on it, throw the bench away."""
    folder = Path(tempfile.mkdtemp(prefix="station-morning-"))
    request = BenchRequest(
        folder,
        print_morning.STUDENTS,
        print_morning.SEED,
        "none",
        print_morning.BLANKS_DELIVERED,
        print_morning.PACE,
    )
    try:
        with running_bench(request) as kit_file:
            services = print_morning.open_services(kit_file)
            await print_morning.prepare(services, kit_file, cards=3)
            await services.aclose()
            services.close()
            await morning(kit_file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in", dest="folder", type=Path, default=None)
    parser.add_argument("--print-one", type=Path, default=None)
    arguments = parser.parse_args()
    if arguments.print_one is not None:
        asyncio.run(print_one(arguments.print_one))
    elif arguments.folder is not None:
        asyncio.run(morning(arguments.folder / "kit.toml"))
    else:
        asyncio.run(whole())


if __name__ == "__main__":
    main()
