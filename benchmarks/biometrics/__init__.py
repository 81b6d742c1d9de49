"""How fast a slap is scored, and quality, matching and compression beside the peers that load here.

Where `nbis-python` loads (glibc 2.38 and later; the project does not install it) the same prints go through NBIS and
NFIQ 2 in the same run. How right the algorithms are is measured by the programs of this room (docs/biometrics.md).
"""

from __future__ import annotations

import importlib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import cv2
import numpy as np

from benchmarks.figures import Figure, in_turn, seconds
from simulators.people import make_person
from station.biometrics.finger.matching import match_score
from station.biometrics.finger.minutiae import extract
from station.biometrics.finger.segment import segment_slap
from station.biometrics.pixels import grey_array
from station.biometrics.records import codecs
from station.capture.examiner import Examiner
from station.domain.sample import GreyImage, Slap

DAY = date(2026, 11, 23)
SEED = 900_000
ROUNDS = 5


def figures() -> list[Figure]:
    """Measure one person's right hand."""
    person = make_person(SEED, 0, DAY)
    slap = person.slap_image(Slap.RIGHT_FOUR, 0)
    fingers = [found.image for found in segment_slap(slap, Slap.RIGHT_FOUR, Slap.RIGHT_FOUR.fingers).fingers]
    again = [person.finger_impression(finger, 1) for finger in Slap.RIGHT_FOUR.fingers]
    measured = [*_slap_to_scores(slap), *_compression(fingers[0])]
    nbis = _nbis()
    return measured + (_beside_nbis(nbis, fingers, again) if nbis is not None else [])


def _slap_to_scores(slap: GreyImage) -> list[Figure]:
    """Time what the fingers' step does: cut the slap, then examine every finger on a thread of its own."""
    examiner = Examiner()

    def work() -> None:
        cut = examiner.slap(slap, Slap.RIGHT_FOUR, Slap.RIGHT_FOUR.fingers)
        with ThreadPoolExecutor(len(cut.fingers)) as pool:
            list(pool.map(lambda pair: examiner.finger(pair[1]), cut.fingers))

    work()
    least, started = min(seconds(work) for _ in range(ROUNDS)), time.process_time()
    for _ in range(ROUNDS):
        work()
    busy = (time.process_time() - started) / ROUNDS
    return [
        Figure("slap to four scored fingers, wall", least, None, "s", "", "below 0.5 s"),
        Figure("slap to four scored fingers, processor time", busy, None, "s", "", "below 0.35 s"),
    ]


def _compression(image: GreyImage) -> list[Figure]:
    """Compare our JPEG 2000 with OpenCV's, and WSQ with lossy JPEG 2000 of the same size in closeness."""
    pixels = grey_array(image)
    ours, peer = in_turn(lambda: codecs.encode_jpeg2000(image), lambda: _opencv_jpeg2000(pixels, 1000), ROUNDS)
    sizes = len(codecs.encode_jpeg2000(image)), len(_opencv_jpeg2000(pixels, 1000))
    packed = codecs.encode_wsq(image)
    rival = _opencv_jpeg2000(pixels, round(1000 * len(packed) / len(image.pixels)))
    decoded = np.asarray(cv2.imdecode(np.frombuffer(rival, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    errors = _error(grey_array(codecs.decode_wsq(packed)), pixels), _error(decoded, pixels)
    name = "OpenCV"
    return [
        Figure("lossless JPEG 2000, one finger", ours, peer, "s", name, "at most 1.5 x"),
        Figure("lossless JPEG 2000, one finger", sizes[0], sizes[1], "bytes", name, "at most 1.02 x"),
        Figure(f"WSQ to {len(packed)} bytes, mean error", errors[0], errors[1], "grey", f"JPEG 2000 to {len(rival)}",
               "at most 1.2 x"),
    ]  # fmt: skip


def _opencv_jpeg2000(pixels: np.ndarray[Any, np.dtype[np.uint8]], compression_x1000: int) -> bytes:
    done, data = cv2.imencode(".jp2", pixels, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, compression_x1000])
    assert done
    return data.tobytes()


def _error(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
    return float(np.abs(one.astype(np.float32) - other.astype(np.float32)).mean())


def _nbis() -> Any | None:
    """Return the optional peer; its wheel installs on systems on which it cannot be loaded."""
    try:
        return importlib.import_module("nbis")
    except (ImportError, OSError):
        return None


def _beside_nbis(nbis: Any, fingers: list[GreyImage], again: list[GreyImage]) -> list[Figure]:
    """Score, extract and match the same prints with both."""
    examiner = Examiner()
    pictures = [codecs.encode_png(image) for image in fingers + again]
    minutiae_only, with_nfiq2 = _extractor(nbis, False), _extractor(nbis, True)
    quality = in_turn(
        lambda: examiner.finger(fingers[0]), lambda: with_nfiq2.extract_minutiae(pictures[0]).quality(), ROUNDS
    )
    taken = in_turn(lambda: extract(fingers[0]), lambda: minutiae_only.extract_minutiae(pictures[0]), ROUNDS)
    ours = [extract(image) for image in fingers + again]
    theirs = [minutiae_only.extract_minutiae(picture) for picture in pictures]
    match = in_turn(lambda: match_score(ours[0], ours[4]), lambda: theirs[0].compare(theirs[4]), ROUNDS)
    return [
        Figure("quality and minutiae of one finger", *quality, "s", "NBIS with NFIQ 2", "at most 1 x"),
        Figure("minutiae of one finger", *taken, "s", "NBIS mindtct", "at most 1 x"),
        Figure("match of two fingers", *match, "s", "NBIS bozorth3", "no slower than 5 x"),
    ]


def _extractor(nbis: Any, nfiq2: bool) -> Any:
    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=nfiq2, ppi=500.0
    )
    return nbis.new_nbis_extractor(settings)
