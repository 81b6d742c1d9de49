"""What recording costs: slap to scores, CPU of a whole student, keys in a long list, journal, packet, backup.

Further programs of this room: `students` (memory over many), `day_memory`, `fuzz`.
"""

from __future__ import annotations

import os
import random
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from pyrage import encrypt_file, x25519

from benchmarks.capture.fuzz import OFFICE, SIGNER, manifest_of
from benchmarks.capture.key_lag import LONG, SHORT, median_lag_s
from benchmarks.capture.students import measure_student
from benchmarks.figures import Figure, in_turn
from station.capture.backup_file import BackupManifest, write_backup
from station.capture.journal import Journal
from station.capture.packet import Member, seal_packet
from station.capture.packet.frames import MemberEntry

CAPTURE_BYTES = 500_000
PACKET_BYTES = 2_000_000
BACKUP_BYTES = 60_000_000


def figures() -> list[Figure]:
    """Measure on a folder of this disk."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        return [*_student(), _keys(), _journal(Path(folder)), _seal(Path(folder)), _backup(Path(folder))]


def _student() -> list[Figure]:
    cpu_s, slap_s = measure_student()
    return [
        Figure("slap of four in to scores out", slap_s, None, "s", "", "under 0.5 s"),
        Figure("whole student, CPU", cpu_s, None, "s", "", "the less the longer the battery lasts"),
    ]


def _keys() -> Figure:
    long_s, short_s = median_lag_s(LONG), median_lag_s(SHORT)
    return Figure(f"a key in a list of {LONG:,} students", long_s, short_s, "s", f"list of {SHORT}", "at most 1.5 x")


def _journal(folder: Path) -> Figure:
    content = random.Random(1).randbytes(CAPTURE_BYTES)
    journal = Journal(folder / "j" / "one.journal", secrets.token_bytes(32), "ab" * 16)
    bare = folder / "bare"

    def write() -> None:
        with open(bare, "ab") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    ours, peer = in_turn(lambda: journal.append(content), write)
    return Figure("journal, one capture of 500 kB", ours, peer, "s", "bare fsynced append", "at most 1.5 x")


def _seal(folder: Path) -> Figure:
    content = random.Random(2).randbytes(PACKET_BYTES)
    plain, sealed, path = folder / "plain", folder / "sealed", folder / "one.packet"
    plain.write_bytes(content)
    inner: dict[str, object] = {"packet_id": "a" * 32, "kit_id": "KIT-CONTOH-1"}

    def ours() -> None:
        members = [Member("fingers.iso19794-4", lambda: content)]
        seal_packet(path, manifest_of, inner, members, (str(OFFICE.to_public()),), SIGNER)

    def peer() -> None:
        encrypt_file(str(plain), str(sealed), [x25519.Recipient.from_str(str(OFFICE.to_public()))])
        descriptor = os.open(sealed, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    ours_s, peer_s = in_turn(ours, peer)
    return Figure("packet, 2 MB sealed and durable", ours_s, peer_s, "s", "age alone, fsynced", "at most 3 x")


def _backup(folder: Path) -> Figure:
    source, target, copy = folder / "source", folder / "target", folder / "copy"
    source.write_bytes(random.Random(3).randbytes(BACKUP_BYTES))

    def describe(keystore: bytes, digest: bytes, size: int, members: dict[str, MemberEntry]) -> BackupManifest:
        at = datetime(2026, 3, 2, tzinfo=UTC)
        key = SIGNER.public_der
        return BackupManifest("a" * 32, "K", "b" * 32, at, "station", "0", keystore, digest, size, key, members)

    def ours() -> None:
        with open(source, "rb") as file, open(target, "wb") as out:
            chunks = iter(lambda: file.read(65536), b"")
            write_backup(out, b"{}", [("one", BACKUP_BYTES, chunks)], (str(OFFICE.to_public()),), describe, SIGNER)
            out.flush()
            os.fsync(out.fileno())

    def peer() -> None:
        encrypt_file(str(source), str(copy), [x25519.Recipient.from_str(str(OFFICE.to_public()))])
        descriptor = os.open(copy, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    ours_s, peer_s = in_turn(ours, peer, rounds=3)
    return Figure("backup, 60 MB encrypted and durable", ours_s, peer_s, "s", "age alone, fsynced", "at most 2 x")
