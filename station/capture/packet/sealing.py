"""Writes a packet: members streamed through age into a file, then the signed manifest in front of it.

Nothing readable touches the disk. The file appears under its name only when whole
and durable.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cbor2

from station.capture.packet.frames import FrameReader, copy_chunks
from station.capture.packet.outer import FORMAT, OuterManifest, head_of
from station.domain.errors import BadInput, StorageFailure, is_out_of_space
from station.keys.keystore import sync_folder
from station.keys.sealing import HashingWriter, seal_stream
from station.keys.signing import Signer

INNER_MANIFEST = "manifest.cbor"


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a packet: its name and a function that makes its bytes when their turn comes."""

    name: str
    content: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class SealedPacket:
    """A durable packet file, its SHA-256 (whole file), its size and its manifest."""

    path: Path
    sha256: bytes
    size: int
    manifest: OuterManifest


def seal_packet(
    path: Path,
    describe: Callable[[bytes, int], OuterManifest],
    inner: dict[str, object],
    members: Iterable[Member],
    recipients: tuple[str, ...],
    signer: Signer,
) -> SealedPacket:
    """Write a packet; `describe(sealed_sha256, sealed_size)` completes the manifest, `inner` is bound inside.

    `inner` must hold `packet_id` and `kit_id` as in the manifest. Raises StorageFailure; then no file is left.
    """
    sealed = path.with_name(path.name + ".sealed")
    whole = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, size = _seal(sealed, inner, members, recipients)
        manifest = describe(digest, size)
        if (manifest.packet_id, manifest.kit_id) != (inner["packet_id"], inner["kit_id"]):
            raise ValueError("the manifest describes another packet than the one sealed")
        sha256, whole_size = _join(whole, head_of(signer.sign(manifest.encode())), sealed)
        whole.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        if is_out_of_space(error):
            raise StorageFailure("disk-full") from error
        raise StorageFailure("packet-not-sealed", reason=error.strerror or str(error)) from error
    finally:
        for leftover in (sealed, whole):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
    return SealedPacket(path, sha256, whole_size, manifest)


def _seal(
    path: Path, inner: dict[str, object], members: Iterable[Member], recipients: tuple[str, ...]
) -> tuple[bytes, int]:
    if not recipients:
        raise StorageFailure("packet-no-recipient")
    manifest = cbor2.dumps({"format": FORMAT, **inner}, canonical=True)
    with open(path, "wb") as file:
        os.fchmod(file.fileno(), 0o600) if hasattr(os, "fchmod") else None
        try:
            writer = seal_stream(FrameReader(_framed(manifest, members)), file, recipients)
        except BadInput as error:
            raise StorageFailure("packet-recipient-wrong") from error
        except StorageFailure as error:
            raise StorageFailure("packet-not-sealed", **error.params) from error
        file.flush()
    return writer.digest(), writer.size


def _framed(manifest: bytes, members: Iterable[Member]) -> Iterable[tuple[str, int, Iterable[bytes]]]:
    yield INNER_MANIFEST, len(manifest), (manifest,)
    for member in members:
        content = member.content()
        yield member.name, len(content), (content,)


def _join(path: Path, head: bytes, sealed: Path) -> tuple[bytes, int]:
    with open(path, "wb") as file, open(sealed, "rb") as body:
        os.fchmod(file.fileno(), 0o600) if hasattr(os, "fchmod") else None
        writer = HashingWriter(file)
        writer.write(head)
        for chunk in copy_chunks(body):
            writer.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return writer.digest(), writer.size
