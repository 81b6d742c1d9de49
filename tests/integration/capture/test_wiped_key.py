"""Once sealed, a sitting cannot be opened from this laptop any more, not even with its passphrase and old log pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from station.capture.journal import Journal, unwrap_journal_key
from station.domain.errors import StorageFailure
from station.store.database import open_database
from tests.capture_desk import OPERATOR, SUPERVISOR, Desk, make_desk
from tests.capture_sittings import QuickExaminer, capture_quickly, record_quickly

LOG_HEADER_BYTES, FRAME_BYTES = 32, 24 + 4096


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path / "kit", examiner=QuickExaminer())
    desk.pair()
    yield desk
    desk.database.close()


def keys_found_by_a_thief(desk: Desk, sitting_id: str, scratch: Path) -> set[bytes]:
    """Return every wrapped journal key that the stolen files give to one who has the passphrase.

    The thief cuts the log after every page it holds: each commit in it brings an earlier state of the database back.
    """
    log = desk.data_dir / "station.db-wal"
    frames = max(0, log.stat().st_size - LOG_HEADER_BYTES) // FRAME_BYTES if log.exists() else 0
    found = set()
    for kept in range(frames + 1):
        folder = scratch / str(kept)
        folder.mkdir(parents=True)
        shutil.copyfile(desk.data_dir / "station.db", folder / "station.db")
        if frames:
            content = log.read_bytes()[: LOG_HEADER_BYTES + kept * FRAME_BYTES]
            (folder / "station.db-wal").write_bytes(content)
        try:
            database = open_database(folder / "station.db", desk.keys.database_key)
            with database.read() as connection:
                if not connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'sitting'")).first():
                    continue
                query = text("SELECT journal_key FROM sitting WHERE sitting_id = :one AND journal_key IS NOT NULL")
                found |= {bytes(row[0]) for row in connection.execute(query, {"one": sitting_id})}
            database.close()
        except StorageFailure:
            continue
        finally:
            shutil.rmtree(folder)
    return found


async def test_the_journal_key_is_nowhere_once_the_packet_is_sealed(desk: Desk, tmp_path: Path) -> None:
    session = desk.open_session()
    sitting = await capture_quickly(desk, await desk.begin(session))
    key = sitting.sitting_id
    (before,) = keys_found_by_a_thief(desk, key, tmp_path / "vorher")
    journal = Journal(
        desk.recording.desk.journal_path(key), unwrap_journal_key(desk.keys.capture_key, key, before), key
    )
    assert list(journal.records()), "while it is being recorded the kit can read it, and so could the thief"
    await desk.recording.finish(OPERATOR, key)
    assert keys_found_by_a_thief(desk, key, tmp_path / "nachher") == set()


async def test_the_key_of_a_discarded_sitting_is_gone_too(desk: Desk, tmp_path: Path) -> None:
    sitting = await desk.begin(desk.open_session())
    await desk.recording.capture_signature(OPERATOR, sitting.sitting_id)
    desk.recording.discard(OPERATOR, sitting.sitting_id, SUPERVISOR, "pulang")
    assert keys_found_by_a_thief(desk, sitting.sitting_id, tmp_path / "x") == set()


async def test_a_journal_that_a_power_cut_left_is_buried_at_the_next_start(desk: Desk, tmp_path: Path) -> None:
    session = desk.open_session()
    copy = tmp_path / "journal"
    sitting = await capture_quickly(desk, await desk.begin(session))
    path = desk.recording.desk.journal_path(sitting.sitting_id)
    shutil.copyfile(path, copy)
    await desk.recording.finish(OPERATOR, sitting.sitting_id)
    shutil.copyfile(copy, path)
    desk.recording.recover()
    assert not path.exists()
    assert keys_found_by_a_thief(desk, sitting.sitting_id, tmp_path / "x") == set()


async def test_a_screen_that_reads_meanwhile_does_not_stop_the_sealing(desk: Desk) -> None:
    session = desk.open_session()
    with desk.database.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT count(*) FROM sitting").one()
        assert (await record_quickly(desk, session)).sealed
        reader.rollback()
    assert desk.database.fold_log()
