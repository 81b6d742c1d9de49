"""Every codec behind a bad cable: messages lost, repeated, swapped, cut, flipped, with noise between them.

What comes out is what was sent, or less, or an error of ours; never anything else, and never an exception of
somebody else's. The livescan protocol has its own room (test_livescan_wire.py, test_livescan_fuzz.py).
"""

from __future__ import annotations

import contextlib
import errno
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.cards.slot import CardSlot
from simulators.faults import FaultScript
from simulators.usb.ccid import BULK_IN, BULK_OUT, sam_reader
from simulators.usb.model import Transfer
from station.devices.display.jsonlines import JsonLinesBoard
from station.devices.errors import BadReply, DeviceError
from station.devices.fingerprint import uareu_image as image
from station.devices.gnss.nmea_codec import NmeaCodec
from station.devices.modem.at_codec import AtCodec, AtCommand, AtReply
from station.devices.printer import agent_wire
from station.devices.signature import stu_reports as stu
from station.devices.signature.serial_pad_codec import Frame, FrameReader, PenReport
from station.devices.signature.stu_trace import StuTrace
from station.devices.transport import usbip_wire as wire
from station.devices.transport.multipart_frames import FrameTooLarge, MultipartFrames
from station.devices.transport.usbip_link import UsbipLink
from tests.unit.devices.mangled import mangled
from tests.unit.devices.test_usb_codecs import CAPABILITY, server_that_says

FEW = settings(max_examples=120, deadline=None)
PAD_FRAMES = [Frame(0x91, PenReport(number, 5 * number, 100, 200, 300, True, True).encoded()) for number in range(6)]
PEN = [stu.PenReport(True, True, 300, 10 + number, 10, 5 * number, number) for number in range(8)]
JPEGS = [b"\xff\xd8" + bytes((number,)) * 12 + b"\xff\xd9" for number in range(4)]


def sentence(body: str) -> bytes:
    check = 0
    for sign in body.encode():
        check ^= sign
    return f"${body}*{check:02X}\r\n".encode()


SENTENCES = [
    sentence(text)
    for second in (10, 11, 12)
    for text in (
        f"GPRMC,0201{second}.00,A,0320.{second}000,S,11435.{second}000,E,0.0,0.0,230726,,,A",
        f"GPGGA,0201{second}.00,0320.{second}000,S,11435.{second}000,E,1,09,1.1,12.0,M,0.0,M,,",
    )
]


@FEW
@given(mangled(SENTENCES))
def test_a_satellite_fix_is_one_the_receiver_sent(pieces: list[bytes]) -> None:
    true = {(fix.latitude_deg, fix.longitude_deg, fix.time) for fix in NmeaCodec().feed(b"".join(SENTENCES))}
    assert len(true) == 3
    codec = NmeaCodec()
    found = [fix for piece in pieces for fix in codec.feed(piece)]
    assert {(fix.latitude_deg, fix.longitude_deg, fix.time) for fix in found} <= true


@FEW
@given(mangled([frame.encoded() for frame in PAD_FRAMES]))
def test_a_frame_of_the_serial_pad_is_one_the_pad_sent(pieces: list[bytes]) -> None:
    reader = FrameReader()
    assert all(frame in PAD_FRAMES for piece in pieces for frame in reader.feed(piece))


@FEW
@given(mangled([b"AT+CSQ\r\n", b"\r\n+CSQ: 17,99\r\n", b"\r\nOK\r\n"]))
def test_a_modem_answers_a_command_once_and_with_lines_that_may_belong_to_it(pieces: list[bytes]) -> None:
    codec = AtCodec()
    codec.begin(AtCommand("AT+CSQ", "+CSQ:"))
    events = [event for piece in pieces for event in codec.feed(piece)]
    replies = [event for event in events if isinstance(event, AtReply)]
    assert len(replies) <= 1
    sent = b"".join(pieces).decode("ascii", "replace")
    assert all(line in sent for reply in replies for line in reply.lines)


@FEW
@given(mangled([report.pack() for report in PEN], flips=False))
def test_a_signature_is_an_unbroken_run_of_reports(pieces: list[bytes]) -> None:
    trace = StuTrace("pad", CAPABILITY, 1.0, None)
    taken = []
    try:
        for piece in pieces:
            if piece:  # an empty read is nothing to the driver
                trace.add(piece, 0.0)
                taken.append(stu.PenReport.unpack(piece).sequence)
        samples = trace.samples()
    except (stu.WireError, DeviceError):
        return
    assert taken == list(range(taken[0], taken[0] + len(taken)))
    assert [sample.x for sample in samples] == [10 + number for number in taken]


@FEW
@given(mangled([b"--f\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(jpeg), jpeg) for jpeg in JPEGS], flips=False))
def test_a_picture_of_a_stream_is_whole(pieces: list[bytes]) -> None:
    frames = MultipartFrames(largest_frame_bytes=1000)
    with contextlib.suppress(FrameTooLarge):
        for piece in pieces:
            assert all(frame[:2] == b"\xff\xd8" and frame[-2:] == b"\xff\xd9" for frame in frames.feed(piece))


PAYLOAD = b"sixteen bytes !!"
REPLIES = [
    wire.SubmitReply(1, 0, len(PAYLOAD)).pack() + PAYLOAD,
    wire.SubmitReply(2, -errno.EPIPE, 0).pack(),
    wire.UnlinkReply(3, 0).pack(),
]


@settings(max_examples=40, deadline=None)
@given(mangled(REPLIES))
def test_a_transfer_over_usbip_ends_at_once_and_with_no_more_than_was_asked_for(pieces: list[bytes]) -> None:
    # USB/IP has no checksum: whether the bytes are right is for the protocol above to tell
    with server_that_says(b"".join(pieces)) as port:
        link = UsbipLink.open("127.0.0.1", port, "1-2")
        got = bytearray(len(PAYLOAD) + 8)
        started_s = time.monotonic()
        result = link.transfer(1, 2.0, into=memoryview(got)[: len(PAYLOAD)])
        assert time.monotonic() - started_s < 2.0
        link.close()
    assert result.status < 0 or 0 <= result.length <= len(PAYLOAD)
    assert got[len(PAYLOAD) :] == bytes(8)


def test_an_answer_longer_than_asked_for_is_an_overflow_and_the_next_one_is_right() -> None:
    long, right = (wire.SubmitReply(number, 0, size).pack() for number, size in ((1, 40), (2, 16)))
    with server_that_says(long + bytes(40) + right + PAYLOAD, replies_to=2) as port:
        link = UsbipLink.open("127.0.0.1", port, "1-2")
        got, after = bytearray(16), bytearray(16)
        results: list[tuple[int, int]] = []
        link.submit(1, lambda status, moved: results.append((status, moved)), into=memoryview(got))
        assert link.transfer(1, 2.0, into=memoryview(after)).status == 0
        link.close()
    assert results == [(-errno.EOVERFLOW, 0)]
    assert (bytes(got), bytes(after)) == (bytes(16), PAYLOAD)


TO_READER = bytes.fromhex("6F050000000001000000A0B1C2D3E4")


def picture(lines: int = 20) -> bytes:
    blocks = (image.Block(image.BlockFlag.ENCRYPTED, 8), image.Block(image.BlockFlag.CHANGE_KEY, lines - 8))
    return image.RawPicture(lines, 7, blocks, bytes(range(256)) * (lines * image.WIDTH // 256)).pack()


@FEW
@given(st.one_of(st.binary(max_size=200), mangled([picture()[:64], picture()[64:]]).map(b"".join)), st.data())
def test_a_finger_picture_is_of_the_right_size_or_refused(raw: bytes, data: st.DataObject) -> None:
    assert image.transfer_size(raw) <= image.TRANSFER_SIZE
    try:
        found = image.RawPicture.unpack(raw)
    except image.WireError:
        return
    descrambler = image.Descrambler(found)
    tries = 0
    while not descrambler.run(data.draw(st.integers(0, 0xFFFFFFFF))):
        tries += 1
        assert tries <= len(found.blocks)
    assert len(image.upright(descrambler.picture())) == image.WIDTH * image.HEIGHT


@FEW
@given(
    st.lists(st.one_of(st.binary(max_size=40), mangled([bytes.fromhex("6F050000000001000000A0B1C2D3E4")])), max_size=4)
)
def test_the_simulated_reader_outlives_any_message(pieces: list[Any]) -> None:
    reader = sam_reader(CardSlot(), FaultScript())
    ended: list[int] = []
    sent = [one for piece in pieces for one in (piece if isinstance(piece, list) else [piece])]
    for message in sent:
        reader.submit(Transfer(BULK_OUT, len(message), lambda status, _length, _data: ended.append(status), message))
    assert len(ended) == len(sent)
    answers: list[bytes] = []
    reader.submit(Transfer(BULK_IN, 512, lambda _status, _length, data: answers.append(bytes(data))))
    reader.detached()
    assert all(not answer or len(answer) == 10 + int.from_bytes(answer[1:5], "little") for answer in answers)


def to_reader(kind: int, sequence: int, body: bytes = b"") -> bytes:
    """A message of CCID with its running number."""
    return bytes((kind,)) + len(body).to_bytes(4, "little") + bytes((0, sequence, 0, 0, 0)) + body


READER_TALK = [
    to_reader(kind, number, body)
    for number, (kind, body) in enumerate(
        [(0x62, b""), (0x6F, b"\x00\xa4\x04\x00"), (0x65, b""), (0x6C, b""), (0x63, b""), (0x6F, b""), (0x72, b"")]
    )
]
ANSWER_KINDS = {0x62: 0x80, 0x6F: 0x80, 0x65: 0x81, 0x63: 0x81, 0x72: 0x81, 0x6C: 0x82}


@FEW
@given(st.lists(st.sampled_from(READER_TALK), min_size=1, max_size=12))
def test_the_simulated_reader_answers_each_message_in_any_order_under_its_own_number(talk: list[bytes]) -> None:
    reader = sam_reader(CardSlot(), FaultScript())
    answers: list[bytes] = []
    for message in talk:
        reader.submit(Transfer(BULK_OUT, len(message), lambda *_ended: None, message))
        reader.submit(Transfer(BULK_IN, 512, lambda _status, _length, data: answers.append(bytes(data))))
    reader.detached()
    assert [(answer[0], answer[6]) for answer in answers] == [(ANSWER_KINDS[sent[0]], sent[6]) for sent in talk]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    "activity", "position", "conditions", "temperature_c", "last_operation", "last_done", "card_count", "serial",
    "ribbon_serial", "ribbon_percent", "film_serial", "film_percent", "hopper",
)  # fmt: skip


@FEW
@given(st.dictionaries(st.sampled_from(NAMES), JSON, min_size=6))
def test_nonsense_of_the_printer_agent_is_a_bad_reply_or_a_value(result: dict[str, Any]) -> None:
    for decode in (agent_wire.decode_status, agent_wire.decode_counters, agent_wire.decode_supplies):
        with contextlib.suppress(BadReply):
            assert decode("printer", result) is not None


@pytest.mark.parametrize("number", [float("inf"), "9" * 5000])
def test_a_count_beyond_all_numbers_is_a_bad_reply(number: object) -> None:
    with pytest.raises(BadReply):
        agent_wire.decode_counters("printer", {"card_count": number, "serial": "P-1"})


@FEW
@given(st.one_of(st.binary(max_size=60), mangled([b'{"ok": true, ', b'"showing": false}']).map(b"".join)))
def test_a_line_of_the_call_board_is_understood_or_refused(line: bytes) -> None:
    board = JsonLinesBoard("tcp://127.0.0.1:1", "papan")
    with contextlib.suppress(DeviceError):
        assert board._understood("status", line)["ok"] is True
