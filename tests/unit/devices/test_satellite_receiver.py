from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.gnss import GnssModel
from station.devices.errors import DeviceUnavailable
from station.devices.gnss.nmea import NmeaReceiver, open_receiver
from station.devices.gnss.nmea_codec import NmeaCodec
from station.domain.clock import SystemClock
from tests.unit.devices.far_ends import SmallWorld, soon

# Sentences of the kind receivers send, with their checksums.
_RMC = b"$GPRMC,123519.00,A,0220.1660,S,11528.2120,E,0.0,0.0,230726,,,A*46\r\n"
_GGA = b"$GPGGA,123519.00,0220.1660,S,11528.2120,E,1,08,0.9,42.0,M,48.0,M,,*76\r\n"


def _checked(sentence: bytes) -> bytes:
    body = sentence[1 : sentence.index(b"*")]
    check = 0
    for byte in body:
        check ^= byte
    return b"$" + body + b"*%02X\r\n" % check


def test_a_fix_needs_position_and_time_of_the_same_second() -> None:
    codec = NmeaCodec()
    assert codec.feed(_checked(_RMC)) == []
    (fix,) = codec.feed(_checked(_GGA))
    assert fix.time == datetime(2026, 7, 23, 12, 35, 19, tzinfo=UTC)
    assert fix.latitude_deg == pytest.approx(-2.33610)
    assert fix.longitude_deg == pytest.approx(115.47020)
    assert fix.satellites == 8
    assert fix.accuracy_m == pytest.approx(4.5)


def test_a_wrong_checksum_is_counted_and_never_used() -> None:
    codec = NmeaCodec()
    damaged = _checked(_RMC).replace(b"0220", b"0221")
    assert codec.feed(damaged + _checked(_GGA)) == []
    assert codec.damaged == 1


def test_a_covered_sky_gives_no_fix() -> None:
    codec = NmeaCodec()
    covered = _checked(_RMC.replace(b",A,0220.1660,S,11528.2120,E,", b",V,,,,,"))
    assert codec.feed(covered + _checked(_GGA)) == []


@given(st.lists(st.one_of(st.binary(max_size=80), st.sampled_from([_checked(_RMC), _checked(_GGA)])), max_size=12))
@settings(max_examples=60, deadline=None)
def test_garbage_never_gives_a_position_off_the_globe(pieces: list[bytes]) -> None:
    codec = NmeaCodec()
    for piece in pieces:
        for fix in codec.feed(piece):
            assert fix.latitude_deg == pytest.approx(-2.33610)


@given(st.text("0123456789.,-NSEWAV", max_size=60))
@settings(max_examples=60, deadline=None)
def test_well_checked_nonsense_never_stops_the_codec(body: str) -> None:
    codec = NmeaCodec()
    codec.feed(_checked(f"$GPRMC,{body}*".encode()) + _checked(f"$GPGGA,{body}*".encode()))


async def test_a_fix_arrives_over_the_line() -> None:
    model = GnssModel(SmallWorld(), SystemClock(), interval_s=0.05)
    receiver = open_receiver(await model.start(), "gnss", {})
    fix = await receiver.fix(3.0)
    assert fix is not None
    assert abs(fix.latitude_deg - model.place[0]) < 0.001
    assert (await receiver.readiness()).ready
    await receiver.close()
    await model.stop()


@pytest.mark.parametrize(("action", "problem"), [("no-fix", "gnss-no-fix"), ("silence", "gnss-silent")])
async def test_why_there_is_no_fix_is_said(action: str, problem: str) -> None:
    model = GnssModel(SmallWorld(f"gnss burst 1 {action} seconds=30"), SystemClock(), interval_s=0.05)
    receiver = NmeaReceiver(await model.start(), "gnss", 9600, 0.3, SystemClock())
    assert (await receiver.readiness()).problems == (problem,)
    await receiver.close()
    await model.stop()


async def test_garbage_and_broken_sentences_are_passed_over() -> None:
    world = SmallWorld("gnss burst 1 garbage", "gnss burst 2 truncated")
    model = GnssModel(world, SystemClock(), interval_s=0.05)
    receiver = open_receiver(await model.start(), "gnss", {})
    assert await receiver.fix(3.0) is not None
    await receiver.close()
    await model.stop()


async def test_an_unplugged_receiver_is_told_at_once_and_found_again() -> None:
    model = GnssModel(SmallWorld(), SystemClock(), interval_s=0.05)
    receiver = open_receiver(await model.start(), "gnss", {"fresh_s": "0.2"})
    assert await receiver.fix(3.0) is not None
    await model.stop()
    await soon(lambda: not receiver.connected)
    with pytest.raises(DeviceUnavailable):
        await receiver.fix(1.0)
    await model.start()
    assert await receiver.fix(3.0) is not None
    await receiver.close()
    await model.stop()
