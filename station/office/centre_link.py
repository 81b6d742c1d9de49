"""The office's side of the national centre: SIAK look-up, enrolment, statuses, print-ready records.

The real centre's interface is closed; this adapter speaks CBOR over HTTP with the open one
written down in docs/formats/centre.md. Another centre is another class with these methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import httpx

from station.domain.errors import BadInput, StorageFailure
from station.sync.wire import dumps, loads

TIMEOUT_S = 60.0
_OK, _NOT_FOUND = 200, 404


@dataclass(frozen=True, slots=True)
class CentreStatus:
    """Where an enrolment is at the centre."""

    packet_id: str
    status: str
    at: datetime
    note: str


class CentreLink(Protocol):
    """What the office asks of the national centre."""

    def public_key(self) -> bytes | None:
        """Return the key (DER) that signs print authorisations, or None while the centre cannot be reached."""

    def require(self) -> None:
        """Raise StorageFailure when the centre does not answer; carries nothing, so it costs little."""

    def look_up(self, niks: list[str]) -> dict[str, Any]:
        """Return {records: [biodata...], missing: [nik...]}."""

    def enrol(self, packet_id: str, body: dict[str, Any]) -> None:
        """Hand over an opened packet; the same packet twice is one enrolment."""

    def statuses(self, packet_ids: list[str]) -> list[CentreStatus]:
        """Return the status of each packet the centre knows."""

    def print_record(self, packet_id: str) -> dict[str, Any] | None:
        """Return authorisation, biodata, photo, signature and templates once print-ready."""

    def report(self, body: dict[str, Any]) -> None:
        """Tell the centre of a card printed or issued, or of a correction asked for."""

    def policy(self) -> dict[str, Any]:
        """Return the national policy in force: {number, scarcity, ...}."""

    def close(self) -> None:
        """Close the connections."""


class HttpCentre:
    """The centre by HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._client = httpx.Client(timeout=TIMEOUT_S, trust_env=False)

    def public_key(self) -> bytes | None:
        """Fetch the signing key; None while the centre is away."""
        try:
            return self._call("GET", "/v1/key")
        except StorageFailure:
            return None

    def require(self) -> None:
        """Ask for the signing key."""
        self._call("GET", "/v1/key")

    def look_up(self, niks: list[str]) -> dict[str, Any]:
        """Ask SIAK for the records of these NIKs."""
        found = loads(self._call("POST", "/v1/siak", dumps({"niks": niks})))
        return {"records": list(found["records"]), "missing": list(found["missing"])}

    def enrol(self, packet_id: str, body: dict[str, Any]) -> None:
        """Send an opened packet."""
        self._call("PUT", f"/v1/enrolments/{packet_id}", dumps(body))

    def statuses(self, packet_ids: list[str]) -> list[CentreStatus]:
        """Ask for many statuses at once."""
        rows = loads(self._call("POST", "/v1/statuses", dumps({"packets": packet_ids})))
        return [
            CentreStatus(str(row["packet_id"]), str(row["status"]), datetime.fromisoformat(row["at"]), str(row["note"]))
            for row in rows
        ]

    def print_record(self, packet_id: str) -> dict[str, Any] | None:
        """Fetch a print-ready record; None while there is none."""
        try:
            record = loads(self._call("GET", f"/v1/enrolments/{packet_id}/print"))
        except BadInput:
            return None
        return dict(record)

    def report(self, body: dict[str, Any]) -> None:
        """Send one report."""
        self._call("POST", "/v1/reports", dumps(body))

    def policy(self) -> dict[str, Any]:
        """Ask for the policy."""
        return dict(loads(self._call("GET", "/v1/policy")))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _call(self, method: str, path: str, body: bytes = b"") -> bytes:
        try:
            reply = self._client.request(method, self._url + path, content=body)
        except httpx.HTTPError as error:
            raise StorageFailure("office-centre-away", reason=type(error).__name__) from error
        if reply.status_code >= 500:
            raise StorageFailure("office-centre-away", reason=str(reply.status_code))
        if reply.status_code != _OK:
            raise BadInput("office-centre-refused", reason=str(reply.status_code), detail=reply.text[:200])
        return reply.content


class NoCentre:
    """Stands where no centre is configured: everything waits."""

    def public_key(self) -> bytes | None:
        """Return None: there is no centre."""
        return None

    def require(self) -> None:
        """Refuse: there is no centre."""
        raise StorageFailure("office-centre-not-set")

    def look_up(self, niks: list[str]) -> dict[str, Any]:
        """Refuse: asked again later."""
        raise StorageFailure("office-centre-not-set", count=len(niks))

    def enrol(self, packet_id: str, body: dict[str, Any]) -> None:
        """Refuse: asked again later."""
        raise StorageFailure("office-centre-not-set", packet=packet_id, parts=len(body))

    def statuses(self, packet_ids: list[str]) -> list[CentreStatus]:
        """Refuse: asked again later."""
        raise StorageFailure("office-centre-not-set", count=len(packet_ids))

    def print_record(self, packet_id: str) -> dict[str, Any] | None:
        """Refuse: asked again later."""
        raise StorageFailure("office-centre-not-set", packet=packet_id)

    def report(self, body: dict[str, Any]) -> None:
        """Refuse: asked again later."""
        raise StorageFailure("office-centre-not-set", parts=len(body))

    def policy(self) -> dict[str, Any]:
        """Refuse: asked again later."""
        raise StorageFailure("office-centre-not-set")

    def close(self) -> None:
        """Have nothing to close."""
