"""Runs single statements on the transaction's own cursor, for the few that every posting needs.

SQLAlchemy's bookkeeping around a textual statement costs more than the statement; the
transaction stays SQLAlchemy's.
"""

from __future__ import annotations

from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection

IntegrityError = sqlcipher.IntegrityError


def first_row(connection: Connection, sql: str, parameters: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
    """Return the first row of a query, or None."""
    cursor = _driver(connection).cursor()
    cursor.execute(sql, parameters)
    row: tuple[Any, ...] | None = cursor.fetchone()
    cursor.close()
    return row


def run(connection: Connection, sql: str, parameters: tuple[Any, ...]) -> None:
    """Run a statement that changes rows; raises IntegrityError when a rule of the tables forbids it."""
    _driver(connection).cursor().execute(sql, parameters)


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
