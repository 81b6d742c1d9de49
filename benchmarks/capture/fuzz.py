"""Feeds hostile packets to the readers: `python -m benchmarks.capture.fuzz --count 1000000`.

Three doors in turn: the whole file as it comes from the network; a manifest that is
signed well but says nonsense; members inside a seal that opens. Every input must end in
a StationError with words or in a packet that is right; anything else stops the run.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import cbor2
from pyrage import x25519

from station.capture.packet import Member, OuterManifest, seal_packet
from station.capture.packet.contents import LARGEST_MEMBER_BYTES, InnerManifest, PacketContents, open_stream
from station.capture.packet.frames import FrameReader, read_members
from station.capture.packet.outer import decode_outer, verify_stream
from station.domain.errors import StationError
from station.keys.signing import SoftwareSigner

OFFICE = x25519.Identity.generate()
SIGNER = SoftwareSigner.generate()
REPORT_EVERY = 50_000


def manifest_of(digest: bytes, size: int) -> OuterManifest:
    """Return a manifest around a seal."""
    return OuterManifest(
        packet_id="a" * 32,
        kit_id="KIT-CONTOH-1",
        kit_sequence=7,
        previous_sha256=bytes(32),
        sealed_sha256=digest,
        sealed_size=size,
        recipients=(str(OFFICE.to_public()),),
        application="station",
        version="0.1.0",
        session_id="b" * 32,
        operator_id="c" * 32,
        sealed_at=datetime(2026, 3, 2, tzinfo=UTC),
        clock_source="gnss",
        gnss=(-2.33, 115.46, 4.5, "2026-03-02T00:00:00+00:00"),
        audit_head=bytes(32),
    )


def mutate(content: bytes, source: random.Random) -> bytes:
    """Return the content changed in one to four places: bits, cuts, insertions, repeats, extreme numbers."""
    for _ in range(source.randrange(1, 5)):
        if not content:
            return source.randbytes(source.randrange(40))
        at = source.randrange(len(content))
        kind = source.randrange(6)
        if kind == 0:
            content = content[:at] + bytes([content[at] ^ (1 << source.randrange(8))]) + content[at + 1 :]
        elif kind == 1:
            content = content[:at]
        elif kind == 2:
            content = content[:at] + source.randbytes(source.randrange(1, 20)) + content[at:]
        elif kind == 3:
            content = content[:at] + content[at : at + source.randrange(1, 60)] * 2 + content[at:]
        elif kind == 4:
            extreme = source.choice([b"\xff" * 8, b"\x00" * 8, b"\x7f" + b"\xff" * 7, b"\x9f", b"\xbf", b"\x5f"])
            content = content[:at] + extreme + content[at + len(extreme) :]
        else:
            content = (
                content[:at] + bytes([source.choice([0x1B, 0x5B, 0x7B, 0x9B, 0xBB, 0xC2, 0xC5])]) + content[at + 1 :]
            )
    return content


def doors(folder: Path) -> list[Callable[[random.Random], None]]:
    """Return the three readers, each taking its next hostile input."""
    path = folder / "whole.packet"
    inner: dict[str, object] = {"packet_id": "a" * 32, "kit_id": "KIT-CONTOH-1", "sitting_id": "d" * 32}
    members = [
        Member("biodata.cbor", lambda: cbor2.dumps({"nik": "1"})),
        Member("fingers.iso19794-4", lambda: bytes(900)),
    ]
    seal_packet(path, manifest_of, inner, members, (str(OFFICE.to_public()),), SIGNER)
    whole = path.read_bytes()
    payload = manifest_of(bytes(32), 5000).encode()
    frames = [("manifest.cbor", cbor2.dumps(inner)), ("exceptions.cbor", cbor2.dumps([])), ("x", bytes(300))]
    plain = FrameReader([(name, len(data), (data,)) for name, data in frames]).read()

    def outside(source: random.Random) -> None:
        content = mutate(whole, source)
        if source.randrange(2):
            verify_stream(io.BytesIO(content), SIGNER.public_der)
        else:
            open_stream(io.BytesIO(content), (str(OFFICE),))

    def manifest(source: random.Random) -> None:
        decode_outer(mutate(payload, source))

    def inside(source: random.Random) -> None:
        stream = io.BytesIO(mutate(plain, source))
        found = {name: b"".join(chunks) for name, _size, chunks in read_members(stream, LARGEST_MEMBER_BYTES)}
        contents = PacketContents(manifest_of(bytes(32), 0), InnerManifest("", "", "", {}), found)
        _ = contents.exceptions

    return [outside, manifest, inside]


def run(count: int, seed: int) -> tuple[int, int]:
    """Feed `count` inputs; returns how many were refused with words and how many were right after all."""
    source = random.Random(seed)
    refused = right = 0
    with tempfile.TemporaryDirectory() as folder:
        readers = doors(Path(folder))
        for number in range(count):
            try:
                readers[number % len(readers)](source)
                right += 1
            except StationError:
                refused += 1
            if number % REPORT_EVERY == 0:
                sys.stderr.write(f"{number} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB\n")
    return refused, right


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.perf_counter()
    refused, right = run(arguments.count, arguments.seed)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{arguments.count} inputs: {refused} refused with words, {right} right, {seconds:.0f} s, peak {peak} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
