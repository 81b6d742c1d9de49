"""Opens the office's database: an encrypted SQLite file by default, PostgreSQL when a URL says so.

The statements are the same on both; what differs between the two is in this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Select, Table, create_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from station.domain.errors import StorageFailure
from station.store.database import open_database

POOL_SIZE = 10
_POOL_TIMEOUT_S = 10


class OfficeDatabase(Protocol):
    """Hands out transactions that are durable when they return."""

    def write(self) -> AbstractContextManager[Connection]:
        """Run a transaction; when the block ends it is on disk, when it raises nothing of it happened."""

    def read(self) -> AbstractContextManager[Connection]:
        """Read a consistent snapshot."""

    def close(self) -> None:
        """Close every connection."""


class ServerDatabase:
    """A database server reached by URL; transactions run side by side."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run a transaction; raises StorageFailure when the server cannot be reached."""
        with _words_for_lost_server(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read in one transaction."""
        with _words_for_lost_server(), self.engine.connect() as connection:
            yield connection
            connection.rollback()

    def close(self) -> None:
        """Close the pool."""
        self.engine.dispose()


def open_office_database(url: str | None, file: Path, key: bytes) -> OfficeDatabase:
    """Open the database named by `url`, or the encrypted file; raises StorageFailure."""
    if not url:
        return open_database(file, key)
    engine = create_engine(
        url, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, pool_timeout=_POOL_TIMEOUT_S, pool_pre_ping=True
    )
    if engine.dialect.name != "postgresql":
        raise StorageFailure("office-database-unknown", dialect=engine.dialect.name)
    return ServerDatabase(engine)


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless its key is there already; tell whether it was new."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    key = next(iter(table.primary_key.columns))
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(key)
    return connection.execute(statement).first() is not None


def claim(query: Select[Any]) -> Select[Any]:
    """Lock the rows of a work query for this transaction and skip those another worker holds."""
    return query.with_for_update(skip_locked=True)


@contextmanager
def _words_for_lost_server() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated or type(error.orig).__name__ in {"OperationalError", "AdminShutdown"}:
            raise StorageFailure("office-database-lost") from error
        raise
