"""The outside of a packet: magic, signed manifest, sealed part. Read and checked before anything is opened.

Layout: 8 bytes magic, 4 bytes length of the signed manifest (big-endian), the
COSE_Sign1 message, then the age file to the end. See docs/formats/packet.md.
"""

from __future__ import annotations

import hashlib
import os
import struct
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import cbor2

from station.capture.packet.frames import CHUNK_BYTES, read_exactly
from station.domain.errors import Tampered
from station.keys.signing import verify

MAGIC = b"STNPKT01"
FORMAT = 1
LARGEST_MANIFEST_BYTES = 64 * 1024
LARGEST_SEALED_BYTES = 256 * 1024 * 1024
LARGEST_AGE_HEADER_BYTES = 16 * 1024
LARGEST_AGE_STANZAS = 16
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class OuterManifest:
    """What anybody may know of a packet; `previous_sha256` is the whole file of the packet before it, or zeros.

    `gnss` is latitude, longitude (degrees), accuracy (metres) and satellite time, or None;
    `clock_source` is `gnss` or `system`.
    """

    packet_id: str
    kit_id: str
    kit_sequence: int
    previous_sha256: bytes
    sealed_sha256: bytes
    sealed_size: int
    recipients: tuple[str, ...]
    application: str
    version: str
    session_id: str
    operator_id: str
    sealed_at: datetime
    clock_source: str
    gnss: tuple[float, float, float, str] | None
    audit_head: bytes

    def encode(self) -> bytes:
        """Return the manifest as canonical CBOR."""
        body = {
            "format": FORMAT,
            "packet_id": self.packet_id,
            "kit_id": self.kit_id,
            "kit_sequence": self.kit_sequence,
            "previous_sha256": self.previous_sha256,
            "sealed_sha256": self.sealed_sha256,
            "sealed_size": self.sealed_size,
            "recipients": list(self.recipients),
            "application": self.application,
            "version": self.version,
            "session_id": self.session_id,
            "operator_id": self.operator_id,
            "sealed_at": self.sealed_at.isoformat(),
            "clock_source": self.clock_source,
            "gnss": None if self.gnss is None else list(self.gnss),
            "audit_head": self.audit_head,
        }
        return cbor2.dumps(body, canonical=True)


def decode_outer(payload: bytes) -> OuterManifest:
    """Rebuild a manifest; raises Tampered when a field is missing, of the wrong type or of another format."""
    body = load_map(payload)
    if body.get("format") != FORMAT:
        raise Tampered("packet-format-unknown", format=format_shown(body.get("format")))
    try:
        gnss = body["gnss"]
        manifest = OuterManifest(
            packet_id=_identifier(body["packet_id"]),
            kit_id=text_of(body["kit_id"]),
            kit_sequence=_count(body["kit_sequence"]),
            previous_sha256=_digest(body["previous_sha256"]),
            sealed_sha256=_digest(body["sealed_sha256"]),
            sealed_size=_count(body["sealed_size"]),
            recipients=tuple(text_of(item) for item in body["recipients"]),
            application=text_of(body["application"]),
            version=text_of(body["version"]),
            session_id=text_of(body["session_id"]),
            operator_id=text_of(body["operator_id"]),
            sealed_at=datetime.fromisoformat(text_of(body["sealed_at"])),
            clock_source=text_of(body["clock_source"]),
            gnss=None if gnss is None else (float(gnss[0]), float(gnss[1]), float(gnss[2]), text_of(gnss[3])),
            audit_head=_digest(body["audit_head"]),
        )
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise Tampered("packet-malformed", part="manifest") from error
    if manifest.sealed_size > LARGEST_SEALED_BYTES:
        raise Tampered("packet-too-large", size=manifest.sealed_size)
    return manifest


def read_outer(path: Path) -> OuterManifest:
    """Return the manifest a file claims, unverified; raises Tampered when the file is no packet."""
    with _open(path) as file:
        return decode_outer(unverified_payload(read_signed_manifest(file)))


def verify_outer(path: Path, kit_public_der: bytes) -> OuterManifest:
    """Return the manifest after checking signature, size, hash and the bounds of the sealed part; raises Tampered."""
    with _open(path) as file:
        return verify_stream(file, kit_public_der)


def verify_stream(file: BinaryIO, kit_public_der: bytes) -> OuterManifest:
    """Do what `verify_outer` does for a file that is open at its start."""
    message = read_signed_manifest(file)
    manifest = decode_outer(verify(message, kit_public_der).payload)
    start = file.tell()
    remaining = file.seek(0, os.SEEK_END) - start
    if remaining != manifest.sealed_size:
        raise Tampered("packet-size-differs", expected=manifest.sealed_size, found=remaining)
    file.seek(start)
    check_age_header(file)
    file.seek(start)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    if digest.digest() != manifest.sealed_sha256:
        raise Tampered("packet-hash-differs")
    return manifest


def read_signed_manifest(file: BinaryIO) -> bytes:
    """Return the COSE_Sign1 message at the head of a packet; the file stands at the sealed part afterwards."""
    if read_exactly(file, len(MAGIC)) != MAGIC:
        raise Tampered("packet-not-one")
    (size,) = _LENGTH.unpack(read_exactly(file, _LENGTH.size))
    if size > LARGEST_MANIFEST_BYTES:
        raise Tampered("packet-malformed", part="manifest")
    return read_exactly(file, size)


def head_of(message: bytes) -> bytes:
    """Return what stands before the sealed part: magic, length and signed manifest."""
    return MAGIC + _LENGTH.pack(len(message)) + message


def check_age_header(file: BinaryIO) -> None:
    """Refuse an age header with more stanzas than any packet has: the format itself sets no bound."""
    header = file.read(LARGEST_AGE_HEADER_BYTES)
    end = header.find(b"\n--- ")
    if not header.startswith(b"age-encryption.org/v1\n") or end < 0:
        raise Tampered("packet-malformed", part="seal")
    if header.count(b"\n-> ", 0, end) > LARGEST_AGE_STANZAS:
        raise Tampered("packet-malformed", part="seal")


def load_map(payload: bytes) -> dict[str, Any]:
    """Decode CBOR that must be a map; raises Tampered."""
    try:
        body = cbor2.loads(payload)
    except Exception as error:  # the decoder raises what hostile bytes make it raise
        raise Tampered("packet-malformed", part="cbor") from error
    if not isinstance(body, dict):
        raise Tampered("packet-malformed", part="cbor")
    return body


def format_shown(value: object) -> str:
    """Return a format number for a message; anything hostile becomes a question mark."""
    return str(value) if isinstance(value, int) and 0 <= value < 1_000_000 else "?"


def unverified_payload(message: bytes) -> bytes:
    """Return what a COSE_Sign1 message carries without checking who signed it."""
    try:
        payload = cbor2.loads(message).value[2]
    except Exception as error:  # same
        raise Tampered("signature-malformed") from error
    if not isinstance(payload, bytes):
        raise Tampered("signature-malformed")
    return payload


def _open(path: Path) -> BinaryIO:
    try:
        return open(path, "rb")
    except OSError as error:
        raise Tampered("packet-unreadable", path=path.name, reason=error.strerror or "") from error


def text_of(value: object) -> str:
    """Return a value that must be a short text; raises TypeError."""
    if not isinstance(value, str) or len(value) > 400:
        raise TypeError
    return value


def _identifier(value: object) -> str:
    text = text_of(value)
    if len(text) != 32 or not set(text) <= set("0123456789abcdef"):
        raise ValueError
    return text


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError
    return value


def _digest(value: object) -> bytes:
    if not isinstance(value, bytes) or len(value) != 32:
        raise TypeError
    return value
