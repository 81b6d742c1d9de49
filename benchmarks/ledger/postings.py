"""Durable postings per second beside two peers; `python -m benchmarks.ledger.postings FOLDER` prints them as JSON.

The fair peer writes the same rows with the same triggers and settings by hand-written SQL and
computes nothing; the harder one inserts one row into one table and keeps no balance at all.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.figures import in_turn
from benchmarks.ledger.fixture import BareTable, SameRows, open_book, post_prints

SAME_ROWS = "the same rows by hand-written SQL"
ONE_INSERT = "one bare insert"


def rates(folder: Path, postings: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Return postings a second, ours and the peer's, by the peer's name."""
    desk, other = open_book(folder / "ours"), open_book(folder / "same")
    bare = BareTable(folder / "bare.db")
    peers = {SAME_ROWS: SameRows(other).insert_durably, ONE_INSERT: bare.insert_durably}
    found = {}
    for name, insert in peers.items():
        ours_s, peer_s = in_turn(
            lambda: post_prints(desk, postings),
            lambda work=insert: work(postings),  # type: ignore[misc]
            rounds=rounds,
        )
        found[name] = (postings / ours_s, postings / peer_s)
    for one in (desk, other, bare):
        one.close()
    return found


if __name__ == "__main__":
    print(json.dumps(rates(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
