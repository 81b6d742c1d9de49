"""Brings the office's database to this program's schema, by alembic; a newer database is refused."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from station.domain.errors import StorageFailure
from station.office.database import OfficeDatabase

NEWEST = "0004"
_FOLDER = Path(__file__).parent / "migrations"


def migrate(database: OfficeDatabase) -> None:
    """Run the steps that are missing; raises StorageFailure when the database is from a newer program."""
    try:
        _migrate(database)
    except DBAPIError:
        _migrate(database)  # another worker started at the same moment and was first


def _migrate(database: OfficeDatabase) -> None:
    with database.write() as connection:
        present = _present(connection)
        if present == NEWEST:
            return
        if present is not None and present > NEWEST:
            raise StorageFailure("office-database-newer", found=present, known=NEWEST)
        _upgrade(connection)


def _present(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@lru_cache(maxsize=1)
def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config
