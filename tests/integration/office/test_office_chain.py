"""The thin chain: pairing, a packet with its receipt, events, the feed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from station.domain.errors import NotAllowed, Refused
from station.office import feed, tables
from station.office.kits import new_code, revoke
from station.office.serve import RunningOffice
from station.store import records
from station.sync.wire import decode_receipt, dumps
from tests.integration.office.conftest import TestKit, make_kit


async def test_a_kit_pairs_by_code_and_holds_keys_of_its_office(office: RunningOffice, tmp_path: Path) -> None:
    kit = make_kit(tmp_path / "kit", office.url)

    assert await kit.engine.pair(new_code(office.office, "KIT-1")) == "KIT-1"

    names = {path.name for path in (tmp_path / "kit" / "trust").iterdir()}
    assert {"recipients.json", "authority.pem", "kit.pem", "kit.key", "office.der"} <= names
    assert kit.engine.status().paired


async def test_a_code_is_good_for_one_kit_once(office: RunningOffice, tmp_path: Path) -> None:
    code = new_code(office.office, "KIT-1")
    await make_kit(tmp_path / "one", office.url).engine.pair(code)
    with pytest.raises(Refused) as refused:
        await make_kit(tmp_path / "two", office.url).engine.pair(code)
    assert refused.value.params["reason"] == "office-code-used"


async def test_a_packet_goes_up_and_its_signed_receipt_comes_back(paired: TestKit, office: RunningOffice) -> None:
    packet = paired.seal()
    paired.queue(packet)

    report = await paired.engine.run_once("lan")

    assert report.problems == ()
    assert (report.packets_sent, report.receipts) == (1, 1)
    assert report.bytes_on_wire < packet.size * 1.2 + 6000
    with office.office.database.read() as connection:
        row = connection.execute(select(tables.packet)).one()
    assert decode_receipt(bytes(row.receipt), office.office.secrets.signer.public_der).sha256 == packet.sha256
    stored = office.office.data_dir / "packets" / "KIT-1" / f"{packet.manifest.packet_id}.sealed"
    assert stored.read_bytes() == packet.path.read_bytes()
    assert packet.path.exists(), "sync itself never deletes"


async def test_the_same_packet_twice_is_one_packet(paired: TestKit, office: RunningOffice) -> None:
    packet = paired.seal()
    paired.queue(packet)
    await paired.engine.run_once("lan")
    with paired.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state='waiting', receipt=NULL")

    report = await paired.engine.run_once("lan")

    assert report.receipts == 1
    assert report.bytes_on_wire < 6000, "no packet byte is sent again"
    with office.office.database.read() as connection:
        assert len(connection.execute(select(tables.packet)).all()) == 1


async def test_events_arrive_once_and_the_feed_is_applied_once(paired: TestKit, office: RunningOffice) -> None:
    paired.say("siak_request", dumps({"niks": ["6311010101080001"], "school_id": "s"}))
    now = datetime.now(UTC)
    body = {"nik": "6311010101080001", "packet_id": "0" * 32, "status": "A_NEW_CODE", "at": now.isoformat(), "note": ""}
    with office.office.database.write() as connection:
        feed.append(connection, "KIT-1", "status", dumps(body), now)
        feed.append(connection, "KIT-1", "never-heard-of", dumps({}), now)

    first = await paired.engine.run_once("lan")
    second = await paired.engine.run_once("lan")

    assert (first.events_sent, first.feed_items, second.feed_items) == (1, 2, 0)
    assert [problem.message_id for problem in first.problems] == ["sync-item-unknown"]
    with paired.database.read() as connection:
        known = records.status_of(connection, "6311010101080001")
    assert known is not None
    assert known.status == "A_NEW_CODE"
    with office.office.database.read() as connection:
        assert len(connection.execute(select(tables.event)).all()) == 1


async def test_a_revoked_kit_is_refused_at_once(paired: TestKit, office: RunningOffice) -> None:
    revoke(office.office, "KIT-1", "stolen")
    paired.say("status", dumps({}))
    report = await paired.engine.run_once("lan")
    assert _reasons(report.problems) == ["office-kit-revoked"]
    assert "delivered" not in paired.outbox_states().values()


async def test_an_unpaired_kit_says_so(office: RunningOffice, tmp_path: Path) -> None:
    kit = make_kit(tmp_path / "kit", office.url)
    with pytest.raises(NotAllowed, match="sync-not-paired"):
        await kit.engine.run_once("lan")


def _reasons(problems: Any) -> list[object]:
    return [problem.params.get("reason") for problem in problems]
