"""The locks of a keystore: each gives the same master key back, for a passphrase, for the TPM with it, or for a code.

With a TPM lock the passphrase alone opens nothing: the key is derived from Argon2id of the passphrase and a secret that
only this machine's TPM gives out, for a value derived from the same passphrase. The recovery code is 144 random bits
on paper, for the day when the laptop is broken and its backup must open elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from station.domain.errors import BadInput, NotAllowed, StorageFailure
from station.keys.tpm import SECRET_BYTES, SealedSecret, Tpm

_TIME_COST, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4
_NONCE_BYTES, _SALT_BYTES = 12, 16
_CODE_BYTES, _CHECK_BYTES = 18, 2
_MASTER, _TPM_VALUE = "master", b"station tpm value"
_PASSPHRASE, _TPM, _RECOVERY = "passphrase", "tpm", "recovery"


@dataclass(frozen=True, slots=True)
class Locks:
    """The locks of one keystore: `wrapped` is the master key by kind of lock, `sealed` is for the TPM's."""

    salt: bytes
    wrapped: dict[str, bytes]
    sealed: SealedSecret | None = None

    @classmethod
    def closed(cls, master: bytes, passphrase: str, tpm: Tpm | None, recovery_code: str) -> Locks:
        """Lock a master key; raises StorageFailure when the TPM does not take its part."""
        salt = secrets.token_bytes(_SALT_BYTES)
        stretched = _stretched(passphrase, salt)
        if tpm is None:
            wrapped, sealed = {_PASSPHRASE: wrap(stretched, _MASTER, master)}, None
        else:
            secret = secrets.token_bytes(SECRET_BYTES)
            sealed = tpm.seal(secret, _tpm_value(stretched))
            wrapped = {_TPM: wrap(_derived(stretched + secret, b"station tpm lock"), _MASTER, master)}
        if recovery_code:
            wrapped[_RECOVERY] = wrap(_recovery_key(recovery_code), _MASTER, master)
        return cls(salt, wrapped, sealed)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Locks:
        """Read the locks of a keystore file; raises KeyError, TypeError or ValueError when it is damaged."""
        sealed = None
        if "tpm" in document:
            found = document["tpm"]
            sealed = SealedSecret(bytes.fromhex(found["public"]), bytes.fromhex(found["private"]))
        wrapped = {str(kind): bytes.fromhex(value) for kind, value in document["locks"].items()}
        if not wrapped or (_TPM in wrapped) != (sealed is not None):
            raise ValueError("locks")
        return cls(bytes.fromhex(document["salt"]), wrapped, sealed)

    @classmethod
    def of_first_format(cls, document: dict[str, Any]) -> Locks:
        """Read a keystore of format 1, whose secrets are wrapped by the stretched passphrase itself."""
        return cls(bytes.fromhex(document["salt"]), {})

    def as_document(self) -> dict[str, Any]:
        """Return what belongs in the file."""
        document: dict[str, Any] = {
            "salt": self.salt.hex(),
            "locks": {kind: value.hex() for kind, value in self.wrapped.items()},
        }
        if self.sealed is not None:
            document["tpm"] = {"public": self.sealed.public.hex(), "private": self.sealed.private.hex()}
        return document

    @property
    def needs_tpm(self) -> bool:
        """Tell whether the passphrase opens only together with this machine's TPM."""
        return self.sealed is not None

    @property
    def has_recovery_code(self) -> bool:
        """Tell whether there is a code on paper."""
        return _RECOVERY in self.wrapped

    def opened(self, passphrase: str, tpm: Tpm | None, recovery_code: str) -> bytes:
        """Return the master key; raises NotAllowed with what is wrong, BadInput for a mistyped code."""
        if recovery_code:
            return self._opened_by_code(recovery_code)
        stretched = _stretched(passphrase, self.salt)
        if not self.wrapped:
            return stretched
        if self.sealed is None:
            return _master(stretched, self.wrapped[_PASSPHRASE], "passphrase-wrong")
        if tpm is None:
            raise NotAllowed("keystore-tpm-needed")
        secret = tpm.unseal(self.sealed, _tpm_value(stretched))
        return _master(_derived(stretched + secret, b"station tpm lock"), self.wrapped[_TPM], "keystore-other-machine")

    def _opened_by_code(self, recovery_code: str) -> bytes:
        if _RECOVERY not in self.wrapped:
            raise NotAllowed("keystore-no-recovery-code")
        return _master(_recovery_key(recovery_code), self.wrapped[_RECOVERY], "recovery-code-wrong")


def new_recovery_code() -> str:
    """Return a fresh code of eight groups of four letters and digits, with a check against mistyping."""
    content = secrets.token_bytes(_CODE_BYTES)
    letters = base64.b32encode(content + _check(content)).decode()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def wrap(key: bytes, name: str, value: bytes) -> bytes:
    """Encrypt a secret under its name: it opens under no other one."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, value, name.encode())


def unwrap(key: bytes, name: str, value: bytes) -> bytes:
    """Return a secret; raises InvalidTag when key, name or bytes are others."""
    return AESGCM(key).decrypt(value[:_NONCE_BYTES], value[_NONCE_BYTES:], name.encode())


def _master(key: bytes, wrapped: bytes, wrong: str) -> bytes:
    try:
        return unwrap(key, _MASTER, wrapped)
    except InvalidTag as error:
        raise NotAllowed(wrong) from error
    except ValueError as error:
        raise StorageFailure("keystore-damaged", path="") from error


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, _TIME_COST, _MEMORY_KIB, _LANES, 32, Type.ID)


def _tpm_value(stretched: bytes) -> bytes:
    return _derived(stretched, _TPM_VALUE)


def _recovery_key(recovery_code: str) -> bytes:
    letters = "".join(recovery_code.split()).replace("-", "").upper()
    try:
        content = base64.b32decode(letters)
    except (binascii.Error, ValueError) as error:
        raise BadInput("recovery-code-mistyped") from error
    code, check = content[:_CODE_BYTES], content[_CODE_BYTES:]
    if len(content) != _CODE_BYTES + _CHECK_BYTES or check != _check(code):
        raise BadInput("recovery-code-mistyped")
    return _derived(code, b"station recovery lock")


def _check(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:_CHECK_BYTES]


def _derived(content: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, purpose).derive(content)
