"""Seeded worlds with power cuts and dropped links: nothing lost, nothing double, and broken builds are found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.integration.simulation.kit_cuts import cut_often
from tests.integration.simulation.sync_world import Broken, run_world

WORLDS, WORLDS_PER_TEST = 1000, 25
CUTS, CUTS_PER_DATABASE = 1000, 50
BUILDS = [
    Broken(no_fsync_at_office=True),
    Broken(acknowledge_before_commit=True),
    Broken(delete_on_last_byte=True),
    Broken(batch_not_idempotent=True),
    Broken(synchronous_normal=True),
]


@pytest.mark.parametrize("first", range(0, WORLDS, WORLDS_PER_TEST))
def test_worlds_keep_every_promise(first: int) -> None:
    power_cuts = 0
    for seed in range(first, first + WORLDS_PER_TEST):
        with world_of(seed):
            power_cuts += run_world(seed)[0]
    assert power_cuts > WORLDS_PER_TEST, "the worlds were too kind"


@pytest.mark.parametrize("build", BUILDS, ids=str)
def test_a_broken_build_is_caught_within_ten_seeds(build: Broken) -> None:
    for seed in range(10):
        try:
            run_world(seed, build)
        except AssertionError:
            return
    raise AssertionError("ten worlds did not notice")


@pytest.mark.parametrize("journal", ["wal", "delete"])
@pytest.mark.parametrize("first", range(0, CUTS // CUTS_PER_DATABASE, 5))
def test_power_cuts_lose_no_acknowledged_row_of_the_kit(first: int, journal: str) -> None:
    rows = sum(cut_often(seed, CUTS_PER_DATABASE, journal=journal) for seed in range(first, first + 5))
    assert rows > 2 * CUTS_PER_DATABASE


def test_a_kit_without_full_sync_is_caught() -> None:
    with pytest.raises(AssertionError, match="lost"):
        cut_often(0, 100, synchronous="NORMAL")


@contextmanager
def world_of(seed: int) -> Iterator[None]:
    """Say which seed failed and how to run it alone."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"python -m benchmarks.sync.worlds --first {seed} --worlds 1 --cuts 0")
        raise
