"""The population number (NIK): 16 digits, region, birth date (women plus 40), serial.

The region is the place of first registration and never changes; it says nothing
about where a person lives today. A date that differs from the birth certificate
is a warning, never a block. There is no check digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from station.domain.person import Sex

_SHAPE = re.compile(r"\d{16}")
_WOMEN_DAY_OFFSET = 40


@dataclass(frozen=True, slots=True)
class NikProblem:
    """Why a string is no NIK: a message identifier of the catalogue."""

    message_id: str


@dataclass(frozen=True, slots=True)
class NikParts:
    """What a NIK says: region of first registration, day, month, two-digit year, sex, serial."""

    region: str
    day: int
    month: int
    year_of_century: int
    sex: Sex
    serial: int

    def could_be_born_on(self, birth_date: date) -> bool:
        """Tell whether the date part agrees with `birth_date` (the century is not in the NIK)."""
        return (self.day, self.month, self.year_of_century) == (
            birth_date.day,
            birth_date.month,
            birth_date.year % 100,
        )


def parse_nik(text: str) -> NikParts | NikProblem:
    """Split a NIK into its parts, or say why it is none."""
    if not _SHAPE.fullmatch(text) or not text.isascii():
        return NikProblem("nik-not-16-digits")
    day, month, year = int(text[6:8]), int(text[8:10]), int(text[10:12])
    sex = Sex.FEMALE if day > _WOMEN_DAY_OFFSET else Sex.MALE
    if sex is Sex.FEMALE:
        day -= _WOMEN_DAY_OFFSET
    if not _is_calendar_day(day, month, year):
        return NikProblem("nik-date-impossible")
    serial = int(text[12:16])
    if serial == 0:
        return NikProblem("nik-serial-zero")
    if text[0] == "0" or text[2:4] == "00" or text[4:6] == "00":
        return NikProblem("nik-region-impossible")
    return NikParts(text[:6], day, month, year, sex, serial)


def _is_calendar_day(day: int, month: int, year_of_century: int) -> bool:
    for century in (1900, 2000):
        try:
            date(century + year_of_century, month, day)
        except ValueError:
            continue
        return True
    return False


def masked_nik(nik: str) -> str:
    """Return the NIK as lists that stay at a school show it: first four and last four digits."""
    return f"{nik[:4]}{'*' * 8}{nik[-4:]}"
