"""SIAK extracts on this kit: asking for a school's students, keeping the answer, asking for corrections.

The station never edits SIAK: a correction is a request with evidence that goes to the office.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import cbor2

from station.capture.comparison import FieldComparison
from station.domain.clock import Clock
from station.domain.errors import BadInput, NotFound
from station.domain.identifiers import IdSource
from station.domain.person import Biodata
from station.domain.staff import Actor
from station.staff.audit import AuditLog
from station.staff.permission import RECORDERS, require
from station.store import outbox, rosters
from station.store import siak as rows
from station.store.database import Database, Transaction

NIKS_PER_REQUEST = 200


class SiakExtracts:
    """Keeps what SIAK says about the students of this kit's schools."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit

    def apply_siak_extract(self, connection: Transaction, body: dict[str, Any], at: datetime) -> None:
        """Keep an extract that came through the office's feed; raises BadInput when a record is malformed."""
        try:
            found = [Biodata.from_dict(record) for record in body["records"]]
            missing = [str(nik) for nik in body["missing"]]
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput("siak-extract-malformed") from error
        for biodata in found:
            rows.put_record(connection, biodata, at)
        for nik in missing:
            rows.put_missing(connection, nik, at)

    def request(self, actor: Actor, school_id: str, again: bool = False) -> int:
        """Ask the office for the students without a record here (or for all `again`); returns how many were asked."""
        require(actor, *RECORDERS)
        with self._database.write() as connection:
            if rosters.school_by_id(connection, school_id) is None:
                raise NotFound("session-school-unknown")
            known = set() if again else rows.known(connection)
            niks = sorted({student.nik for student in rosters.students(connection, school_id)} - known)
            for start in range(0, len(niks), NIKS_PER_REQUEST):
                body = {"niks": niks[start : start + NIKS_PER_REQUEST], "school_id": school_id}
                self._enqueue(connection, "siak_request", body)
            self._audit.write(actor.staff_id, "siak-asked", school_id, count=len(niks))
        return len(niks)

    def request_one(self, actor: Actor, student_id: str) -> None:
        """Ask the office for one student, known already or not."""
        require(actor, *RECORDERS)
        with self._database.write() as connection:
            student = rosters.student_by_id(connection, student_id)
            if student is None:
                raise NotFound("session-student-unknown")
            self._enqueue(connection, "siak_request", {"niks": [student.nik], "school_id": student.school_id})
            self._audit.write(actor.staff_id, "siak-asked", student_id, count=1)

    def known(self) -> set[str]:
        """Return every NIK with a SIAK record on this kit."""
        with self._database.read() as connection:
            return rows.known(connection)

    def of_nik(self, nik: str) -> Biodata | None:
        """Return what SIAK says about a NIK, or None."""
        with self._database.read() as connection:
            found = rows.record_of(connection, nik)
        return None if found is None else found[0]

    def request_correction(self, actor: Actor, student_id: str, stated: Mapping[str, str], certificate_no: str) -> str:
        """Ask the office to correct SIAK: `stated` maps fields to what the birth certificate says. Returns the id."""
        require(actor, *RECORDERS)
        if not certificate_no.strip():
            raise BadInput("correction-certificate-missing")
        with self._database.write() as connection:
            student = rosters.student_by_id(connection, student_id)
            found = None if student is None else rows.record_of(connection, student.nik)
            if student is None or found is None:
                raise NotFound("correction-no-siak-record")
            differences = _differences(found[0], stated)
            now = self._clock.now()
            row = rows.CorrectionRow(
                request_id=self._ids.new(),
                nik=student.nik,
                student_id=student_id,
                certificate_no=certificate_no.strip(),
                differences=differences,
                asked_at=now,
                asked_by=actor.staff_id,
            )
            rows.insert_correction(connection, row)
            body = {
                "request_id": row.request_id,
                "nik": row.nik,
                "certificate_no": row.certificate_no,
                "differences": differences,
                "at": now.isoformat(),
                "operator_id": actor.staff_id,
                "proof": actor.proof.value,
            }
            self._enqueue(connection, "correction_request", body)
            fields, proof = sorted(differences), actor.proof.value
            self._audit.write(actor.staff_id, "correction-asked", row.request_id, fields=fields, proof=proof)
        return row.request_id

    def corrections(self, nik: str) -> list[rows.CorrectionRow]:
        """Return the correction requests about a NIK."""
        with self._database.read() as connection:
            return rows.corrections(connection, nik)

    def _enqueue(self, connection: Transaction, topic: str, body: dict[str, Any]) -> None:
        encoded = cbor2.dumps(body, canonical=True)
        outbox.enqueue(connection, self._ids.new(), "event", topic, encoded, len(encoded), self._clock.now())


def stated_by_roster(comparison: list[FieldComparison]) -> dict[str, str]:
    """Return the list's values of the fields that differ: what a correction request starts from."""
    return {entry.field: entry.roster_value for entry in comparison if not entry.same and entry.field != "nik"}


def _differences(siak: Biodata, stated: Mapping[str, str]) -> dict[str, list[str]]:
    known = siak.as_dict()
    unknown = set(stated) - set(known)
    if unknown or "nik" in stated:
        raise BadInput("correction-field-wrong", fields=", ".join(sorted(unknown | {"nik"} & set(stated))))
    differences = {name: [known[name], value.strip()] for name, value in stated.items() if known[name] != value.strip()}
    if not differences:
        raise BadInput("correction-nothing-differs")
    return differences
