"""What sync tells about itself: the report of one run, the standing between runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from station.domain.errors import StationError


@dataclass(frozen=True, slots=True)
class SyncProblem:
    """Something that did not go through: a message of the catalogue, and which item it was about."""

    message_id: str
    params: dict[str, object]
    item_id: str = ""

    @classmethod
    def of(cls, error: StationError, item_id: str = "") -> SyncProblem:
        """Return an error as a line of a report."""
        return cls(error.message_id, error.params, item_id)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """One run: what went out and came in, wire bytes both ways, wall seconds, and every problem."""

    packets_sent: int
    bytes_on_wire: int
    receipts: int
    feed: Mapping[str, int]
    """How many items of each kind came from the office."""
    ledger_entries: int
    seconds: float
    problems: tuple[SyncProblem, ...]
    connections: int = 0
    events_sent: int = 0

    @property
    def feed_items(self) -> int:
        """Return how many items came from the office."""
        return sum(self.feed.values())


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """One item of the outbox as a person sees it."""

    item_id: str
    kind: str
    topic: str
    size: int
    tries: int
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How sync stands: what waits, what stepped aside, when the office was last heard, what will need care."""

    paired: bool
    kit_id: str
    waiting: tuple[WaitingItem, ...]
    set_aside: tuple[WaitingItem, ...]
    inbox_refused: int
    last_contact_at: datetime | None
    clock_offset_s: int
    certificate_until: datetime | None
    metered_bytes_today: int
    metered_budget_bytes: int
    estimate_s: float | None
    paused: bool
    warnings: tuple[SyncProblem, ...]

    @property
    def waiting_bytes(self) -> int:
        """Return the bytes of everything that waits."""
        return sum(item.size for item in self.waiting)
