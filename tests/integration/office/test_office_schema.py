"""The migrations lead to exactly the tables the program knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from station.domain.errors import StorageFailure
from station.office.database import open_office_database
from station.office.schema import migrate
from station.office.tables import metadata


def test_the_steps_lead_to_the_tables_of_the_program(tmp_path: Path) -> None:
    database = open_office_database(None, tmp_path / "office.db", bytes(32))
    migrate(database)
    migrate(database)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    database = open_office_database(None, tmp_path / "office.db", bytes(32))
    migrate(database)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageFailure, match="office-database-newer"):
        migrate(database)
    database.close()
