"""Words that installed driver packages bring along, found by entry point in the group `station.messages`.

An entry point names a Python package with a folder per language, `id/*.ftl` and `en/*.ftl`.
Such words are asked last: no package can change what the station itself says. One that
cannot be read is left out with a line in the log; it never stops a screen.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from station.messages.entries import Entries

ENTRY_POINT_GROUP = "station.messages"
_log = logging.getLogger("station.messages.foreign")


class ForeignEntries(Entries):
    """Words of a stranger: a message that cannot be said, one that refers to itself for instance, is none."""

    def text(self, message_id: str, arguments: dict[str, Any]) -> str | None:
        """Return the message with its arguments filled in, None when there is none or it cannot be said."""
        try:
            return super().text(message_id, arguments)
        except Exception:  # noqa: BLE001 - whatever a stranger brings, the screen goes on
            _log.exception("the message %s cannot be said", message_id)
            return None


@lru_cache(maxsize=4)
def foreign_entries(language: str) -> tuple[Entries, ...]:
    """Return the words of every package in one language, by the name of its entry point."""
    return tuple(_read(language))


def installed() -> tuple[EntryPoint, ...]:
    """Return the entry points of the group, in the order of their names."""
    return tuple(sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: entry.name))


def _read(language: str) -> Iterator[Entries]:
    for entry in installed():
        try:
            for folder in _folders(entry.value):
                yield ForeignEntries(language, sorted((folder / language).glob("*.ftl")))
        except Exception:  # noqa: BLE001 - whatever a stranger brings, the screen goes on
            _log.exception("the words of %s cannot be read", entry.name)


def _folders(package: str) -> list[Path]:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is no package")
    return [Path(place) for place in spec.submodule_search_locations]
