"""The chain of the audit log: what is changed, removed or moved is found."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from station.domain.clock import ManualClock
from station.keys.signing import SoftwareSigner
from station.staff.audit import AuditLog
from station.store.database import Database, open_database
from station.store.schema import create_schema


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "station.db", bytes(32))
    create_schema(opened)
    yield opened
    opened.close()


@pytest.fixture
def log(database: Database) -> AuditLog:
    log = AuditLog(database, ManualClock(datetime(2026, 3, 2, tzinfo=UTC)), SoftwareSigner.generate())
    for number in range(6):
        log.write("petugas-1", "sitting-begun", f"sitting-{number}", step="photo", number=number)
    return log


def test_an_untouched_log_is_whole(log: AuditLog) -> None:
    verdict = log.verify()
    assert verdict.whole
    assert verdict.entries == 6
    assert log.head() == (6, verdict.head)
    assert log.about("sitting-3")[0].details == {"step": "photo", "number": 3}


@pytest.mark.usefixtures("log")
def test_the_tables_refuse_change_and_removal(database: Database) -> None:
    for statement in ("UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(DatabaseError, match="append-only"), database.write() as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_entry SET actor_id = 'petugas-2' WHERE position = 3", 3),
        ("UPDATE audit_entry SET at = '2026-03-01T00:00:00+00:00' WHERE position = 1", 1),
        ("DELETE FROM audit_entry WHERE position = 4", 4),
        ("UPDATE audit_entry SET position = CASE position WHEN 2 THEN 99 ELSE position END", 2),
        ("UPDATE audit_entry SET signature = x'00' WHERE position = 6", 6),
    ],
)
def test_going_around_the_triggers_is_seen(log: AuditLog, database: Database, statement: str, broken_at: int) -> None:
    with database.write() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
        connection.execute(text(statement))
    assert log.verify().broken_at == broken_at


def test_an_entry_falls_with_the_transaction_it_belongs_to(log: AuditLog, database: Database) -> None:
    def fail_after_writing() -> None:
        with database.write():
            log.write("petugas-1", "session-closed", "session-1")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail_after_writing()
    assert log.verify().entries == 6
