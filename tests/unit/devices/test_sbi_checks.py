"""Fuzzed answers of SBI devices: whatever comes, it is refused in our words or believed whole."""

from __future__ import annotations

import base64
import contextlib
import json
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.sbi import TestAuthority
from simulators.sbi.answers import Answers
from simulators.sbi.pictures import Given
from station.biometrics.records.codecs import encode_jpeg2000
from station.biometrics.records.finger_image import FingerCompression, FingerRepresentation, encode_fingers
from station.biometrics.records.iris_image import IrisFormat, IrisRepresentation, encode_irises
from station.devices.transport.sbi_messages import BioType, CapturePlan
from station.devices.transport.sbi_record import BadRecord, read_finger, read_iris
from station.devices.transport.sbi_reply import DeviceSaid, SbiDevice, read_capture, read_devices
from station.devices.transport.sbi_trust import NotBelieved, TrustRoots
from station.domain.clock import ManualClock
from station.domain.sample import Eye, Finger, GreyImage
from tests.unit.devices.mangled import mangled

_NOW = datetime(2026, 7, 23, 2, 0, tzinfo=UTC)
_IMAGE = GreyImage(24, 16, bytes(range(192)) * 2, 500)
_PLAN = CapturePlan(BioType.FINGER, "d", "3", ("Left Thumb", "Right Thumb"), (), "t-1", "", "Staging", 5.0)
_DEVICE = SbiDevice("d", "Ready", ("3",), "0.9.5", "1", "Contoh", "M", "S-1", "Finger", "Slap")

_json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
_item = st.fixed_dictionaries({}, optional=dict.fromkeys(("specVersion", "data", "hash", "error"), _json))


@lru_cache(maxsize=1)
def _authority() -> TestAuthority:
    return TestAuthority(_NOW)


def _roots() -> TrustRoots:
    return TrustRoots([_authority().certificate])


@given(st.one_of(_json, st.fixed_dictionaries({"biometrics": st.lists(_item, max_size=3)})))
@settings(max_examples=80, deadline=None)
def test_an_answer_made_of_nonsense_is_refused(reply: object) -> None:
    with pytest.raises((NotBelieved, DeviceSaid)):
        read_capture(reply, _PLAN, _DEVICE, _roots(), _NOW, 180)


@given(st.one_of(_json, st.lists(st.fixed_dictionaries({"deviceInfo": st.text(max_size=40), "error": _json}))))
@settings(max_examples=60, deadline=None)
def test_a_description_made_of_nonsense_is_refused_or_empty(reply: object) -> None:
    try:
        assert read_devices(reply, _roots(), _NOW) == []
    except (NotBelieved, DeviceSaid):
        return


@lru_cache(maxsize=1)
def _two_captures() -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """Two captures of one device, each of two thumbs, truly signed; the second goes on where the first ended."""
    answers = Answers(BioType.FINGER, ManualClock(_NOW))
    seal = _authority().seal_for("alat").seal
    found: list[tuple[dict[str, Any], ...]] = []
    for number, transaction in enumerate(("t-0", "t-1")):
        given = [Given(name, bytes((number, place)) * 40, 80) for place, name in enumerate(_PLAN.wanted)]
        asked = {"previousHash": found[0][-1]["hash"] if found else "", "requestedScore": "0"}
        body = {"env": "Staging", "transactionId": transaction}
        found.append(tuple(answers.capture(body, asked, given, seal, "", 0.0)))
    return found[0], found[1]


def _believed(items: object) -> list[str]:
    """Return the names of the parts that are believed of an answer to the second capture."""
    earlier, _asked_for = _two_captures()
    plan = replace(_PLAN, previous_hash=earlier[-1]["hash"])
    device = replace(_DEVICE, serial=Answers(BioType.FINGER, ManualClock(_NOW)).serial)
    return [part.name for part in read_capture({"biometrics": items}, plan, device, _roots(), _NOW, 180)]


def test_the_answer_asked_for_is_believed_whole() -> None:
    assert _believed(list(_two_captures()[1])) == list(_PLAN.wanted)


@given(st.lists(st.sampled_from(range(4)), max_size=5))
@settings(max_examples=150, deadline=None)
def test_parts_reordered_repeated_missing_or_of_an_earlier_capture_are_never_believed(places: list[int]) -> None:
    earlier, asked_for = _two_captures()
    every = [*earlier, *asked_for]
    if places == [2, 3]:
        return
    with pytest.raises(NotBelieved):
        _believed([every[place] for place in places])


@given(st.permutations(range(4)), st.permutations(range(4)))
@settings(max_examples=60, deadline=None)
def test_hashes_and_records_put_together_anew_are_never_believed(records: list[int], hashes: list[int]) -> None:
    earlier, asked_for = _two_captures()
    every = [*earlier, *asked_for]
    items = [
        {**every[record], "hash": every[shown]["hash"]} for record, shown in zip(records[:2], hashes[:2], strict=True)
    ]
    if (records[:2], hashes[:2]) == ([2, 3], [2, 3]):
        return
    with pytest.raises(NotBelieved):
        _believed(items)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_an_answer_from_a_bad_cable_is_refused_or_the_one_that_was_sent(data: st.DataObject) -> None:
    sent = json.dumps(list(_two_captures()[1])).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), min_size=2, max_size=4)))
    pieces = [sent[start:end] for start, end in pairwise([0, *cuts, len(sent)])]
    try:
        items = json.loads(b"".join(data.draw(mangled(pieces))))
    except ValueError:
        return
    with contextlib.suppress(NotBelieved, DeviceSaid):
        assert _believed(items) == list(_PLAN.wanted)


def test_a_flipped_bit_anywhere_in_a_signed_answer_is_never_believed() -> None:
    token = _authority().seal_for("alat").seal({"serialNo": "S-1"})
    head, body, tail = (bytearray(base64.urlsafe_b64decode(part + "==")) for part in token.split("."))
    for part in (body, tail):
        for place in range(0, len(part), max(1, len(part) // 16)):
            part[place] ^= 1
            harmed = ".".join(
                base64.urlsafe_b64encode(bytes(each)).rstrip(b"=").decode() for each in (head, body, tail)
            )
            with pytest.raises(NotBelieved):
                _roots().believe(harmed, _NOW)
            part[place] ^= 1


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", None])
def test_another_algorithm_is_never_accepted(algorithm: str | None) -> None:
    token = _authority().seal_for("alat").seal({"serialNo": "S-1"})
    head, body, tail = token.split(".")
    header: dict[str, Any] = json.loads(base64.urlsafe_b64decode(head + "=="))
    header["alg"] = algorithm
    forged = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    with pytest.raises(NotBelieved):
        _roots().believe(f"{forged}.{body}.{tail}", _NOW)


@pytest.mark.parametrize(
    ("when", "message"),
    [(timedelta(days=900), "sbi-certificate-expired"), (-timedelta(days=60), "sbi-certificate-early")],
)
def test_a_certificate_counts_only_between_its_dates(when: timedelta, message: str) -> None:
    token = _authority().seal_for("alat").seal({})
    with pytest.raises(NotBelieved) as caught:
        _roots().believe(token, _NOW + when)
    assert caught.value.message_id == message


def test_a_device_certificate_in_the_trust_file_makes_no_authority() -> None:
    device = _authority().seal_for("alat")
    with pytest.raises(NotBelieved) as caught:
        TrustRoots([device.certificate]).believe(device.seal({}), _NOW)
    assert caught.value.message_id == "sbi-untrusted"


def _finger_record() -> bytes:
    data = encode_jpeg2000(_IMAGE)
    return encode_fingers((FingerRepresentation(Finger.LEFT_THUMB, 24, 16, data, FingerCompression.JPEG2000_LOSSLESS),))


def _iris_record() -> bytes:
    return encode_irises((IrisRepresentation(Eye.LEFT, 24, 16, encode_jpeg2000(_IMAGE), IrisFormat.JPEG2000),))


def test_records_written_by_another_codec_are_read() -> None:
    assert read_finger(_finger_record()) == (Finger.LEFT_THUMB, _IMAGE)
    assert read_iris(_iris_record()) == (Eye.LEFT, _IMAGE)


def test_an_uncompressed_record_is_read() -> None:
    raw = FingerRepresentation(Finger.LEFT_THUMB, 24, 16, _IMAGE.pixels, FingerCompression.RAW)
    assert read_finger(encode_fingers((raw,))) == (Finger.LEFT_THUMB, _IMAGE)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_damaged_record_is_refused_or_keeps_its_size(place: int, noise: bytes) -> None:
    for record, read in ((_finger_record(), read_finger), (_iris_record(), read_iris)):
        harmed = record[:place] + noise + record[place + len(noise) :]
        try:
            _part, image = read(harmed)
        except BadRecord:
            continue
        assert len(image.pixels) == image.width * image.height


@given(st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_a_truncated_record_is_refused(size: int) -> None:
    for record, read in ((_finger_record(), read_finger), (_iris_record(), read_iris)):
        short = record[: min(size, len(record) - 1)]
        relabelled = short[:8] + struct.pack(">I", len(short)) + short[12:] if len(short) >= 12 else short
        for harmed in (short, relabelled):
            with pytest.raises(BadRecord):
                read(harmed)
