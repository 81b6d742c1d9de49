"""The bytes of the livescan protocol: what goes in comes out, and nothing else does."""

from __future__ import annotations

import contextlib
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.devices.transport import livescan_wire as wire


def images() -> st.SearchStrategy[wire.Frame]:
    return st.builds(
        lambda kind, sequence, width, height, seed: wire.Frame(
            kind, sequence, 7, bytes((seed + index) & 0xFF for index in range(width * height)), width, height, 500, 14
        ),
        st.sampled_from([wire.FrameType.PREVIEW, wire.FrameType.RESULT]),
        st.integers(0, 0xFFFF),
        st.integers(1, 40),
        st.integers(1, 30),
        st.integers(0, 255),
    )


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({place % (len(stream) + 1) for place in places} | {0, len(stream)})
    return [stream[start:end] for start, end in pairwise(edges)]


@settings(max_examples=60, deadline=None)
@given(st.lists(images(), max_size=4), st.lists(st.integers(0, 10_000), max_size=6))
def test_frames_survive_any_cutting_into_reads(frames: list[wire.Frame], places: list[int]) -> None:
    reader = wire.FrameReader()
    stream = b"".join(frame.pack() for frame in frames)
    assert [frame for piece in cut(stream, places) for frame in reader.feed(piece)] == frames


@settings(max_examples=120, deadline=None)
@given(st.lists(images(), min_size=1, max_size=3), st.integers(0, 10_000), st.integers(1, 255), st.data())
def test_a_changed_byte_never_yields_a_changed_frame(
    frames: list[wire.Frame], place: int, change: int, data: st.DataObject
) -> None:
    stream = bytearray(b"".join(frame.pack() for frame in frames))
    stream[place % len(stream)] ^= change
    if data.draw(st.booleans()):
        del stream[place % len(stream) :]
    got: list[wire.Frame] = []
    reader = wire.FrameReader()
    try:
        for piece in cut(bytes(stream), [place // 2, place // 3]):
            got += reader.feed(piece)
    except wire.WireError:
        pass
    assert got == frames[: len(got)]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_refused_or_waited_for_but_never_read(noise: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        assert wire.FrameReader().feed(noise) == []
    for parser in (wire.Status.unpack, wire.StartRequest.unpack, wire.Event.unpack):
        with contextlib.suppress(wire.WireError):
            assert parser(noise).pack() is not None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=120))
def test_an_identity_is_whole_or_refused(noise: bytes) -> None:
    known = wire.Identity(
        wire.ScannerKind.FINGERPRINT, wire.Ability.SLAPS, 1600, 1500, 500, 200, "Contoh", "Ten", "FP-1", "1.0"
    )
    assert wire.Identity.unpack(known.pack()) == known
    with pytest.raises(wire.WireError):
        wire.Identity.unpack(known.pack()[:-1])
    with contextlib.suppress(wire.WireError):
        wire.Identity.unpack(noise)


def test_another_version_of_the_protocol_is_refused() -> None:
    known = wire.Identity(wire.ScannerKind.IRIS, wire.Ability(0), 640, 480, 500, 160, "C", "I", "1", "1")
    with pytest.raises(wire.WireError, match="version"):
        wire.Identity.unpack(b"\x02" + known.pack()[1:])


def test_requests_and_answers_come_back_as_they_were() -> None:
    status = wire.Status(wire.State.CAPTURING, wire.Condition.HOT | wire.Condition.DIRTY, 9, wire.Refusal.BUSY, -55)
    start = wire.StartRequest(3, 14, 0b1111000000, 500, 8, 30_000)
    event = wire.Event(wire.EventType.DOWN, 4, wire.NO_CONDITIONS, 3)
    assert wire.Status.unpack(status.pack()) == status
    assert wire.StartRequest.unpack(start.pack()) == start
    assert wire.Event.unpack(event.pack()) == event
    assert wire.cancelled_operation(wire.cancel_data(3)) == 3


def test_an_end_frame_tells_images_and_qualities() -> None:
    frame = wire.Frame(wire.FrameType.END, 3, 1, wire.end_payload(1, {2: 80, 3: 10}))
    assert frame.image_count() == 1
    assert frame.qualities() == {2: 80, 3: 10}
    with pytest.raises(wire.WireError):
        wire.Frame(wire.FrameType.END, 3, 1, wire.end_payload(1, {2: 101})).qualities()


def test_a_length_beyond_the_limit_is_refused_before_anything_is_waited_for() -> None:
    head = bytearray(wire.Frame(wire.FrameType.RESULT, 0, 1, b"", 0, 0).pack())
    head[12:16] = (wire.PAYLOAD_LIMIT + 1).to_bytes(4, "little")
    head[32:36] = zlib.crc32(bytes(head[:32])).to_bytes(4, "little")
    with pytest.raises(wire.WireError):
        wire.FrameReader().feed(bytes(head))
