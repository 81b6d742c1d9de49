"""Backs the embedded office up to one folder and brings it back: database, keys, packets, each with its hash.

Only for SQLite and a folder; a PostgreSQL office is backed up by PostgreSQL's own means.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from station.domain.errors import BadInput, StorageFailure, Tampered
from station.keys.keystore import write_durably
from station.office.context import Office
from station.office.storage import sha256_of
from station.store.database import Database

MANIFEST = "manifest.json"


def make_backup(office: Office, target: Path) -> int:
    """Write a consistent copy while the server runs; returns the number of files. Raises StorageFailure."""
    if not isinstance(office.database, Database):
        raise BadInput("office-backup-embedded-only")
    if target.exists() and any(target.iterdir()):
        raise StorageFailure("office-backup-not-empty", path=str(target))
    target.mkdir(parents=True, exist_ok=True)
    copy = target / "office.db"
    with office.database.engine.connect() as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
    for name in ("keys", "packets"):
        if (office.data_dir / name).exists():
            shutil.copytree(office.data_dir / name, target / name)
    files = sorted(path for path in target.rglob("*") if path.is_file())
    manifest = {str(path.relative_to(target)): sha256_of(path).hex() for path in files}
    write_durably(target / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    verify_backup(target)
    return len(manifest)


def verify_backup(source: Path) -> int:
    """Read every file again and compare its hash; raises Tampered naming the first that differs."""
    try:
        manifest: dict[str, str] = json.loads((source / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BadInput("office-backup-none", path=str(source)) from error
    for name, digest in manifest.items():
        path = source / name
        if not path.is_file() or sha256_of(path).hex() != digest:
            raise Tampered("office-backup-damaged", path=name)
    return len(manifest)


def restore_backup(source: Path, data_dir: Path) -> int:
    """Bring a verified backup into an empty data folder."""
    count = verify_backup(source)
    if data_dir.exists() and any(data_dir.iterdir()):
        raise StorageFailure("office-backup-not-empty", path=str(data_dir))
    shutil.copytree(source, data_dir, dirs_exist_ok=True, ignore=shutil.ignore_patterns(MANIFEST))
    return count
