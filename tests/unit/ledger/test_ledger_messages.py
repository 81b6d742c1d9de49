"""Every message of the blank book, the registers and the rosters has words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from station.ledger.entry import Movement
from station.messages.catalogue import Catalogue

STATION = Path(__file__).parents[3] / "station"
ROOMS = ("ledger", "registers", "roster")
NAMED = re.compile(r'"((?:ledger|registers|roster)-[a-z]+(?:-[a-z]+)+)"')
OF_HEAD = re.compile(r'(?:head|self)\.words\(\s*"([a-z0-9-]+)"')


def identifiers(language: str, room: str) -> set[str]:
    text = (STATION / "messages" / language / f"{room}.ftl").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9][A-Za-z0-9_-]*) =", text, re.MULTILINE))


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_have_the_same_messages(room: str) -> None:
    assert identifiers("id", room) == identifiers("en", room)


def test_every_message_the_code_names_exists() -> None:
    catalogue = Catalogue("id")
    for room in ROOMS:
        for path in (STATION / room).glob("*.py"):
            source = path.read_text(encoding="utf-8")
            named = set(NAMED.findall(source)) | {f"registers-{name}" for name in OF_HEAD.findall(source)}
            missing = {name for name in named if not catalogue.has(name)}
            assert missing == set(), path.name


def test_every_movement_has_a_name_on_paper() -> None:
    silent = {Movement.COUNT, Movement.DAY_LOCKED, Movement.MONTH_LOCKED, Movement.DAY_CONFIRMED}
    kinds = {movement.value.replace("_", "-") for movement in set(Movement) - silent - {Movement.SUKET}}
    for kind in kinds | {"suket-baru", "suket-perpanjangan"}:
        assert Catalogue("id").has(f"registers-movement-{kind}"), kind
