"""The blank book: durable postings against bare SQLCipher, month report and verification over many movements."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from benchmarks.figures import Figure, in_turn, seconds
from benchmarks.ledger.fixture import open_book, seed_prints
from benchmarks.ledger.postings import rates
from benchmarks.ledger.slow_disk import SYNC_MS, slow_rates
from station.ledger.book import BlankBook
from station.ledger.entry import entry_values

POSTINGS = 100
GOAL = "at least 0.9 of bare SQLite"
FEW, MANY = 100_000, 1_000_000


def figures() -> list[Figure]:
    """Measure postings, the month report at two sizes and verification."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_postings(Path(folder)), *_reports(Path(folder))]


def _postings(folder: Path) -> list[Figure]:
    here = rates(folder / "here", POSTINGS, rounds=15)
    slow = slow_rates(folder / "slow", POSTINGS // 2, rounds=5)
    places = (("this disk", here), (f"a sync of {SYNC_MS} ms more", slow))
    return [
        Figure(f"durable postings, one print each, {place}", *measured[name], "postings/s", name, GOAL)
        for place, measured in places
        for name in measured
    ]


def _reports(folder: Path) -> list[Figure]:
    found: list[Figure] = []
    month_s: dict[int, float] = {}
    for count in (FEW, MANY):
        desk = open_book(folder / f"month-{count}")
        seed_prints(desk, count)
        desk.book.usage_month(2025, 1)
        month_s[count] = min(seconds(lambda book=desk.book: book.usage_month(2025, 1)) for _ in range(3))  # type: ignore[misc]
        if count == FEW:
            found += _verification(desk.book, count)
        desk.close()
    found.append(
        Figure(
            f"month report over {MANY:,} movements",
            month_s[MANY],
            month_s[FEW],
            "s",
            f"over {FEW:,} movements",
            "under 1 s, ratio about 1 (flat)",
        )
    )
    return found


def _verification(book: BlankBook, count: int) -> list[Figure]:
    sizes = [len(repr(entry_values(entry))) for entry in book.entries_after(0, 1000)]
    block = bytes(sum(sizes) // len(sizes))

    def bare_hash() -> None:
        for _ in range(count):
            hashlib.sha256(block).digest()

    ours_s, peer_s = in_turn(book.verify, bare_hash, rounds=2)
    return [
        Figure(
            "verify the book", count / ours_s, count / peer_s, "entries/s", "bare SHA-256, same bytes", "told, not set"
        )
    ]
