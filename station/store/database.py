"""Opens the encrypted database and hands out transactions that are durable when they return.

SQLCipher with a raw 256-bit key, write-ahead log, synchronous=FULL: a commit that
returned survives a power cut. The SQLite version is asserted, since versions before
3.51.3 can lose acknowledged rows when the log is reset.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from station.domain.errors import StorageFailure

OLDEST_SAFE_SQLITE = (3, 51, 3)
KEY_BYTES = 32
_BUSY_WAIT_S = 10
_FOLD_WAIT_MS = 200

_FOREIGN = (DatabaseError, sqlcipher.DatabaseError)
_SIGNS = {
    "disk-full": ("disk is full", "disk I/O error"),
    "database-damaged": ("malformed", "not a database"),
    "database-busy": ("database is locked",),
    "database-read-only": ("readonly database",),
}

metadata = MetaData()
Transaction = Connection  # the name rooms without SQL use in signatures


class Database:
    """A pool of connections to one file; `write` serialises writers, `read` never blocks them."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self.engine = engine
        self.path = path
        self._writer = threading.RLock()
        self._writing: Connection | None = None
        self._open_write = threading.local()
        self._open_read = threading.local()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run a transaction; when the block ends it is on disk, when it raises nothing of it happened.

        A nested `write` on the same thread joins the outer transaction.
        """
        outer: Connection | None = getattr(self._open_write, "connection", None)
        if outer is not None:
            yield outer
            return
        with self._writer:
            try:
                connection = self._writing_connection()
                _driver(connection).cursor().execute("BEGIN IMMEDIATE")  # what any DB-API driver knows
                self._open_write.connection = connection
                yield connection
                _commit(connection)
            except BaseException as error:
                self._abandon()
                if isinstance(error, _FOREIGN) and (failure := self._in_words(error)) is not None:
                    raise failure from error
                raise
            finally:
                self._open_write.connection = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read a consistent snapshot; inside a `write` or `read` of the same thread, read that one."""
        outer: Connection | None = getattr(self._open_write, "connection", None)
        outer = outer if outer is not None else getattr(self._open_read, "connection", None)
        if outer is not None:
            yield outer
            return
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                self._open_read.connection = connection
                try:
                    yield connection
                finally:
                    self._open_read.connection = None
                    connection.rollback()
        except _FOREIGN as error:
            if (failure := self._in_words(error)) is None:
                raise
            raise failure from error

    def fold_log(self) -> bool:
        """Move the write-ahead log into the file and empty it, so that no older version of a row is left in it.

        Returns False when a reader still needs the log or the disk is full; then the next call does it.
        """
        with self._writer, self.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {_FOLD_WAIT_MS}")
            try:
                busy, _pages, _moved = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            except DatabaseError:
                return False  # every commit is in the log and stays there
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {_BUSY_WAIT_S * 1000}")
        return not busy

    def close(self) -> None:
        """Close every connection; the log is folded into the file."""
        with self._writer:
            if self._writing is not None:
                self._writing.close()
                self._writing = None
        self.engine.dispose()

    def _writing_connection(self) -> Connection:
        """Return the connection every write uses: taking one from the pool costs more than a small transaction."""
        if self._writing is None:
            self._writing = self.engine.connect()
        return self._writing

    def _abandon(self) -> None:
        """Undo a transaction; a connection that cannot even do that is not used again."""
        connection = self._writing
        if connection is None:
            return
        try:
            connection.rollback()
            _driver(connection).rollback()
        except _FOREIGN:
            self._writing = None
            connection.invalidate()
            connection.close()

    def _in_words(self, error: Exception) -> StorageFailure | None:
        """Return what an error of the library means for whoever is at the kit; None where it is a fault of ours."""
        said = str(getattr(error, "orig", error))
        found = next((message for message, signs in _SIGNS.items() if any(sign in said for sign in signs)), None)
        return StorageFailure(found, path=str(self.path)) if found else None


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _commit(connection: Connection) -> None:
    """Commit on the driver, then tell SQLAlchemy, which knows of the transaction only if it ran a statement in it."""
    _driver(connection).commit()
    connection.commit()


def open_database(path: Path, key: bytes) -> Database:
    """Open or create the database; raises StorageFailure on a wrong key, damaged file or unsafe library."""
    if len(key) != KEY_BYTES:
        raise ValueError("the database key has 32 bytes")
    if tuple(int(part) for part in sqlcipher.sqlite_version.split(".")) < OLDEST_SAFE_SQLITE:
        raise StorageFailure("database-library-unsafe", version=sqlcipher.sqlite_version)
    path.parent.mkdir(parents=True, exist_ok=True)

    def connect() -> Any:
        connection = sqlcipher.connect(str(path), check_same_thread=False, isolation_level=None, timeout=_BUSY_WAIT_S)
        cursor = connection.cursor()
        cursor.execute("PRAGMA cipher_log_level = NONE")
        cursor.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        return connection

    # The address says nothing of the file, so the pool is named here: a pool per thread would drop busy connections.
    engine = create_engine("sqlite://", creator=connect, module=sqlcipher, poolclass=QueuePool, max_overflow=-1)
    event.listen(engine, "connect", _set_pragmas)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM sqlite_master"))
    except DatabaseError as error:
        engine.dispose()
        raise StorageFailure("database-cannot-open", path=str(path)) from error
    return Database(engine, path)


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    try:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            cursor.execute(f"PRAGMA {pragma}")
    except sqlcipher.DatabaseError as error:
        connection.close()
        raise DatabaseError("PRAGMA", None, error) from error
    cursor.close()
