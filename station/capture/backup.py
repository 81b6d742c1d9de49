"""Backups of a session on an external medium: written, read back, proved, restored on a spare laptop."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from station.capture.backup_file import (
    BackupManifest,
    open_members,
    prove_members,
    read_backup,
    write_backup,
)
from station.capture.packet.frames import CHUNK_BYTES, MemberEntry
from station.capture.sealing import read_recipients, sha256_of
from station.capture.session_states import SessionEvent, SessionState, advance
from station.capture.sitting import SittingState
from station.domain.clock import Clock
from station.domain.errors import NotFound, StationError, StorageFailure, is_out_of_space
from station.domain.identifiers import IdSource
from station.domain.staff import Actor
from station.keys.keystore import KitKeys, relock_keystore, sync_folder, unlock_keystore, write_durably
from station.keys.tpm import Tpm
from station.staff.audit import AuditLog
from station.staff.permission import RECORDERS, require
from station.store import packets, recordings, sessions, sittings
from station.store.database import Database
from station.store.snapshot import copy_database

DATABASE, KEYSTORE = "station.db", "keys.json"
FOLDERS = ("captures", "packets", "trust")
SUFFIX = ".cadangan"


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that was written, read back and proved; `external` tells whether it is on another medium."""

    path: Path
    size: int
    sha256: bytes
    made_at: datetime
    members: int
    packets: int
    unsealed: int
    external: bool
    session_state: SessionState


@dataclass(frozen=True, slots=True)
class BackupVerdict:
    """What a proof of a backup found; `opened` tells whether every member was decrypted and hashed too."""

    backup_id: str
    kit_id: str
    session_id: str
    made_at: datetime
    size: int
    members: int
    packets: int
    opened: bool


class Backup:
    """Makes and proves backups of this kit."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: IdSource,
        audit: AuditLog,
        keys: KitKeys,
        data_dir: Path,
        kit_id: str,
        version: str = "0.1.0",
        quiet: Callable[[], AbstractContextManager[None]] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._keys = keys
        self._data_dir = data_dir
        self._kit_id = kit_id
        self._version = version
        self._quiet = quiet or ExitStack

    def make(self, actor: Actor, session_id: str, target_dir: Path) -> BackupReport:
        """Write a backup to the medium, read it back and prove it; only then the session moves on.

        Blocking: call it in a worker thread. Raises StorageFailure (medium full or gone); then no file is left.
        """
        require(actor, *RECORDERS)
        session = self._session(session_id)
        if not target_dir.is_dir():
            raise StorageFailure("backup-medium-missing", path=str(target_dir))
        made_at = self._clock.now()
        backup_id = self._ids.new()
        path = target_dir / f"{session.day.isoformat()}-{session_id[:8]}-{made_at:%H%M%S}-{backup_id[:6]}{SUFFIX}"
        recorded = self._recorded(session_id)
        manifest = self._write(path, backup_id, session_id, made_at)
        try:
            verdict = prove(path, self._keys.signer.public_der, self._keys.sealing_identity)
        except StationError:
            path.unlink(missing_ok=True)
            raise
        sha256 = sha256_of(path)
        held = self._packets_held(session_id, manifest)
        with self._database.write() as connection:
            row = sessions.BackupRow(backup_id, session_id, str(path), sha256, held, made_at)
            sessions.insert_backup(connection, row, actor.staff_id)
            state = SessionState(self._session(session_id).state)
            if self._recorded(session_id) == recorded:
                state = advance(state, SessionEvent.BACK_UP)
                sessions.set_state(connection, session_id, state.value)
            self._audit.write(actor.staff_id, "backup-made", session_id, backup=backup_id, sha256=sha256)
            unsealed = sittings.sittings_in_state(connection, SittingState.UNSEALED.value)
        return BackupReport(
            path=path,
            size=verdict.size,
            sha256=sha256,
            made_at=made_at,
            members=verdict.members,
            packets=held,
            unsealed=sum(row.session_id == session_id for row in unsealed),
            external=target_dir.stat().st_dev != self._data_dir.stat().st_dev,
            session_state=state,
        )

    def verify(self, path: Path) -> BackupVerdict:
        """Prove a backup of this kit without restoring it: signature, hashes, every member decrypted."""
        return prove(path, self._keys.signer.public_der, self._keys.sealing_identity)

    def last(self) -> sessions.BackupRow | None:
        """Return the newest verified backup of this kit, or None."""
        with self._database.read() as connection:
            return sessions.last_backup(connection)

    def of_session(self, session_id: str) -> list[sessions.BackupRow]:
        """Return a session's verified backups, newest first."""
        with self._database.read() as connection:
            return sessions.backups(connection, session_id)

    @staticmethod
    def restore(
        path: Path, into: Path, passphrase: str, tpm: Tpm | None = None, recovery_code: str = ""
    ) -> BackupVerdict:
        """Bring an empty data folder to the state of the backup; see `restore_backup`."""
        return restore_backup(path, into, passphrase, tpm, recovery_code)

    def _write(self, path: Path, backup_id: str, session_id: str, made_at: datetime) -> BackupManifest:
        copy = self._data_dir / "backup-copy.db"
        temporary = path.with_name(path.name + ".new")

        def describe(
            keystore_sha256: bytes, sealed_sha256: bytes, sealed_size: int, members: dict[str, MemberEntry]
        ) -> BackupManifest:
            return BackupManifest(
                backup_id=backup_id,
                kit_id=self._kit_id,
                session_id=session_id,
                made_at=made_at,
                application="station",
                version=self._version,
                keystore_sha256=keystore_sha256,
                sealed_sha256=sealed_sha256,
                sealed_size=sealed_size,
                public_der=self._keys.signer.public_der,
                members=members,
            )

        try:
            with ExitStack() as opened:
                with self._quiet():
                    copy_database(self._database, copy)
                    files = self._open_files(copy, opened)
                keystore = (self._data_dir / KEYSTORE).read_bytes()
                with open(temporary, "wb") as file:
                    manifest = write_backup(
                        file, keystore, _streamed(files), self._recipients(), describe, self._keys.signer
                    )
                    file.flush()
                    os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
        except OSError as error:
            words = "backup-medium-full" if is_out_of_space(error) else "backup-not-written"
            raise StorageFailure(words, path=str(path.parent), reason=error.strerror or "") from error
        finally:
            for leftover in (temporary, copy):
                with suppress(OSError):
                    leftover.unlink(missing_ok=True)
        return manifest

    def _open_files(self, copy: Path, opened: ExitStack) -> list[tuple[str, int, BinaryIO]]:
        """Open every member now, so that a file deleted a moment later is still complete here."""
        found = [(DATABASE, copy)]
        for folder in FOLDERS:
            paths = sorted((self._data_dir / folder).glob("*"))
            found += [(f"{folder}/{path.name}", path) for path in paths if path.is_file() and path.suffix != ".new"]
        files: list[tuple[str, int, BinaryIO]] = []
        for name, path in found:
            file: BinaryIO = opened.enter_context(path.open("rb"))
            files.append((name, os.fstat(file.fileno()).st_size, file))
        return files

    def _recipients(self) -> tuple[str, ...]:
        """Return the kit itself (opened with its passphrase) and, once paired, the recovery key."""
        recipients = [self._keys.sealing_recipient]
        with suppress(StorageFailure):
            recipients += read_recipients(self._data_dir / "trust" / "recipients.json")[1:]
        return tuple(recipients)

    def _session(self, session_id: str) -> sessions.SessionRow:
        with self._database.read() as connection:
            row = sessions.session_by_id(connection, session_id)
        if row is None:
            raise NotFound("session-unknown")
        return row

    def _recorded(self, session_id: str) -> int:
        with self._database.read() as connection:
            return len(recordings.register(connection, session_id))

    def _packets_held(self, session_id: str, manifest: BackupManifest) -> int:
        with self._database.read() as connection:
            names = {f"packets/{row.file_name}" for row in packets.packets(connection, session_id)}
        return len(names & set(manifest.members))


def prove(path: Path, public_der: bytes | None = None, identity: str | None = None) -> BackupVerdict:
    """Prove a backup file read from the medium itself; with an age identity every member is decrypted and hashed."""
    try:
        with open(path, "rb") as file:
            _forget_cache(file)
            manifest, _keystore = read_backup(file, public_der)
            if identity is not None:
                prove_members(file, manifest, identity)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise StorageFailure("backup-unreadable", path=path.name, reason=error.strerror or "") from error
    return _verdict(manifest, size, opened=identity is not None)


def prove_with_passphrase(
    path: Path, passphrase: str, scratch: Path, tpm: Tpm | None = None, recovery_code: str = ""
) -> BackupVerdict:
    """Prove a backup on any laptop by its passphrase or code; the folder `scratch` holds the keystore for a moment."""
    keys = _keys_of(path, passphrase, scratch, tpm, recovery_code)
    return prove(path, keys.signer.public_der, keys.sealing_identity)


def restore_backup(
    path: Path, into: Path, passphrase: str, tpm: Tpm | None = None, recovery_code: str = ""
) -> BackupVerdict:
    """Restore a backup into a folder that is empty or not there; proved while written, visible only when whole.

    A backup of a kit whose keys are in another machine's TPM opens by its recovery code; its keys are then locked
    anew with `passphrase` and this machine's `tpm`, where it has one. Raises NotAllowed on a wrong passphrase or code,
    Tampered on a damaged file, StorageFailure when the folder is in use.
    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise StorageFailure("backup-target-not-empty", path=str(into))
    building = into.with_name(into.name + ".restoring")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        keys = _keys_of(path, passphrase, building, tpm, recovery_code)
        with open(path, "rb") as file:
            manifest, keystore = read_backup(file, keys.signer.public_der)
            with open_members(file, manifest, keys.sealing_identity) as members:
                for name, _size, chunks in members:
                    _write_member(building / name, chunks)
            size = os.fstat(file.fileno()).st_size
        write_durably(building / KEYSTORE, keystore)
        if recovery_code:
            relock_keystore(building / KEYSTORE, passphrase, tpm, recovery_code, opened_by=recovery_code)
        if into.exists():
            into.rmdir()
        building.rename(into)
        sync_folder(into.parent)
    except OSError as error:
        words = "disk-full" if is_out_of_space(error) else "backup-not-restored"
        raise StorageFailure(words, reason=error.strerror or "") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return _verdict(manifest, size, opened=True)


def _keys_of(path: Path, passphrase: str, scratch: Path, tpm: Tpm | None, recovery_code: str) -> KitKeys:
    try:
        with open(path, "rb") as file:
            _manifest, keystore = read_backup(file)
    except OSError as error:
        raise StorageFailure("backup-unreadable", path=path.name, reason=error.strerror or "") from error
    held = scratch / KEYSTORE
    write_durably(held, keystore)
    try:
        return unlock_keystore(held, passphrase, tpm, recovery_code)
    finally:
        held.unlink(missing_ok=True)


def _write_member(path: Path, chunks: Iterator[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        os.fchmod(file.fileno(), 0o600) if hasattr(os, "fchmod") else None
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _streamed(files: list[tuple[str, int, BinaryIO]]) -> Iterator[tuple[str, int, Iterator[bytes]]]:
    for name, size, file in files:
        yield name, size, _first_bytes(file, size)


def _first_bytes(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield the first `size` bytes: a journal may grow meanwhile, its beginning never changes."""
    left = size
    while left:
        chunk = file.read(min(left, CHUNK_BYTES))
        if not chunk:
            return
        left -= len(chunk)
        yield chunk


def _forget_cache(file: BinaryIO) -> None:
    """Ask the operating system to read from the medium, not from memory, where it knows how."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _verdict(manifest: BackupManifest, size: int, opened: bool) -> BackupVerdict:
    return BackupVerdict(
        backup_id=manifest.backup_id,
        kit_id=manifest.kit_id,
        session_id=manifest.session_id,
        made_at=manifest.made_at,
        size=size,
        members=len(manifest.members),
        packets=sum(name.startswith("packets/") for name in manifest.members),
        opened=opened,
    )
