"""Opens a packet at the office: unseals, checks every member against the index, binds inside to outside."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import cbor2

from station.capture.packet.frames import read_members
from station.capture.packet.outer import (
    FORMAT,
    LARGEST_SEALED_BYTES,
    OuterManifest,
    check_age_header,
    decode_outer,
    format_shown,
    load_map,
    read_signed_manifest,
    text_of,
    unverified_payload,
)
from station.capture.packet.sealing import INNER_MANIFEST
from station.domain.errors import NotAllowed, Tampered
from station.domain.person import Biodata
from station.domain.sample import BiometricException, ExceptionReason
from station.keys.sealing import ByteSource

LARGEST_MEMBER_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class InnerManifest:
    """What the sealed part says about itself; `body` is the whole map as documented."""

    packet_id: str
    kit_id: str
    sitting_id: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PacketContents:
    """An opened packet: both manifests and every member by name."""

    outer: OuterManifest
    manifest: InnerManifest
    members: dict[str, bytes]

    @property
    def biodata(self) -> Biodata:
        """Return the person as SIAK knew them when recorded; raises Tampered when the member is wrong."""
        try:
            return Biodata.from_dict(load_map(self.members["biodata.cbor"]))
        except (KeyError, ValueError, TypeError) as error:
            raise Tampered("packet-malformed", part="biodata") from error

    @property
    def exceptions(self) -> tuple[BiometricException, ...]:
        """Return the parts that are missing on purpose."""
        try:
            entries = cbor2.loads(self.members["exceptions.cbor"])
            return tuple(
                BiometricException(
                    str(entry["part"]),
                    ExceptionReason(entry["reason"]),
                    bool(entry["permanent"]),
                    str(entry["note"]),
                    str(entry["confirmed_by"]),
                )
                for entry in entries
            )
        except (KeyError, ValueError, TypeError, cbor2.CBORDecodeError) as error:
            raise Tampered("packet-malformed", part="exceptions") from error


def open_packet(path: Path, identities: tuple[str, ...]) -> PacketContents:
    """Unseal with one of the age identities; raises NotAllowed for another's packet, Tampered for a damaged one.

    The kit's signature is checked by `verify_outer`, before this.
    """
    with open(path, "rb") as file:
        return open_stream(file, identities)


def open_stream(file: BinaryIO, identities: tuple[str, ...]) -> PacketContents:
    """Do what `open_packet` does for a file that is open at its start."""
    outer = decode_outer(unverified_payload(read_signed_manifest(file)))
    start = file.tell()
    check_age_header(file)
    file.seek(start)
    plain = unseal(file, identities, LARGEST_SEALED_BYTES)
    members = {name: b"".join(chunks) for name, _size, chunks in read_members(plain, LARGEST_MEMBER_BYTES)}
    manifest = _inner(members.pop(INNER_MANIFEST, b""))
    if (manifest.packet_id, manifest.kit_id) != (outer.packet_id, outer.kit_id):
        raise Tampered("packet-not-bound")
    return PacketContents(outer, manifest, members)


def unseal(file: ByteSource, identities: tuple[str, ...], largest_bytes: int) -> io.BytesIO:
    """Return the decrypted stream; at most `largest_bytes` are held. Raises NotAllowed or Tampered."""
    from pyrage import DecryptError, IdentityError, decrypt_io, x25519

    target = _BoundedBuffer(largest_bytes)
    try:
        keys = [x25519.Identity.from_str(text) for text in identities]
        decrypt_io(file, target, keys)
    except IdentityError as error:
        raise NotAllowed("packet-identity-wrong") from error
    except DecryptError as error:
        if "No matching keys" in str(error):
            raise NotAllowed("packet-not-for-us") from error
        raise Tampered("packet-seal-broken") from error
    except (OSError, ValueError) as error:
        raise Tampered("packet-seal-broken") from error
    target.buffer.seek(0)
    return target.buffer


class _BoundedBuffer:
    """Collects plain text up to a bound."""

    def __init__(self, largest_bytes: int) -> None:
        self.buffer = io.BytesIO()
        self._largest_bytes = largest_bytes

    def write(self, data: bytes) -> int:
        """Keep the bytes, or refuse when they are more than a packet may hold."""
        if self.buffer.tell() + len(data) > self._largest_bytes:
            raise ValueError("plain text larger than allowed")
        return self.buffer.write(data)

    def flush(self) -> None:
        """Nothing is held back."""


def _inner(encoded: bytes) -> InnerManifest:
    body = load_map(encoded)
    if body.get("format") != FORMAT:
        raise Tampered("packet-format-unknown", format=format_shown(body.get("format")))
    try:
        return InnerManifest(text_of(body["packet_id"]), text_of(body["kit_id"]), text_of(body["sitting_id"]), body)
    except (KeyError, TypeError) as error:
        raise Tampered("packet-malformed", part="manifest") from error
