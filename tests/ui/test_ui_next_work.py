"""The home screen proposes the next step of whoever is signed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual.widgets import Static

from station.domain.staff import Actor, Role
from station.ledger.duties import NextStep, Step
from station.messages.catalogue import LANGUAGES, Catalogue
from station.ui.app import StationApp
from station.ui.next_work import next_work
from station.ui.overview import Overview, SessionFacts
from station.ui.places import place
from tests.ui.ui_bench import add_staff, make_services, settle, sign_in

FRESH = Overview(loaded=True, accounts=2, custody=NextStep(Step.FILL, (Role.CUSTODIAN,)))
RUNNING = SessionFacts("SMAN 1 CONTOH", date(2026, 7, 20), "RUNNING", 5, 3, 2, 40)
FIELD_DAY = replace(FRESH, schools=1, session=RUNNING, paired=True)
PRINT_DAY = replace(FRESH, queued=4, room=10, custody=NextStep(Step.PRINT, (Role.PRINT_OPERATOR,)))


def proposal(overview: Overview, *roles: Role) -> tuple[str, str]:
    found = next_work(overview, Actor("a" * 32, "Nama Contoh", frozenset(roles)))
    return found.place, found.message_id.removeprefix("ui-next-")


@pytest.mark.parametrize(
    ("overview", "roles", "expected"),
    [
        (replace(FRESH, accounts=1), (Role.ADMINISTRATOR,), ("staff", "add-staff")),
        (FRESH, (Role.ADMINISTRATOR,), ("roster", "import")),
        (replace(FRESH, schools=1), (Role.ADMINISTRATOR,), ("sync", "pair")),
        (FIELD_DAY, (Role.ADMINISTRATOR,), ("session", "record")),
        (replace(FIELD_DAY, paired=False), (Role.ADMINISTRATOR,), ("session", "record")),
        (FRESH, (Role.FIELD_OPERATOR,), ("roster", "import")),
        (FIELD_DAY, (Role.VERIFIER,), ("session", "record")),
        (FIELD_DAY, (Role.SUPERVISOR,), ("closing", "review")),
        (FIELD_DAY, (Role.SUPERVISOR, Role.FIELD_OPERATOR), ("session", "record")),
        (replace(FIELD_DAY, session=replace(RUNNING, waiting=0)), (Role.FIELD_OPERATOR,), ("closing", "reconcile")),
        (replace(FRESH, schools=1, waiting_to_send=3), (Role.FIELD_OPERATOR,), ("sync", "send")),
        (FRESH, (Role.CUSTODIAN,), ("blanks", "custody-fill")),
        (FRESH, (Role.DIVISION_HEAD,), ("blanks", "blanks")),
        (FRESH, (Role.CUSTODIAN, Role.ADMINISTRATOR), ("blanks", "custody-fill")),
        (FIELD_DAY, (Role.CUSTODIAN, Role.FIELD_OPERATOR), ("session", "record")),
        (FRESH, (Role.PRINT_OPERATOR,), ("blanks", "blanks")),
        (PRINT_DAY, (Role.PRINT_OPERATOR,), ("queue", "print")),
        (replace(PRINT_DAY, room=0), (Role.PRINT_OPERATOR,), ("blanks", "custody-print")),
        (replace(PRINT_DAY, open_intents=1), (Role.PRINT_OPERATOR,), ("recovery", "recover")),
        (replace(PRINT_DAY, open_intents=1), (Role.CUSTODIAN,), ("blanks", "blanks")),
    ],
)
def test_the_proposal_is_work_of_the_persons_own_role(
    overview: Overview, roles: tuple[Role, ...], expected: tuple[str, str]
) -> None:
    assert proposal(overview, *roles) == expected
    assert place(expected[0]).roles & set(roles)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_the_custody_day_has_a_proposal_in_words(language: str) -> None:
    for step in set(Step) - {Step.DONE}:
        assert Catalogue(language).has(f"ui-next-custody-{step.value}")


@pytest.mark.parametrize(("login", "words"), [("wati", "terima blangko"), ("joko", "buku blangko"), ("budi", "impor")])
async def test_home_proposes_what_the_signed_in_person_does_next(tmp_path: Path, login: str, words: str) -> None:
    services = make_services(tmp_path)
    add_staff(services)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, login)
        await settle(pilot)
        assert words in str(app.screen.query_one("#next-action", Static).content)
