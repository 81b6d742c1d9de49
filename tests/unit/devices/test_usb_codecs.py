"""USB addresses, USB/IP bytes and the reports of signature pads."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.devices.errors import BadReply, NoReply
from station.devices.signature import stu_reports as stu
from station.devices.signature.stu_screen import text_picture
from station.devices.signature.stu_trace import StuTrace
from station.devices.transport import usbip_wire as wire
from station.devices.transport.usb_address import LocalUsbAddress, RemoteUsbAddress, parse_usb_address
from station.devices.transport.usbip_link import LinkGone, UsbipLink
from station.domain.errors import BadInput

CAPABILITY = stu.Capability(9600, 6000, 1023, 320, 200, 200, 2540, stu.Encoding.ONE_BIT)
RECORD = wire.DeviceRecord("1-2", 1, 3, 3, 0x1209, 1, 0x0100, 0, 0, 0, 1, 1, 1)


def test_addresses_of_this_machine_and_of_a_server() -> None:
    assert parse_usb_address("usb:1209:0001") == LocalUsbAddress(0x1209, 1)
    assert parse_usb_address("usb:056A:00a4:STU 1:2") == LocalUsbAddress(0x056A, 0xA4, "STU 1:2")
    assert parse_usb_address("usbip://127.0.0.1:3241/1-2") == RemoteUsbAddress("127.0.0.1", 3241, "1-2")
    assert parse_usb_address("usbip://[::1]/1-2.3") == RemoteUsbAddress("::1", 3240, "1-2.3")


@pytest.mark.parametrize("text", ["", "usb:1209", "usb:12:1", "usbip://host", "usbip://host:0/1-1", "serial:/dev/x"])
def test_anything_else_is_refused_as_an_address(text: str) -> None:
    with pytest.raises(BadInput) as wrong:
        parse_usb_address(text)
    assert wrong.value.message_id == "usb-address-wrong"


def test_usbip_messages_come_back_as_they_were() -> None:
    submit = wire.SubmitRequest(7, RECORD.device_id, True, 1, 512, b"12345678")
    unlink = wire.UnlinkRequest(8, RECORD.device_id, 1, 7)
    assert wire.unpack_request(submit.pack()) == submit
    assert wire.unpack_request(unlink.pack()) == unlink
    assert wire.unpack_reply(wire.SubmitReply(7, -32, 0).pack()) == wire.SubmitReply(7, -32, 0)
    assert wire.unpack_reply(wire.UnlinkReply(8, -104).pack()) == wire.UnlinkReply(8, -104)
    assert wire.DeviceRecord.unpack(RECORD.pack()) == RECORD


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_noise_is_no_usbip(noise: bytes) -> None:
    for parser in (wire.unpack_request, wire.unpack_reply, wire.DeviceRecord.unpack):
        with contextlib.suppress(wire.WireError):
            parser(noise)


@contextlib.contextmanager
def server_that_says(answer: bytes, replies_to: int = 1) -> Iterator[int]:
    """A server that lets a device be imported, waits for so many requests, says `answer` and closes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _peer = listener.accept()
            with connection:
                connection.recv(wire.OPERATION.size + wire.BUS_ID_SIZE)
                connection.sendall(wire.OPERATION.pack(wire.VERSION, wire.REPLY_IMPORT, 0) + RECORD.pack())
                connection.recv(wire.URB_HEADER_SIZE * replies_to, socket.MSG_WAITALL)
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(2)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=150))
def test_a_server_that_talks_nonsense_is_a_device_that_is_gone(noise: bytes) -> None:
    with server_that_says(noise) as port:
        link = UsbipLink.open("127.0.0.1", port, "1-2")
        started_s = time.monotonic()
        result = link.transfer(1, 2.0, into=memoryview(bytearray(64)))
        assert result.status != 0 or result.length == 0
        assert time.monotonic() - started_s < 2.0
        link.close()


def test_nobody_at_the_address_is_a_device_that_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(LinkGone):
        UsbipLink.open("127.0.0.1", port, "1-2", timeout_s=0.5)


def test_pad_reports_come_back_as_they_were() -> None:
    pen = stu.PenReport(True, True, 1023, 9600, 6000, 65535, 12)
    assert stu.PenReport.unpack(pen.pack()) == pen
    assert stu.Capability.unpack(CAPABILITY.pack()) == CAPABILITY
    assert stu.Information.unpack(stu.Information("STU-430", "1.05").pack()) == stu.Information("STU-430", "1.5")
    assert stu.unpack_uid(stu.pack_uid("0AB12")) == "0AB12"
    assert stu.unpack_status(stu.pack_status(stu.State.READY)) is stu.State.READY


def test_a_picture_is_cut_into_blocks_and_put_together_again() -> None:
    picture = text_picture(("SPESIMEN",), 320, 200)
    assert len(picture) == 8000
    blocks = stu.image_blocks(picture)
    assert {len(block) for block in blocks} == {256}
    assert b"".join(stu.image_part(block) for block in blocks) == picture


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40))
def test_noise_is_no_pad_report(noise: bytes) -> None:
    parsers = (stu.PenReport.unpack, stu.Capability.unpack, stu.Information.unpack, stu.unpack_uid, stu.unpack_status)
    for parser in (*parsers, stu.image_part):
        with contextlib.suppress(stu.WireError):
            parser(noise)


def test_a_report_that_is_missing_spoils_the_signature() -> None:
    trace = StuTrace("pad", CAPABILITY, 1.0, None)
    trace.add(stu.PenReport(True, True, 300, 10, 10, 0, 5).pack(), 0.0)
    with pytest.raises(BadReply) as lost:
        trace.add(stu.PenReport(True, True, 300, 10, 10, 5, 7).pack(), 0.0)
    assert lost.value.message_id == "pad-samples-lost"


def test_the_clock_of_the_pad_may_turn_over_and_hovering_is_no_ink() -> None:
    trace = StuTrace("pad", CAPABILITY, 1.0, None)
    trace.add(stu.PenReport(True, False, 0, 10, 10, 65000, 65535).pack(), 0.0)
    with pytest.raises(NoReply):
        trace.samples()
    trace.add(stu.PenReport(True, True, 300, 10, 10, 65530, 0).pack(), 0.0)
    trace.add(stu.PenReport(True, True, 310, 11, 10, 4, 1).pack(), 0.5)
    assert [sample.time_ms for sample in trace.samples()] == [0, 10]
    assert not trace.finished(1.4)
    assert trace.finished(1.5)


def test_a_pen_outside_the_pad_is_refused() -> None:
    with pytest.raises(stu.WireError):
        StuTrace("pad", CAPABILITY, 1.0, None).add(stu.PenReport(True, True, 1, 9601, 0, 0, 0).pack(), 0.0)
