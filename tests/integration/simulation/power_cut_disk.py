"""A disk that loses power: SQLite files in memory behind an APSW VFS, plain files in a real folder.

Model of SQLite's own crash tests: what was not synced since the last sync of a file survives
in random 512-byte sectors; directory entries not synced may be old or new. One `Disk` is one
machine; after `dead` nothing works until `restart`, and what was opened before a restart never works again:
a connection that Python has not yet let go of must not touch the files of the next boot.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

SECTOR_BYTES = 512
_real_fsync = os.fsync


class PowerCut(Exception):
    """The machine lost power in the middle of something."""


class Disk:
    """One machine's disk; `lies` makes fsync of plain files do nothing, as a broken build would."""

    def __init__(self, folder: Path, rnd: random.Random) -> None:
        self.folder, self.rnd = folder, rnd
        self.live: dict[str, bytearray] = {}
        self.durable: dict[str, bytearray] = {}
        self.volatile: dict[str, list[tuple[int, bytes | None]]] = {}
        self.dead, self.lies = False, False
        self.operations, self.cut_at, self.boots = 0, -1, 0
        self._synced: dict[int, bytes] = {}
        self._entries: dict[Path, dict[str, int]] = {}

    def operate(self) -> None:
        """Count an operation; the power goes at the one that was chosen."""
        self.operations += 1
        if self.operations == self.cut_at:
            self.dead = True
        if self.dead:
            raise PowerCut

    def write(self, name: str, data: bytes, offset: int) -> None:
        """Write to a database file; volatile until synced."""
        self.operate()
        content = self.live[name]
        if len(content) < offset + len(data):
            content.extend(bytes(offset + len(data) - len(content)))
        content[offset : offset + len(data)] = data
        self.volatile[name].append((offset, data))

    def truncate(self, name: str, size: int) -> None:
        """Cut a database file."""
        self.operate()
        del self.live[name][size:]
        self.volatile[name].append((size, None))

    def sync(self, name: str) -> None:
        """Make a database file durable."""
        self.operate()
        self.durable[name] = bytearray(self.live[name])
        self.volatile[name] = []

    def sync_plain(self, path: Path) -> None:
        """Make a plain file's content, or a folder's entries, durable."""
        self.operate()
        if self.lies:
            return
        if path.is_dir():
            self._entries[path] = {item.name: item.stat().st_ino for item in path.iterdir() if item.is_file()}
        else:
            self._synced[path.stat().st_ino] = path.read_bytes()

    def restart(self) -> None:
        """Come back with what survived."""
        for name in list(self.live):
            self.live[name] = self._survivor(name)
            self.durable[name] = bytearray(self.live[name])
            self.volatile[name] = []
        for folder in sorted(path for path in [self.folder, *self.folder.rglob("*")] if path.is_dir()):
            self._restart_folder(folder)
        self.dead, self.cut_at = False, -1
        self.boots += 1

    def _survivor(self, name: str) -> bytearray:
        image = bytearray(self.durable[name])
        for offset, data in self.volatile[name]:
            if data is None:
                if self.rnd.random() < 0.5:
                    del image[offset:]
                continue
            for start in range(0, len(data), SECTOR_BYTES):
                if self.rnd.random() < 0.5:
                    _place(image, offset + start, data[start : start + SECTOR_BYTES])
        return image

    def _restart_folder(self, folder: Path) -> None:
        known = self._entries.get(folder, {})
        now = {item.name: item for item in folder.iterdir() if item.is_file()}
        for name in sorted({*known, *now}):
            path = now.get(name)
            inode = None if path is None else path.stat().st_ino
            old = known.get(name)
            if path is not None and (inode == old or self.rnd.random() < 0.5):
                _replace(path, self._content(path, inode))
            elif old is None and path is not None:
                path.unlink()
            elif old is not None and old in self._synced:
                _replace(folder / name, self._synced[old])
        items = [item for item in folder.iterdir() if item.is_file()]
        self._synced.update({item.stat().st_ino: item.read_bytes() for item in items})
        self._entries[folder] = {item.name: item.stat().st_ino for item in items}

    def _content(self, path: Path, inode: int | None) -> bytes:
        live = path.read_bytes()
        synced = self._synced.get(inode or 0, b"")
        if live == synced:
            return live
        image = bytearray(synced)
        for start in range(0, len(live), SECTOR_BYTES):
            if self.rnd.random() < 0.5:
                _place(image, start, live[start : start + SECTOR_BYTES])
        return bytes(image)


class _File:
    def __init__(self, disk: Disk, name: str) -> None:
        self._disk, self._name, self._boot = disk, name, disk.boots
        for store in (disk.live, disk.durable):
            store.setdefault(name, bytearray())
        disk.volatile.setdefault(name, [])

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - SQLite's names
        return bytes(self._disk.live[self._name][offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        _guarded(self._disk, self._boot, self._disk.write, self._name, bytes(data), offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        _guarded(self._disk, self._boot, self._disk.truncate, self._name, size)

    def xSync(self, _flags: int) -> None:  # noqa: N802
        _guarded(self._disk, self._boot, self._disk.sync, self._name)

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._disk.live[self._name])

    def xLock(self, _level: int) -> None: ...  # noqa: N802
    def xUnlock(self, _level: int) -> None: ...  # noqa: N802
    def xClose(self) -> None: ...  # noqa: N802

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR_BYTES

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0

    def xFileControl(self, _operation: int, _pointer: int) -> bool:  # noqa: N802
        return False


class PowerCutVfs(apsw.VFS):
    """SQLite's view of a `Disk`."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.name = name
        self._disk, self._boot = disk, disk.boots
        super().__init__(name, base="", makedefault=False)

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802
        text = name.filename() if isinstance(name, apsw.URIFilename) else (name or f"temporary-{id(flags)}")
        return _File(self._disk, text)

    def xDelete(self, name: str, _sync: bool) -> None:  # noqa: N802
        _guarded(self._disk, self._boot, self._disk.operate)
        for store in (self._disk.live, self._disk.durable, self._disk.volatile):
            store.pop(name, None)

    def xAccess(self, name: str, _flags: int) -> bool:  # noqa: N802
        return name in self._disk.live

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name

    def xRandomness(self, count: int) -> bytes:  # noqa: N802
        return b"\x42" * count

    def xSleep(self, microseconds: int) -> int:  # noqa: N802
        return microseconds

    def xCurrentTimeInt64(self) -> int:  # noqa: N802
        return 212_000_000_000_000

    def xGetLastError(self) -> tuple[int, str]:  # noqa: N802
        return 0, ""


@contextmanager
def fsync_reaches(*disks: Disk) -> Iterator[None]:
    """Let os.fsync of files below a disk's folder go to that disk."""

    def fsync(descriptor: Any) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        for disk in disks:
            if path.is_relative_to(disk.folder):
                disk.sync_plain(path)
                return
        _real_fsync(descriptor)

    os.fsync = fsync  # type: ignore[assignment]
    try:
        yield
    finally:
        os.fsync = _real_fsync


def _guarded(disk: Disk, boot: int, action: Any, *arguments: Any) -> None:
    if disk.boots != boot:
        raise apsw.IOError("opened before the power cut")
    try:
        action(*arguments)
    except PowerCut as error:
        raise apsw.IOError("power cut") from error


def _place(image: bytearray, offset: int, data: bytes) -> None:
    if len(image) < offset + len(data):
        image.extend(bytes(offset + len(data) - len(image)))
    image[offset : offset + len(data)] = data


def _replace(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
