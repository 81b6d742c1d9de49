"""A sitting's journal: one encrypted file to which each capture is appended and made durable before anyone is told.

Layout: 8 bytes magic, 16 bytes sitting identifier, then records: 4 bytes length
(big-endian), 12 bytes nonce, AES-256-GCM cipher text. The sitting identifier and the
record's number are authenticated with each record, so none can be moved or left out.
A record cut short by a power cut is not there; what stands before it is whole.
"""

from __future__ import annotations

import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from station.domain.errors import StorageFailure, is_out_of_space
from station.keys.keystore import sync_folder

MAGIC = b"STNJRN01"
LARGEST_RECORD_BYTES = 64 * 1024 * 1024
_LENGTH = struct.Struct(">I")
_NONCE_BYTES, _TAG_BYTES = 12, 16


class Journal:
    """Appends and reads the records of one sitting."""

    def __init__(self, path: Path, key: bytes, sitting_id: str) -> None:
        self.path = path
        self._cipher = AESGCM(key)
        self._identifier = bytes.fromhex(sitting_id)
        self._end: int | None = None
        self._count = 0

    def append(self, content: bytes) -> int:
        """Append durably and return the record's number from 0. Raises StorageFailure, then it is not there."""
        try:
            return self._append(content)
        except OSError as error:
            self._end = None
            words = "disk-full" if is_out_of_space(error) else "journal-not-durable"
            raise StorageFailure(words, path=self.path.name, reason=error.strerror or "") from error

    def records(self) -> Iterator[tuple[int, bytes]]:
        """Yield number and content of each whole record; a torn or damaged tail ends the journal."""
        if not self.path.exists():
            return
        with open(self.path, "rb") as file:
            for number, content, _end in self._read(file):
                yield number, content

    def record(self, number: int) -> bytes:
        """Return one record; raises StorageFailure when it is not there or damaged."""
        for found, content in self.records():
            if found == number:
                return content
        raise StorageFailure("journal-record-missing", path=self.path.name, record=number)

    def drop_last(self) -> None:
        """Take the last record back: its row could not be stored. Best effort; recovery adopts it otherwise."""
        ends = [len(MAGIC) + len(self._identifier)]
        with suppress(OSError), open(self.path, "r+b") as file:
            ends += [end for _number, _content, end in self._read(file)]
            file.truncate(ends[-2])
            os.fsync(file.fileno())
        self._end = None

    def _append(self, content: bytes) -> int:
        if not self.path.exists():
            self._create()
        with open(self.path, "r+b") as file:
            end = self._find_end(file)
            record = self._encrypt(content, self._count)
            try:
                file.truncate(end)
                file.seek(end)
                file.write(record)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                with suppress(OSError):
                    file.truncate(end)
                raise
        self._end = end + len(record)
        self._count += 1
        return self._count - 1

    def _create(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_name(self.path.name + ".new")
        with open(temporary, "wb") as file:
            os.fchmod(file.fileno(), 0o600) if hasattr(os, "fchmod") else None
            file.write(MAGIC + self._identifier)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)
        sync_folder(self.path.parent)
        sync_folder(self.path.parent.parent)

    def _find_end(self, file: BinaryIO) -> int:
        if self._end is None:
            self._end, self._count = len(MAGIC) + len(self._identifier), 0
            for number, _content, end in self._read(file):
                self._end, self._count = end, number + 1
        return self._end

    def _read(self, file: BinaryIO) -> Iterator[tuple[int, bytes, int]]:
        file.seek(0)
        if file.read(len(MAGIC) + len(self._identifier)) != MAGIC + self._identifier:
            raise StorageFailure("journal-damaged", path=self.path.name)
        number = 0
        while True:
            header = file.read(_LENGTH.size)
            if len(header) < _LENGTH.size:
                return
            (size,) = _LENGTH.unpack(header)
            body = file.read(size) if _NONCE_BYTES + _TAG_BYTES <= size <= LARGEST_RECORD_BYTES else b""
            if len(body) < size or not body:
                return
            try:
                content = self._cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], self._authenticated(number))
            except InvalidTag:
                return
            yield number, content, file.tell()
            number += 1

    def _encrypt(self, content: bytes, number: int) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        body = nonce + self._cipher.encrypt(nonce, content, self._authenticated(number))
        return _LENGTH.pack(len(body)) + body

    def _authenticated(self, number: int) -> bytes:
        return self._identifier + _LENGTH.pack(number)


def new_journal_key(capture_key: bytes, sitting_id: str) -> tuple[bytes, bytes]:
    """Return a fresh key for one journal, plain and wrapped by the kit's capture key."""
    key, nonce = AESGCM.generate_key(256), secrets.token_bytes(_NONCE_BYTES)
    return key, nonce + AESGCM(capture_key).encrypt(nonce, key, bytes.fromhex(sitting_id))


def unwrap_journal_key(capture_key: bytes, sitting_id: str, wrapped: bytes) -> bytes:
    """Return a journal's key; raises StorageFailure when the capture key is another one."""
    try:
        return AESGCM(capture_key).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], bytes.fromhex(sitting_id))
    except InvalidTag as error:
        raise StorageFailure("journal-key-wrong") from error
