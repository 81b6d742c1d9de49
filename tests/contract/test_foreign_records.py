"""Records written here read by software nobody here wrote, and the reverse (slow lane: make test-peers)."""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from simulators.people import make_person
from station.biometrics.finger.minutiae import MinutiaKind, extract
from station.biometrics.records.binary import QualityRecord
from station.biometrics.records.codecs import decode_grey, decode_wsq, encode_jpeg2000, encode_wsq
from station.biometrics.records.finger_image import (
    FingerCompression,
    FingerRepresentation,
    decode_fingers,
    encode_fingers,
)
from station.biometrics.records.finger_minutiae import encode_minutiae
from station.domain.sample import Finger

ROOT = Path(__file__).parents[2]
READERS = ROOT / ".venv" / "record-readers" / "bin" / "python"
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not READERS.exists(), reason="the foreign readers are not set up (scripts/setup-peers.sh)"),
]
TAKEN = datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC)
PRINT = make_person(44, 1, date(2026, 11, 23)).finger_impression(Finger.RIGHT_INDEX, 0)


def foreign(*arguments: object) -> object:
    """Run the foreign software on a record."""
    command = [str(READERS), str(Path(__file__).with_name("foreign_records.py")), *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_minutiae_written_here_are_read_by_pyfing(tmp_path: Path) -> None:
    template = extract(PRINT)
    path = tmp_path / "one.fmr"
    path.write_bytes(encode_minutiae(template, Finger.RIGHT_INDEX, 60))
    read = foreign("minutiae", path)
    assert isinstance(read, list)
    ours = sorted(template.minutiae, key=lambda minutia: -minutia.quality)
    assert len(read) == len(ours) > 20
    for (x, y, direction, kind, quality), minutia in zip(read, ours, strict=True):
        assert (x, y, quality) == (minutia.x, minutia.y, minutia.quality)
        assert kind == {MinutiaKind.RIDGE_END: "E", MinutiaKind.FORK: "B"}.get(minutia.kind, "O")
        away = math.remainder(direction - math.radians(minutia.angle_deg), math.tau)
        assert abs(away) < math.radians(0.8)


def test_finger_images_written_here_are_read_by_the_iso19794_plugin_pixel_for_pixel(tmp_path: Path) -> None:
    lossless, lossy = encode_jpeg2000(PRINT), encode_wsq(PRINT)
    codings = ((2, lossless, FingerCompression.JPEG2000_LOSSLESS), (7, lossy, FingerCompression.WSQ))
    record = encode_fingers(
        tuple(
            FingerRepresentation(
                position, PRINT.width, PRINT.height, data, coding, TAKEN, qualities=(QualityRecord(61),), number=number
            )
            for number, (position, data, coding) in enumerate(codings)
        )
    )
    path = tmp_path / "two.fir"
    path.write_bytes(record)
    read = foreign("images", path)
    said = {"impression": "LIVESCAN_PLAIN", "ppi": 500, "score": 61, "taken": "2026-03-02T01:02:03"}
    size = [PRINT.width, PRINT.height]
    assert read == [
        said
        | {
            "position": "RIGHT_INDEX_FINGER",
            "coding": "JPEG2000_LOSSLESS",
            "size": size,
            "pixels": pixels_of(lossless),
        },
        said | {"position": "LEFT_INDEX_FINGER", "coding": "WSQ", "size": size, "pixels": pixels_of(lossy, wsq=True)},
    ]


def pixels_of(data: bytes, wsq: bool = False) -> str:
    return hashlib.sha256((decode_wsq(data) if wsq else decode_grey(data)).pixels).hexdigest()


def test_a_finger_image_written_by_the_iso19794_plugin_is_read_here(tmp_path: Path) -> None:
    data = encode_jpeg2000(PRINT)
    coding = FingerCompression.JPEG2000_LOSSLESS
    one = FingerRepresentation(4, PRINT.width, PRINT.height, data, coding, TAKEN, qualities=(QualityRecord(61),))
    ours, theirs = tmp_path / "ours.fir", tmp_path / "theirs.fir"
    ours.write_bytes(encode_fingers((one,)))
    pixels = foreign("rewrite", ours, theirs)
    assert theirs.read_bytes() != ours.read_bytes(), "written anew, not copied"
    (read,) = decode_fingers(theirs.read_bytes())
    assert (read.position, read.qualities[0].score, read.compression) == (4, 61, coding)
    assert hashlib.sha256(decode_grey(read.data).pixels).hexdigest() == pixels
