"""Time as a value that is passed in, so that tests and the rehearsal can own it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

WITA = ZoneInfo("Asia/Makassar")


class Clock(Protocol):
    """Tells the time; the wall clock may jump, the monotonic one may not."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def monotonic_s(self) -> float:
        """Return seconds that only ever grow."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Return the monotonic clock in seconds."""
        return time.monotonic()


class ManualClock:
    """A clock that moves only when told to."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware moment")
        self._now = start.astimezone(UTC)
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        """Return the moment last set."""
        return self._now

    def monotonic_s(self) -> float:
        """Return the seconds advanced so far."""
        return self._elapsed_s

    def advance(self, step: timedelta) -> None:
        """Move both clocks forward by `step`."""
        self._now += step
        self._elapsed_s += step.total_seconds()

    def jump_to(self, moment: datetime) -> None:
        """Set the wall clock, as a dead battery or a wrong hand would."""
        self._now = moment.astimezone(UTC)


class OffsetClock:
    """The system clock shifted by a fixed step: a day that lies in the past or future, running at true speed."""

    def __init__(self, shift: timedelta) -> None:
        self._shift = shift

    def now(self) -> datetime:
        """Return the shifted present moment in UTC."""
        return datetime.now(UTC) + self._shift

    def monotonic_s(self) -> float:
        """Return the monotonic clock in seconds."""
        return time.monotonic()


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """Return the calendar date of `moment` in `zone`: days, age and the ledger are local."""
    return moment.astimezone(zone).date()
