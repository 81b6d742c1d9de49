"""Many whole-system worlds and many power cuts: `python -m benchmarks.sync.worlds --worlds 1000 --cuts 5000`."""

from __future__ import annotations

import argparse
import logging
import time

from tests.integration.simulation.kit_cuts import cut_often
from tests.integration.simulation.sync_world import run_world

CUTS_PER_DATABASE = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=1000)
    parser.add_argument("--cuts", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    started = time.monotonic()
    power_cuts = packets = 0
    for seed in range(arguments.first, arguments.first + arguments.worlds):
        try:
            cuts, people = run_world(seed)
        except BaseException:
            print(f"seed {seed} fails: python -m benchmarks.sync.worlds --first {seed} --worlds 1 --cuts 0")
            raise
        power_cuts, packets = power_cuts + cuts, packets + people
    seconds = time.monotonic() - started
    print(f"{arguments.worlds} worlds, {power_cuts} power cuts, {packets} packets, 0 violations, {seconds:.0f} s")
    for journal in ("wal", "delete"):
        started = time.monotonic()
        seeds = range(arguments.cuts // CUTS_PER_DATABASE)
        rows = sum(cut_often(seed, CUTS_PER_DATABASE, journal=journal) for seed in seeds)
        seconds = time.monotonic() - started
        print(f"{arguments.cuts} cuts on the kit's schema, journal {journal}, {rows} rows, 0 lost, {seconds:.0f} s")


if __name__ == "__main__":
    main()
