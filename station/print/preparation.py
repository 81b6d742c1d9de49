"""What a card needs from the computer, made before the printer asks: the rendered faces and the chip's content."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from station.domain.clock import Clock, local_date
from station.print.chip.profile import ChipProfile, PreparedChip
from station.print.queue import PrintQueue

if TYPE_CHECKING:
    from station.print.card_face import FaceText

_MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class PreparedCard:
    """Everything to print and write for one job; `back_png` is None where one side is printed."""

    job_id: str
    front_png: bytes
    back_png: bytes | None
    front_texts: tuple[FaceText, ...]
    back_texts: tuple[FaceText, ...]
    chip: PreparedChip


class Preparation:
    """Prepares jobs in a worker thread and keeps the newest few."""

    def __init__(
        self, queue: PrintQueue, profile: ChipProfile, clock: Clock, zone: ZoneInfo, city: str, both_sides: bool
    ) -> None:
        self._queue = queue
        self._profile = profile
        self._clock = clock
        self._zone = zone
        self._city = city
        self._both_sides = both_sides
        self._kept: OrderedDict[str, PreparedCard] = OrderedDict()

    async def get(self, job_id: str) -> PreparedCard:
        """Return a prepared card; raises BadInput when a text or image does not fit."""
        found = self._kept.get(job_id)
        if found is None:
            found = await asyncio.to_thread(self._make, job_id)
            self._kept[job_id] = found
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def forget(self, job_id: str) -> None:
        """Drop a job's prepared card."""
        self._kept.pop(job_id, None)

    def _make(self, job_id: str) -> PreparedCard:
        from station.print.card_face import CardSide, IssuePlace, face_texts, render_face

        record = self._queue.record_of(job_id)
        place = IssuePlace(self._city, local_date(self._clock.now(), self._zone))
        front, back = CardSide.FRONT, CardSide.BACK
        return PreparedCard(
            job_id,
            render_face(front, record, place),
            render_face(back, record, place) if self._both_sides else None,
            face_texts(front, record.biodata, place),
            face_texts(back, record.biodata, place) if self._both_sides else (),
            self._profile.prepare(record.for_chip),
        )
