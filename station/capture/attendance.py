"""Who came and what became of them: outcomes, the closed sets of reasons, counts and pace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from station.store.rosters import Student

PACE_WINDOW = 10


class Outcome(Enum):
    """What became of a student who came."""

    WAITING = "menunggu"
    RECORDED = "terekam"
    REFUSED = "ditolak"
    POSTPONED = "tunda"


class RefusalReason(Enum):
    """Why nobody may record this student."""

    OTHER_DOMICILE = "luar_domisili"
    TOO_YOUNG = "belum_cukup_umur"
    ALREADY_RECORDED = "sudah_rekam"
    NOT_THE_PERSON = "bukan_orangnya"
    DECLINED = "menolak"


class PostponeReason(Enum):
    """Why a student is recorded another day."""

    SIAK_MISSING = "perlu_dicek_siak"
    DATA_DIFFERS = "data_berbeda"
    DOCUMENTS = "berkas_kurang"
    DEVICE_FAULT = "alat_rusak"
    QUALITY = "mutu_rendah"
    LEFT = "pergi"
    NO_TIME = "waktu_habis"
    OTHER = "lain"


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """One line of the attendance list; `running_number` is that of the recording register."""

    student: Student
    outcome: Outcome
    reason: str
    note: str
    attended_at: datetime
    settled_at: datetime | None
    running_number: int | None


AttendanceList = list[AttendanceRow]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Attended = recorded + refused + postponed, or the rows that stand in the way."""

    attended: int
    recorded: int
    refused: int
    postponed: int
    unsettled: tuple[AttendanceRow, ...]
    unfinished_sittings: int

    @property
    def balanced(self) -> bool:
        """Tell whether everybody who came is accounted for."""
        return not self.unsettled and self.attended == self.recorded + self.refused + self.postponed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the class is; the pace is that of the last recordings, None before there are two.

    The end is when all who are listed and not settled would be done: those still to come included.
    """

    listed: int
    attended: int
    waiting: int
    recorded: int
    refused: int
    postponed: int
    students_per_hour: float | None
    estimated_end: datetime | None


def counts(rows: list[AttendanceRow]) -> dict[Outcome, int]:
    """Return how many students have each outcome."""
    return {outcome: sum(row.outcome is outcome for row in rows) for outcome in Outcome}


def progress(listed: int, count: Mapping[Outcome, int], recorded_at: list[datetime], now: datetime) -> Progress:
    """Count the class and estimate the end of the list from the pace of the last `PACE_WINDOW` recordings."""
    pace = _per_hour(sorted(recorded_at)[-PACE_WINDOW:])
    waiting = count[Outcome.WAITING]
    left = max(waiting, listed - sum(count.values()) + waiting)
    end = None if pace is None or not left else now + timedelta(hours=left / pace)
    return Progress(
        listed=listed,
        attended=sum(count.values()),
        waiting=waiting,
        recorded=count[Outcome.RECORDED],
        refused=count[Outcome.REFUSED],
        postponed=count[Outcome.POSTPONED],
        students_per_hour=pace,
        estimated_end=end,
    )


def _per_hour(moments: list[datetime]) -> float | None:
    if len(moments) < 2:
        return None
    hours = (moments[-1] - moments[0]).total_seconds() / 3600
    return (len(moments) - 1) / hours if hours > 0 else None
