"""The kit's own secrets in one file, each wrapped by a key that Argon2id makes of the passphrase.

Secrets: the database key, the capture key, the signing key, the sealing identity of
the print room. Written once, by temporary file, fsync and rename.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyrage import x25519

from station.domain.errors import NotAllowed, StorageFailure
from station.keys.signing import SoftwareSigner

FORMAT = "station-keystore-1"
_TIME_COST, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4
_NONCE_BYTES = 12


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


def create_keystore(path: Path, passphrase: str) -> KitKeys:
    """Make fresh secrets and write them wrapped; raises StorageFailure when a keystore is there already."""
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
    salt = secrets.token_bytes(16)
    wrapping = AESGCM(_wrapping_key(passphrase, salt))
    wrapped = {name: _wrap(wrapping, name, value).hex() for name, value in plain.items()}
    document = {"format": FORMAT, "salt": salt.hex(), "wrapped": wrapped}
    write_durably(path, json.dumps(document, indent=1).encode())
    return _keys(plain)


def unlock_keystore(path: Path, passphrase: str) -> KitKeys:
    """Read the secrets; raises NotAllowed on a wrong passphrase, StorageFailure on a missing or damaged file."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        salt = bytes.fromhex(document["salt"])
        wrapped = {name: bytes.fromhex(value) for name, value in document["wrapped"].items()}
    except FileNotFoundError as error:
        raise StorageFailure("keystore-missing", path=str(path)) from error
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise StorageFailure("keystore-damaged", path=str(path)) from error
    wrapping = AESGCM(_wrapping_key(passphrase, salt))
    try:
        return _keys({name: _unwrap(wrapping, name, value) for name, value in wrapped.items()})
    except InvalidTag as error:
        raise NotAllowed("passphrase-wrong") from error


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


def _wrapping_key(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, _TIME_COST, _MEMORY_KIB, _LANES, 32, Type.ID)


def _wrap(cipher: AESGCM, name: str, value: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, value, name.encode())


def _unwrap(cipher: AESGCM, name: str, value: bytes) -> bytes:
    return cipher.decrypt(value[:_NONCE_BYTES], value[_NONCE_BYTES:], name.encode())


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
