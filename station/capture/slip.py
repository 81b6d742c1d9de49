"""What the student is told after the recording: the number, and what happens next. Words come from the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from station.capture.sitting import Sitting
from station.domain.card import CARD_AGE, may_have_card
from station.domain.errors import Refused
from station.domain.nik import masked_nik
from station.domain.person import birthday_in_year


@dataclass(frozen=True, slots=True)
class Slip:
    """The proof of recording; `print_from` is None when the card only waits for the uniqueness check."""

    running_number: int
    masked_nik: str
    name: str
    recorded_at: datetime
    print_from: date | None
    message_id: str
    params: dict[str, object]


def slip_of(sitting: Sitting, day: date) -> Slip:
    """Return the slip of a finished sitting as of the local date `day`; raises Refused before it is finished."""
    if sitting.running_number is None or sitting.finished_at is None:
        raise Refused("slip-not-finished")
    biodata = sitting.biodata
    now = may_have_card(biodata.birth_date, biodata.marital_status, day)
    print_from = None if now else birthday_in_year(biodata.birth_date, CARD_AGE)
    return Slip(
        running_number=sitting.running_number,
        masked_nik=masked_nik(biodata.nik),
        name=biodata.name,
        recorded_at=sitting.finished_at,
        print_from=print_from,
        message_id="slip-wait" if print_from is None else "slip-print-from",
        params={} if print_from is None else {"day": print_from},
    )
