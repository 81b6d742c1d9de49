"""The words of an SBI device: discovery, information, captured parts, failures.

Does not simulate: the tables of a real vendor; all names are invented.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from simulators.sbi.pictures import Given
from station.devices.transport.sbi_messages import BioType, chained_hash, written
from station.domain.clock import Clock

Sealing = Callable[[dict[str, Any]], str]

_SPEC = "0.9.5"
_SUCCESS = {"errorCode": "0", "errorInfo": "Success"}
_SUB_TYPES = {BioType.FINGER: "Slap", BioType.IRIS: "Double"}


class Answers:
    """What one device says about itself and about what it captured."""

    def __init__(self, bio_type: BioType, clock: Clock) -> None:
        self._bio_type = bio_type
        self._clock = clock
        self.device_id = f"contoh-{bio_type.value.lower()}-1"
        self.device_code = f"b0000000-0000-4000-8000-{bio_type.value.lower():0>12.12}"
        self.serial = f"SBI-{bio_type.value.upper()}-0001"
        self.firmware = "CONTOH.1.0.0"

    def discovery(self) -> dict[str, Any]:
        """Return the answer to MOSIPDISC for this device; its digital ID is not signed there."""
        unsigned = base64.urlsafe_b64encode(json.dumps(self._digital_id()).encode()).rstrip(b"=").decode("ascii")
        return {
            "deviceId": self.device_id,
            "deviceStatus": "Ready",
            "certification": "L0",
            "serviceVersion": _SPEC,
            "deviceSubId": ["1", "2", "3"],
            "callbackId": "http://127.0.0.1/",
            "digitalId": unsigned,
            "deviceCode": self.device_code,
            "specVersion": [_SPEC],
            "purpose": "Registration",
            "error": _SUCCESS,
        }

    def information(self, seal: Sealing, status: str) -> dict[str, Any]:
        """Return the answer to MOSIPDINFO for this device."""
        info = {
            "deviceStatus": status,
            "deviceId": self.device_id,
            "firmware": self.firmware,
            "certification": "L0",
            "serviceVersion": _SPEC,
            "deviceSubId": ["1", "2", "3"],
            "callbackId": "http://127.0.0.1/",
            "digitalId": seal(self._digital_id()),
            "deviceCode": self.device_code,
            "env": "Staging",
            "purpose": "Registration",
            "specVersion": [_SPEC],
        }
        return {"deviceInfo": seal(info), "error": _SUCCESS}

    def failure(self, code: str) -> dict[str, Any]:
        """Return a capture answer that holds nothing but an error."""
        error = {"errorCode": code, "errorInfo": f"failure {code}"}
        return {"biometrics": [{"specVersion": _SPEC, "data": None, "hash": None, "error": error}]}

    def capture(
        self, body: Any, asked: dict[str, Any], given: list[Given], seal: Sealing, action: str, number: float
    ) -> list[dict[str, Any]]:
        """Return the signed parts of one capture, harmed as `action` says."""
        given = _harmed_parts(given, action)
        previous = str(asked.get("previousHash") or "")
        items = []
        for part in given:
            payload = self._payload(body, asked, part, seal)
            _harm_payload(payload, action, number, self._clock)
            record = base64.urlsafe_b64decode(payload["bioValue"] + "==")
            previous = chained_hash(previous, record)
            shown = "0" * 64 if action == "hash" else previous
            version = "0.8.0" if action == "version" else _SPEC
            items.append({"specVersion": version, "data": seal(payload), "hash": shown, "error": _SUCCESS})
        return items

    def _payload(self, body: Any, asked: dict[str, Any], part: Given, seal: Sealing) -> dict[str, Any]:
        return {
            "digitalId": seal(self._digital_id()),
            "deviceCode": self.device_code,
            "deviceServiceVersion": _SPEC,
            "bioType": self._bio_type.value,
            "bioSubType": part.name,
            "purpose": "Registration",
            "env": body["env"],
            "bioValue": base64.urlsafe_b64encode(part.record).rstrip(b"=").decode("ascii"),
            "transactionId": body["transactionId"],
            "timestamp": written(self._clock.now()),
            "requestedScore": asked["requestedScore"],
            "qualityScore": str(part.quality),
        }

    def _digital_id(self) -> dict[str, Any]:
        return {
            "serialNo": self.serial,
            "make": "Contoh",
            "model": f"SBI {_SUB_TYPES[self._bio_type]}",
            "type": self._bio_type.value,
            "deviceSubType": _SUB_TYPES[self._bio_type],
            "deviceProvider": "Contoh",
            "deviceProviderId": "CONTOH.SBI",
            "dateTime": written(self._clock.now()),
        }


def _harmed_parts(given: list[Given], action: str) -> list[Given]:
    if action == "short":
        return given[:-1]
    if action == "extra":
        return [*given, given[-1]]
    if action == "bad-image":
        return [Given(part.name, part.record[: len(part.record) // 2], part.quality) for part in given]
    if action == "swapped-names" and len(given) > 1:
        names = [part.name for part in given[1:]] + [given[0].name]
        return [Given(name, part.record, part.quality) for name, part in zip(names, given, strict=True)]
    return given


def _harm_payload(payload: dict[str, Any], action: str, number: float, clock: Clock) -> None:
    if action == "transaction":
        payload["transactionId"] = "another-transaction"
    elif action == "stale":
        payload["timestamp"] = written(clock.now() - timedelta(seconds=number))
    elif action == "early":
        payload["timestamp"] = written(clock.now() + timedelta(seconds=number))
