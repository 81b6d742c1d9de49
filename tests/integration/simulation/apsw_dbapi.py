"""APSW dressed as a DB-API module, so that the product's own SQLAlchemy statements run on a power-cut `Disk`.

Every restart of a simulated machine opens its database anew. Compiled statements are kept over all of them, since
turning the same statements into text again and again would take longer than running them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import apsw
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from station.store.database import Database
from tests.integration.simulation.power_cut_disk import Disk, PowerCutVfs

paramstyle = "qmark"
sqlite_version_info = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
sqlite_version = apsw.sqlite_lib_version()
Binary = bytes


class Error(Exception):
    """Base of all."""


class DatabaseError(Error):
    """Anything the database says."""


class OperationalError(DatabaseError):
    """The disk is gone, or the file cannot be used."""


class IntegrityError(DatabaseError):
    """A constraint holds."""


class ProgrammingError(DatabaseError):
    """The statement is wrong."""


InterfaceError = InternalError = DataError = NotSupportedError = DatabaseError


class Cursor:
    """Runs a statement and holds all its rows."""

    arraysize = 1

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid = 0
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Run one statement."""
        self.description = None
        cursor = self._connection.cursor()

        def trace(traced: apsw.Cursor, _sql: str, _bindings: Any) -> bool:
            columns = traced.get_description()
            self.description = [(name, kind, None, None, None, None, None) for name, kind in columns] or None
            return True

        cursor.exec_trace = trace
        before = self._connection.total_changes()
        try:
            self._rows = list(cursor.execute(sql, tuple(parameters)))
        except apsw.ConstraintError as error:
            raise IntegrityError(str(error)) from error
        except apsw.SQLError as error:
            raise ProgrammingError(str(error)) from error
        except apsw.Error as error:
            raise OperationalError(str(error)) from error
        self.rowcount = self._connection.total_changes() - before
        self.lastrowid = self._connection.last_insert_rowid()
        return self

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Return the rows left, one by one."""
        return iter(self.fetchall())

    def executemany(self, sql: str, many: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each set of parameters."""
        for parameters in many:
            self.execute(sql, parameters)

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row."""
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        """Return the next rows."""
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows left."""
        taken, self._rows = self._rows, []
        return taken

    def close(self) -> None:
        """Forget the rows."""
        self._rows = []


class ApswConnection:
    """One connection, and the VFS that was made for it."""

    isolation_level = None

    def __init__(self, connection: apsw.Connection, vfs: apsw.VFS | None = None) -> None:
        self.raw, self._vfs = connection, vfs

    def cursor(self) -> Cursor:
        """Return a cursor."""
        return Cursor(self.raw)

    def commit(self) -> None:
        """End the open transaction."""
        if self.raw.in_transaction:
            self.cursor().execute("COMMIT")

    def rollback(self) -> None:
        """Undo the open transaction."""
        if self.raw.in_transaction:
            self.cursor().execute("ROLLBACK")

    def close(self) -> None:
        """Close for good; without power there is nothing left to fold into the file."""
        with suppress(apsw.Error):
            self.raw.close(True)  # in any state
        if self._vfs is not None:
            self._vfs.unregister()

    def create_function(self, name: str, count: int, function: Callable[..., Any], **_options: Any) -> None:
        """Offer a function to SQL."""
        self.raw.create_scalar_function(name, function, count)


def open_on_disk(name: str, disk: Disk, synchronous: str, journal: str = "wal") -> Database:
    """Open a database on a disk as the product opens its own: one writer, a write-ahead log unless said otherwise."""
    vfs = PowerCutVfs(f"power-cut-{next(_numbers)}", disk)
    connection = apsw.Connection(name, vfs=vfs.name)
    for pragma, value in (
        ("locking_mode", "EXCLUSIVE"), ("journal_mode", journal), ("synchronous", synchronous),
        ("wal_autocheckpoint", 40), ("foreign_keys", "ON"),
    ):  # fmt: skip
        connection.pragma(pragma, value)
    first = _first_engine()
    wrapped: Any = ApswConnection(connection, vfs)
    pool = StaticPool(lambda: wrapped, dialect=first.dialect)
    engine = Engine(pool, first.dialect, first.url, execution_options=_KEPT)
    engine.connect().close()  # the pool closes only what it has handed out
    return Database(engine, Path(name))


_numbers = itertools.count()
_KEPT: dict[str, Any] = {"compiled_cache": {}}


@lru_cache(maxsize=1)
def _first_engine() -> Engine:
    """Return an engine on a database in memory; its dialect has met SQLite and serves all that follow."""
    import tests.integration.simulation.apsw_dbapi as module

    engine = create_engine("sqlite://", creator=lambda: ApswConnection(apsw.Connection(":memory:")), module=module)
    with engine.connect():
        return engine
