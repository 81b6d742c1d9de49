"""Seeded worlds with power cuts and dropped links: nothing lost, nothing double, and broken builds are found."""

from __future__ import annotations

import pytest

from tests.integration.simulation.kit_cuts import cut_often
from tests.integration.simulation.sync_world import Broken, run_world

WORLDS = 16
BUILDS = [
    Broken(no_fsync_at_office=True),
    Broken(acknowledge_before_commit=True),
    Broken(delete_on_last_byte=True),
    Broken(batch_not_idempotent=True),
    Broken(synchronous_normal=True),
]


@pytest.mark.parametrize("first", range(0, WORLDS, 8))
def test_worlds_keep_every_promise(first: int) -> None:
    power_cuts = sum(run_world(seed)[0] for seed in range(first, first + 8))
    assert power_cuts > 8, "the worlds were too kind"


@pytest.mark.parametrize("build", BUILDS, ids=str)
def test_a_broken_build_is_caught_within_ten_seeds(build: Broken) -> None:
    for seed in range(10):
        try:
            run_world(seed, build)
        except AssertionError:
            return
    raise AssertionError("ten worlds did not notice")


@pytest.mark.parametrize("seed", range(4))
def test_power_cuts_lose_no_acknowledged_row_of_the_kit(seed: int) -> None:
    assert cut_often(seed, 25) > 25


def test_a_kit_without_full_sync_is_caught() -> None:
    with pytest.raises(AssertionError, match="lost"):
        cut_often(0, 100, synchronous="NORMAL")
