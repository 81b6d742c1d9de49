"""Numbers, dates and amounts in the words and figures of official Indonesian papers."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date
from num2words import num2words

from station.messages.catalogue import Catalogue
from station.registers.document import Cell, Kind

_ZONE_NAMES = {7: "WIB", 8: "WITA", 9: "WIT"}
_ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def in_words(number: int, catalogue: Catalogue) -> str:
    """Return a whole number in words: `121995295` as `seratus dua puluh satu juta ...`."""
    return str(num2words(number, lang=catalogue.language))


def pieces(number: int, catalogue: Catalogue) -> str:
    """Return a quantity of blanks in figures and words, as official records write it."""
    return catalogue.text("registers-pieces", figures=catalogue.number(number), words=in_words(number, catalogue))


def weekday(day: date, catalogue: Catalogue) -> str:
    """Return the name of the day: Senin."""
    return str(format_date(day, "EEEE", locale=catalogue.language))


def month_name(year: int, month: int, catalogue: Catalogue) -> str:
    """Return a month as report heads write it: Januari 2025."""
    return str(format_date(date(year, month, 1), "LLLL y", locale=catalogue.language))


def date_in_words(day: date, catalogue: Catalogue) -> str:
    """Return a date as official records spell it: hari, tanggal, bulan and tahun in words."""
    return catalogue.text(
        "registers-date-in-words",
        weekday=weekday(day, catalogue),
        day=in_words(day.day, catalogue),
        month=str(format_date(day, "LLLL", locale=catalogue.language)),
        year=in_words(day.year, catalogue),
        short=catalogue.short_date(day),
    )


def zone_name(moment: datetime) -> str:
    """Return the Indonesian name of a local time's zone: WIB, WITA or WIT."""
    offset = moment.utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset is not None else 0
    return _ZONE_NAMES.get(hours, moment.tzname() or "")


def clock_time(moment: datetime) -> str:
    """Return a local time: 08.00 WITA."""
    return f"{moment:%H.%M} {zone_name(moment)}".strip()


def roman_month(day: date) -> str:
    """Return the month as letter numbers carry it: I to XII."""
    return _ROMAN_MONTHS[day.month - 1]


def cell_text(value: Cell, kind: Kind, catalogue: Catalogue) -> str:
    """Return a cell as paper and screen show it."""
    if value is None or isinstance(value, bytes):
        return ""
    if isinstance(value, datetime):
        return f"{value:%H.%M}" if kind is Kind.TIME else f"{value:%d-%m-%Y %H.%M}"
    if isinstance(value, date):
        return catalogue.short_date(value)
    if isinstance(value, int | float):
        return _number_text(value, kind, catalogue)
    return value


def _number_text(value: float, kind: Kind, catalogue: Catalogue) -> str:
    if kind is Kind.PERCENT:
        return f"{catalogue.number(value, 2)}%"
    if kind is not Kind.NUMBER:
        return str(value)
    return catalogue.number(value, 0 if isinstance(value, int) else 2)
