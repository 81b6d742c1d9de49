"""From the kit's outbox to the print-ready record: office, centre, real comparison, sealed feed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest

from simulators.centre.server import CentreOptions, RunningCentre
from simulators.people import Person, make_person
from station.keys.sealing import open_sealed
from station.keys.signing import verify
from station.office.kits import new_code
from station.office.serve import RunningOffice, ServeOptions
from station.store import records
from station.sync.wire import dumps
from tests.integration.office.conftest import TestKit, make_kit
from tests.integration.office.enrolled_people import members_of

DAY = date(2026, 1, 5)
_PATIENCE_S = 40.0


@pytest.fixture(scope="module")
def people() -> list[Person]:
    first, second = (make_person(5, index, DAY) for index in (0, 1))
    twin = replace(first, biodata=replace(make_person(5, 2, DAY).biodata, name="ORANG LAIN CONTOH"))
    return [first, second, twin]


@pytest.fixture
def centre(tmp_path: Path, people: list[Person]) -> Iterator[RunningCentre]:
    population = tmp_path / "population.json"
    population.write_text(json.dumps([person.biodata.as_dict() for person in people]))
    with RunningCentre(CentreOptions(population, tmp_path / "centre", delay_s=0.05)) as running:
        yield running


@pytest.fixture
def whole_office(tmp_path: Path, centre: RunningCentre) -> Iterator[RunningOffice]:
    with RunningOffice(ServeOptions(tmp_path / "office", port=0, centre_url=centre.url)) as running:
        yield running


async def test_people_go_through_and_one_who_came_twice_is_found_by_the_body(
    whole_office: RunningOffice, tmp_path: Path, people: list[Person]
) -> None:
    received: dict[str, list[dict[str, Any]]] = {"siak_extract": [], "print_record": [], "policy": []}

    def keep(kind: str) -> Any:
        return lambda _connection, body, _at: received[kind].append(body)

    kit = make_kit(tmp_path / "kit", whole_office.url, handlers={kind: keep(kind) for kind in received})
    await kit.engine.pair(new_code(whole_office.office, "KIT-1"))
    kit.say("siak_request", dumps({"niks": [people[0].biodata.nik, "6311010101010009"], "school_id": "s"}))
    for person in people:
        kit.queue(kit.seal(members=list(members_of(person))))

    statuses = await _sync_until_decided(kit, [person.biodata.nik for person in people])

    assert [statuses[person.biodata.nik] for person in people] == [
        "PRINT_READY_RECORD",
        "PRINT_READY_RECORD",
        "DUPLICATE_RECORD",
    ]
    assert ["card_trust" in policy for policy in received["policy"]] == [True], "who may sign cards, told once"
    extract = received["siak_extract"][0]
    assert extract["records"][0]["nik"] == people[0].biodata.nik
    assert extract["missing"] == ["6311010101010009"]
    assert len(received["print_record"]) == 2
    record = cbor2.loads(open_sealed(received["print_record"][0]["sealed"], kit.keys.sealing_identity))
    _check_print_record(record, people[0], (tmp_path / "kit" / "trust" / "centre.der").read_bytes())


def _check_print_record(record: dict[str, Any], person: Person, centre_public: bytes) -> None:
    assert record["biodata"] == person.biodata.as_dict()
    assert [template["finger"] for template in record["templates"]] == [2, 7]
    assert record["photo_jpeg"][:2] == b"\xff\xd8"
    assert record["signature_png"][:4] == b"\x89PNG"
    authorisation = cbor2.loads(verify(record["authorisation"], centre_public).payload)
    assert authorisation["nik"] == person.biodata.nik
    assert datetime.fromisoformat(authorisation["expires_at"]) > datetime.now(UTC)


async def _sync_until_decided(kit: TestKit, niks: list[str]) -> dict[str, str]:
    deadline = asyncio.get_running_loop().time() + _PATIENCE_S
    while True:
        report = await kit.engine.run_once("lan")
        assert report.problems == ()
        with kit.database.read() as connection:
            rows = {row.nik: row.status for row in records.statuses(connection)}
        if all(rows.get(nik, "").endswith("_RECORD") for nik in niks):
            return rows
        assert asyncio.get_running_loop().time() < deadline, rows
        await asyncio.sleep(0.2)
