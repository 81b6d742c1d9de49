"""Every message a device driver can name has words in both languages, and takes the parameters it is given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from station.messages.catalogue import LANGUAGES, Catalogue

_DEVICES = Path(__file__).parents[3] / "station" / "devices"
_IDENTIFIER = re.compile(r'"((?:sbi|modem|gnss|camera|pad|check|device|recording|driver)-[a-z][a-z0-9-]+)"')
_WORDS = Path(__file__).parents[3] / "station" / "messages"


def _named() -> set[str]:
    return {name for path in _DEVICES.rglob("*.py") for name in _IDENTIFIER.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_identifier_has_words(language: str) -> None:
    catalogue = Catalogue(language)
    assert sorted(name for name in _named() if not catalogue.has(name)) == []


def test_both_languages_say_the_same_things_with_the_same_parameters() -> None:
    tables = []
    for language in LANGUAGES:
        text = (_WORDS / language / "devices.ftl").read_text(encoding="utf-8")
        lines = re.findall(r"^([a-z0-9-]+) = (.*)$", text, re.MULTILINE)
        assert len(lines) == len({name for name, _words in lines})
        tables.append({name: set(re.findall(r"\$([a-z_]+)", words)) for name, words in lines})
    assert tables[0] == tables[1]
