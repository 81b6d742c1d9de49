"""The dashboard's counts: always what a count of all packets would say, and read without going through them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from station.office import tables
from station.office.context import Office
from station.office.overview import sessions_query, statuses_query, today_query
from station.office.packet_rows import add_packet, set_packet
from station.office.serve import ServeOptions, open_office
from tests.integration.office.postgres import private_postgres

PACKETS = 20_000
QUERIES: tuple[Any, ...] = (
    statuses_query(),
    today_query("2026-01-05"),
    sessions_query([("KIT-1", "s1"), ("KIT-2", "s2")]),
)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = open_office(ServeOptions(tmp_path_factory.mktemp("office")))
    yield office
    office.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with private_postgres() as postgres:
        office = open_office(ServeOptions(tmp_path_factory.mktemp("served"), database_url=postgres.url))
        yield office
        office.close()


moves = some.lists(some.tuples(some.sampled_from("AB"), some.integers(0, 5), some.sampled_from(["X", "Y", "Z"])))


@given(moves)
@settings(max_examples=30, deadline=None)
def test_counts_follow_every_change_of_status(embedded: Office, steps: list[tuple[str, int, str]]) -> None:
    with embedded.database.write() as connection:
        connection.execute(tables.packet.delete())
        connection.execute(tables.packet_count.delete())
    for kit_id, number, status in steps:
        with embedded.database.write() as connection:
            if not add_packet(connection, kit_id, f"{number:032x}", **_values(status, 0)):
                set_packet(connection, kit_id, f"{number:032x}", status=status)
    with embedded.database.read() as connection:
        counted = Counter((row.kit_id, row.status) for row in connection.execute(select(tables.packet)))
        kept = {(row.kit_id, row.status): row.packets for row in connection.execute(select(tables.packet_count))}
    assert {key: count for key, count in kept.items() if count} == counted


def test_sqlite_answers_the_dashboard_from_indexes(embedded: Office) -> None:
    _fill(embedded)
    for query in QUERIES:
        plan = _plan(embedded, query, "EXPLAIN QUERY PLAN ")
        assert "SCAN packet" not in plan.replace("packet_count", "counts"), plan
        assert "SEARCH packet USING" in plan, plan
        assert "autoindex_packet_1" not in plan, "all packets of a kit are too many"


def test_postgresql_answers_the_dashboard_from_indexes(server: Office) -> None:
    _fill(server)
    with server.database.write() as connection:
        connection.exec_driver_sql("ANALYZE packet")
        connection.exec_driver_sql("ANALYZE packet_count")
    for query in QUERIES:
        plan = _plan(server, query, "EXPLAIN ")
        assert "Seq Scan on packet " not in plan + " ", plan
        assert "packet_" in plan, plan


def _fill(office: Office) -> None:
    """Put packets of two thousand sessions over a hundred days; a day's share is one in a hundred."""
    rows = [
        {"kit_id": f"KIT-{number % 20}", "packet_id": f"{number:032x}", **_values(f"S{number % 12}", number)}
        for number in range(PACKETS)
    ]
    with office.database.write() as connection:
        connection.execute(tables.packet.delete())
        connection.execute(tables.packet_count.delete())
        connection.execute(tables.packet.insert(), rows)
        counts = Counter((row["kit_id"], row["status"]) for row in rows)
        connection.execute(
            tables.packet_count.insert(),
            [{"kit_id": kit, "status": status, "packets": count} for (kit, status), count in counts.items()],
        )


def _values(status: str, number: int) -> dict[str, object]:
    day = number % 100
    received = "2026-01-05T03:00:00" if day == 0 else f"2025-{1 + day % 12:02}-{1 + day % 28:02}T03:00:00"
    return {
        "sha256": b"", "size": 1, "receipt": b"", "received_at": received, "work": "done", "work_at": received,
        "session_id": f"s{number // 10}", "status": status, "status_at": f"{received}.{number:06}",
    }  # fmt: skip


def _plan(office: Office, query: Any, explain: str) -> str:
    with office.database.read() as connection:
        text = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + text))
