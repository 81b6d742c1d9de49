"""The gates before a recording: each open or shut with its cause. Pure rules, no storage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from station.capture.comparison import FieldComparison, nik_agrees
from station.domain.card import RECORDING_AGE, may_be_recorded
from station.domain.nik import masked_nik
from station.domain.person import Biodata, age_on, birthday_in_year
from station.domain.status import RecordStatus

MAY_BE_RECORDED_AGAIN = frozenset(
    {
        RecordStatus.UNREGISTERED.value,
        RecordStatus.ENROLL_FAILURE_AT_REGIONAL.value,
        RecordStatus.ENROLL_FAILURE_AT_CENTRAL.value,
        RecordStatus.ADJUDICATE_RECORD.value,
    }
)


class GateKind(Enum):
    """What a gate looks at."""

    SIAK_RECORD = "siak"
    RESIDENCE = "domisili"
    AGE = "umur"
    NOT_RECORDED = "belum_rekam"
    SAME_DATA = "data_sama"
    NIK_DATE = "tanggal_nik"
    DOCUMENTS = "berkas"
    CLOCK = "jam"


@dataclass(frozen=True, slots=True)
class Documents:
    """What the verifier saw.

    `wrong_fields` names what the student called wrong, by comma; `basis` is consent of a guardian or the
    statutory duty (UU 27/2022 art. 25).
    """

    family_card: bool = False
    birth_certificate: bool = False
    certificate_no: str = ""
    marriage_document: bool = False
    biodata_read_aloud: bool = False
    missing_reason: str = ""
    wrong_fields: str = ""
    basis: str = "kewajiban_undang_undang"


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: passed or not, whether it stops the recording, and its words."""

    kind: GateKind
    passed: bool
    blocking: bool
    message_id: str
    params: dict[str, object]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gates look at; `regency_code` is the office's own, `status` the newest known or empty."""

    nik: str
    siak: Biodata | None
    siak_asked: bool
    regency_code: str
    day: date
    clock_behind: bool
    status: str
    recorded_here: bool
    comparison: list[FieldComparison]
    documents: Documents | None


def all_gates(facts: Facts) -> list[Gate]:
    """Return every gate in the order they are looked at."""
    gates = [_siak(facts), _not_recorded(facts)]
    if facts.siak is not None:
        gates += [_residence(facts, facts.siak), _age(facts, facts.siak), _same_data(facts), _nik_date(facts.siak)]
    gates += [_documents(facts), _gate(GateKind.CLOCK, not facts.clock_behind, blocking=False)]
    return gates


def _siak(facts: Facts) -> Gate:
    if facts.siak is not None:
        return _gate(GateKind.SIAK_RECORD, True)
    message = "gate-siak-missing" if facts.siak_asked else "gate-siak-not-asked"
    return Gate(GateKind.SIAK_RECORD, False, True, message, {"nik": masked_nik(facts.nik)})


def _residence(facts: Facts, siak: Biodata) -> Gate:
    return _gate(
        GateKind.RESIDENCE, siak.domicile == facts.regency_code, domicile=siak.domicile, own=facts.regency_code
    )


def _age(facts: Facts, siak: Biodata) -> Gate:
    may = may_be_recorded(siak.birth_date, siak.marital_status, facts.day)
    married_young = may and age_on(siak.birth_date, facts.day) < RECORDING_AGE
    if married_young and facts.documents is not None and not facts.documents.marriage_document:
        return Gate(GateKind.AGE, False, True, "gate-umur-marriage-document", {})
    return _gate(
        GateKind.AGE,
        may,
        age=age_on(siak.birth_date, facts.day),
        possible_from=birthday_in_year(siak.birth_date, RECORDING_AGE),
    )


def _not_recorded(facts: Facts) -> Gate:
    may = not facts.recorded_here and (not facts.status or facts.status in MAY_BE_RECORDED_AGAIN)
    return _gate(GateKind.NOT_RECORDED, may, status=facts.status or RecordStatus.BIO_CAPTURED.value)


def _same_data(facts: Facts) -> Gate:
    different = [entry.field for entry in facts.comparison if not entry.same]
    return _gate(GateKind.SAME_DATA, not different, blocking=False, fields=", ".join(different))


def _nik_date(siak: Biodata) -> Gate:
    return _gate(GateKind.NIK_DATE, nik_agrees(siak), blocking=False)


def _documents(facts: Facts) -> Gate:
    seen = facts.documents
    if seen is None:
        return Gate(GateKind.DOCUMENTS, False, False, "gate-berkas-not-checked", {})
    if not seen.biodata_read_aloud:
        return Gate(GateKind.DOCUMENTS, False, True, "gate-berkas-not-read-aloud", {})
    if seen.wrong_fields:
        return Gate(GateKind.DOCUMENTS, False, True, "gate-berkas-wrong-fields", {"fields": seen.wrong_fields})
    complete = (seen.family_card and seen.birth_certificate) or bool(seen.missing_reason.strip())
    return _gate(GateKind.DOCUMENTS, complete)


def _gate(kind: GateKind, passed: bool, blocking: bool = True, **params: object) -> Gate:
    name = kind.value.replace("_", "-")
    return Gate(kind, passed, blocking, f"gate-{name}-{'open' if passed else 'shut'}", params)
