"""Every word the app shows is in both catalogues."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fluent.runtime import FluentResource
from fluent.syntax import ast

import station.ui
from station.capture.attendance import Outcome, PostponeReason, RefusalReason
from station.capture.gates import GateKind
from station.capture.session_states import SessionState
from station.capture.sitting import PartState, Step
from station.domain.card import PrintReason, SpoilCause
from station.domain.sample import ExceptionReason
from station.domain.staff import Role
from station.domain.status import RecordStatus
from station.ledger.accounts import PartyKind
from station.ledger.entry import Movement
from station.messages.catalogue import Catalogue
from station.print.gates import PrintDocument
from station.print.handover import CardPlace
from station.print.intents import AnomalyKind, Explanation
from station.print.recovery import AnswerKind
from station.print.states import OPEN
from station.print.steps import Step as PrintStep
from station.ui.places import GROUPS, PLACES
from station.ui.screens.registers import _NAMES

SOURCES = Path(station.ui.__file__).parent
MESSAGES = Path(station.ui.__file__).parents[1] / "messages"
_LITERAL = re.compile(r'"(ui-[a-z0-9_]+(?:-[a-z0-9_]+)*)"')


def identifiers(language: str) -> set[str]:
    files = (MESSAGES / language).glob("ui*.ftl")
    bodies = [FluentResource(path.read_text(encoding="utf-8")).body for path in files]
    return {entry.id.name for body in bodies for entry in body if isinstance(entry, ast.Message)}


def lowered(prefix: str, values: object) -> list[str]:
    return [f"{prefix}-{value.name.lower()}" for value in values]  # type: ignore[attr-defined]


def dashed(prefix: str, values: object) -> list[str]:
    return [f"{prefix}-{value.value.replace('_', '-')}" for value in values]  # type: ignore[attr-defined]


def composed() -> list[str]:
    return [
        *[f"ui-place-{place.name}" for place in PLACES],
        *[f"ui-place-{place.name}-hint" for place in PLACES],
        *[f"ui-group-{group}" for group in GROUPS],
        *[f"ui-role-{role.value}" for role in Role],
        *[f"ui-register-{name}" for name in _NAMES],
        *lowered("ui-outcome", Outcome),
        *lowered("ui-postpone", PostponeReason),
        *lowered("ui-refusal", RefusalReason),
        *lowered("ui-gate", GateKind),
        *lowered("ui-session-state", SessionState),
        *lowered("ui-part-state", PartState),
        *lowered("ui-step", Step),
        *lowered("ui-exception", ExceptionReason),
        *lowered("ui-record-state", RecordStatus),
        *lowered("ui-record-next", RecordStatus),
        *[f"ui-print-reason-{reason.value}" for reason in PrintReason],
        *[f"ui-print-document-{document.value}" for document in PrintDocument],
        *[f"ui-party-{kind.value}" for kind in PartyKind],
        *dashed("ui-spoil", SpoilCause),
        *dashed("ui-movement", set(Movement) - {Movement.SUKET}),
        "ui-movement-suket-baru",
        "ui-movement-suket-perpanjangan",
        *dashed("ui-place", CardPlace),
        *dashed("ui-anomaly", AnomalyKind),
        *dashed("ui-explanation", Explanation),
        *dashed("ui-answer", AnswerKind),
        *dashed("ui-intent", OPEN),
        *dashed("ui-print-step", PrintStep),
    ]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_identifier_written_in_the_app_has_words(language: str) -> None:
    known = identifiers(language)
    used = {found for path in SOURCES.rglob("*.py") for found in _LITERAL.findall(path.read_text(encoding="utf-8"))}
    assert sorted(used - known) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_member_of_a_closed_set_has_words(language: str) -> None:
    assert sorted(set(composed()) - identifiers(language)) == []


def test_both_languages_have_the_same_identifiers() -> None:
    assert identifiers("id") == identifiers("en")


def test_sentences_with_parameters_are_whole() -> None:
    text = Catalogue("id").text("ui-sync-amount", count=3, size="1 kB", minutes=0)
    assert text == "3 kiriman, 1 kB"
