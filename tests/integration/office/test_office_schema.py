"""The migrations lead to exactly the tables the program knows, and lose nothing of an older office's database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import station.office.migrations
from station.domain.errors import StorageFailure
from station.office.database import OfficeDatabase, open_office_database
from station.office.schema import NEWEST, migrate
from station.office.tables import metadata
from tests.integration.office.old_office import REVISION, expected_counts, make_old_office, old_rows
from tests.integration.office.postgres import private_postgres

MIGRATIONS = str(Path(next(iter(station.office.migrations.__path__))))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OfficeDatabase]:
    if request.param == "sqlite":
        opened = open_office_database(None, tmp_path / "office.db", bytes(32))
        yield opened
        opened.close()
        return
    with private_postgres() as server:
        opened = open_office_database(server.url, tmp_path / "office.db", bytes(32))
        yield opened
        opened.close()


def test_the_steps_lead_to_the_tables_of_the_program(tmp_path: Path) -> None:
    database = open_office_database(None, tmp_path / "office.db", bytes(32))
    migrate(database)
    migrate(database)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_an_older_offices_rows_come_through_every_step_untouched_and_are_counted(database: OfficeDatabase) -> None:
    before = make_old_office(database, MIGRATIONS)
    assert all(before.values()), "every table of that time holds something"
    with database.read() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == REVISION

    migrate(database)

    with database.read() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == NEWEST
        assert old_rows(connection) == before
        counts = {(row[0], row[1]): row[2] for row in connection.execute(text("SELECT * FROM packet_count"))}
        kits = connection.execute(text("SELECT feed_n, feed_served, policy_digest FROM kit ORDER BY kit_id")).all()
        policies = connection.execute(text("SELECT count(*) FROM policy")).scalar_one()
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert counts == expected_counts()
    assert [tuple(row) for row in kits] == [(0, 0, ""), (5, 5, ""), (10, 10, "")], "what was there counts as handed out"
    assert policies == 0


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    database = open_office_database(None, tmp_path / "office.db", bytes(32))
    migrate(database)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageFailure, match="office-database-newer"):
        migrate(database)
    database.close()
