"""Transactions of ANSI/NIST-ITL are written whole and read back; the foreign samples are read too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import nistitl
import pytest

from simulators.people import make_person
from station.biometrics.records.codecs import decode_grey, encode_jpeg2000
from station.biometrics.records.nist_itl import (
    ImageCode,
    ItlImage,
    Transaction,
    check_transaction,
    encode_transaction,
)
from station.domain.errors import BadInput
from station.domain.sample import Eye, Finger

DAY = date(2026, 11, 23)
SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "nbis-an2k"


def transaction() -> Transaction:
    person = make_person(5, 0, DAY)
    finger, iris = person.finger_impression(Finger.LEFT_INDEX, 0), person.iris_image(Eye.RIGHT, 0)
    coded = [
        ItlImage(image.width, image.height, ImageCode.JPEG2000_LOSSLESS, encode_jpeg2000(image), DAY)
        for image in (finger, iris)
    ]
    return Transaction(
        "UJI0001", "STATION", "CENTRE", DAY, person.biodata.nik, person.biodata.name,
        ((Finger.LEFT_INDEX, coded[0]),), None, ((Eye.RIGHT, coded[1]),), frozenset({Finger.RIGHT_THUMB}),
    )  # fmt: skip


def test_a_transaction_has_its_records_and_gives_back_the_pictures() -> None:
    given = transaction()
    data = encode_transaction(given)
    assert check_transaction(data) == (1, 2, 14, 17)
    message = nistitl.Message()
    message.parse(data)
    assert message[2]["FGP"].value == "7"
    assert decode_grey(bytes(message[2]["DATA"].value)).width == given.fingers[0][1].width


def test_a_cut_transaction_is_refused() -> None:
    data = encode_transaction(transaction())
    with pytest.raises(BadInput):
        check_transaction(data[: len(data) // 2])


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not beside this checkout")
def test_foreign_transactions_are_read() -> None:
    read = 0
    for path in sorted(SAMPLES.glob("valid*.an2")):
        assert check_transaction(path.read_bytes())[0] == 1
        read += 1
    assert read >= 10
