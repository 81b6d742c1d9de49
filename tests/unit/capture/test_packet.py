"""The packet container: sealed, signed, bound, and refused when anything differs."""

import io
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyrage import x25519

from station.capture.packet import (
    Member,
    OuterManifest,
    SealedPacket,
    open_packet,
    read_outer,
    seal_packet,
    verify_outer,
)
from station.capture.packet.contents import open_stream
from station.capture.packet.outer import verify_stream
from station.domain.errors import NotAllowed, StationError, StorageFailure, Tampered
from station.keys.signing import SoftwareSigner

OFFICE, RECOVERY, STRANGER = (x25519.Identity.generate() for _ in range(3))
SIGNER = SoftwareSigner.generate()
PACKET_ID = "a" * 32
BIOMETRIC = random.Random(4).randbytes(600_000)


def manifest(digest: bytes, size: int) -> OuterManifest:
    return OuterManifest(
        packet_id=PACKET_ID,
        kit_id="KIT-CONTOH-1",
        kit_sequence=7,
        previous_sha256=bytes(32),
        sealed_sha256=digest,
        sealed_size=size,
        recipients=(str(OFFICE.to_public()), str(RECOVERY.to_public())),
        application="station",
        version="0.1.0",
        session_id="b" * 32,
        operator_id="c" * 32,
        sealed_at=datetime(2026, 3, 2, tzinfo=UTC),
        clock_source="gnss",
        gnss=(-2.33, 115.46, 4.5, "2026-03-02T00:00:00+00:00"),
        audit_head=bytes(32),
    )


def seal(path: Path, inner_kit: str = "KIT-CONTOH-1") -> SealedPacket:
    recipients = (str(OFFICE.to_public()), str(RECOVERY.to_public()))
    inner: dict[str, object] = {"packet_id": PACKET_ID, "kit_id": inner_kit, "sitting_id": "d" * 32}
    members = [Member("fingers.fir", lambda: BIOMETRIC), Member("biodata.cbor", lambda: b"\xa0")]

    def describe(digest: bytes, size: int) -> OuterManifest:
        return replace(manifest(digest, size), kit_id=inner_kit)

    return seal_packet(path, describe, inner, members, recipients, SIGNER)


@pytest.fixture
def packet(tmp_path: Path) -> SealedPacket:
    return seal(tmp_path / "p.packet")


@pytest.mark.parametrize("identity", [OFFICE, RECOVERY])
def test_office_and_recovery_key_open_what_the_kit_sealed(packet: SealedPacket, identity: x25519.Identity) -> None:
    assert verify_outer(packet.path, SIGNER.public_der) == packet.manifest == read_outer(packet.path)
    contents = open_packet(packet.path, (str(identity),))
    assert contents.members == {"fingers.fir": BIOMETRIC, "biodata.cbor": b"\xa0"}
    assert contents.manifest.sitting_id == "d" * 32


def test_nobody_else_opens_it(packet: SealedPacket) -> None:
    with pytest.raises(NotAllowed, match="packet-not-for-us"):
        open_packet(packet.path, (str(STRANGER),))


def test_it_is_hardly_larger_than_what_it_carries_and_leaves_nothing_behind(packet: SealedPacket) -> None:
    assert packet.size <= 1.02 * len(BIOMETRIC)
    assert [path.name for path in packet.path.parent.iterdir()] == ["p.packet"]


def test_another_kits_signature_is_refused(packet: SealedPacket) -> None:
    with pytest.raises(Tampered, match="signature-other-key"):
        verify_outer(packet.path, SoftwareSigner.generate().public_der)


def test_a_manifest_wrapped_around_another_kits_seal_is_refused(packet: SealedPacket, tmp_path: Path) -> None:
    other = seal(tmp_path / "other.packet", "KIT-LAIN")
    sealed = other.path.read_bytes()[-other.manifest.sealed_size :]
    inner: dict[str, object] = {"packet_id": PACKET_ID, "kit_id": "KIT-CONTOH-1"}
    forged = seal_packet(
        tmp_path / "forged.packet",
        lambda _digest, _size: replace(
            packet.manifest, sealed_sha256=other.manifest.sealed_sha256, sealed_size=other.manifest.sealed_size
        ),
        inner,
        [],
        (str(OFFICE.to_public()),),
        SIGNER,
    )
    head = forged.path.read_bytes()
    head = head[: 12 + int.from_bytes(head[8:12], "big")]
    forged.path.write_bytes(head + sealed)
    verify_outer(forged.path, SIGNER.public_der)
    with pytest.raises(Tampered, match="packet-not-bound"):
        open_packet(forged.path, (str(OFFICE),))


def test_without_recipients_nothing_is_sealed(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="packet-no-recipient"):
        seal_packet(tmp_path / "x", manifest, {"packet_id": PACKET_ID, "kit_id": "K"}, [], (), SIGNER)
    with pytest.raises(StorageFailure, match="packet-recipient-wrong"):
        seal_packet(tmp_path / "x", manifest, {"packet_id": PACKET_ID, "kit_id": "K"}, [], ("age1x",), SIGNER)
    assert not list(tmp_path.iterdir())


def test_a_hostile_seal_header_is_refused_before_it_is_opened(packet: SealedPacket) -> None:
    content = packet.path.read_bytes()
    start = len(content) - packet.manifest.sealed_size
    stanza = b"-> X25519 " + b"A" * 43 + b"\n" + b"B" * 43 + b"\n"
    hostile = b"age-encryption.org/v1\n" + stanza * 60 + b"--- " + b"C" * 43 + b"\n"
    packet.path.write_bytes(content[:start] + hostile)
    with pytest.raises(Tampered, match="packet-malformed"):
        open_packet(packet.path, (str(OFFICE),))


def test_every_damaged_packet_is_refused_with_words(packet: SealedPacket) -> None:
    content = packet.path.read_bytes()
    source = random.Random(11)
    for _ in range(400):
        with pytest.raises(StationError):
            verify_stream(io.BytesIO(damaged(content, source)), SIGNER.public_der)


def test_ten_thousand_hostile_heads_are_refused_with_words(packet: SealedPacket) -> None:
    content = packet.path.read_bytes()[: 12 + 1200]
    source = random.Random(12)
    for _ in range(10_000):
        hostile = damaged(content, source)
        with pytest.raises(StationError):
            verify_stream(io.BytesIO(hostile), SIGNER.public_der)
        with pytest.raises(StationError):
            open_stream(io.BytesIO(hostile), (str(OFFICE),))


def damaged(content: bytes, source: random.Random) -> bytes:
    """Return the content with bytes changed, cut, inserted or repeated."""
    at = source.randrange(len(content))
    kind = source.randrange(5)
    if kind == 0:
        return content[:at] + bytes([content[at] ^ (1 << source.randrange(8))]) + content[at + 1 :]
    if kind == 1:
        return content[:at]
    if kind == 2:
        return content[:at] + source.randbytes(source.randrange(1, 40)) + content[at:]
    if kind == 3:
        return content + source.randbytes(source.randrange(1, 40))
    end = min(len(content), at + source.randrange(1, 60))
    return content[:at] + source.randbytes(end - at) + content[end:] + b"\x00"
