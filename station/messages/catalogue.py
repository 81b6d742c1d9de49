"""Turns message identifiers into words (Project Fluent), with dates and numbers as Indonesians write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from station.domain.errors import StationError
from station.domain.staff import Role
from station.messages.entries import Entries
from station.messages.foreign import foreign_entries

LANGUAGES = ("id", "en")
_FOLDER = Path(__file__).parent


class Catalogue:
    """The messages of one language; a message missing there is taken from Indonesian, then from driver packages."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "id"
        self._entries = [_entries(self.language), _entries("id")]

    def text(self, message_id: str, **params: object) -> str:
        """Return the message with its parameters filled in; an unknown identifier is returned as it is."""
        arguments: dict[str, Any] = {name: self._argument(value) for name, value in params.items()}
        for entries in self._everything():
            words = entries.text(message_id, arguments)
            if words is not None:
                return words
        return message_id

    def first(self, *message_ids: str) -> str:
        """Return the first of several messages that has words."""
        return self.text(next((one for one in message_ids if self.has(one)), message_ids[-1]))

    def has(self, message_id: str) -> bool:
        """Tell whether the identifier has words here, in Indonesian, or in a driver package."""
        return any(entries.has(message_id) for entries in self._everything())

    def error(self, error: StationError) -> str:
        """Return an error in the operator's words."""
        return self.reason(error.message_id, **error.params)

    def reason(self, message_id: str, **params: object) -> str:
        """Return a condition or error that may come from a driver package; without words a sentence with its code."""
        words = self.text(message_id, **params)
        return words if words != message_id else self.text("message-without-words", code=message_id)

    def long_date(self, day: date) -> str:
        """Return a date as documents write it: 16 Juli 2017."""
        return str(format_date(day, "d MMMM y", locale=self.language))

    def short_date(self, day: date) -> str:
        """Return a date as tables write it: 16-07-2017."""
        return f"{day:%d-%m-%Y}"

    def number(self, value: float, places: int = 0) -> str:
        """Return a number with the language's separators: 1.616.917 or 96,17."""
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return str(format_decimal(value, format=pattern, locale=self.language))

    def _everything(self) -> Iterator[Entries]:
        """Return where words are looked for, in order; driver packages are only sought when the station has none."""
        yield from self._entries
        yield from foreign_entries(self.language)
        yield from foreign_entries("id")

    def _argument(self, value: object) -> object:
        if isinstance(value, Role):
            return self.text(f"ui-role-{value.value}")
        if isinstance(value, tuple):
            return ", ".join(str(self._argument(one)) for one in value)
        if isinstance(value, date):
            return f"{value:%d-%m-%Y %H.%M}" if isinstance(value, datetime) else self.short_date(value)
        if isinstance(value, float):
            return self.number(value, 1)
        return value if isinstance(value, int | str) else str(value)


@lru_cache(maxsize=4)
def _entries(language: str) -> Entries:
    return Entries(language, sorted((_FOLDER / language).glob("*.ftl")))
