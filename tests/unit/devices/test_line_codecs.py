from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from station.devices.transport.line_splitter import LineSplitter
from station.devices.transport.multipart_frames import FrameTooLarge, MultipartFrames

_JPEG = b"\xff\xd8picture\xff\xd9"


def test_lines_end_at_any_mixture_of_cr_and_lf() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"\r\nOK\r\n\r\r\n+CSQ: 17,99\rread") == [b"OK", b"+CSQ: 17,99"]
    assert splitter.feed(b"y\n") == [b"ready"]


def test_a_line_that_never_ends_is_thrown_away_and_counted() -> None:
    splitter = LineSplitter(longest=8)
    assert splitter.feed(b"x" * 20) == []
    assert splitter.feed(b"y" * 20) == []
    assert splitter.feed(b"tail\nnext\n") == [b"next"]
    assert splitter.overlong == 1


@given(st.lists(st.binary(max_size=40), max_size=12))
@settings(max_examples=60, deadline=None)
def test_how_the_bytes_are_cut_never_changes_the_lines(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    cut = LineSplitter()
    assert [line for piece in pieces for line in cut.feed(piece)] == LineSplitter().feed(whole)


def _part(head: bytes, body: bytes = _JPEG) -> bytes:
    return b"--frame\r\n" + head + b"\r\n\r\n" + body + b"\r\n"


def test_frames_are_cut_by_their_length() -> None:
    frames = MultipartFrames()
    data = _part(b"Content-Type: image/jpeg\r\nContent-Length: %d" % len(_JPEG)) * 2
    assert frames.feed(data[:50]) + frames.feed(data[50:]) == [_JPEG, _JPEG]


def test_a_missing_space_after_the_colon_is_understood() -> None:
    assert MultipartFrames().feed(_part(b"Content-Length:%d" % len(_JPEG))) == [_JPEG]


def test_without_a_length_the_pictures_own_end_counts() -> None:
    assert MultipartFrames().feed(_part(b"Content-Type: image/jpeg") * 3) == [_JPEG] * 3


def test_half_a_frame_is_never_handed_out() -> None:
    frames = MultipartFrames()
    broken = _part(b"Content-Length: %d" % len(_JPEG), _JPEG[:6])
    assert frames.feed(broken + _part(b"Content-Length: %d" % len(_JPEG)) * 2)[-1:] == [_JPEG]
    assert frames.damaged == 1


@given(st.lists(st.one_of(st.binary(max_size=60), st.just(_part(b"Content-Length: 11"))), max_size=12))
@settings(max_examples=60, deadline=None)
def test_garbage_between_frames_gives_whole_pictures_or_none(pieces: list[bytes]) -> None:
    frames = MultipartFrames(largest_frame_bytes=1000)
    for piece in pieces:
        try:
            got = frames.feed(piece)
        except FrameTooLarge:
            return
        assert all(frame.startswith(b"\xff\xd8") for frame in got)
