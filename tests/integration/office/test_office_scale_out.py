"""The same office on PostgreSQL and on an S3 interface over HTTP: by URL, with two workers."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from station.domain.errors import StorageFailure
from station.office import feed, tables
from station.office.database import claim
from station.office.kits import new_code
from station.office.serve import RunningOffice, ServeOptions, open_office
from tests.integration.office.conftest import make_kit
from tests.integration.office.cut_proxy import CutProxy
from tests.integration.office.postgres import PrivatePostgres, private_postgres

_S3 = {
    "aws_access_key_id": "contoh",
    "aws_secret_access_key": "contoh",
    "aws_region": "us-east-1",
    "allow_http": "true",
}


@pytest.fixture(scope="module")
def postgres() -> Iterator[PrivatePostgres]:
    with private_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PrivatePostgres) -> str:
    return postgres.url


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    program = Path(sys.executable).with_name("moto_server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [str(program), "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                httpx.put(f"{endpoint}/packets", timeout=5)
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline, "the S3 interface did not start"
                time.sleep(0.1)
        yield endpoint
    finally:
        process.terminate()
        process.wait(10)


async def test_two_workers_on_postgresql_serve_one_kit(postgres_url: str, tmp_path: Path) -> None:
    first = ServeOptions(tmp_path / "office", port=0, database_url=postgres_url, intake=False)
    with RunningOffice(first) as one, RunningOffice(first) as other:
        kit = make_kit(tmp_path / "kit", one.url, "KIT-PG")
        await kit.engine.pair(new_code(one.office, "KIT-PG"))
        packet = kit.seal()
        kit.queue(packet)
        assert (await kit.engine.run_once("lan")).receipts == 1
        with kit.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET state='waiting', receipt=NULL")
        kit.at(other.url)
        report = await kit.engine.run_once("lan")
        assert (report.receipts, report.problems) == (1, ())
        with one.office.database.read() as connection:
            assert len(connection.execute(select(tables.packet).where(tables.packet.c.kit_id == "KIT-PG")).all()) == 1


def test_no_feed_item_is_skipped_by_a_reader_while_eight_write(postgres_url: str, tmp_path: Path) -> None:
    office = open_office(ServeOptions(tmp_path / "office", database_url=postgres_url))
    _some_kit(office.database, "KIT-FEED")
    seen: list[int] = []
    writing = threading.Event()

    def write() -> None:
        for _turn in range(40):
            with office.database.write() as connection:
                feed.append(connection, "KIT-FEED", "status", b"", datetime.now(UTC))

    def read() -> None:
        while True:
            last_look = writing.is_set()
            with office.database.read() as connection:
                items, _last = feed.page(connection, "KIT-FEED", seen[-1] if seen else 0)
            seen.extend(item.number for item in items)
            if last_look and not items:
                return

    writers = [threading.Thread(target=write) for _ in range(8)]
    reader = threading.Thread(target=read)
    for thread in [*writers, reader]:
        thread.start()
    for thread in writers:
        thread.join()
    writing.set()
    reader.join()
    office.close()
    assert seen == list(range(1, 321))


def test_a_row_one_worker_holds_is_skipped_by_the_next(postgres_url: str, tmp_path: Path) -> None:
    office = open_office(ServeOptions(tmp_path / "office", database_url=postgres_url))
    query = claim(select(tables.packet).where(tables.packet.c.kit_id == "KIT-LOCK").limit(1))
    with office.database.write() as connection:
        for number in ("a", "b"):
            connection.execute(
                tables.packet.insert().values(
                    kit_id="KIT-LOCK", packet_id=number * 32, sha256=b"", size=1, receipt=b"", received_at="",
                    work="waiting", work_at="", status="", status_at="",
                )
            )  # fmt: skip
    with office.database.write() as one, office.database.write() as other:
        held = one.execute(query).one().packet_id
        taken = other.execute(query).one().packet_id
    office.close()
    assert {held, taken} == {"a" * 32, "b" * 32}


async def test_a_database_that_is_lost_and_back_loses_nothing(postgres: PrivatePostgres, tmp_path: Path) -> None:
    options = ServeOptions(tmp_path / "office", port=0, database_url=postgres.url, intake=False)
    with RunningOffice(options) as office:
        kit = make_kit(tmp_path / "kit", office.url, "KIT-LOST")
        await kit.engine.pair(new_code(office.office, "KIT-LOST"))
        item = kit.queue(kit.seal())
        postgres.stop()
        report = await kit.engine.run_once("lan")
        assert [problem.params.get("reason") for problem in report.problems] == ["office-database-lost"]
        assert kit.outbox_states() == {item: "waiting"}
        postgres.start()
        report = await kit.engine.run_once("lan")
        assert (report.receipts, report.problems) == (1, ())


async def test_a_database_killed_in_the_middle_of_four_kits_sending_loses_nothing_and_doubles_nothing(
    postgres: PrivatePostgres, tmp_path: Path
) -> None:
    options = ServeOptions(tmp_path / "office", port=0, database_url=postgres.url, intake=False)
    with RunningOffice(options) as office:
        kits = [make_kit(tmp_path / f"kit-{number}", office.url, f"KIT-LOAD-{number}") for number in range(4)]
        for kit in kits:
            await kit.engine.pair(new_code(office.office, kit.config.kit_id))
            for number in range(3):
                kit.queue(kit.seal(400_000, seed=number))
        sending = [asyncio.create_task(kit.engine.run_once("lan")) for kit in kits]
        while not any("delivered" in kit.outbox_states().values() for kit in kits):  # noqa: ASYNC110 - a row changes
            await asyncio.sleep(0.01)
        await asyncio.to_thread(postgres.stop)
        await asyncio.gather(*sending)
        await asyncio.to_thread(postgres.start)
        for kit in kits:
            assert (await kit.engine.run_once("lan")).problems == ()
        assert all(set(kit.outbox_states().values()) == {"delivered"} for kit in kits)
        with office.office.database.read() as connection:
            query = select(tables.packet.c.packet_id).where(tables.packet.c.kit_id.like("KIT-LOAD-%"))
            stored = list(connection.execute(query).scalars())
        assert sorted(stored) == sorted(item for kit in kits for item in kit.outbox_states())


async def test_a_slow_object_store_holds_up_only_the_packet_that_waits_for_it(s3_endpoint: str, tmp_path: Path) -> None:
    with CutProxy(int(s3_endpoint.rsplit(":", 1)[1]), 0, 1, 40_000.0) as slow:
        options = ServeOptions(
            tmp_path / "office",
            port=0,
            storage_url="s3://packets/slow",
            storage_options={**_S3, "aws_endpoint": f"http://127.0.0.1:{slow.port}"},
            intake=False,
        )
        with RunningOffice(options) as office:
            kits = [make_kit(tmp_path / name, office.url, name) for name in ("KIT-1", "KIT-2")]
            for kit in kits:
                await kit.engine.pair(new_code(office.office, kit.config.kit_id))
            item = kits[0].queue(kits[0].seal(80_000))
            waiting = asyncio.create_task(kits[0].engine.run_once("lan"))
            while not slow.up:  # noqa: ASYNC110 - a plain count of another thread
                await asyncio.sleep(0.01)
            said = kits[1].say("note", b"\xa0")
            await kits[1].engine.run_once("lan")
            assert kits[1].outbox_states() == {said: "delivered"}
            assert kits[0].outbox_states() == {item: "waiting"}, "the store is not that slow"
            assert (await waiting).receipts == 1


async def test_packets_lie_in_an_object_store_by_url(s3_endpoint: str, tmp_path: Path) -> None:
    options = ServeOptions(
        tmp_path / "office",
        port=0,
        storage_url="s3://packets/office",
        storage_options={**_S3, "aws_endpoint": s3_endpoint},
        intake=False,
    )
    with RunningOffice(options) as office:
        kit = make_kit(tmp_path / "kit", office.url)
        await kit.engine.pair(new_code(office.office, "KIT-1"))
        packet = kit.seal()
        kit.queue(packet)
        report = await kit.engine.run_once("lan")
        assert (report.receipts, report.problems) == (1, ())
        office.office.storage.fetch("KIT-1", packet.manifest.packet_id, tmp_path / "again")
        assert (tmp_path / "again").read_bytes() == packet.path.read_bytes()
        assert office.office.storage.healthy()


async def test_a_store_that_refuses_loses_nothing(tmp_path: Path) -> None:
    options = ServeOptions(
        tmp_path / "office",
        port=0,
        storage_url="s3://packets/office",
        storage_options={**_S3, "aws_endpoint": "http://127.0.0.1:9"},
        intake=False,
    )
    with RunningOffice(options) as office:
        kit = make_kit(tmp_path / "kit", office.url)
        await kit.engine.pair(new_code(office.office, "KIT-1"))
        packet = kit.seal()
        item = kit.queue(packet)
        report = await kit.engine.run_once("lan")
        assert report.receipts == 0
        assert [problem.params.get("status") for problem in report.problems] == [503]
        assert kit.outbox_states() == {item: "waiting"}
        assert not office.office.storage.healthy()


def test_a_database_that_is_away_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="office-database-lost"):
        open_office(ServeOptions(tmp_path / "office", database_url="postgresql+psycopg://office@127.0.0.1:9/x"))


def _some_kit(database: object, kit_id: str) -> None:
    with database.write() as connection:  # type: ignore[attr-defined]
        connection.execute(
            tables.kit.insert().values(
                kit_id=kit_id, state="paired", signing_public=b"", sealing_recipient="", certificate=b"",
                certificate_until="", prints_at=kit_id, paired_at="", last_seen_at="",
            )
        )  # fmt: skip
