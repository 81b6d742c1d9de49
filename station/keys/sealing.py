"""Sealing with age version 1 (C2SP age): whoever holds an identity opens, the sealer cannot."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, Protocol

import pyrage
from pyrage import x25519

from station.domain.errors import BadInput, StorageFailure, Tampered


class ByteSource(Protocol):
    """Anything that gives bytes on request, fewer at its end."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


class HashingWriter:
    """Passes bytes on to a file and keeps their SHA-256 and their count in bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0
        self.failure: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write, hash and count; what the system refused is kept, since the seal's library passes on its text only."""
        try:
            self._file.write(data)
        except OSError as error:
            self.failure = error
            raise
        self._digest.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Pass on what is buffered."""
        self._file.flush()

    def digest(self) -> bytes:
        """Return SHA-256 of everything written."""
        return self._digest.digest()


def new_identity() -> str:
    """Return a fresh age identity, a secret text that starts with AGE-SECRET-KEY-1."""
    return str(x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the public recipient of an identity."""
    return str(x25519.Identity.from_str(identity).to_public())


def seal(plain: bytes, recipients: tuple[str, ...]) -> bytes:
    """Seal bytes to recipients; raises BadInput when one is no age recipient."""
    return bytes(pyrage.encrypt(plain, _keys(recipients)))


def seal_stream(source: ByteSource, target: BinaryIO, recipients: tuple[str, ...]) -> HashingWriter:
    """Seal what `source` gives into `target` with flat memory, and return hash and size of what was written.

    Raises BadInput when one is no age recipient, OSError when `target` cannot be written, StorageFailure otherwise.
    """
    keys, writer = _keys(recipients), HashingWriter(target)
    try:
        pyrage.encrypt_io(source, writer, keys)
    except pyrage.EncryptError as error:
        if writer.failure is not None:
            raise writer.failure from error
        raise StorageFailure("sealing-not-written", reason=str(error)) from error
    return writer


def open_sealed(sealed: bytes, identity: str) -> bytes:
    """Open what was sealed to this identity; raises Tampered when it was not, or was changed."""
    try:
        return bytes(pyrage.decrypt(sealed, [x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        raise Tampered("sealed-cannot-open") from error


def _keys(recipients: tuple[str, ...]) -> list[x25519.Recipient]:
    try:
        return [x25519.Recipient.from_str(text) for text in recipients]
    except pyrage.RecipientError as error:
        raise BadInput("sealing-recipient-wrong") from error
