"""The backup file: everything a spare laptop needs to stand where this kit stood, encrypted and provable.

Layout: 8 bytes magic, 4 bytes length and the keystore (its secrets are wrapped by the
passphrase), the age file with all members, then the signed manifest, its length (4
bytes) and 8 bytes end mark. A file that was cut has no end mark. See
docs/formats/backup.md.
"""

from __future__ import annotations

import hashlib
import os
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import cbor2

from station.capture.packet.frames import CHUNK_BYTES, FrameReader, MemberEntry, read_exactly, read_members
from station.capture.packet.outer import check_age_header, format_shown, load_map, unverified_payload
from station.domain.errors import BadInput, NotAllowed, StationError, StorageFailure, Tampered
from station.keys.sealing import seal_stream
from station.keys.signing import Signer, verify

MAGIC, END = b"STNBAK01", b"STNBAKED"
FORMAT = 1
LARGEST_KEYSTORE_BYTES = 64 * 1024
LARGEST_MANIFEST_BYTES = 8 * 1024 * 1024
LARGEST_MEMBER_BYTES = 8 * 1024 * 1024 * 1024
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """What a backup says about itself; sizes in bytes, `members` by name."""

    backup_id: str
    kit_id: str
    session_id: str
    made_at: datetime
    application: str
    version: str
    keystore_sha256: bytes
    sealed_sha256: bytes
    sealed_size: int
    public_der: bytes
    members: dict[str, MemberEntry]

    def encode(self) -> bytes:
        """Return the manifest as canonical CBOR."""
        body = {
            "format": FORMAT,
            "backup_id": self.backup_id,
            "kit_id": self.kit_id,
            "session_id": self.session_id,
            "made_at": self.made_at.isoformat(),
            "application": self.application,
            "version": self.version,
            "keystore_sha256": self.keystore_sha256,
            "sealed_sha256": self.sealed_sha256,
            "sealed_size": self.sealed_size,
            "public_der": self.public_der,
            "members": {name: [entry.size, entry.sha256] for name, entry in self.members.items()},
        }
        return cbor2.dumps(body, canonical=True)


Members = Iterable[tuple[str, int, Iterable[bytes]]]
Describe = Callable[[bytes, bytes, int, dict[str, MemberEntry]], BackupManifest]


def write_backup(
    file: BinaryIO, keystore: bytes, members: Members, recipients: tuple[str, ...], describe: Describe, signer: Signer
) -> BackupManifest:
    """Stream a backup into `file`; `describe` completes the manifest with hashes, size and members."""
    file.write(MAGIC + _LENGTH.pack(len(keystore)) + keystore)
    reader = FrameReader(members)
    try:
        sealed = seal_stream(reader, file, recipients)
    except (BadInput, StorageFailure) as error:
        raise StorageFailure("backup-not-written", reason=str(error.params.get("reason", ""))) from error
    entries = {entry.name: entry for entry in reader.entries}
    manifest = describe(hashlib.sha256(keystore).digest(), sealed.digest(), sealed.size, entries)
    message = signer.sign(manifest.encode())
    file.write(message + _LENGTH.pack(len(message)) + END)
    return manifest


def read_backup(file: BinaryIO, public_der: bytes | None = None) -> tuple[BackupManifest, bytes]:
    """Prove a backup without opening it and return manifest and keystore; raises Tampered naming what differs.

    Without `public_der` the signature is checked against the key the manifest names: that shows damage, not forgery.
    """
    size = file.seek(0, os.SEEK_END)
    manifest, manifest_start = _read_manifest(file, size, public_der)
    file.seek(0)
    keystore = _read_keystore(file, manifest)
    if file.tell() + manifest.sealed_size != manifest_start:
        raise Tampered("backup-size-differs")
    digest, missing = hashlib.sha256(), manifest.sealed_size
    while missing:
        chunk = read_exactly(file, min(missing, CHUNK_BYTES))
        digest.update(chunk)
        missing -= len(chunk)
    if digest.digest() != manifest.sealed_sha256:
        raise Tampered("backup-hash-differs")
    return manifest, keystore


@contextmanager
def open_members(
    file: BinaryIO, manifest: BackupManifest, identity: str
) -> Iterator[Iterator[tuple[str, int, Iterator[bytes]]]]:
    """Decrypt the members one after the other with flat memory; raises Tampered or NotAllowed."""
    file.seek(0)
    _read_keystore(file, manifest)
    start = file.tell()
    check_age_header(file)
    file.seek(start)
    with _decrypted(_Window(file, manifest.sealed_size), identity) as stream:
        yield _checked(read_members(stream, LARGEST_MEMBER_BYTES), manifest)


def prove_members(file: BinaryIO, manifest: BackupManifest, identity: str) -> None:
    """Decrypt everything and compare every member with the manifest, writing nothing."""
    with open_members(file, manifest, identity) as members:
        for _name, _size, chunks in members:
            for _chunk in chunks:
                pass


def _checked(
    members: Iterator[tuple[str, int, Iterator[bytes]]], manifest: BackupManifest
) -> Iterator[tuple[str, int, Iterator[bytes]]]:
    seen = set()
    for name, size, chunks in members:
        entry = manifest.members.get(name)
        if entry is None or entry.size != size:
            raise Tampered("backup-member-differs", name=name)
        digest = hashlib.sha256()
        yield name, size, _hashed(chunks, digest)
        if digest.digest() != entry.sha256:
            raise Tampered("backup-member-differs", name=name)
        seen.add(name)
    if seen != set(manifest.members):
        raise Tampered("backup-member-missing", name=min(set(manifest.members) - seen))


def _hashed(chunks: Iterator[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


def _read_manifest(file: BinaryIO, size: int, public_der: bytes | None) -> tuple[BackupManifest, int]:
    tail = _LENGTH.size + len(END)
    if size < len(MAGIC) + tail:
        raise Tampered("backup-not-one")
    file.seek(size - tail)
    (length,) = _LENGTH.unpack(read_exactly(file, _LENGTH.size))
    if read_exactly(file, len(END)) != END:
        raise Tampered("backup-incomplete")
    start = size - tail - length
    if length > LARGEST_MANIFEST_BYTES or start < 0:
        raise Tampered("backup-malformed")
    file.seek(start)
    message = read_exactly(file, length)
    manifest = _decode(unverified_payload(message))
    verify(message, public_der or manifest.public_der)
    return manifest, start


def _read_keystore(file: BinaryIO, manifest: BackupManifest) -> bytes:
    if read_exactly(file, len(MAGIC)) != MAGIC:
        raise Tampered("backup-not-one")
    (length,) = _LENGTH.unpack(read_exactly(file, _LENGTH.size))
    if length > LARGEST_KEYSTORE_BYTES:
        raise Tampered("backup-malformed")
    keystore = read_exactly(file, length)
    if hashlib.sha256(keystore).digest() != manifest.keystore_sha256:
        raise Tampered("backup-hash-differs")
    return keystore


def _decode(payload: bytes) -> BackupManifest:
    body: dict[str, Any] = load_map(payload)
    if body.get("format") != FORMAT:
        raise Tampered("packet-format-unknown", format=format_shown(body.get("format")))
    try:
        members = {
            str(name): MemberEntry(str(name), int(size), bytes(digest))
            for name, (size, digest) in body["members"].items()
        }
        return BackupManifest(
            backup_id=str(body["backup_id"]),
            kit_id=str(body["kit_id"]),
            session_id=str(body["session_id"]),
            made_at=datetime.fromisoformat(body["made_at"]),
            application=str(body["application"]),
            version=str(body["version"]),
            keystore_sha256=bytes(body["keystore_sha256"]),
            sealed_sha256=bytes(body["sealed_sha256"]),
            sealed_size=int(body["sealed_size"]),
            public_der=bytes(body["public_der"]),
            members=members,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Tampered("backup-malformed") from error


class _Window:
    """The sealed part of the file, read from where it stands."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        part = self._file.read(wanted)
        self._left -= len(part)
        return part


@contextmanager
def _decrypted(source: _Window, identity: str) -> Iterator[BinaryIO]:
    """Decrypt in a thread into a pipe, so that nothing but a pipe's worth is held."""
    from pyrage import DecryptError, decrypt_io, x25519

    read_end, write_end = os.pipe()
    failures: list[StationError] = []

    def decrypt() -> None:
        with open(write_end, "wb", buffering=0) as target:
            try:
                decrypt_io(source, target, [x25519.Identity.from_str(identity)])
            except DecryptError as error:
                foreign = "No matching keys" in str(error)
                failures.append(NotAllowed("backup-not-for-us") if foreign else Tampered("backup-seal-broken"))
            except (OSError, ValueError):
                failures.append(Tampered("backup-seal-broken"))

    worker = threading.Thread(target=decrypt, name="backup-decrypt", daemon=True)
    worker.start()
    stream = open(read_end, "rb")  # noqa: SIM115 - closed below, before the thread is joined
    try:
        yield stream
    except Tampered as error:
        stream.close()
        worker.join()
        raise (failures or [error])[0] from error
    finally:
        with suppress(OSError):
            stream.close()
        worker.join()
