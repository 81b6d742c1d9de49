"""A consistent copy of the database while it is in use, under the same key."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from station.domain.errors import StorageFailure
from station.store.database import Database


def copy_database(database: Database, target: Path) -> None:
    """Write an encrypted copy of the committed state to `target` and make it durable; raises StorageFailure."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
        with open(target, "rb+") as file:
            os.fsync(file.fileno())
    except (DatabaseError, OSError) as error:
        target.unlink(missing_ok=True)
        raise StorageFailure("disk-full" if "full" in str(error) else "backup-database-copy") from error
