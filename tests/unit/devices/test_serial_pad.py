from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.serial_pad import SerialPadModel
from station.devices.errors import BadReply, DeviceRefused, DeviceUnavailable, NoReply
from station.devices.signature.interface import SignatureRequest
from station.devices.signature.serial_pad import SerialPad, open_pad
from station.devices.signature.serial_pad_codec import Frame, FrameReader, PadInfo, PenReport, crc16
from station.domain.sample import PenSample
from tests.unit.devices.far_ends import SmallWorld

_SAMPLES = tuple(PenSample(100 + 10 * n, 200, 500 if n % 40 else 0, 5 * n, n % 40 != 39) for n in range(120))
_REQUEST = SignatureRequest(("Tanda tangan",), timeout_s=5.0, finished_after_s=0.2)


@dataclass(frozen=True)
class _Writer:
    def signature_samples(self, attempt: int) -> tuple[PenSample, ...]:
        del attempt
        return _SAMPLES


async def _pad(*faults: str) -> tuple[SerialPadModel, SerialPad]:
    model = SerialPadModel(SmallWorld(*faults, person=_Writer()), speed=4.0)
    return model, open_pad(await model.start(), "pad", {"reply_timeout_s": "0.4"})


def test_the_checksum_is_the_well_known_one() -> None:
    assert crc16(b"123456789") == 0x29B1


@given(st.integers(0, 255), st.binary(max_size=255), st.binary(max_size=30))
@settings(max_examples=60, deadline=None)
def test_a_frame_is_found_behind_garbage(kind: int, payload: bytes, garbage: bytes) -> None:
    reader = FrameReader()
    wire = garbage.replace(b"\x7e", b"") + Frame(kind, payload).encoded()
    assert [frame for byte in wire for frame in reader.feed(bytes((byte,)))] == [Frame(kind, payload)]


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_a_damaged_frame_never_hides_the_next_ones_for_good(noise: bytes) -> None:
    reader = FrameReader()
    report = Frame(0x91, PenReport(1, 2, 3, 4, 5, True, True).encoded())
    reader.feed(noise)
    assert report in reader.feed(report.encoded() * 30)


@given(st.binary(max_size=40))
@settings(max_examples=60, deadline=None)
def test_nonsense_about_the_pad_is_a_value_error(payload: bytes) -> None:
    try:
        PadInfo.decoded(payload)
    except ValueError:
        return


async def test_a_signature_arrives_whole_and_timed() -> None:
    model, pad = await _pad()
    seen: list[PenSample] = []
    capture = await pad.capture(_REQUEST, seen.append)
    assert capture.samples == _SAMPLES
    assert tuple(seen) == capture.samples
    assert capture.area.max_pressure == 1023
    assert capture.device.serial == "SP-0001"
    assert model.clears == 2
    await pad.close()
    await model.stop()


@pytest.mark.parametrize(
    ("fault", "expected", "message"),
    [
        ("signature start 1 lost", BadReply, "pad-samples-lost"),
        ("signature start 1 damaged", BadReply, "pad-samples-lost"),
        ("signature start 1 swapped", BadReply, "pad-samples-lost"),
        ("signature start 1 refuse code=3", DeviceRefused, "device-refused"),
        ("signature start 1 silence", NoReply, "device-no-reply"),
        ("signature start 1 cut", DeviceUnavailable, "device-unavailable"),
        ("signature get_info 1 garbage", NoReply, "device-no-reply"),
    ],
)
async def test_a_harmed_signature_is_refused_with_its_cause(
    fault: str, expected: type[Exception], message: str
) -> None:
    model, pad = await _pad(fault)
    with pytest.raises(expected) as caught:
        await pad.capture(_REQUEST)
    assert getattr(caught.value, "message_id", "") == message
    assert len((await pad.capture(_REQUEST)).samples) >= 100
    await pad.close()
    await model.stop()


async def test_noise_between_reports_harms_nothing() -> None:
    model, pad = await _pad("signature start 1 garbage")
    assert len((await pad.capture(_REQUEST)).samples) >= 100
    await pad.close()
    await model.stop()


async def test_nobody_signing_is_no_reply_at_the_deadline() -> None:
    model, pad = await _pad("signature start 1 no-ink")
    with pytest.raises(NoReply) as caught:
        await pad.capture(SignatureRequest((), timeout_s=0.3))
    assert caught.value.message_id == "pad-no-ink"
    await pad.close()
    await model.stop()


async def test_cancelling_clears_the_pad() -> None:
    model, pad = await _pad("signature start 1 no-ink")
    task = asyncio.create_task(pad.capture(_REQUEST))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert model.clears == 2
    await pad.close()
    await model.stop()
