"""Whether a job may be printed now, and if not, why: pure rules over facts, each with words for the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from station.domain.card import CARD_AGE, PrintReason, may_have_card
from station.domain.person import Biodata, birthday_in_year
from station.print.authorisation import Authorisation, biodata_digest


class PrintDocument(Enum):
    """Evidence an operator ticks before a card is printed for a reason."""

    POLICE_LETTER = "surat_kehilangan"
    OLD_CARD = "ktp_lama"
    CHANGE_EVIDENCE = "bukti_perubahan"


REQUIRED_DOCUMENTS: Mapping[PrintReason, frozenset[PrintDocument]] = {
    PrintReason.NEW: frozenset(),
    PrintReason.LOST: frozenset({PrintDocument.POLICE_LETTER}),
    PrintReason.DAMAGED: frozenset({PrintDocument.OLD_CARD}),
    PrintReason.DATA_CHANGE: frozenset({PrintDocument.OLD_CARD, PrintDocument.CHANGE_EVIDENCE}),
}


@dataclass(frozen=True, slots=True)
class Gate:
    """A closed gate: its message identifier and parameters; `overridable` by a second person."""

    message_id: str
    params: Mapping[str, object] = field(default_factory=dict)
    overridable: bool = False


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What the rules look at."""

    biodata: Biodata
    reason: PrintReason | None
    documents: frozenset[PrintDocument]
    authorisation: Authorisation | None
    authorisation_problem: str
    printed_already: bool
    urgent: bool
    overridden: bool
    scarcity: bool
    day: date
    now: datetime


def closed_gates(facts: GateFacts) -> tuple[Gate, ...]:
    """Return every closed gate; none means that the card may be printed."""
    return (*_permission(facts), *_person(facts), *_reason(facts), *_scarcity(facts))


def _permission(facts: GateFacts) -> list[Gate]:
    permission = facts.authorisation
    if permission is None:
        return [Gate(facts.authorisation_problem or "print-gate-no-authorisation")]
    gates = []
    if permission.nik != facts.biodata.nik or permission.biodata_sha256 != biodata_digest(facts.biodata):
        gates.append(Gate("print-gate-authorisation-other-data"))
    if facts.now >= permission.expires_at:
        gates.append(Gate("print-gate-authorisation-expired", {"day": permission.expires_at.date()}))
    return gates


def _person(facts: GateFacts) -> list[Gate]:
    gates = []
    if not may_have_card(facts.biodata.birth_date, facts.biodata.marital_status, facts.day):
        birthday = birthday_in_year(facts.biodata.birth_date, CARD_AGE)
        gates.append(Gate("print-gate-under-age", {"day": birthday}))
    if facts.printed_already:
        gates.append(Gate("print-gate-printed"))
    return gates


def _reason(facts: GateFacts) -> list[Gate]:
    if facts.reason is None:
        return [Gate("print-gate-no-reason")]
    missing = REQUIRED_DOCUMENTS[facts.reason] - facts.documents
    return [Gate(f"print-gate-document-{document.value.replace('_', '-')}") for document in sorted(missing, key=_name)]


def _scarcity(facts: GateFacts) -> list[Gate]:
    spared = facts.urgent or facts.overridden or facts.reason is PrintReason.NEW
    if not facts.scarcity or spared or facts.reason is None:
        return []
    return [Gate("print-gate-scarcity", overridable=True)]


def _name(document: PrintDocument) -> str:
    return document.value
