"""The SBI service and the product's requests against JSON schemas nobody here wrote.

The schemas check element 0 of an array only, and expect members that their own
validator decodes; so every element is checked by itself, with those members added.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from simulators.people import make_person
from simulators.sbi import SbiService, TestAuthority
from station.devices.transport.sbi_messages import BioType, CapturePlan, finger_parts
from station.domain.clock import SystemClock
from station.domain.sample import Slap
from tests.unit.devices.far_ends import SmallWorld

_SCHEMAS = Path(__file__).parents[3].parent / "shared" / "samples" / "sbi-schemas"

pytestmark = pytest.mark.skipif(
    not _SCHEMAS.is_dir(), reason="the shared samples (../shared/samples/sbi-schemas) are not beside this checkout"
)


def _check(name: str, value: object) -> None:
    schema = json.loads((_SCHEMAS / f"{name}Schema.json").read_text())
    jsonschema.Draft201909Validator(schema, format_checker=jsonschema.FormatChecker()).validate(value)


def _payload(token: str) -> dict[str, Any]:
    part = token.split(".")[1] if "." in token else token
    payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return payload


@dataclass
class _Service:
    address: str
    world: SmallWorld

    async def ask(self, verb: str, path: str, body: object = None) -> Any:
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.request(verb, f"{self.address}{path}", json=body, timeout=20.0)).json()

    async def capture(self, bio_type: BioType, sub_id: str, names: tuple[tuple[str, ...], tuple[str, ...]]) -> Any:
        plan = CapturePlan(
            bio_type, f"contoh-{bio_type.value.lower()}-1", sub_id, *names, "transaksi-0001", "", "Staging", 10.0
        )
        body = plan.body(SystemClock().now())
        _check("RegistrationCaptureRequest", body)
        return await self.ask("RCAPTURE", "/capture", body)


@pytest.fixture(params=[BioType.FINGER, BioType.IRIS], ids=["finger", "iris"])
async def service(request: pytest.FixtureRequest) -> AsyncIterator[tuple[_Service, BioType]]:
    clock = SystemClock()
    world = SmallWorld(person=make_person(7, 0, clock.now().date()))
    model = SbiService(world, request.param, clock, TestAuthority(clock.now()), still_s=0.01)
    yield _Service(await model.start(), world), request.param
    await model.stop()


async def test_discovery_and_information_are_as_the_schemas_want(service: tuple[_Service, BioType]) -> None:
    far_end, bio_type = service
    for entry in await far_end.ask("MOSIPDISC", "/device", {"type": bio_type.value}):
        entry["digitalIdDecoded"] = _payload(entry["digitalId"])
        _check("DiscoverResponse", [entry])
    for entry in await far_end.ask("MOSIPDINFO", "/info"):
        decoded = _payload(entry["deviceInfo"])
        decoded["digitalIdDecoded"] = _payload(decoded["digitalId"])
        entry["deviceInfoDecoded"] = decoded
        _check("DeviceInfoResponse", [entry])
        _check("DeviceInfoReadyResponse", [entry])
        _check("DigitalIdResponse", decoded["digitalIdDecoded"])


async def test_every_captured_part_is_as_the_schema_wants(service: tuple[_Service, BioType]) -> None:
    far_end, bio_type = service
    if bio_type is BioType.FINGER:
        sub_id, names = "3", finger_parts(Slap.THUMBS.fingers, Slap.THUMBS)
    else:
        sub_id, names = "3", (("Left", "Right"), ())
    reply = await far_end.capture(bio_type, sub_id, names)
    assert len(reply["biometrics"]) == 2
    for item in reply["biometrics"]:
        item["dataDecoded"] = _payload(item["data"])
        item["dataDecoded"]["digitalIdDecoded"] = _payload(item["dataDecoded"]["digitalId"])
        _check("RegistrationCaptureResponse", {"biometrics": [item]})


async def test_a_failure_is_as_the_schema_wants(service: tuple[_Service, BioType]) -> None:
    far_end, bio_type = service
    too_few = ("Left IndexFinger", "Left MiddleFinger") if bio_type is BioType.FINGER else ("Left",)
    reply = await far_end.capture(bio_type, "1" if bio_type is BioType.FINGER else "3", (too_few, ()))
    for item in reply["biometrics"]:
        _check("ErrorCaptureResponse", {"biometrics": [item]})
