"""Every single crash point, with every trouble of the printer, with every meaning of its counter: nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from simulators.faults import parse_fault
from station.print.chip.ocp1_wire import ChipState, PersonalisationMark
from station.print.intents import Reading
from tests.unit.print.print_bench import OPERATOR
from tests.unit.print.print_history import CrashPoints, History, Template, Trouble


def _fault(line: str) -> Trouble:
    return lambda history: history.world.faults.add(parse_fault(f"printer {line}"))


def _chip_full(history: History) -> None:
    history.world.mechanism.hopper[0].defect = 0x6A84


def _chip_torn(history: History) -> None:
    history.world.mechanism.hopper[0].tear_after(15, 3)


def _foreign_chip(history: History) -> None:
    history.world.mechanism.hopper[0].defect = 0x6A82


def _used_chip(history: History) -> None:
    used = history.world.mechanism.hopper[0]
    used.mark = PersonalisationMark(ChipState.SEALED, 2, "f" * 32, "K-LAIN")
    history.extra_gone = 1  # lies in the hopper, but is no blank of ours


def _double_pick(history: History) -> None:
    history.world.faults.add(parse_fault("printer feed_to_encoder 1 double-pick"))


def _cleaning_card(history: History) -> None:
    history.bench.production._intents.note_counter(OPERATOR, Reading(history.world.mechanism.counters(), {}), "reserve")
    history.world.hands.run_cleaning_card()


def _counter_reset(history: History) -> None:
    history.bench.production._intents.note_counter(OPERATOR, Reading(history.world.mechanism.counters(), {}), "reserve")
    history.world.mechanism.card_count = 0


def _nothing(_history: History) -> None:
    pass


TROUBLES: dict[str, Trouble] = {
    "fair weather": _nothing,
    "feed jam": _fault("feed_to_encoder 1 jam"),
    "feed failed": _fault("feed_to_encoder 1 feed-failed"),
    "feed answer lost": _fault("feed_to_encoder 1 lost-reply"),
    "feed command lost": _fault("feed_to_encoder 1 lost-command"),
    "power cut before feed": _fault("feed_to_encoder 1 power-cut when=before"),
    "power cut after feed": _fault("feed_to_encoder 1 power-cut when=after"),
    "chip full": _chip_full,
    "chip torn": _chip_torn,
    "chip silent": _foreign_chip,
    "print jam": _fault("print_card 1 jam"),
    "ribbon out in the card": _fault("print_card 1 ribbon-out"),
    "film out in the card": _fault("print_card 1 film-out"),
    "temperature": _fault("print_card 1 temperature"),
    "print answer lost": _fault("print_card 1 lost-reply"),
    "print command lost": _fault("print_card 1 lost-command"),
    "stale ready": _fault("print_card 1 stale-ready"),
    "power cut before print": _fault("print_card 1 power-cut when=before"),
    "power cut after print": _fault("print_card 1 power-cut when=after"),
    "chip used elsewhere": _used_chip,
    "double pick": _double_pick,
    "cleaning card nobody declared": _cleaning_card,
    "counter reset": _counter_reset,
}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    memory = Path("/dev/shm")  # noqa: S108 - a folder in memory spares the disk thousands of syncs
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture(scope="module")
def template(folder: Path) -> Template:
    return Template(folder)


pytestmark = pytest.mark.slow
UNEXPLAINED = {"cleaning card nobody declared": 1}


async def _history(template: Template, folder: Path, name: str, counts_at: str, die_at: int | None) -> int:
    """Run one history; returns how many crash points it passed."""
    path = folder / "history.db"
    history = History(template, path, counts_at)
    try:
        TROUBLES[name](history)
        points = CrashPoints(die_at)
        await history.produce(points)
        history.remember_prepared()
        history.check_always()
        history.restart()
        history.check_always()
        await history.recover()
        history.check_always()
        before = len(history.outcomes())
        await history.recover()
        assert len(history.outcomes()) == before
        await history.finish()
        history.check_end(anomalies=UNEXPLAINED.get(name, 0), slack=1)
        return points.seen
    finally:
        history.close()


@pytest.mark.parametrize("counts_at", ["feed", "print", "eject"])
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_no_blank_is_lost_wherever_the_program_dies(
    trouble: str, counts_at: str, template: Template, folder: Path
) -> None:
    points = await _history(template, folder, trouble, counts_at, None)
    assert points >= 2
    for die_at in range(1, points + 1):
        await _history(template, folder, trouble, counts_at, die_at)
