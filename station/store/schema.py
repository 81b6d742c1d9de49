"""Creates the tables, indexes and triggers of every room, and carries the schema's version.

A room declares its tables on `metadata` and, where SQL is needed that SQLAlchemy has
no words for (append-only triggers), appends statements with `add_statement`. A change
to a table that has shipped is a numbered step in `MIGRATIONS`, never an edit.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from station.domain.errors import StorageFailure
from station.store.database import Database, metadata
from station.store.staff import move_fingers_out_of_accounts

SCHEMA_VERSION = 2
MIGRATIONS: dict[int, Callable[[Connection], None]] = {2: move_fingers_out_of_accounts}
_STATEMENTS: list[str] = []


def add_statement(sql: str) -> None:
    """Register DDL to run after the tables exist; it must say IF NOT EXISTS."""
    _STATEMENTS.append(sql)


def append_only(table: str) -> None:
    """Forbid UPDATE and DELETE on a table by triggers."""
    for action in ("UPDATE", "DELETE"):
        add_statement(
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{action.lower()} BEFORE {action} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def create_schema(database: Database) -> None:
    """Bring the database to this program's version; a database from a newer program is refused."""
    with database.write() as connection:
        found = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if found > SCHEMA_VERSION:
            raise StorageFailure("database-newer-than-program", found=found, known=SCHEMA_VERSION)
        for version in range(found + 1, SCHEMA_VERSION + 1):
            if found and version in MIGRATIONS:
                MIGRATIONS[version](connection)
        metadata.create_all(connection)
        for statement in _STATEMENTS:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
