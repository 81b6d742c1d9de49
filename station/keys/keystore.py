"""The kit's own secrets in one file, wrapped by a master key that one of several locks gives back.

Secrets: the database key, the capture key, the signing key, the sealing identity of the print room. The locks are in
`locks.py`. Always written whole, by temporary file, fsync and rename. Format: docs/formats/keystore.md.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import x25519

from station.domain.errors import NotAllowed, StorageFailure
from station.keys.locks import Locks, unwrap, wrap
from station.keys.signing import SoftwareSigner
from station.keys.tpm import Tpm

FORMAT, FIRST_FORMAT = "station-keystore-2", "station-keystore-1"


@dataclass(frozen=True, slots=True)
class KitKeys:
    """The unlocked secrets of this kit."""

    database_key: bytes
    capture_key: bytes
    signer: SoftwareSigner
    sealing_identity: str

    @property
    def sealing_recipient(self) -> str:
        """Return the public age recipient of this kit: whom print-ready records are sealed to."""
        return str(x25519.Identity.from_str(self.sealing_identity).to_public())


@dataclass(frozen=True, slots=True)
class KeystoreFacts:
    """What a keystore can be opened with, as anybody may know who has the file."""

    needs_tpm: bool
    has_recovery_code: bool


def create_keystore(path: Path, passphrase: str, tpm: Tpm | None = None, recovery_code: str = "") -> KitKeys:
    """Make fresh secrets and write them wrapped; raises StorageFailure when a keystore is there already.

    With a TPM only this machine opens it, besides whoever has the recovery code (`locks.new_recovery_code`).
    """
    if path.exists():
        raise StorageFailure("keystore-exists", path=str(path))
    private = Ed25519PrivateKey.generate()
    signing_key = private.private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    plain = {
        "database_key": secrets.token_bytes(32),
        "capture_key": secrets.token_bytes(32),
        "signing_key": signing_key,
        "sealing_identity": str(x25519.Identity.generate()).encode(),
    }
    _write(path, plain, passphrase, tpm, recovery_code)
    return _keys(plain)


def unlock_keystore(path: Path, passphrase: str, tpm: Tpm | None = None, recovery_code: str = "") -> KitKeys:
    """Read the secrets; with a recovery code neither passphrase nor TPM is asked.

    Raises NotAllowed on a wrong passphrase or code, or a TPM that is locked, missing or another machine's;
    StorageFailure on a missing or damaged file.
    """
    return _keys(_read(path, passphrase, tpm, recovery_code))


def relock_keystore(
    path: Path,
    passphrase: str,
    tpm: Tpm | None,
    recovery_code: str,
    opened_by: str = "",
    opened_by_tpm: Tpm | None = None,
) -> None:
    """Put new locks on the secrets, in one step that a power cut cannot halve; the old locks open nothing afterwards.

    `opened_by` is a recovery code of the present locks; empty: the passphrase, with `opened_by_tpm`, opens them.
    """
    plain = _read(path, passphrase, opened_by_tpm, opened_by)
    _write(path, plain, passphrase, tpm, recovery_code)


def facts_of_keystore(path: Path) -> KeystoreFacts:
    """Tell what opens a keystore, without opening it; raises StorageFailure on a missing or damaged file."""
    locks, _wrapped = _parsed(path)
    return KeystoreFacts(locks.needs_tpm, locks.has_recovery_code)


def _write(path: Path, plain: dict[str, bytes], passphrase: str, tpm: Tpm | None, recovery_code: str) -> None:
    master = secrets.token_bytes(32)
    locks = Locks.closed(master, passphrase, tpm, recovery_code)
    wrapped = {name: wrap(master, name, value).hex() for name, value in plain.items()}
    document = {"format": FORMAT, **locks.as_document(), "wrapped": wrapped}
    write_durably(path, json.dumps(document, indent=1).encode())


def _read(path: Path, passphrase: str, tpm: Tpm | None, recovery_code: str) -> dict[str, bytes]:
    locks, wrapped = _parsed(path)
    master = locks.opened(passphrase, tpm, recovery_code)
    try:
        return {name: unwrap(master, name, value) for name, value in wrapped.items()}
    except InvalidTag as error:
        raise NotAllowed("passphrase-wrong") from error


def _parsed(path: Path) -> tuple[Locks, dict[str, bytes]]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = document.get("format") == FORMAT
        locks = Locks.from_document(document) if known else Locks.of_first_format(document)
        return locks, {name: bytes.fromhex(value) for name, value in document["wrapped"].items()}
    except FileNotFoundError as error:
        raise StorageFailure("keystore-missing", path=str(path)) from error
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise StorageFailure("keystore-damaged", path=str(path)) from error


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that after a power cut it is either the old or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    try:
        with open(temporary, "wb") as file:
            os.fchmod(file.fileno(), 0o600) if hasattr(os, "fchmod") else None
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageFailure("file-not-durable", path=str(path), reason=error.strerror or "") from error


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable, where the operating system has that call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keys(plain: dict[str, bytes]) -> KitKeys:
    try:
        return KitKeys(
            database_key=plain["database_key"],
            capture_key=plain["capture_key"],
            signer=SoftwareSigner(Ed25519PrivateKey.from_private_bytes(plain["signing_key"])),
            sealing_identity=plain["sealing_identity"].decode(),
        )
    except (KeyError, ValueError) as error:
        raise StorageFailure("keystore-damaged", path="") from error
