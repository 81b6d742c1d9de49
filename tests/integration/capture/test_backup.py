"""Backups: whole, proved from the medium, restored elsewhere, and never believed when anything differs."""

import random
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.capture.backup import prove, prove_with_passphrase, restore_backup
from station.capture.session_states import SessionState
from station.domain.errors import NotAllowed, StationError, StorageFailure, Tampered
from station.keys.keystore import create_keystore, unlock_keystore
from station.store import outbox, packets
from station.store.database import open_database
from tests.capture_desk import OPERATOR, Desk, make_desk
from tests.capture_sittings import QuickExaminer, record_quickly

PASSPHRASE = "kata sandi contoh"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    keys = create_keystore(tmp_path / "data" / "keys.json", PASSPHRASE)
    desk = make_desk(tmp_path / "data", keys=keys, examiner=QuickExaminer())
    desk.pair()
    yield desk
    desk.database.close()


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    folder = tmp_path / "medium"
    folder.mkdir()
    return folder


async def test_a_session_closes_only_with_a_verified_backup(desk: Desk, medium: Path) -> None:
    session = desk.open_session()
    await record_quickly(desk, session)
    assert desk.sessions.reconcile(OPERATOR, session.session_id).balanced
    with pytest.raises(StationError, match="session-cannot-close"):
        desk.sessions.close(OPERATOR, session.session_id)
    report = desk.backup().make(OPERATOR, session.session_id, medium)
    assert report.session_state is SessionState.BACKED_UP
    assert (report.packets, report.unsealed) == (1, 0)
    assert desk.sessions.close(OPERATOR, session.session_id).state is SessionState.CLOSED
    assert [path.name for path in medium.iterdir()] == [report.path.name]


async def test_a_spare_laptop_stands_where_the_kit_stood(desk: Desk, medium: Path, tmp_path: Path) -> None:
    session = desk.open_session()
    await record_quickly(desk, session)
    report = desk.backup().make(OPERATOR, session.session_id, medium)
    assert prove_with_passphrase(report.path, PASSPHRASE, tmp_path).opened
    spare = tmp_path / "spare"
    verdict = restore_backup(report.path, spare, PASSPHRASE)
    assert verdict.packets == 1
    keys = unlock_keystore(spare / "keys.json", PASSPHRASE)
    database = open_database(spare / "station.db", keys.database_key)
    with database.read() as connection, desk.database.read() as original:
        assert packets.packets(connection) == packets.packets(original)
        *_events, item = outbox.items(connection, outbox.OutboxState.WAITING)
    database.close()
    name = item.body.decode()
    assert (spare / name).read_bytes() == (desk.data_dir / name).read_bytes()
    assert (spare / "trust" / "recipients.json").exists()
    assert not list(tmp_path.glob("*.restoring"))


async def test_a_sitting_under_way_goes_on_from_the_backup(desk: Desk, medium: Path, tmp_path: Path) -> None:
    session = desk.open_session()
    sitting = await desk.begin(session)
    await desk.recording.capture_photo(OPERATOR, sitting.sitting_id)
    report = desk.backup().make(OPERATOR, session.session_id, medium)
    restore_backup(report.path, tmp_path / "spare", PASSPHRASE)
    keys = unlock_keystore(tmp_path / "spare" / "keys.json", PASSPHRASE)
    spare = make_desk(tmp_path / "spare", keys=keys, examiner=QuickExaminer())
    (found,) = spare.recording.unfinished()
    assert found.part("photo").record == 0
    spare.database.close()


def test_a_wrong_passphrase_restores_nothing(desk: Desk, medium: Path, tmp_path: Path) -> None:
    report = desk.backup().make(OPERATOR, desk.open_session().session_id, medium)
    with pytest.raises(NotAllowed, match="passphrase-wrong"):
        restore_backup(report.path, tmp_path / "spare", "salah")
    assert not (tmp_path / "spare").exists()
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").touch()
    with pytest.raises(StorageFailure, match="backup-target-not-empty"):
        restore_backup(report.path, tmp_path / "used", PASSPHRASE)


def test_every_flipped_byte_and_every_cut_is_found(desk: Desk, medium: Path) -> None:
    report = desk.backup().make(OPERATOR, desk.open_session().session_id, medium)
    content, source = report.path.read_bytes(), random.Random(5)
    public, identity = desk.keys.signer.public_der, desk.keys.sealing_identity
    assert prove(report.path, public, identity).opened
    damaged = medium / "damaged"
    for _ in range(120):
        at = source.randrange(len(content))
        damaged.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(StationError):
            prove(damaged, public, identity)
        damaged.write_bytes(content[:at])
        with pytest.raises(Tampered):
            prove(damaged, public, identity)


def test_another_kits_backup_is_not_ours(desk: Desk, medium: Path, tmp_path: Path) -> None:
    report = desk.backup().make(OPERATOR, desk.open_session().session_id, medium)
    other = create_keystore(tmp_path / "other.json", PASSPHRASE)
    with pytest.raises(Tampered, match="signature-other-key"):
        prove(report.path, other.signer.public_der, other.sealing_identity)


def test_a_medium_that_is_gone_or_cannot_be_written_keeps_the_session_open(desk: Desk, medium: Path) -> None:
    session = desk.open_session()
    with pytest.raises(StorageFailure, match="backup-medium-missing"):
        desk.backup().make(OPERATOR, session.session_id, medium / "gone")
    assert desk.sessions.get(session.session_id).state is SessionState.OPENED
    assert not list(desk.data_dir.glob("backup-copy*"))


@pytest.mark.skipif(sys.platform == "win32", reason="file-size limits are a POSIX call")
async def test_a_full_medium_leaves_the_session_open_and_no_half_backup_under_a_backup_s_name(
    desk: Desk, medium: Path, tmp_path: Path
) -> None:
    session = desk.open_session()
    await record_quickly(desk, session)
    assert desk.sessions.reconcile(OPERATOR, session.session_id).balanced
    other = tmp_path / "other-medium"
    other.mkdir()
    whole = desk.backup().make(OPERATOR, session.session_id, other).path.stat().st_size
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (whole - 4096, hard))
        with pytest.raises(StorageFailure, match="backup-medium-full"):
            desk.backup().make(OPERATOR, session.session_id, medium)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert [path for path in medium.iterdir() if path.suffix != ".new"] == []
    report = desk.backup().make(OPERATOR, session.session_id, medium)
    assert prove(report.path, desk.keys.signer.public_der, desk.keys.sealing_identity).packets == 1
