"""Disks that come with empty tables: making them is the same in every world, so the file is made once and copied."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from station.office import tables
from station.store.database import Database
from tests.integration.simulation.apsw_dbapi import open_on_disk
from tests.integration.simulation.power_cut_disk import Disk

Make = Callable[[Database], None]


def create_office_tables(database: Database) -> None:
    """Make the office's tables where they are missing."""
    with database.write() as connection:
        tables.metadata.create_all(connection)


def furnish(disk: Disk, name: str, make: Make) -> None:
    """Lay a database file with tables on a disk, durable, as a machine that ran before has it."""
    for file, content in _made(name, make).items():
        disk.live[file], disk.durable[file], disk.volatile[file] = bytearray(content), bytearray(content), []


@lru_cache(maxsize=4)
def _made(name: str, make: Make) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder), random.Random(0))
        database = open_on_disk(name, disk, "FULL")
        make(database)
        database.close()
        return {file: bytes(content) for file, content in disk.durable.items()}
