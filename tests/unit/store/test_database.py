"""The encrypted database: durable, private, one writer, and clear words when it cannot."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from station.domain.errors import StorageFailure
from station.messages.catalogue import Catalogue
from station.store import outbox
from station.store.database import Database, open_database
from station.store.schema import create_schema

KEY = bytes(range(32))
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = open_database(tmp_path / "station.db", KEY)
    create_schema(opened)
    return opened


def test_nothing_on_disk_can_be_read_without_the_key(tmp_path: Path, database: Database) -> None:
    with database.write() as connection:
        outbox.enqueue(connection, "a" * 32, "event", "status", b"RAHASIA-CONTOH", 14, NOW)
    database.close()
    for path in tmp_path.iterdir():
        assert b"RAHASIA" not in path.read_bytes()
        assert not path.read_bytes().startswith(b"SQLite format")
    with pytest.raises(StorageFailure, match="database-cannot-open"):
        open_database(tmp_path / "station.db", bytes(32))


def test_every_commit_is_flushed_to_disk(database: Database) -> None:
    with database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    def announce_and_fail() -> None:
        with database.write() as connection:
            outbox.enqueue(connection, "a" * 32, "event", "status", b"", 0, NOW)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        announce_and_fail()
    with database.read() as connection:
        assert outbox.items(connection, outbox.OutboxState.WAITING) == []


def test_rooms_can_commit_together(database: Database) -> None:
    with database.write() as outer:
        outbox.enqueue(outer, "a" * 32, "event", "status", b"", 0, NOW)
        with database.write() as inner:
            assert inner is outer
            outbox.enqueue(inner, "b" * 32, "event", "status", b"", 0, NOW)
    with database.read() as connection:
        assert len(outbox.items(connection, outbox.OutboxState.WAITING)) == 2


def test_two_threads_write_one_after_the_other(database: Database) -> None:
    def write_many(prefix: str) -> None:
        for number in range(20):
            with database.write() as connection:
                outbox.enqueue(connection, f"{prefix}{number:031d}", "event", "status", b"", 0, NOW)

    threads = [threading.Thread(target=write_many, args=(prefix,)) for prefix in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert len(outbox.items(connection, outbox.OutboxState.WAITING)) == 40


def test_a_database_from_a_newer_program_is_refused(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 999")
    with pytest.raises(StorageFailure, match="database-newer-than-program"):
        create_schema(database)


def damage(path: Path) -> None:
    """Overwrite the second half of a file, as a dying disk does."""
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes(len(content) - middle))


def fill(database: Database) -> None:
    with database.write() as connection:
        for number in range(1_000):  # so many that the second half of the file holds rows and no table definition
            outbox.enqueue(connection, f"{number:032d}", "event", "status", bytes(500), 500, NOW)


def test_a_damaged_file_is_told_in_words_when_it_is_read(tmp_path: Path, database: Database) -> None:
    fill(database)
    database.close()
    damage(tmp_path / "station.db")
    opened = open_database(tmp_path / "station.db", KEY)
    with pytest.raises(StorageFailure) as found, opened.read() as connection:
        outbox.items(connection, outbox.OutboxState.WAITING)
    assert found.value.message_id == "database-damaged"
    assert str(tmp_path / "station.db") in Catalogue("id").error(found.value)
    opened.close()


def test_a_foreign_file_in_the_place_of_the_database_is_told_in_words(tmp_path: Path, database: Database) -> None:
    fill(database)
    database.close()
    (tmp_path / "station.db").write_bytes(b"This is no database at all. " * 1000)
    with pytest.raises(StorageFailure, match="database-damaged"), database.read():
        raise AssertionError("never read")
    with pytest.raises(StorageFailure, match="database-damaged"), database.write():
        raise AssertionError("never written")
    with pytest.raises(StorageFailure, match="database-cannot-open"):
        open_database(tmp_path / "station.db", KEY)


def test_a_database_that_another_program_holds_is_told_in_words(tmp_path: Path, database: Database) -> None:
    other = open_database(tmp_path / "station.db", KEY)
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 20")
    with other.write(), pytest.raises(StorageFailure, match="database-busy"), database.write():
        raise AssertionError("never written")
    fill(database)
    other.close()


def test_a_database_that_cannot_be_written_is_told_in_words(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StorageFailure, match="database-read-only"):
        fill(database)


def test_a_poison_item_steps_aside_with_its_reason_and_can_be_tried_again(database: Database) -> None:
    with database.write() as connection:
        outbox.enqueue(connection, "a" * 32, "packet", "", b"file", 4, NOW)
        outbox.note_failure(connection, "a" * 32, "ditolak kantor", set_aside=True)
    with database.read() as connection:
        assert outbox.items(connection, outbox.OutboxState.WAITING) == []
        (aside,) = outbox.items(connection, outbox.OutboxState.SET_ASIDE)
        assert (aside.reason, aside.tries) == ("ditolak kantor", 1)
    with database.write() as connection:
        outbox.retry_set_aside(connection, "a" * 32)
    with database.read() as connection:
        assert len(outbox.items(connection, outbox.OutboxState.WAITING)) == 1
