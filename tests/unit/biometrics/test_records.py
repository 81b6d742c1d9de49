"""Interchange records come back as they went in, and damaged ones are refused in words."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.people import make_person
from station.biometrics.finger.minutiae import Minutia, MinutiaeTemplate, MinutiaKind
from station.biometrics.records import codecs
from station.biometrics.records.binary import CaptureDevice, QualityRecord
from station.biometrics.records.face_image import FaceCoding, FaceRepresentation, decode_faces, encode_faces
from station.biometrics.records.finger_image import (
    FingerCompression,
    FingerRepresentation,
    decode_fingers,
    encode_fingers,
)
from station.biometrics.records.finger_minutiae import (
    decode_card_minutiae,
    decode_minutiae,
    encode_card_minutiae,
    encode_minutiae,
)
from station.biometrics.records.iris_image import IrisFormat, IrisRepresentation, decode_irises, encode_irises
from station.biometrics.records.signature import decode_signature, encode_signature
from station.domain.errors import BadInput
from station.domain.sample import Eye, Finger, PenSample

AT = datetime(2026, 11, 23, 2, 3, 4, 5000, tzinfo=UTC)
FINGER = FingerRepresentation(
    2, 3, 2, b"abcdef", FingerCompression.RAW, AT, CaptureDevice(1, 2, 3), (QualityRecord(70, 9, 8),)
)
IRIS = IrisRepresentation(Eye.LEFT, 640, 480, b"xyz", IrisFormat.JPEG2000, AT)
FACE = FaceRepresentation(480, 640, b"jpeg", FaceCoding.JPEG, AT, eyes=((170, 300), (310, 300)))
TEMPLATE = MinutiaeTemplate(
    400,
    500,
    500,
    (Minutia(10, 20, 90.0, MinutiaKind.FORK, 80), Minutia(399, 499, 359.0, MinutiaKind.RIDGE_END, 20)),
)


def test_finger_records_come_back() -> None:
    record = encode_fingers((FINGER, replace(FINGER, position=3)))
    assert decode_fingers(record) == (FINGER, replace(FINGER, position=3))
    assert int.from_bytes(record[8:12], "big") == len(record)


def test_a_certification_block_is_read_over() -> None:
    record = bytearray(encode_fingers((FINGER,)))
    record[14] = 1
    at = 16 + 4 + 9 + 5 + 1 + 5
    record[at:at] = b"\x01\x00\x09\x01"
    record[16:20] = (int.from_bytes(record[16:20], "big") + 4).to_bytes(4, "big")
    assert decode_fingers(bytes(record)) == (FINGER,)


def test_iris_and_face_records_come_back() -> None:
    assert decode_irises(encode_irises((IRIS, replace(IRIS, eye=Eye.RIGHT)))) == (IRIS, replace(IRIS, eye=Eye.RIGHT))
    assert decode_faces(encode_faces((FACE,))) == (FACE,)


def test_minutiae_records_come_back_within_their_angle_steps() -> None:
    ((finger, quality, template),) = decode_minutiae(encode_minutiae(TEMPLATE, Finger.LEFT_THUMB, 66))
    assert (finger, quality) == (Finger.LEFT_THUMB, 66)
    assert [(m.x, m.y, m.kind) for m in template.minutiae] == [(m.x, m.y, m.kind) for m in TEMPLATE.minutiae]


def test_extended_data_that_ends_early_does_not_cost_the_minutiae() -> None:
    record = encode_minutiae(TEMPLATE, Finger.LEFT_THUMB, 66)[:-2] + b"\x00\x09\x00\x02"
    assert len(decode_minutiae(record)[0][2].minutiae) == len(TEMPLATE.minutiae)


def test_a_time_without_milliseconds_is_read() -> None:
    record = bytearray(encode_irises((replace(IRIS, captured_at=AT.replace(microsecond=0)),)))
    record[27:29] = b"\xff\xff"
    assert decode_irises(bytes(record))[0].captured_at == AT.replace(microsecond=0)


def test_card_minutiae_come_back_within_a_tenth_of_a_millimetre() -> None:
    template = decode_card_minutiae(encode_card_minutiae(TEMPLATE))
    for one, other in zip(template.minutiae, TEMPLATE.minutiae, strict=True):
        assert abs(one.x - other.x) <= 1
        assert abs(one.y - other.y) <= 1
        assert abs((one.angle_deg - other.angle_deg + 180) % 360 - 180) <= 3
        assert one.kind is other.kind


def test_card_minutiae_never_exceed_what_was_asked_for() -> None:
    many = MinutiaeTemplate(600, 700, 500, tuple(Minutia(x, x, 0.0, MinutiaKind.FORK, x % 9) for x in range(0, 600, 3)))
    assert len(encode_card_minutiae(many, 32)) == 96


def test_signatures_come_back() -> None:
    samples = (PenSample(100, 5999, 1023, 0, touching=True), PenSample(9600, 0, 0, 5, touching=False))
    assert decode_signature(encode_signature(samples, 100.0)) == samples


@pytest.mark.parametrize(
    ("decode", "record"),
    [
        (decode_fingers, encode_fingers((FINGER,))),
        (decode_irises, encode_irises((IRIS,))),
        (decode_faces, encode_faces((FACE,))),
        (decode_minutiae, encode_minutiae(TEMPLATE, Finger.LEFT_THUMB, 66)),
        (decode_signature, encode_signature((PenSample(1, 2, 3, 4, touching=True),), 100.0)),
    ],
)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_record_is_refused_and_never_surprises(
    decode: Callable[[bytes], object], record: bytes, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(record) - 1))
    with pytest.raises(BadInput):
        decode(record[:cut])
    at, value = data.draw(st.integers(0, len(record) - 1)), data.draw(st.integers(0, 255))
    with contextlib.suppress(BadInput):
        decode(record[:at] + bytes((value,)) + record[at + 1 :])


def test_lossless_codecs_give_back_every_pixel() -> None:
    image = make_person(5, 0, date(2026, 11, 23)).finger_impression(Finger.LEFT_LITTLE, 0)
    assert codecs.decode_grey(codecs.encode_jpeg2000(image)) == image
    assert codecs.decode_grey(codecs.encode_png(image)) == image


def test_wsq_is_close_and_its_damage_is_only_an_error() -> None:
    image = make_person(5, 0, date(2026, 11, 23)).finger_impression(Finger.LEFT_LITTLE, 0)
    packed = codecs.encode_wsq(image)
    back = codecs.decode_wsq(packed)
    assert (back.width, back.height) == (image.width, image.height)
    assert len(packed) < len(image.pixels) / 5
    with pytest.raises(BadInput):
        codecs.decode_wsq(packed[: len(packed) // 3])
