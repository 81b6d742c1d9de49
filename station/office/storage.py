"""Where finished packets lie: a local folder written durably, or an S3-compatible store by URL.

Names are `packets/<kit>/<packet>.sealed`, made of checked identifiers only; nothing is ever
overwritten with other content.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from station.domain.errors import StorageFailure
from station.keys.keystore import sync_folder

_READ_BYTES = 1024 * 1024
ALLOW_HTTP = "allow_http"


class PacketStorage(Protocol):
    """Keeps whole packets for good."""

    def keep(self, kit_id: str, packet_id: str, source: Path) -> None:
        """Take over a finished file that is durable already; durable under its own name when this returns."""

    def has(self, kit_id: str, packet_id: str) -> bool:
        """Tell whether the packet is kept already."""

    def fetch(self, kit_id: str, packet_id: str, target: Path) -> None:
        """Copy a packet to a local file; raises StorageFailure when it cannot be read."""

    def healthy(self) -> bool:
        """Tell whether the store answers."""


class FolderStorage:
    """Packets in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, kit_id: str, packet_id: str, source: Path) -> None:
        """Rename the file into place and make both folders durable."""
        target = self._path(kit_id, packet_id)
        try:
            _make_folder(target.parent)
            source.replace(target)
            sync_folder(target.parent)
            sync_folder(source.parent)
        except OSError as error:
            raise StorageFailure("office-storage-failed", reason=error.strerror or "") from error

    def has(self, kit_id: str, packet_id: str) -> bool:
        """Tell whether the file is there."""
        return self._path(kit_id, packet_id).exists()

    def fetch(self, kit_id: str, packet_id: str, target: Path) -> None:
        """Copy the packet."""
        try:
            with open(self._path(kit_id, packet_id), "rb") as source, open(target, "wb") as file:
                while block := source.read(_READ_BYTES):
                    file.write(block)
        except OSError as error:
            raise StorageFailure("office-storage-failed", reason=error.strerror or "") from error

    def healthy(self) -> bool:
        """Tell whether the folder can be written."""
        return os.access(self._root, os.W_OK) or not self._root.exists()

    def _path(self, kit_id: str, packet_id: str) -> Path:
        return self._root / "packets" / safe_name(kit_id) / f"{packet_id}.sealed"


class ObjectStorage:
    """Packets in an S3-compatible store."""

    def __init__(self, url: str, options: dict[str, str]) -> None:
        from obstore.store import from_url

        retry: dict[str, Any] = {"max_retries": 2}
        config = {name: value for name, value in options.items() if name != ALLOW_HTTP}
        client: dict[str, Any] = {"allow_http": options.get(ALLOW_HTTP) == "true", "timeout": "60s"}
        self._store: Any = from_url(url, config=config, client_options=client, retry_config=retry)  # type: ignore[call-overload]

    def keep(self, kit_id: str, packet_id: str, source: Path) -> None:
        """Upload, read the size back, and only then forget the local file."""
        import obstore

        name = self._name(kit_id, packet_id)
        try:
            obstore.put(self._store, name, source)
            if obstore.head(self._store, name)["size"] != source.stat().st_size:
                raise StorageFailure("office-storage-failed", reason="size")
            source.unlink()
        except (OSError, obstore.exceptions.BaseError) as error:
            raise StorageFailure("office-storage-failed", reason=type(error).__name__) from error

    def has(self, kit_id: str, packet_id: str) -> bool:
        """Ask for the object's head."""
        import obstore

        try:
            obstore.head(self._store, self._name(kit_id, packet_id))
        except FileNotFoundError:
            return False
        except (OSError, obstore.exceptions.BaseError) as error:
            raise StorageFailure("office-storage-failed", reason=type(error).__name__) from error
        return True

    def fetch(self, kit_id: str, packet_id: str, target: Path) -> None:
        """Download the packet."""
        import obstore

        try:
            with open(target, "wb") as file:
                blocks = obstore.get(self._store, self._name(kit_id, packet_id)).stream(_READ_BYTES)
                file.writelines(bytes(block) for block in blocks)
        except (OSError, obstore.exceptions.BaseError) as error:
            raise StorageFailure("office-storage-failed", reason=type(error).__name__) from error

    def healthy(self) -> bool:
        """Tell whether the store answers a small question."""
        import obstore

        try:
            obstore.list_with_delimiter(self._store, "health/")
        except (OSError, obstore.exceptions.BaseError):
            return False
        return True

    def _name(self, kit_id: str, packet_id: str) -> str:
        return f"packets/{safe_name(kit_id)}/{packet_id}.sealed"


def open_storage(url: str | None, folder: Path, options: dict[str, str] | None = None) -> PacketStorage:
    """Open the store at a URL (`s3://bucket/prefix`), or the folder when there is none."""
    return ObjectStorage(url, options or {}) if url else FolderStorage(folder)


def sha256_of(path: Path) -> bytes:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    for block in _blocks(path):
        digest.update(block)
    return digest.digest()


def safe_name(kit_id: str) -> str:
    """Return a kit's name as a folder name: letters, digits, point, dash, underscore only."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in kit_id)


def _blocks(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while block := file.read(_READ_BYTES):
            yield block


def _make_folder(folder: Path) -> None:
    if folder.exists():
        return
    missing = folder
    while not missing.parent.exists():
        missing = missing.parent
    folder.mkdir(parents=True, exist_ok=True)
    made = folder
    while made != missing.parent:
        sync_folder(made.parent)
        made = made.parent
