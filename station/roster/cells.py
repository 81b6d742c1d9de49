"""Reads single cells: population numbers, dates of every spelling, sex, names. Reports doubts, never guesses.

Each function returns the value (or None) and the doubts it had about the cell.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from station.domain.nik import NikProblem, parse_nik
from station.domain.person import Sex
from station.workbooks.reading import Cell

EXACT_NUMBER_LIMIT = 2**53
_DIGITS_KEPT_BY_SPREADSHEETS = 15
_SERIAL_DAY_ZERO = date(1899, 12, 30)
_SERIAL_RANGE = range(14_000, 60_000)
_MONTHS = {
    "januari": 1, "jan": 1, "january": 1, "februari": 2, "pebruari": 2, "feb": 2, "peb": 2, "february": 2,
    "maret": 3, "mar": 3, "mrt": 3, "march": 3, "april": 4, "apr": 4, "mei": 5, "may": 5, "juni": 6, "jun": 6,
    "june": 6, "juli": 7, "jul": 7, "july": 7, "agustus": 8, "agu": 8, "agt": 8, "ags": 8, "agust": 8, "aug": 8,
    "august": 8, "september": 9, "sep": 9, "sept": 9, "oktober": 10, "okt": 10, "oct": 10, "october": 10,
    "november": 11, "nopember": 11, "nov": 11, "nop": 11, "desember": 12, "des": 12, "dec": 12, "december": 12,
}  # fmt: skip
_DATE_PATTERNS = (
    re.compile(r"(?P<year>\d{4})\s*[-/. ]\s*(?P<month>\d{1,2})\s*[-/. ]\s*(?P<day>\d{1,2})(?:[T ]00:00.*)?"),
    re.compile(r"(?P<day>\d{1,2})\s*[-/. ]\s*(?P<month>\d{1,2})\s*[-/. ]\s*(?P<year>\d{4}|\d{2})(?:[T ]00:00.*)?"),
    re.compile(r"(?P<day>\d{1,2})\s*[-/. ]?\s*(?P<word>[A-Za-z]{3,9})\.?\s*[-/., ]?\s*(?P<year>\d{4}|\d{2})"),
    re.compile(r"(?P<word>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})\s*,\s*(?P<year>\d{4})"),
)
_DATE_AT_END = re.compile(r"^(?P<place>[^\d]*?)[\s,/.;:-]*(?P<date>\d.*)$")
_MALE = {"l", "lk", "laki laki", "laki", "lakilaki", "pria", "m", "male", "putra", "cowok", "1"}
_FEMALE = {"p", "pr", "perempuan", "wanita", "f", "female", "putri", "w", "2"}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something wrong (`refuses`) or odd about a cell: a message identifier and its parameters."""

    message_id: str
    refuses: bool
    params: dict[str, object] = field(default_factory=dict)


def clean_text(cell: Cell) -> str:
    """Return a cell as text: no non-breaking or doubled spaces, no invisible signs, whole numbers without `.0`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    if not text.isascii():
        kept = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
        text = kept.replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(text.split())


def read_nik(cell: Cell) -> tuple[str | None, list[Doubt]]:
    """Read a NIK; a number that a spreadsheet may have rounded is refused, never repaired."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _nik_from_number(cell)
    text = clean_text(cell)
    if not text:
        return None, [Doubt("roster-nik-missing", True)]
    if re.fullmatch(r"\d([.,]\d+)?[eE]\+?\d+", text):
        return None, [Doubt("roster-nik-rounded", True, {"found": text})]
    digits = re.sub(r"[\s.'’`‘_-]+", "", text)
    problem = parse_nik(digits)
    if isinstance(problem, NikProblem):
        return None, [Doubt(problem.message_id, True, {"found": text})]
    doubts = [] if digits == text else [Doubt("roster-nik-cleaned", False, {"found": text, "taken": digits})]
    return digits, doubts


def _nik_from_number(value: float) -> tuple[str | None, list[Doubt]]:
    if value != int(value):
        return None, [Doubt("nik-not-16-digits", True, {"found": str(value)})]
    digits = str(int(value))
    if len(digits) > _DIGITS_KEPT_BY_SPREADSHEETS and (value > EXACT_NUMBER_LIMIT or digits.endswith("0")):
        return None, [Doubt("roster-nik-rounded", True, {"found": digits})]
    problem = parse_nik(digits)
    if isinstance(problem, NikProblem):
        return None, [Doubt(problem.message_id, True, {"found": digits})]
    return digits, [Doubt("roster-nik-as-number", False, {"found": digits})]


def read_date(cell: Cell, today: date) -> tuple[date | None, list[Doubt]]:
    """Read a birth date; day before month, as Indonesians write it."""
    if isinstance(cell, datetime):
        return _plausible(cell.date(), today, [])
    if isinstance(cell, date):
        return _plausible(cell, today, [])
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _date_from_number(cell, today)
    text = clean_text(cell)
    if not text:
        return None, [Doubt("roster-birth-date-missing", True)]
    for pattern in _DATE_PATTERNS:
        match = pattern.fullmatch(text)
        if match is not None:
            return _date_from_parts(match.groupdict(), text, today)
    return None, [Doubt("roster-birth-date-unreadable", True, {"found": text})]


def _date_from_number(value: float, today: date) -> tuple[date | None, list[Doubt]]:
    if value == int(value) and int(value) in _SERIAL_RANGE:
        day = _SERIAL_DAY_ZERO + timedelta(days=int(value))
        return _plausible(day, today, [Doubt("roster-birth-date-serial", False, {"taken": day})])
    return None, [Doubt("roster-birth-date-unreadable", True, {"found": clean_text(value)})]


def _date_from_parts(parts: dict[str, str | None], text: str, today: date) -> tuple[date | None, list[Doubt]]:
    word, year_text = parts.get("word"), parts["year"] or ""
    month = _MONTHS.get(word.lower(), 0) if word else int(parts["month"] or 0)
    year = int(year_text)
    doubts: list[Doubt] = []
    if len(year_text) == 2:
        year += 2000 if 2000 + year <= today.year else 1900
        doubts.append(Doubt("roster-birth-date-short-year", False, {"found": text, "year": str(year)}))
    try:
        found = date(year, month, int(parts["day"] or 0))
    except ValueError:
        return None, [Doubt("roster-birth-date-impossible", True, {"found": text})]
    return _plausible(found, today, doubts)


def _plausible(found: date, today: date, doubts: list[Doubt]) -> tuple[date | None, list[Doubt]]:
    if found > today or found.year < today.year - 110:
        return None, [*doubts, Doubt("roster-birth-date-out-of-range", True, {"found": found})]
    return found, doubts


def split_place_and_date(cell: Cell) -> tuple[str, Cell]:
    """Split `Paringin, 5 Januari 2008` into place and date; a cell without a place gives an empty one."""
    if not isinstance(cell, str):
        return "", cell
    text = clean_text(cell)
    match = _DATE_AT_END.match(text)
    if match is None:
        return text.strip(" ,/;:-."), ""
    return match["place"].strip(" ,/;:-."), match["date"]


def read_sex(cell: Cell) -> tuple[Sex | None, list[Doubt]]:
    """Read a sex in any of its spellings."""
    text = clean_text(cell)
    spelled = " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())
    if spelled in _MALE:
        return Sex.MALE, []
    if spelled in _FEMALE:
        return Sex.FEMALE, []
    return None, [Doubt("roster-sex-unreadable", True, {"found": text})] if text else []


def read_name(cell: Cell) -> tuple[str | None, list[Doubt]]:
    """Read a name as cards carry it: upper case, letters and the signs names have."""
    name = clean_text(cell).upper()
    if not name:
        return None, [Doubt("roster-name-missing", True)]
    if re.search(r"\d", name) or not re.search(r"[^\W\d_]", name):
        return None, [Doubt("roster-name-unreadable", True, {"found": name})]
    if len(name) > 120:
        return None, [Doubt("roster-name-too-long", True, {"found": name[:40]})]
    return name, []
